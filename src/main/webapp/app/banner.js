import { h } from './dom.js';

const PATIENCE_MS = 1_000;
const STOPPED = {
  4502: 'This page is too old for the server. Reload it.',
  4504: 'You are connected elsewhere, so this window was disconnected.',
  4505: 'You have too many windows open, so this one was disconnected.',
};

/** Says when the connection is not there, and what can be done. */
export class Banner {
  #timer; #tick; #begun = false; #shown = null;

  constructor(chat, root) {
    this.chat = chat;
    this.root = root;
    chat.on('state', (s) => this.#state(s));
  }

  begin() {
    this.#begun = true;
  }

  end() {
    this.#begun = false;
    this.#hide();
  }

  #state(s) {
    clearTimeout(this.#timer);
    this.#shown = s;
    if (!this.#begun || s.name === 'online' || s.name === 'idle') this.#hide();
    else if (s.name === 'stopped' || !this.root.hidden) this.#draw();
    else this.#timer = setTimeout(() => this.#draw(), PATIENCE_MS);
  }

  #hide() {
    clearTimeout(this.#timer);
    clearInterval(this.#tick);
    this.root.hidden = true;
  }

  #draw() {
    const s = this.#shown;
    clearInterval(this.#tick);
    this.root.hidden = false;
    this.root.className = s.name === 'stopped' ? 'stopped' : '';
    if (s.name === 'stopped') {
      this.root.replaceChildren(h('span', {}, STOPPED[s.code] ?? `The server ended the connection${s.reason ? ` (${s.reason})` : ''}.`),
        h('button', { type: 'button', onclick: () => (s.code === 4502 ? location.reload() : this.chat.reconnect()) }, s.code === 4502 ? 'Reload' : 'Connect here'));
      return;
    }
    const count = h('span', { 'aria-hidden': 'true' });
    const seconds = () => {
      const left = s.retryAt ? Math.ceil((s.retryAt - Date.now()) / 1000) : 0;
      count.textContent = s.name === 'waiting' && left > 1 ? ` Next try in ${left} s.` : ' Trying…';
    };
    seconds();
    this.#tick = setInterval(seconds, 1_000);
    this.root.replaceChildren(h('span', {}, 'Reconnecting. What you write is kept and sent later.', count), h('button', { type: 'button', onclick: () => this.chat.reconnect() }, 'Try now'));
  }
}
