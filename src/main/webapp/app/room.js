import { Composer } from './composer.js';
import { leaveRoom } from './dialogs.js';
import { h, icon, iconButton } from './dom.js';
import { Messages } from './messages.js';
import { People } from './people.js';
import { showPins } from './pins.js';

/** The open room: its head, its messages, who is typing, the field to write in, its people. */
export class RoomView {
  id = null;

  constructor(chat, names, root, peopleRoot, { back }) {
    Object.assign(this, { chat, names, root, back });
    this.people = new People(chat, names, peopleRoot, () => this.togglePeople());
    this.messages = new Messages(chat, names, { reply: (m) => this.composer.reply(m), edit: (m) => this.composer.edit(m), rewrite: (i) => this.composer.rewrite(i) });
    this.composer = new Composer(chat, names, { lastOwn: () => this.messages.lastOwn(), sent: () => this.messages.end() });
    this.head = h('header', { class: 'bar' });
    this.typing = h('p', { class: 'typing' });
    this.empty = h('div', { class: 'nothing' }, icon('message'), h('p', {}, 'Choose a room on the left, or make a new one.'));
    chat.on('typing', (t) => { if (t.room === this.id) this.#drawTyping(); });
    chat.on('pins', (c) => { if (c.room === this.id) this.#drawHead(chat.rooms.get(c.room)); });
    chat.on('person', () => { if (this.id) this.#drawTyping(); });
    chat.on('room', (r) => { if (r.id === this.id) this.#drawHead(r); });
    for (const type of ['presence', 'rooms']) chat.on(type, () => { if (this.chat.rooms.has(this.id)) this.#drawHead(this.chat.rooms.get(this.id)); });
    this.#wide = matchMedia('(min-width: 1100px)');
    this.#wide.addEventListener('change', () => { if (!this.#wide.matches && this.people.shown) this.togglePeople(); }); // beside the messages there is no more room
  }

  #wide;

  show(id) {
    if (id === this.id && id !== null && this.root.contains(this.head)) return;
    const first = this.id === null;
    this.id = id;
    if (id === null) {
      this.messages.close();
      this.people.show(false);
      this.root.replaceChildren(this.empty);
      return;
    }
    this.root.replaceChildren(this.head, this.messages.element, this.typing, this.composer.element);
    this.#drawTyping();
    this.composer.open(id);
    this.people.open(id);
    if (first && this.#wide.matches) this.people.show(true);
    this.#drawHead(this.chat.rooms.get(id)); // says whether the people are shown
    this.messages.open(id);
    if (matchMedia('(hover: hover)').matches) this.composer.focus();
  }

  #drawHead(room) {
    const pins = room.pins?.list.length ?? 0;
    const key = [room.name, room.topic, room.kind, room.mode, room.archived, pins, this.people.shown, this.#peerStatus(room)].join('\u0000');
    if (this.head.dataset.key === `${room.id}\u0000${key}`) return;
    this.head.dataset.key = `${room.id}\u0000${key}`;
    const direct = room.kind === 'direct';
    this.head.replaceChildren(...[
      iconButton('back', 'Back to the rooms', this.back, { class: 'icon-button back' }),
      direct ? this.names.avatar(this.names.peer(room), 'small') : icon(room.kind === 'private' ? 'lock' : 'hash'),
      h('div', { class: 'grow title' }, h('h2', {}, this.names.room(room)), direct ? h('p', { class: 'note' }, this.#peerStatus(room)) : room.topic ? h('p', { class: 'note', dir: 'auto' }, room.topic) : null),
      pins === 0 ? null : h('button', { type: 'button', class: 'pinned', 'aria-label': `Pinned messages: ${pins}`, title: 'Pinned messages', onclick: () => showPins(this.chat, this.names, room.id, (seq) => this.messages.act('jump', seq)) }, icon('pin'), String(pins)),
      direct ? null : iconButton('leave', 'Leave this room', () => leaveRoom(this.chat, this.names, room, this.back)),
      iconButton('people', 'People', () => this.togglePeople(), { 'aria-pressed': String(this.people.shown), 'aria-controls': 'people' }),
    ].filter(Boolean)); // what is not there would be written as "null"
  }

  #peerStatus(room) {
    return room.kind === 'direct' ? this.chat.presence.get(this.names.peer(room)) ?? 'offline' : '';
  }

  #drawTyping() {
    const { users, more } = this.chat.typingIn(this.id);
    const shown = users.slice(0, 3).flatMap((u, i) => [i > 0 ? ', ' : '', this.names.of(u)]);
    const others = more + users.length - Math.min(3, users.length);
    const several = users.length + more > 1;
    this.typing.replaceChildren(...(shown.length === 0 ? [] : [...shown, others > 0 ? ` and ${others} more` : '', several ? ' are typing…' : ' is typing…']));
  }

  togglePeople() {
    if (!this.id) return;
    this.people.show(!this.people.shown);
    this.#drawHead(this.chat.rooms.get(this.id));
  }

  /** Escape: out of what is being done, then down to the newest message. */
  escape() {
    if (!this.composer.cancel()) this.messages.end();
    this.composer.focus();
  }

  /** Between the messages and the field. */
  switchFocus() {
    if (document.activeElement === this.composer.input) this.messages.focus();
    else this.composer.focus();
  }
}
