/** Whether a list of reports is live, as its page says: queue.js with a page, a clock and a socket of its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';

const SCRIPT = readFileSync(fileURLToPath(new URL('../../../admin-ui/WEB-INF/resources/console/queue.js', import.meta.url)), 'utf8');
const BEAT = { cases: [], open: 3, escalated: 0 };

/** The page of the list, with what it says and how often it opened the socket by itself. */
function page() {
  let now = 1_000_000;
  let timers = [];
  const opened = [];
  const live = { dataset: { state: 'waiting' }, textContent: 'connecting' };
  const elements = { live, 'queue-live': { dataset: { me: 'mia', shown: 'open', at: '0' } } };
  const listeners = {};
  const window = {
    OmniFaces: { Push: { open: (channel) => opened.push(channel), close: () => assert.fail('a socket that is open was closed') } },
  };
  const document = {
    getElementById: (id) => elements[id] ?? null,
    querySelector: () => null,
    querySelectorAll: () => [],
    addEventListener: (type, listener) => { listeners[type] = listener; },
  };
  const setTimeout = (task, wait) => {
    const timer = { task, at: now + wait };
    timers.push(timer);
    return timer;
  };
  const clearTimeout = (timer) => { timers = timers.filter((each) => each !== timer); };
  runInNewContext(SCRIPT, { window, document, setTimeout, clearTimeout, Date: { now: () => now } });
  listeners.DOMContentLoaded();
  return {
    says: () => live.textContent,
    state: () => live.dataset.state,
    opened,
    queue: window.confabQueue,
    hears: () => window.confabQueue.changed(BEAT),
    waits(seconds) {
      const end = now + seconds * 1000;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = next.at;
        clearTimeout(next);
        next.task();
      }
      now = end;
    },
  };
}

test('a list is live as long as something comes', () => {
  const list = page();
  assert.equal(list.says(), 'connecting');

  for (let i = 0; i < 20; i++) {
    list.hears();
    assert.deepEqual([list.says(), list.state()], ['live', 'live']);
    list.waits(10);
  }

  assert.equal(list.says(), 'live');
  assert.deepEqual(list.opened, []);
});

test('a socket on which nothing comes any more, since the sign-in is over, is not live', () => {
  const list = page();
  list.hears();

  list.waits(16);

  assert.match(list.says(), /reload the page/);
  assert.equal(list.state(), 'waiting');
  assert.deepEqual(list.opened, []);
});

test('a first socket on which nothing comes is not live', () => {
  const list = page();
  list.queue.opened('queue');

  list.waits(16);

  assert.match(list.says(), /reload the page/);
});

test('what is lost for a moment is live again with all that came meanwhile', () => {
  const list = page();
  list.hears();

  list.queue.lost(1006);
  assert.equal(list.says(), 'connection lost, trying again');
  list.waits(14);
  list.hears();

  assert.equal(list.says(), 'live');
});

test('what was lost for longer says that something may be missing, however long it is live after that', () => {
  const list = page();
  list.hears();
  list.queue.lost(1006);
  list.waits(16);

  list.hears();
  list.waits(10);
  list.hears();

  assert.equal(list.says(), 'live again: reload for what came meanwhile');
  assert.notEqual(list.state(), 'live');
});

test('a socket that opens again but is told nothing does not say for ever that it is being tried', () => {
  const list = page();
  list.hears();
  list.queue.lost(1006);

  list.waits(16);

  assert.match(list.says(), /reload the page/);
});

test('what OmniFaces has given up is tried six times more, and then said to be not live', () => {
  const list = page();
  list.hears();

  for (let i = 1; i <= 6; i++) {
    list.queue.closed(1006, 'queue', { reason: '' });
    assert.equal(list.says(), 'connection lost, trying again');
    list.waits(5);
    assert.equal(list.opened.length, i);
  }
  list.queue.closed(1006, 'queue', { reason: '' });
  list.waits(60);

  assert.deepEqual([list.says(), list.state()], ['not live: reload the page', 'closed']);
  assert.deepEqual(list.opened, Array(6).fill('queue'));
});

test('a socket that came back may be lost as often again', () => {
  const list = page();
  for (let i = 0; i < 20; i++) {
    list.queue.closed(1006, 'queue', { reason: '' });
    list.waits(5);
    list.hears();
  }

  assert.equal(list.opened.length, 20);
  assert.equal(list.says(), 'live');
});

test('a socket that the server will not have, or a browser without any, is not tried again', () => {
  for (const [code, reason] of [[1008, 'Unknown channel'], [1000, 'Expired'], [-1, undefined]]) {
    const list = page();

    list.queue.closed(code, 'queue', reason === undefined ? undefined : { reason });
    list.waits(60);

    assert.deepEqual([list.says(), list.state()], ['not live: reload the page', 'closed']);
    assert.deepEqual(list.opened, []);
  }
});
