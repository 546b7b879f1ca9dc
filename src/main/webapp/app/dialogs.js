import { confirm, openDialog } from './dialog.js';
import { announce, explain, field, h, icon } from './dom.js';
import { excerpt } from './message.js';
import { dateTimeOf } from './names.js';

/** The dialogs of the chat: rooms to find and make, the account, the keys. */

export function createRoom(chat, names, go) {
  const name = h('input', { required: true, maxlength: 80, dir: 'auto', autocomplete: 'off' });
  const radio = (value, label, note, checked) => h('label', { class: 'choice' }, h('input', { type: 'radio', name: 'kind', value, checked }), h('span', {}, label, h('span', { class: 'note' }, note)));
  const people = peoplePicker(chat, names, { many: true });
  const { dialog } = openDialog({
    title: 'Create a room',
    body: [field('Name', name),
      h('fieldset', {}, h('legend', {}, 'Who can come in'), radio('public', 'Public', 'Everybody here can find it and join.', true), radio('private', 'Private', 'Only people who are added.')),
      people.element],
    action: 'Create',
    submit: async () => go(await chat.createRoom({ name: name.value.trim(), kind: dialog.querySelector('[name=kind]:checked').value, members: people.chosen() })),
  });
  name.focus();
}

export function messageSomeone(chat, names, go) {
  const people = peoplePicker(chat, names, { pick: (id) => create(id) });
  const { dialog, fail } = openDialog({ title: 'Message someone', body: people.element });
  async function create(id) {
    try {
      const room = await chat.createRoom({ kind: 'direct', members: [id] });
      dialog.close();
      go(room);
    } catch (e) {
      fail(e);
    }
  }
  people.focus();
}

export function addPeople(chat, names, room, done) {
  const people = peoplePicker(chat, names, { many: true });
  openDialog({
    title: 'Add people', body: people.element, action: 'Add',
    submit: async () => {
      for (const id of people.chosen()) await chat.invite(room, id);
      done();
    },
  });
  people.focus();
}

/** Finds people by name; either picks one at once, or gathers several. */
function peoplePicker(chat, names, { many = false, pick }) {
  const chosen = new Map();
  const input = h('input', { type: 'search', autocomplete: 'off', maxlength: 64, oninput: () => later() });
  const found = h('ul', { class: 'people-found' });
  const chips = h('ul', { class: 'chips', 'aria-label': 'Chosen' });
  const status = h('p', { class: 'note', role: 'status' }, 'Type a part of a name.');
  let timer;
  let asked = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, 250);
  };

  async function look() {
    const mine = ++asked;
    const q = input.value.trim();
    if (q === '') return found.replaceChildren();
    try {
      const all = (await chat.findPeople(q)).filter((p) => p.id !== chat.user.id);
      if (mine !== asked) return undefined;
      status.textContent = all.length === 0 ? 'Nobody has such a name.' : `${all.length} found`;
      found.replaceChildren(...all.slice(0, 20).map((p) => h('li', {}, h('button', { type: 'button', class: 'person', onclick: () => choose(p) }, names.avatar(p.id), h('bdi', {}, p.display_name || p.username), h('span', { class: 'note' }, `@${p.username}`)))));
    } catch (e) {
      status.textContent = explain(e);
    }
    return undefined;
  }

  function choose(p) {
    if (!many) return pick(p.id);
    chosen.set(p.id, p);
    input.value = '';
    found.replaceChildren();
    drawChips();
    return input.focus();
  }

  function drawChips() {
    chips.replaceChildren(...[...chosen.values()].map((p) => h('li', {}, h('bdi', {}, p.display_name || p.username),
      h('button', { type: 'button', class: 'icon-button', 'aria-label': `Leave out ${p.display_name || p.username}`, onclick: () => { chosen.delete(p.id); drawChips(); } }, icon('close')))));
  }

  return { element: h('div', { class: 'picker' }, chips, field(many ? 'People' : 'Name', input), status, found), chosen: () => [...chosen.keys()], focus: () => input.focus() };
}

