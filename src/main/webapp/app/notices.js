import { explain, h } from './dom.js';

const OUTCOMES = {
  upheld: 'The moderators agreed with your report.',
  rejected: 'The moderators looked at your report: it may stay.',
  closed: 'The moderators closed your report.',
};
const SHOWN_MS = 20_000;

/** What the server has to tell: a warning stays until it was read, what became of a report for a while. */
export class Notices {
  constructor(chat, root) {
    this.chat = chat;
    this.root = root;
    chat.on('notice', ({ d = {} }) => this.#take(d));
    chat.on('signed_out', () => root.replaceChildren());
  }

  #take(d) {
    if (d.kind === 'warning') this.#warning(d);
    else if (d.kind === 'report' && OUTCOMES[d.outcome]) this.#outcome(d);
  }

  #warning({ notice, text, seen }) {
    const shown = [...this.root.children].find((each) => each.dataset.notice === notice);
    if (seen) shown?.remove();
    if (seen || shown) return;
    const problem = h('span', { class: 'problem', hidden: true });
    const read = async () => {
      try {
        await this.chat.noticeSeen(notice);
        box.remove();
      } catch (e) {
        problem.textContent = explain(e);
        problem.hidden = false;
      }
    };
    const box = h('div', { class: 'warning' }, h('strong', {}, 'A warning from the moderators: '), h('span', { dir: 'auto' }, text), ' ', problem, h('button', { type: 'button', onclick: read }, 'I have read it'));
    box.dataset.notice = notice;
    this.root.append(box);
  }

  #outcome({ outcome }) {
    const box = h('div', {}, h('span', {}, OUTCOMES[outcome]), ' ', h('button', { type: 'button', onclick: () => box.remove() }, 'Close'));
    this.root.append(box);
    setTimeout(() => box.remove(), SHOWN_MS);
  }
}
