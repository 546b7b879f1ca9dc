import { h } from './dom.js';

/** How people and rooms are shown. Names are isolated, so that their direction never reorders what stands around them. */
export class Names {
  constructor(chat) {
    this.chat = chat;
    chat.on('person', (p) => this.#shown(p));
  }

  /** A person's name, filled in later when it is not known yet. */
  of(id) {
    return h('bdi', { 'data-user': id }, this.plain(id));
  }

  plain(id) {
    const p = this.chat.person(id);
    return p ? p.display_name || p.username : 'someone';
  }

  #shown(p) {
    for (const el of document.querySelectorAll(`[data-user="${CSS.escape(p.id)}"]`)) el.textContent = p.display_name || p.username;
    for (const el of document.querySelectorAll(`[data-avatar="${CSS.escape(p.id)}"]`)) el.textContent = initials(p.display_name || p.username);
  }

  avatar(id, size = '') {
    return h('span', { class: `avatar ${size} hue-${hue(id)}`, 'aria-hidden': 'true', 'data-avatar': id }, initials(this.plain(id)));
  }

  peer(room) {
    return typeof room.peer === 'object' && room.peer !== null ? room.peer.id ?? room.peer.user : room.peer;
  }

  room(room) {
    const peer = room.kind === 'direct' ? this.peer(room) : null;
    return peer ? this.of(peer) : h('bdi', {}, this.plainRoom(room));
  }

  plainRoom(room) {
    const peer = room.kind === 'direct' ? this.peer(room) : null;
    return peer ? this.plain(peer) : room.name || 'Unnamed room';
  }
}

function initials(name) {
  const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ''].map((w) => [...(w ?? '')][0] ?? '').join('').toLocaleUpperCase();
}

function hue(id) {
  let n = 0;
  for (const c of id) n = (n * 31 + c.codePointAt(0)) >>> 0;
  return n % 8;
}

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export const timeOf = (ts) => h('time', { datetime: ts, title: full.format(new Date(ts)) }, time.format(new Date(ts)));
export const dateTimeOf = (ts) => h('time', { datetime: ts }, full.format(new Date(ts)));
export const dayKey = (ts) => new Date(ts).toDateString();

export function dayOf(ts) {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKey(ts) === today.toDateString()) return 'Today';
  if (dayKey(ts) === yesterday.toDateString()) return 'Yesterday';
  return day.format(new Date(ts));
}