export async function browseRooms(chat, names, go) {
  const list = h('ul', { class: 'browse' });
  const status = h('p', { class: 'note', role: 'status' }, 'Loading…');
  const { dialog, fail } = openDialog({ title: 'Public rooms', body: [status, list], wide: true });
  try {
    const { rooms } = await chat.publicRooms();
    status.textContent = rooms.length === 0 ? 'There is no public room yet. Create the first one.' : '';
    list.replaceChildren(...rooms.slice(0, 200).map(row));
  } catch (e) {
    status.textContent = '';
    fail(e);
  }

  function row(r) {
    const enter = async () => {
      try {
        if (!r.member) await chat.join(r.room);
        dialog.close();
        go(r.room);
      } catch (e) {
        fail(e);
      }
    };
    return h('li', {}, icon('hash'), h('div', { class: 'grow' }, h('bdi', { class: 'name' }, r.name || r.room), r.topic ? h('p', { class: 'note', dir: 'auto' }, r.topic) : null),
      h('button', { type: 'button', class: r.member ? '' : 'primary', onclick: enter }, r.member ? 'Open' : 'Join'));
  }
}

export function leaveRoom(chat, names, room, done) {
  confirm(`Leave ${names.plainRoom(room)}?`, room.kind === 'private' ? 'You can come back only when somebody adds you again.' : 'You can join again at any time.', 'Leave', async () => {
    await chat.leave(room.id);
    done();
  });
}

const WRONG = [
  ['spam', 'Spam or advertising'], ['harassment', 'Insults or harasses somebody'], ['hate', 'Hate against a group of people'], ['sexual', 'Sexual, and unwanted here'],
  ['violence', 'Threats or violence'], ['illegal', 'Against the law'], ['other', 'Something else'],
];
const OUTCOMES = { open: 'not decided yet', upheld: 'you were right', rejected: 'it may stay', closed: 'closed' };

/** Says to the moderators what is wrong with a message. They get a copy of it as it is now. */
export function reportMessage(chat, room, m) {
  report(chat, { room, seq: m.seq }, 'Report this message', h('p', { class: 'note', dir: 'auto' }, excerpt(m.body.text ?? '')),
    'The moderators see a copy of the message as it is now, what you write here, and your name. Whoever wrote it does not learn who reported it.', 'You had reported this message already.');
}

/** Likewise of a person as such. */
export function reportPerson(chat, names, user) {
  report(chat, { user }, 'Report this person', h('p', { class: 'person' }, names.avatar(user, 'small'), names.of(user)),
    'The moderators see how they are called now, what you write here, and your name. For something that they wrote, report the message: the moderators then get a copy of it. They do not learn who reported them.', 'You had reported this person already.');
}

function report(chat, about, title, shown, note, again) {
  const type = h('select', { required: true, onchange: () => { text.required = type.value === 'other'; } }, h('option', { value: '' }, 'Choose…'), WRONG.map(([value, label]) => h('option', { value }, label)));
  const text = h('textarea', { rows: 3, maxlength: 1000, dir: 'auto' });
  openDialog({
    title,
    body: [shown, field('What is wrong?', type), field('In your words', text, note)],
    action: 'Report', danger: true,
    submit: async () => {
      const { dup } = await chat.report({ ...about, type: type.value, text: text.value.trim() });
      announce(dup ? again : 'Reported. What becomes of it stands in your account.');
    },
  });
  type.focus();
}

async function ownReports(chat, list) {
  const { reports } = await chat.reports();
  list.replaceChildren(...(reports.length === 0 ? [h('li', { class: 'note' }, 'You have reported nothing.')] : reports.map((r) => h('li', {}, h('div', { class: 'grow' },
    WRONG.find(([value]) => value === r.type)?.[1] ?? r.type, h('p', { class: 'note' }, r.user ? 'a person' : 'a message', ', ', dateTimeOf(r.at))), h('strong', {}, OUTCOMES[r.outcome] ?? r.outcome)))));
}

