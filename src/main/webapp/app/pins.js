import { openDialog } from './dialog.js';
import { explain, h } from './dom.js';
import { excerpt } from './message.js';
import { dateTimeOf } from './names.js';

/** The roles that pin; in a direct conversation both people do. */
export const mayPin = (room) => !!room && !room.archived && room.pins?.ready === true && (room.kind === 'direct' || ['owner', 'moderator'].includes(room.role));

/** Pins a message or takes its pin away. */
export async function togglePin(chat, room, seq) {
  const pinned = chat.pinned(room).has(seq);
  try {
    await (pinned ? chat.unpin(room, seq) : chat.pin(room, seq));
  } catch (e) {
    openDialog({ title: pinned ? 'Not unpinned' : 'Not pinned', body: h('p', {}, explain(e)) });
  }
}

/** What is pinned in a room, to go there from here. Follows what happens while it is open. */
export function showPins(chat, names, room, jump) {
  const list = h('ul', { class: 'pins' });
  const { dialog, fail } = openDialog({ title: 'Pinned messages', body: list, wide: true });
  dialog.addEventListener('close', chat.on('pins', (c) => { if (c.room === room) draw(); }));
  draw();
  if (chat.pinned(room).list.some((p) => !p.message)) chat.pinned(room).read().catch(fail); // pinned meanwhile, far from what is shown

  function draw() {
    const inside = list.contains(document.activeElement);
    const { list: pins } = chat.pinned(room);
    list.replaceChildren(...(pins.length === 0 ? [h('li', { class: 'note' }, 'Nothing is pinned here.')] : pins.map(row)));
    if (inside) dialog.querySelector('button:not(.unpin)').focus();
  }

  function row({ seq, by, ts, message: m }) {
    return h('li', { 'data-pin': seq },
      h('div', { class: 'grow' },
        m ? h('p', {}, h('span', { class: 'name' }, names.of(m.by)), ' ', h('span', { class: 'note' }, dateTimeOf(m.ts))) : null,
        h('p', { dir: 'auto' }, m ? excerpt(m.body?.text ?? 'This kind of message cannot be shown here.') : 'A long message'),
        h('p', { class: 'note' }, 'Pinned by ', names.of(by), ', ', dateTimeOf(ts))),
      h('button', { type: 'button', onclick: () => { dialog.close(); jump(seq); } }, 'Show'),
      mayPin(chat.rooms.get(room)) ? h('button', { type: 'button', class: 'unpin', onclick: () => chat.unpin(room, seq).catch(fail) }, 'Unpin') : null);
  }
}
