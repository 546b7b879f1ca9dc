/** Small means to build the page. Text goes in as text nodes only; nothing here parses HTML. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element. Properties that are functions and begin with `on` become listeners, booleans toggle attributes, the rest are attributes.
 * Children: nodes, strings, or nothing (null, undefined, false).
 */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (typeof v === 'function') el.addEventListener(k.slice(2), v);
    else if (v === true) el.setAttribute(k, '');
    else if (v !== false && v !== undefined && v !== null) el.setAttribute(k, String(v));
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `app/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows an icon and says its name. */
export function iconButton(name, label, onclick, more = {}) {
  return h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...more }, icon(name));
}

export const hiddenText = (text) => h('span', { class: 'hidden-text' }, text);

let spoken;

/** Says something to those who do not see the page. */
export function announce(text) {
  const region = document.getElementById('announce');
  clearTimeout(spoken);
  region.replaceChildren(document.createTextNode(text));
  spoken = setTimeout(() => region.replaceChildren(), 5_000);
}

/** A labelled field. */
export function field(label, input, note) {
  const id = input.id || `f${Math.random().toString(36).slice(2)}`;
  input.id = id;
  if (note) input.setAttribute('aria-describedby', `${id}-note`);
  return h('div', { class: 'field' }, h('label', { for: id }, label), input, note ? h('p', { class: 'note', id: `${id}-note` }, note) : null);
}

/** What a failure means, in words. */
export function explain(e) {
  if (e.name === 'Disconnected') return 'The server cannot be reached just now. Please try again.';
  if (e.code === 'rate_limited') return `Too many attempts. Try again${e.retryAfterMs ? ` in ${Math.ceil(e.retryAfterMs / 1000)} s` : ' later'}.`;
  if (e.code === 'unavailable') return 'The server is busy. Please try again in a moment.';
  return e.message;
}
