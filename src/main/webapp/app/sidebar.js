import { h, hiddenText, icon, iconButton } from './dom.js';

/** The list of rooms, with what waits in each. */
export class Sidebar {
  #queued = false;

  constructor(chat, names, root, actions) {
    Object.assign(this, { chat, names, root, actions });
    this.current = null;
    this.filter = h('input', { type: 'search', placeholder: 'Find a room', 'aria-label': 'Find a room', oninput: () => this.draw(), onkeydown: (e) => this.#filterKey(e) });
    this.list = h('div', { class: 'room-list', onkeydown: (e) => this.#listKey(e) });
    this.me = h('div', { class: 'me' });
    root.replaceChildren(
      h('header', { class: 'bar' }, h('img', { src: 'app/icon.svg', alt: '', width: 28, height: 28 }), h('h1', {}, 'Confab'), h('span', { class: 'grow' }),
        iconButton('compass', 'Browse public rooms', actions.browse), iconButton('message', 'Message someone', actions.direct), iconButton('plus', 'Create a room', actions.create)),
      h('div', { class: 'filter' }, icon('search'), this.filter), this.list, this.me);
    for (const type of ['rooms', 'room', 'person', 'presence', 'state']) chat.on(type, () => this.#soon());
  }

  /** Draws at most once a frame, however many events come. */
  #soon() {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.draw();
    });
  }

  sorted() {
    const needle = this.filter.value.trim().toLocaleLowerCase();
    return [...this.chat.rooms.values()]
      .map((room) => ({ room, label: this.names.plainRoom(room) }))
      .filter(({ label }) => label.toLocaleLowerCase().includes(needle))
      .sort((a, b) => a.label.localeCompare(b.label))
      .map(({ room }) => room);
  }

  draw() {
    if (!this.chat.user) return;
    const focused = document.activeElement?.closest?.('.room-list')?.contains(document.activeElement) ? document.activeElement.dataset.room : null;
    const rooms = this.sorted();
    const shared = rooms.filter((r) => r.kind !== 'direct');
    const direct = rooms.filter((r) => r.kind === 'direct');
    this.list.replaceChildren(...this.#group('Rooms', shared), ...this.#group('People', direct),
      ...(rooms.length === 0 && this.chat.roomsLoaded ? [this.#empty()] : []));
    if (focused) this.list.querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
    const { user } = this.chat;
    this.me.replaceChildren(this.names.avatar(user.id), h('div', { class: 'who' }, h('bdi', { class: 'name' }, user.display_name || user.username), h('span', { class: 'note' }, this.#stateWord())),
      iconButton('keyboard', 'Keyboard shortcuts', this.actions.shortcuts), iconButton('gear', 'Your account', this.actions.account));
    const waiting = [...this.chat.rooms.values()].reduce((n, r) => n + (r.kind === 'direct' ? r.unread : r.mentions) || 0, 0);
    document.title = waiting > 0 ? `(${waiting}) Confab` : 'Confab';
  }

  #stateWord() {
    return { online: 'online', idle: 'connecting…', connecting: 'connecting…', waiting: 'not connected', stopped: 'not connected' }[this.chat.state.name];
  }

  #group(title, rooms) {
    if (rooms.length === 0) return [];
    const id = `group-${title.toLowerCase()}`;
    return [h('h2', { id }, title), h('ul', { 'aria-labelledby': id }, rooms.map((r) => h('li', {}, this.#room(r))))];
  }

  #room(r) {
    const unread = r.unread ?? 0;
    const peer = r.kind === 'direct' ? this.names.peer(r) : null;
    const status = peer ? this.chat.presence.get(peer) ?? 'offline' : null;
    return h('a', { href: `#/r/${encodeURIComponent(r.id)}`, class: `room${unread ? ' unread' : ''}`, 'data-room': r.id, 'aria-current': r.id === this.current ? 'page' : undefined },
      peer ? h('span', { class: `dot ${status}` }) : icon(r.kind === 'private' ? 'lock' : 'hash'),
      h('span', { class: 'label' }, this.names.room(r)),
      peer ? hiddenText(`, ${status}`) : null,
      r.archived ? h('span', { class: 'note' }, 'archived') : null,
      r.mentions > 0 ? h('span', { class: 'badge mention' }, '@', hiddenText(`${r.mentions} mentions, `)) : null,
      unread > 0 ? h('span', { class: 'badge' }, unread > 99 ? '99+' : String(unread), hiddenText(' unread')) : null);
  }

  #empty() {
    if (this.filter.value) return h('p', { class: 'empty' }, 'No room has this name.');
    return h('div', { class: 'empty' }, h('p', {}, 'You are in no room yet.'),
      h('button', { type: 'button', class: 'primary', onclick: this.actions.browse }, 'Browse public rooms'),
      h('button', { type: 'button', onclick: this.actions.create }, 'Create a room'));
  }

  select(id) {
    this.current = id;
    this.draw();
  }

  /** The room `by` places further down the list (or up). */
  neighbour(by) {
    const order = [...this.list.querySelectorAll('a.room')].map((a) => a.dataset.room);
    if (order.length === 0) return null;
    const at = order.indexOf(this.current);
    return order[(at + by + order.length) % order.length];
  }

  #filterKey(e) {
    if (e.key === 'Escape') {
      this.filter.value = '';
      this.draw();
    } else if (e.key === 'Enter' || e.key === 'ArrowDown') {
      const first = this.list.querySelector('a.room');
      if (!first) return;
      e.preventDefault();
      if (e.key === 'ArrowDown') first.focus();
      else {
        this.filter.value = '';
        location.hash = first.getAttribute('href');
        this.draw();
      }
    }
  }

  #listKey(e) {
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    if (e.altKey) return;
    const all = [...this.list.querySelectorAll('a.room')];
    const at = all.indexOf(document.activeElement);
    e.preventDefault();
    (all[at + (e.key === 'ArrowDown' ? 1 : -1)] ?? this.filter).focus();
  }
}
