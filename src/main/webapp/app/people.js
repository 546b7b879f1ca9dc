import { confirm } from './dialog.js';
import { explain, h, hiddenText, iconButton } from './dom.js';
import { addPeople, reportPerson } from './dialogs.js';

const PAGE = 50;
const MOST = 200;

/** The people of the open room, with who is there. */
export class People {
  #id = null; #members = []; #more = false; #queued = false;

  constructor(chat, names, root, closed) {
    Object.assign(this, { chat, names, root, closed });
    this.status = h('p', { class: 'note', role: 'status' });
    this.list = h('ul', { class: 'members' });
    this.add = iconButton('plus', 'Add people', () => addPeople(chat, names, this.#id, () => this.reload()));
    this.next = h('button', { type: 'button', hidden: true, onclick: () => this.#page() }, 'Show more');
    root.replaceChildren(h('header', { class: 'bar' }, h('h2', {}, 'People'), h('span', { class: 'grow' }), this.add, iconButton('close', 'Hide people', closed)), this.status, this.list, this.next);
    for (const type of ['presence', 'state']) chat.on(type, () => this.#soon());
    chat.on('event', (e) => { if (e.room === this.#id && e.t.startsWith('member.')) this.reload(); });
  }

  get shown() {
    return !this.root.hidden;
  }

  show(on) {
    this.root.hidden = !on;
    if (on) this.reload();
  }

  open(id) {
    this.#id = id;
    this.#members = [];
    this.list.replaceChildren();
    if (this.shown) this.reload();
  }

  async reload() {
    if (!this.shown || !this.#id) return;
    this.#members = [];
    await this.#page();
  }

  async #page() {
    const id = this.#id;
    try {
      const page = await this.chat.members(id, { after: this.#members.at(-1)?.user, limit: PAGE });
      if (id !== this.#id) return;
      const known = new Set(this.#members.map((m) => m.user));
      this.#members.push(...page.members.filter((m) => !known.has(m.user)));
      this.#more = page.more && this.#members.length < MOST;
      this.#draw();
    } catch (e) {
      this.status.textContent = explain(e);
    }
  }

  #soon() {
    if (this.#queued || !this.shown) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#draw();
    });
  }

  #draw() {
    const room = this.chat.rooms.get(this.#id);
    if (!room || !this.chat.user) return;
    const there = (m) => this.#statusOf(m.user) !== 'offline';
    const online = this.#members.filter(there);
    this.status.textContent = room.online !== undefined ? `${room.online} online` : `${online.length} of ${this.#members.length}${this.#more ? '+' : ''} online`;
    this.add.hidden = room.kind === 'direct' || room.archived === true;
    this.next.hidden = !this.#more;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.act : undefined; // somebody comes or goes: it stays where it is
    this.list.replaceChildren(...[...online, ...this.#members.filter((m) => !there(m))].map((m) => this.#row(m, room)));
    if (focused) this.list.querySelector(`[data-act="${CSS.escape(focused)}"]`)?.focus();
  }

  #statusOf(user) {
    if (user === this.chat.user.id) return this.chat.state.name === 'online' ? 'online' : 'offline';
    return this.chat.presence.get(user) ?? 'offline';
  }

  #row(m, room) {
    const status = this.#statusOf(m.user);
    const me = m.user === this.chat.user.id;
    const mayRemove = !me && room.kind !== 'direct' && ['owner', 'moderator'].includes(room.role);
    return h('li', { class: status },
      h('span', { class: 'face' }, this.names.avatar(m.user, 'small'), h('span', { class: `dot ${status}` })),
      h('div', { class: 'grow who' }, h('span', { class: 'name' }, this.names.of(m.user), me ? ' (you)' : null), h('span', { class: 'note' }, h('bdi', {}, `@${m.username}`), m.role === 'member' ? null : ` · ${m.role}`), hiddenText(`, ${status}`)),
      me ? null : iconButton('flag', `Report ${m.display_name || m.username}`, () => reportPerson(this.chat, this.names, m.user), { 'data-act': `report ${m.user}` }),
      mayRemove ? iconButton('leave', `Remove ${m.display_name || m.username}`, () => this.#remove(m), { 'data-act': `remove ${m.user}` }) : null);
  }

  #remove(m) {
    const id = this.#id;
    confirm(`Remove ${m.display_name || m.username}?`, 'They no longer see this room or get its messages.', 'Remove', async () => {
      await this.chat.kick(id, m.user);
      await this.reload();
    });
  }
}
