import { h, hiddenText, icon, iconButton } from './dom.js';
import { timeOf } from './names.js';

/** A longer word on what becomes of a message has a line of its own. */
const SHORT = 10;
const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gu;

/** A text with its mentions (offsets in code points) and links made visible. Only text nodes are made of what people wrote. */
export function textOf(message, me) {
  const points = [...message.body.text];
  const parts = [];
  let at = 0;
  for (const m of [...(message.mentions ?? [])].sort((a, b) => a.offset - b.offset)) {
    if (m.offset < at || m.offset + m.length > points.length) continue;
    parts.push(...linked(points.slice(at, m.offset).join('')), h('span', { class: m.user === me ? 'mention me' : 'mention' }, points.slice(m.offset, m.offset + m.length).join('')));
    at = m.offset + m.length;
  }
  parts.push(...linked(points.slice(at).join('')));
  return h('div', { class: 'text', dir: 'auto' }, parts);
}

function linked(text) {
  const parts = [];
  let at = 0;
  for (const m of text.matchAll(LINK)) {
    parts.push(text.slice(at, m.index), h('a', { href: m[0], target: '_blank', rel: 'noopener noreferrer nofollow' }, m[0]));
    at = m.index + m[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}

export function bodyOf(message, me) {
  if (message.hidden) return h('div', { class: 'text gone' }, 'A moderator has hidden this message.');
  if (message.deleted || !message.body) return h('div', { class: 'text gone' }, 'This message was deleted.');
  if (message.body.type !== 'text' || typeof message.body.text !== 'string') return h('div', { class: 'text gone' }, 'This kind of message cannot be shown here.');
  return textOf(message, me);
}

/** Draws messages of one room. `room` knows: chat, names, id, act(name, seq), quoteOf(seq). */
export class MessageDrawing {
  constructor(view) {
    this.view = view;
  }

  /** @param first whether the author is shown (not again within a few minutes) */
  message(m, first) {
    const { chat, names } = this.view;
    const mine = m.by === chat.user.id;
    const pinned = this.view.isPinned(m.seq);
    return h('li', { class: `message${first ? ' first' : ''}${mine ? ' mine' : ''}`, 'data-seq': m.seq, 'data-pins': this.#pinsOf(m.seq), tabindex: -1 },
      first ? names.avatar(m.by) : h('span', { class: 'gutter' }, timeOf(m.ts)),
      h('div', { class: 'content' },
        first ? h('div', { class: 'by' }, h('span', { class: 'name' }, names.of(m.by)), ' ', timeOf(m.ts)) : hiddenAuthor(names, m),
        m.reply_to && !m.deleted ? this.#quote(m.reply_to) : null,
        bodyOf(m, chat.user.id),
        m.deleted || !(mine || m.edited_at || pinned) ? null : h('div', { class: 'states' },
          pinned ? h('span', { class: 'state' }, icon('pin'), ' pinned') : null,
          m.edited_at ? h('span', { class: 'state' }, 'edited') : null,
          mine ? h('span', { class: 'state sent', title: 'Sent' }, icon('check'), hiddenText('Sent')) : null)),
      m.deleted ? null : this.#actions(m, mine));
  }

  #pinsOf(seq) {
    return `${this.view.isPinned(seq) ? 'pinned' : ''}${this.view.mayPin() ? ' may' : ''}`;
  }

  /** Whether it was drawn when another thing was known of its pin. */
  isDrawnOtherwise(li, seq) {
    return li.dataset.pins !== this.#pinsOf(seq);
  }

  #actions(m, mine) {
    const { act, mayDelete, mayPin, isPinned } = this.view;
    return h('div', { class: 'actions' },
      iconButton('reply', 'Reply', () => act('reply', m.seq)),
      mine ? iconButton('edit', 'Edit', () => act('edit', m.seq)) : null,
      mayPin() ? iconButton('pin', isPinned(m.seq) ? 'Unpin' : 'Pin', () => act('pin', m.seq), { 'aria-pressed': String(isPinned(m.seq)) }) : null,
      mine || mayDelete() ? iconButton('delete', 'Delete', () => act('delete', m.seq)) : null,
      mine ? null : iconButton('flag', 'Report', () => act('report', m.seq)));
  }

  #quote(seq) {
    const el = h('button', { type: 'button', class: 'quote', 'data-quote': seq, onclick: () => this.view.act('jump', seq) });
    this.fillQuote(el, this.view.quoted(seq));
    return el;
  }

  /** The quoted message as it stands: its words follow edits and go with its deletion. */
  fillQuote(el, m) {
    if (!m) el.replaceChildren('An earlier message');
    else if (m.deleted || !m.body) el.replaceChildren(h('em', {}, m.hidden ? 'A hidden message' : 'A deleted message'));
    else el.replaceChildren(h('span', { class: 'name' }, this.view.names.of(m.by)), ' ', h('span', { dir: 'auto' }, excerpt(m.body.text ?? '')));
  }

  /** A message that the server has not shown yet. */
  unsent(item, { online, held, first }) {
    const { chat, names } = this.view;
    const [word, image] = this.#stateOf(item, online, held);
    return h('li', { class: `message mine unsent ${item.state}${first ? ' first' : ''}`, 'data-cid': item.cid, tabindex: -1 },
      first ? names.avatar(chat.user.id) : h('span', { class: 'gutter' }),
      h('div', { class: 'content' },
        first ? h('div', { class: 'by' }, h('span', { class: 'name' }, names.of(chat.user.id))) : null,
        item.reply_to ? this.#quote(item.reply_to) : null,
        h('div', { class: 'text', dir: 'auto' }, item.body.text),
        h('div', { class: word.length > SHORT ? 'below' : 'states' }, h('span', { class: `state${item.state === 'failed' ? ' failed' : ''}`, role: item.state === 'failed' ? 'alert' : undefined }, icon(image), ' ', word)),
        item.state === 'failed' ? h('div', { class: 'repair' },
          h('button', { type: 'button', onclick: () => chat.retry(item.cid) }, 'Try again'),
          h('button', { type: 'button', onclick: () => this.view.act('rewrite', item.cid) }, 'Edit'),
          h('button', { type: 'button', onclick: () => chat.discard(item.cid) }, 'Discard')) : null));
  }

  #stateOf(item, online, held) {
    if (item.state === 'failed') return [`Not sent: ${item.failed.message}`, 'alert'];
    if (item.state === 'sent') return ['Sent', 'check'];
    if (held) return ['Waiting for the one before', 'clock'];
    if (!online) return ['Will be sent when the connection is back', 'clock'];
    return ['Sending…', 'clock'];
  }
}

function hiddenAuthor(names, m) {
  return h('span', { class: 'hidden-text' }, names.of(m.by), ': ');
}

export function excerpt(text) {
  const points = [...text.replace(/\s+/gu, ' ')];
  return points.length > 120 ? `${points.slice(0, 120).join('')}…` : points.join('');
}
