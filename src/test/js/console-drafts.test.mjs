/** What is half written on the console's pages, kept in a tab: drafts.js with a page and a tab of its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';

const SCRIPT = readFileSync(fileURLToPath(new URL('../../../admin-ui/WEB-INF/resources/console/drafts.js', import.meta.url)), 'utf8');

/** A tab's store, whose keys are seen as a browser's are. */
function tab() {
  const store = {};
  for (const [name, value] of Object.entries({
    getItem: (key) => (Object.hasOwn(store, key) ? store[key] : null),
    setItem: (key, text) => { store[key] = String(text); },
    removeItem: (key) => { delete store[key]; },
  })) Object.defineProperty(store, name, { value });
  return store;
}

const note = () => ({ id: 'noting:note', type: 'textarea', dataset: { draft: 'any' }, value: '', defaultValue: '' });
const box = (version, checked = false) => ({ id: 'decide:do_mute', type: 'checkbox', dataset: { draft: String(version) }, checked, defaultChecked: checked });

/** Opens the page with one field in this tab; no person: the page where one signs in. */
function open(sessionStorage, person, search = '?id=u_ben', shape = note()) {
  const listeners = {};
  const field = { ...shape, matches: () => true, dispatchEvent() {} };
  const kept = { hidden: true };
  const document = {
    body: { dataset: person ? { person } : {} },
    addEventListener: (type, listener) => { listeners[type] = listener; },
    getElementById: () => kept,
    // on a page that says nothing, what might be said stands hidden
    querySelector: (selector) => (selector.startsWith('.notice.good') && !selector.includes('[hidden]') ? kept : null),
    querySelectorAll: () => (person ? [field] : []),
  };
  runInNewContext(SCRIPT, { document, sessionStorage, location: { pathname: '/admin/user', search }, URLSearchParams, Event });
  listeners.DOMContentLoaded();
  return { field, kept, send: () => listeners.submit({ target: { id: 'noting', querySelectorAll: () => [field] } }), write: (text) => { field.value = text; listeners.input({ target: field }); }, tick: (on) => { field.checked = on; listeners.input({ target: field }); } };
}

test('a note that is half written is there again after its author had to sign in anew', () => {
  const store = tab();
  open(store, 'u_1').write('was rude');
  open(store, null);

  assert.equal(open(store, 'u_1').field.value, 'was rude');
});

test('who signs in where the session of another ended finds nothing that they had half written', () => {
  const store = tab();
  open(store, 'u_1').write('was rude');
  open(store, null);

  assert.equal(open(store, 'u_12', '?id=u_other').field.value, '');

  assert.deepEqual(Object.keys(store), []);
});

test('what was ticked is ticked again, and the page says so; not once the report has become another version', () => {
  const store = tab();
  open(store, 'u_1', '?id=k_1', box(1)).tick(true);
  open(store, null);

  const again = open(store, 'u_1', '?id=k_1', box(1));
  assert.equal(again.field.checked, true);
  assert.equal(again.kept.hidden, false);
  const decided = open(store, 'u_1', '?id=k_1', box(2));
  assert.equal(decided.field.checked, false);
  assert.equal(decided.kept.hidden, true);
});

test('a tick that was taken away where the page had one stays away, and what is not possible is not ticked', () => {
  const store = tab();
  open(store, 'u_1', '?id=k_1', box(1, true)).tick(false);
  assert.equal(open(store, 'u_1', '?id=k_1', box(1, true)).field.checked, false);

  open(store, 'u_1', '?id=k_2', box(1)).tick(true);
  assert.equal(open(store, 'u_1', '?id=k_2', { ...box(1), disabled: true }).field.checked, false);
});

test('what was sent from a page that had run out is there again', () => {
  const store = tab();
  const first = open(store, 'u_1');
  first.write('was rude');
  first.send();

  assert.equal(open(store, 'u_1').field.value, 'was rude');
});