export function account(chat, theme) {
  const current = h('input', { type: 'password', autocomplete: 'current-password', required: true });
  const next = h('input', { type: 'password', autocomplete: 'new-password', required: true, maxlength: 256 });
  const otp = h('input', { autocomplete: 'one-time-code', autocapitalize: 'none', spellcheck: 'false', maxlength: 64 });
  const second = field('Code of your second factor, or a recovery code', otp);
  second.hidden = true; // until the server asks for it
  const said = h('p', { role: 'status', class: 'note' });
  const signIns = h('ul', { class: 'sign-ins' });
  const reports = h('ul', { class: 'sign-ins' });
  const choice = h('select', { onchange: () => theme.set(choice.value) }, ...[['', 'As the system'], ['light', 'Light'], ['dark', 'Dark']].map(([value, label]) => h('option', { value, selected: theme.get() === value }, label)));
  const change = async () => {
    try {
      await chat.changePassword(current.value, next.value, otp.value.trim());
      current.value = next.value = otp.value = '';
      second.hidden = true;
      said.textContent = 'The password is changed. Other sign-ins have ended.';
      await draw();
    } catch (e) {
      if (e.code === 'otp_required') {
        second.hidden = false;
        said.textContent = 'Enter a code of your second factor as well.';
        otp.focus();
      } else {
        said.textContent = explain(e);
      }
    }
  };
  const { dialog, fail } = openDialog({
    title: 'Your account', wide: true,
    body: [h('p', {}, 'Signed in as ', h('strong', {}, `@${chat.user.username}`)), field('Colours', choice),
      h('h3', {}, 'Sign-ins'), signIns,
      h('h3', {}, 'Your reports'), reports,
      h('h3', {}, 'Change the password'), field('Present password', current), field('New password', next), second, h('button', { type: 'button', onclick: change }, 'Change password'), said,
      h('p', { class: 'row-end' }, h('button', { type: 'button', class: 'danger', onclick: () => { dialog.close(); signOut(chat); } }, 'Sign out'))],
  });

  async function draw() {
    try {
      const answer = await chat.sessions();
      signIns.replaceChildren(...(answer.sessions ?? answer).slice(0, 100).map(row));
    } catch (e) {
      fail(e);
    }
  }

  function row(s) {
    const when = s.last_used_at ?? s.last_seen_at ?? s.created_at;
    const end = async () => {
      try {
        await chat.endSession(s.id);
        await draw();
      } catch (e) {
        fail(e);
      }
    };
    return h('li', {}, h('div', { class: 'grow' }, h('bdi', {}, s.client ?? s.user_agent ?? 'Unnamed device'), s.current ? h('strong', {}, ' (this one)') : null, h('p', { class: 'note' }, 'Last used ', when ? dateTimeOf(when) : 'at an unknown time')),
      s.current ? null : h('button', { type: 'button', onclick: end }, 'End'));
  }

  draw();
  ownReports(chat, reports).catch(fail);
}

function signOut(chat) {
  const n = chat.unsentCount;
  if (n === 0) return chat.logout();
  return confirm('Sign out?', `${n === 1 ? 'One message has' : `${n} messages have`} not been sent yet and would be lost.`, 'Sign out', () => chat.logout());
}

export const SHORTCUTS = [
  ['Enter', 'send'], ['Shift + Enter', 'new line'], ['↑ in an empty field', 'edit your last message'], ['Esc', 'leave editing or replying; then go to the newest message'],
  ['Alt + ↑ / ↓', 'previous or next room'], ['Ctrl + K', 'find a room'], ['Ctrl + I', 'show or hide people'], ['↑ / ↓ in the messages', 'move between messages (Home, End)'],
  ['R, E, P, Delete on a message', 'reply, edit, pin or unpin, delete'], ['F2', 'jump between messages and the field'], ['?', 'this list (outside a field)'],
];

export function shortcuts() {
  openDialog({ title: 'Keyboard shortcuts', body: h('dl', { class: 'keys' }, SHORTCUTS.flatMap(([keys, what]) => [h('dt', {}, h('kbd', {}, keys)), h('dd', {}, what)])) });
}
