/** Whether keys of a single character act, as each person chose in this browser: console.js with a page of its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';

const SCRIPT = readFileSync(fileURLToPath(new URL('../../../admin-ui/WEB-INF/resources/console/console.js', import.meta.url)), 'utf8');

/** A page of this person in a browser that remembers this. */
function page(person, remembered) {
  const listeners = { change: [], click: [], keydown: [] };
  const elements = { keysOn: { id: 'keysOn', checked: true }, keys: { dataset: {}, opened: 0, showModal() { this.opened++; } } };
  const document = {
    body: { dataset: { person } },
    getElementById: (id) => elements[id] ?? null,
    querySelector: () => null,
    querySelectorAll: () => [],
    addEventListener: (type, listener) => listeners[type]?.push(listener),
  };
  const window = { jQuery: () => ({ on: () => {} }) };
  const localStorage = { getItem: (name) => remembered.get(name) ?? null, setItem: (name, value) => remembered.set(name, value) };
  const location = { protocol: 'https:', pathname: '/admin/queue', search: '' };
  runInNewContext(SCRIPT, { window, document, localStorage: remembered && localStorage, location, setInterval: () => {}, Intl, URLSearchParams });
  const key = (name) => ({ key: name, target: { closest: () => null }, preventDefault: () => {} });
  const tell = (type, event) => listeners[type].forEach((listener) => listener(event));
  return {
    acts: (name) => !window.confabConsole.isNoKeyOfOurs(key(name)),
    press: (name) => tell('keydown', key(name)),
    click: (id) => tell('click', { target: { id } }),
    tick(checked) {
      elements.keysOn.checked = checked;
      tell('change', { target: elements.keysOn });
    },
    panel: elements.keys,
    box: elements.keysOn,
  };
}

test('keys act until somebody switches them off, and then on no page of theirs', () => {
  const browser = new Map();
  const here = page('u_mia', browser);
  assert.ok(here.acts('j'));

  here.tick(false);

  assert.ok(!here.acts('j'));
  assert.equal(here.panel.dataset.off, 'true');
  assert.ok(!page('u_mia', browser).acts('a'));
  assert.ok(page('u_max', browser).acts('a'), 'whoever else sits here chose nothing');
});

test('the list of keys opens by a button also when keys are off, and switches them on again', () => {
  const browser = new Map();
  page('u_mia', browser).tick(false);
  const here = page('u_mia', browser);
  here.press('?');
  assert.equal(here.panel.opened, 0);

  here.click('showKeys');
  assert.equal(here.panel.opened, 1);
  assert.equal(here.box.checked, false);
  here.tick(true);

  assert.ok(here.acts('j'));
  here.press('?');
  assert.equal(here.panel.opened, 2);
});

test('what is switched in another tab holds here', () => {
  const browser = new Map();
  const here = page('u_mia', browser);
  assert.ok(here.acts('j'));

  page('u_mia', browser).tick(false);

  assert.ok(!here.acts('j'));
});

test('in a browser that remembers nothing they are switched off for this page', () => {
  const here = page('u_mia', null);
  assert.ok(here.acts('j'));

  here.tick(false);

  assert.ok(!here.acts('j'));
});
