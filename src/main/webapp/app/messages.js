import { confirm } from './dialog.js';
import { reportMessage } from './dialogs.js';
import { announce, explain, h, icon } from './dom.js';
import { MessageDrawing, excerpt } from './message.js';
import { dayKey, dayOf } from './names.js';
import { mayPin, togglePin } from './pins.js';

const GROUP_MS = 5 * 60_000;
const NEAR_PX = 600;
const QUOTES = 200;

/** The messages of the open room: drawn, paged while scrolling, followed at the end, walked by keys. */
export class Messages {
  #id = null; #timeline = null; #stick = true; #paging = false; #unreadFrom = null; #quotes = new Map(); #fresh = 0;

  constructor(chat, names, on) {
    Object.assign(this, { chat, names, on });
    this.drawing = new MessageDrawing({
      chat, names, act: (what, x) => this.act(what, x), mayDelete: () => ['owner', 'moderator'].includes(this.#room()?.role), quoted: (seq) => this.#quoted(seq),
      mayPin: () => mayPin(this.#room()), isPinned: (seq) => this.#room()?.pins?.has(seq) === true,
    });
    this.note = h('p', { class: 'history-note' });
    this.list = h('ol', { class: 'messages', 'aria-label': 'Messages' });
    this.pending = h('ol', { class: 'messages', 'aria-label': 'Messages being sent' });
    this.scroller = h('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Messages', onscroll: () => this.#scrolled(), onkeydown: (e) => this.#key(e) }, this.note, this.list, this.pending);
    this.toEnd = h('button', { type: 'button', class: 'to-end', hidden: true, onclick: () => this.end() });
    this.element = h('div', { class: 'messages-pane' }, this.scroller, this.toEnd);
    chat.on('timeline', (c) => { if (c.room === this.#id) this.#changed(c); });
    chat.on('event', (e) => this.#quoteChanged(e));
    chat.on('outbox', () => this.#drawPending());
    chat.on('state', (s) => { this.#drawPending(); if (s.name === 'online') this.#readPins(); });
    chat.on('gap', (g) => { if (g.room === this.#id) this.#readPins(); });
    chat.on('pins', (c) => { if (c.room === this.#id) this.#drawPins(); });
    chat.on('room', (r) => { if (r.id === this.#id) this.markRead(); });
    new ResizeObserver(() => { if (this.#stick) this.#toBottom(); }).observe(this.scroller);
    for (const type of ['focus', 'visibilitychange']) window.addEventListener(type, () => this.markRead());
  }

  #room() {
    return this.chat.rooms.get(this.#id);
  }

  async open(id) {
    this.#id = id;
    this.#quotes.clear();
    this.#stick = true;
    this.#fresh = 0;
    const room = this.#room();
    this.#unreadFrom = room.unread > 0 ? room.read ?? 0 : null;
    this.#timeline = this.chat.open(id);
    this.#readPins();
    if (this.#timeline.ready && this.#timeline.atEnd) {
      this.#redraw();
      this.#toBottom();
      return;
    }
    this.list.replaceChildren();
    this.pending.replaceChildren();
    this.note.replaceChildren('Loading…');
    await this.#load(id);
  }

  async #load(id) {
    try {
      await this.#timeline.latest();
    } catch (e) {
      if (this.#id !== id) return;
      this.note.replaceChildren(explain(e), ' ', h('button', { type: 'button', onclick: () => this.#load(id) }, 'Try again'));
    }
  }

  close() {
    this.#id = null;
    this.#timeline = null;
    this.list.replaceChildren();
    this.pending.replaceChildren();
  }

  // ---- drawing ---------------------------------------------------------------------------------------------------

  #changed({ how, seq }) {
    const t = this.#timeline;
    if (how === 'reset') this.#quotes.clear(); // what happened to them in between is not known
    if (how === 'new') this.#appended(t.find(seq));
    else if (how === 'edited' || how === 'deleted' || how === 'restored') this.#replaced(t.find(seq));
    else this.#redraw(how);
    this.#more();
  }

  #appended(m) {
    if (!m) return;
    const ms = this.#timeline.messages;
    const before = ms[ms.indexOf(m) - 1];
    if (before && dayKey(before.ts) === dayKey(m.ts)) this.list.append(this.drawing.message(m, !follows(before, m)));
    else this.list.append(this.#day(m.ts), this.drawing.message(m, true));
    while (this.list.querySelectorAll('[data-seq]').length > ms.length) this.list.firstElementChild.remove();
    if (m.by !== this.chat.user.id) {
      announce(`${this.names.plain(m.by)}: ${excerpt(m.body?.text ?? '')}`);
      if (!this.#stick) this.#fresh++;
    }
    this.note.replaceChildren(this.#noteText());
    this.#drawPending();
    this.#settle();
  }

  #replaced(m) {
    const old = this.list.querySelector(`[data-seq="${m.seq}"]`);
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const now = this.drawing.message(m, old.classList.contains('first'));
    old.replaceWith(now);
    if (focused) now.focus();
    for (const q of this.list.querySelectorAll(`[data-quote="${m.seq}"]`)) this.drawing.fillQuote(q, m);
    this.#settle();
  }

  /** Draws the whole window anew, keeping what is being looked at where it is. */
  #redraw(how) {
    const anchor = how === 'older' || how === 'newer' ? this.#anchor() : null;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.closest('[data-seq]')?.dataset.seq : undefined;
    const rows = [];
    let before = null;
    let marked = this.#unreadFrom === null;
    for (const m of this.#timeline.messages) {
      const newDay = !before || dayKey(before.ts) !== dayKey(m.ts);
      if (newDay) rows.push(this.#day(m.ts));
      const unread = !marked && m.seq > this.#unreadFrom && m.by !== this.chat.user.id;
      if (unread) rows.push(h('li', { class: 'divider new' }, h('span', {}, 'New')));
      marked ||= unread;
      rows.push(this.drawing.message(m, newDay || unread || !follows(before, m)));
      before = m;
    }
    this.list.replaceChildren(...rows);
    if (focused) this.list.querySelector(`[data-seq="${focused}"]`)?.focus({ preventScroll: true });
    this.note.replaceChildren(this.#noteText());
    this.#drawPending();
    if (anchor) this.#restore(anchor);
    else this.#settle();
    this.#more();
  }

  /** Until they are there, nothing is shown as pinned. */
  #readPins() {
    if (!this.#room()?.timeline || this.chat.pinned(this.#id).ready) return;
    this.chat.pinned(this.#id).read().catch((e) => console.warn(`pins: ${e.message}`)); // asked again with the next connection
  }

  #drawPins() {
    for (const li of this.list.querySelectorAll('[data-seq]')) {
      const m = this.#timeline.find(Number(li.dataset.seq));
      if (m && this.drawing.isDrawnOtherwise(li, m.seq)) this.#replaced(m);
    }
  }

  #noteText() {
    if (!this.#timeline.atStart) return 'Loading older messages…';
    return this.#timeline.messages.length === 0 ? 'No messages yet. Say hello.' : 'This is where the conversation begins.';
  }

  #day(ts) {
    return h('li', { class: 'divider' }, h('span', {}, dayOf(ts)));
  }

  #drawPending() {
    if (!this.#id || !this.#timeline) return;
    const items = this.chat.unsent(this.#id);
    let held = false;
    const last = this.#timeline.messages.at(-1);
    const rows = items.map((item, i) => {
      const row = this.drawing.unsent(item, { online: this.chat.state.name === 'online', held, first: i === 0 && (!last || last.by !== this.chat.user.id) });
      held ||= item.state === 'failed';
      return row;
    });
    const focusedCid = this.pending.contains(document.activeElement) ? document.activeElement.closest('[data-cid]')?.dataset.cid : null;
    this.pending.replaceChildren(...rows);
    if (focusedCid) (this.pending.querySelector(`[data-cid="${focusedCid}"]`) ?? this.scroller).focus();
    this.#settle();
  }

  // ---- scrolling -------------------------------------------------------------------------------------------------

  /** The message in the middle: one at an edge of the window may lose its author's line or its day to those before it. */
  #anchor() {
    const { top, height } = this.scroller.getBoundingClientRect();
    for (const li of this.list.querySelectorAll('[data-seq]')) {
      const r = li.getBoundingClientRect();
      if (r.bottom > top + height / 2) return { seq: li.dataset.seq, offset: r.top - top };
    }
    return null;
  }

  #restore({ seq, offset }) {
    const li = this.list.querySelector(`[data-seq="${seq}"]`);
    if (li) this.scroller.scrollTop += li.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - offset;
  }

  #distance() {
    const s = this.scroller;
    return s.scrollHeight - s.scrollTop - s.clientHeight;
  }

  #scrolled() {
    this.#stick = this.#timeline?.atEnd === true && this.#distance() < 60;
    if (this.#stick) this.#fresh = 0;
    this.#drawToEnd();
    this.#more();
    this.markRead();
  }

  #settle() {
    if (this.#stick) this.#toBottom();
    this.#drawToEnd();
    this.markRead();
  }

  #toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #drawToEnd() {
    this.toEnd.hidden = this.#stick || !this.#timeline;
    this.toEnd.replaceChildren(icon('down'), this.#fresh > 0 ? ` ${this.#fresh} new` : ' Newest');
  }

  /** Reads on where the window comes near an end of what is there. */
  async #more() {
    const t = this.#timeline;
    if (this.#paging || !t?.ready) return;
    const up = this.scroller.scrollTop < NEAR_PX && !t.atStart;
    const down = !t.atEnd && this.#distance() < NEAR_PX;
    if (!up && !down) return;
    this.#paging = true;
    try {
      await (up ? t.older() : t.newer());
    } catch (e) {
      this.#paging = false;
      if (t === this.#timeline) this.note.replaceChildren(explain(e), ' ', h('button', { type: 'button', onclick: () => this.#more() }, 'Try again'));
      return;
    }
    this.#paging = false;
    this.#more(); // where one page does not fill the window nothing scrolls, and so nothing else would ask
  }

  /** To the newest message. */
  async end() {
    this.#stick = true;
    this.#fresh = 0;
    if (this.#timeline && !this.#timeline.atEnd) await this.#load(this.#id);
    this.#toBottom();
    this.#drawToEnd();
    this.markRead();
  }

  /** What is on the screen of someone who is there counts as read. */
  markRead() {
    const last = this.#timeline?.messages.at(-1);
    if (last && this.#stick && document.visibilityState === 'visible' && document.hasFocus()) this.chat.markRead(this.#id, last.seq);
  }

  // ---- acts ------------------------------------------------------------------------------------------------------

  act(what, x) {
    if (what === 'jump') return this.#jump(x);
    if (what === 'rewrite') return this.on.rewrite(this.chat.unsent(this.#id).find((i) => i.cid === x));
    const m = this.#timeline.find(x);
    if (!m || m.deleted) return undefined;
    if (what === 'delete') return this.#delete(m);
    if (what === 'pin') return togglePin(this.chat, this.#id, m.seq);
    if (what === 'report') return reportMessage(this.chat, this.#id, m);
    return this.on[what](m);
  }

  #delete(m) {
    const room = this.#id;
    return confirm('Delete this message?', 'Its text is removed for everyone and cannot be brought back.', 'Delete', async () => {
      await this.chat.remove(room, m.seq);
      this.scroller.focus();
    });
  }

  async #jump(seq) {
    if (!this.#timeline.find(seq)) {
      this.#stick = false;
      try {
        await this.#timeline.around(seq);
      } catch (e) {
        announce(explain(e));
      }
    }
    const li = this.list.querySelector(`[data-seq="${seq}"]`);
    if (!li) return;
    li.scrollIntoView({ block: 'center' });
    li.focus();
    li.classList.add('found');
    setTimeout(() => li.classList.remove('found'), 2_000);
  }

  /** The quoted message, if it is here or was read before; otherwise it is read once. */
  #quoted(seq) {
    const here = this.#timeline.find(seq) ?? this.#quotes.get(seq);
    if (here || this.#quotes.has(seq) || this.#quotes.size >= QUOTES) return here;
    this.#quotes.set(seq, undefined);
    const room = this.#id;
    this.chat.messages(room, { around: seq, limit: 1 }).then(({ messages }) => {
      const m = messages.find((x) => x.seq === seq);
      if (!m || room !== this.#id || this.#quotes.get(seq)) return; // what was said of it meanwhile is newer
      this.#quotes.set(seq, m);
      for (const q of this.list.querySelectorAll(`[data-quote="${seq}"]`)) this.drawing.fillQuote(q, m);
    }, (e) => console.warn(`quote ${seq}: ${e.message}`));
    return undefined;
  }

  /** The words of a quote go with those of its message, in the window or not. */
  #quoteChanged({ room, t, d }) {
    if (room !== this.#id) return;
    for (const seq of t === 'msgs.deleted' ? d.seqs : ['msg.edited', 'msg.deleted', 'msg.restored'].includes(t) ? [d.seq] : []) {
      const known = this.#quotes.get(seq);
      if (!known && (d.body || !this.#quotes.has(seq))) continue;
      const m = { ...known, seq, body: d.body ?? null, deleted: !d.body, hidden: d.hidden };
      this.#quotes.set(seq, m);
      for (const q of this.list.querySelectorAll(`[data-quote="${seq}"]`)) this.drawing.fillQuote(q, m);
    }
  }

  /** The newest message of this user that can still be edited. */
  lastOwn() {
    return this.#timeline?.messages.findLast((m) => m.by === this.chat.user.id && !m.deleted);
  }

  focus() {
    const last = [...this.list.querySelectorAll('[data-seq]')].at(-1);
    (last ?? this.scroller).focus();
  }

  #key(e) {
    if (e.altKey || e.ctrlKey || e.metaKey || e.target.closest('button, a')) return;
    const all = [...this.list.querySelectorAll('[data-seq]')];
    const at = all.findIndex((li) => li.contains(document.activeElement));
    const to = { ArrowUp: at < 0 ? all.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[e.key];
    if (to !== undefined && (at >= 0 || e.key === 'ArrowUp')) {
      e.preventDefault();
      all[to]?.focus();
      return;
    }
    const what = { r: 'reply', e: 'edit', p: 'pin', Delete: 'delete' }[e.key];
    if (!what || at < 0) return;
    const m = this.#timeline.find(Number(all[at].dataset.seq));
    const allowed = what === 'pin' ? this.drawing.view.mayPin() : what === 'reply' || m.by === this.chat.user.id || (what === 'delete' && this.drawing.view.mayDelete());
    if (!allowed) return;
    e.preventDefault();
    this.act(what, m.seq);
  }
}

function follows(before, m) {
  return before && before.by === m.by && !m.reply_to && new Date(m.ts) - new Date(before.ts) < GROUP_MS;
}
