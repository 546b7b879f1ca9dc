import { explain, h, iconButton } from './dom.js';
import { excerpt } from './message.js';

const DRAFT_CHARS = 20_000;

/** The field to write in: a new message, a reply, or another text for an earlier one. */
export class Composer {
  #id = null; #reply = null; #edit = null;

  constructor(chat, names, on) {
    Object.assign(this, { chat, names, on });
    this.input = h('textarea', { rows: 1, dir: 'auto', 'aria-label': 'Message', placeholder: 'Write a message', maxlength: DRAFT_CHARS, enterkeyhint: 'send', oninput: () => this.#typed(), onkeydown: (e) => this.#key(e) });
    this.context = h('div', { class: 'context', hidden: true });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.send = h('button', { type: 'submit', class: 'primary send' }, 'Send');
    this.why = h('p', { class: 'note closed', hidden: true });
    this.element = h('form', { class: 'composer', onsubmit: (e) => { e.preventDefault(); this.submit(); } }, this.context, this.problem, h('div', { class: 'row' }, this.input, this.send), this.why);
    chat.on('room', (r) => { if (r.id === this.#id) this.#openOrNot(); });
  }

  open(id) {
    this.#keepDraft();
    this.#id = id;
    this.#reply = this.#edit = null;
    this.input.value = sessionStorage.getItem(`confab.draft.${id}`) ?? '';
    this.#context();
    this.#openOrNot();
    this.#grow();
  }

  #keepDraft() {
    if (!this.#id || this.#edit) return;
    if (this.input.value) sessionStorage.setItem(`confab.draft.${this.#id}`, this.input.value);
    else sessionStorage.removeItem(`confab.draft.${this.#id}`);
  }

  #openOrNot() {
    const room = this.chat.rooms.get(this.#id);
    const may = room && !room.archived && (room.mode !== 'readonly' && room.mode !== 'frozen' || ['owner', 'moderator'].includes(room.role));
    this.input.disabled = this.send.disabled = !may;
    this.why.hidden = may;
    if (!may) this.why.textContent = room?.archived ? 'This room is archived.' : room?.mode === 'frozen' ? 'This room is frozen just now.' : 'Only moderators write in this room.';
  }

  focus() {
    this.input.focus();
  }

  reply(m) {
    this.#leaveEdit();
    this.#reply = m;
    this.#context();
    this.focus();
  }

  edit(m) {
    this.#keepDraft();
    this.#reply = null;
    this.#edit = m;
    this.input.value = m.body.text;
    this.#context();
    this.#grow();
    this.focus();
  }

  /** A refused message comes back to be written again. */
  rewrite(item) {
    if (!item) return;
    this.#leaveEdit();
    this.chat.discard(item.cid);
    this.input.value = item.body.text;
    this.#grow();
    this.focus();
  }

  /** Leaves replying or editing. @returns {boolean} whether there was something to leave */
  cancel() {
    if (!this.#reply && !this.#edit) return false;
    this.#reply = null;
    this.#leaveEdit();
    this.#context();
    return true;
  }

  #leaveEdit() {
    if (!this.#edit) return;
    this.#edit = null;
    this.input.value = sessionStorage.getItem(`confab.draft.${this.#id}`) ?? '';
    this.#grow();
  }

  #context() {
    const about = this.#edit ?? this.#reply;
    this.context.hidden = !about;
    this.send.textContent = this.#edit ? 'Save' : 'Send';
    this.problem.hidden = true;
    if (!about) return;
    this.context.replaceChildren(
      h('span', { class: 'grow' }, this.#edit ? 'Editing your message' : ['Replying to ', this.names.of(about.by), ': '], this.#edit ? null : h('span', { dir: 'auto' }, excerpt(about.body?.text ?? ''))),
      iconButton('close', 'Leave (Escape)', () => { this.cancel(); this.focus(); }));
  }

  #typed() {
    this.#grow();
    this.problem.hidden = true;
    if (!this.#edit && this.input.value.trim()) this.chat.typing(this.#id);
    else this.chat.stopTyping(this.#id);
    this.#keepDraft();
  }

  /** As many lines as the text has, up to a third of the window (the style sheet's limit). */
  #grow() {
    this.input.rows = Math.min(8, this.input.value.split('\n').length);
  }

  #key(e) {
    if (e.isComposing) return;
    if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault();
      this.submit();
    } else if (e.key === 'ArrowUp' && this.input.value === '' && !e.altKey) {
      const m = this.on.lastOwn();
      if (m) {
        e.preventDefault();
        this.edit(m);
      }
    }
  }

  async submit() {
    const text = this.input.value;
    if (text.trim() === '') return;
    try {
      if (this.#edit) await this.#saveEdit(this.#edit, text);
      else this.#sendNew(text);
    } catch (e) {
      this.problem.textContent = explain(e);
      this.problem.hidden = false;
    }
  }

  #sendNew(text) {
    this.chat.send(this.#id, text, this.#reply ? { reply_to: this.#reply.seq } : {});
    this.input.value = '';
    this.#reply = null;
    this.#keepDraft();
    this.#context();
    this.#grow();
    this.on.sent();
  }

  async #saveEdit(m, text) {
    this.send.disabled = true;
    try {
      if (text !== m.body?.text) await this.chat.edit(this.#id, m.seq, text);
      if (this.#edit === m) this.cancel();
    } finally {
      this.#openOrNot();
    }
  }
}
