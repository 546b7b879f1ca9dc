import { explain, h, iconButton } from './dom.js';

/**
 * A modal dialog. `submit` (optional) runs when its form is sent; the dialog closes when it succeeds, and shows the reason when it fails.
 * Escape and the close button leave without doing anything.
 */
export function openDialog({ title, body, action, danger = false, submit, wide = false }) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const button = action ? h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, action) : null;
  const form = h('form', { onsubmit: (e) => { e.preventDefault(); send(); } },
    h('header', {}, h('h2', { id: 'dialog-title' }, title), iconButton('close', 'Close', () => dialog.close())),
    h('div', { class: 'dialog-body' }, body), problem,
    button ? h('footer', {}, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'), button) : null);
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', class: wide ? 'wide' : undefined, onclose: () => dialog.remove() }, form);

  async function send() {
    if (!submit) return;
    problem.hidden = true;
    button.disabled = true;
    try {
      await submit();
      dialog.close();
    } catch (e) {
      fail(e);
    } finally {
      button.disabled = false;
    }
  }

  function fail(e) {
    problem.textContent = explain(e);
    problem.hidden = false;
  }

  document.body.append(dialog);
  dialog.showModal();
  return { dialog, fail, close: () => dialog.close() };
}

export function confirm(title, text, action, submit) {
  return openDialog({ title, body: h('p', {}, text), action, danger: true, submit });
}
