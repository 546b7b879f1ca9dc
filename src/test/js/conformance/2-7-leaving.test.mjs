import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { play, SESSIONS } from './player.mjs';
import { closeAll, PATIENCE_MS, person, WITH_DRAIN } from './support.mjs';

after(closeAll);

const SESSION = SESSIONS.find(({ drains }) => drains);
const reconnect = (socket) => socket.expect('reconnect', (f) => f.t === 'reconnect');

/** The session drains the node, once for all tests here; beside it three sockets are told, one of which has not said hello. */
async function drain() {
  const ann = await person();
  const room = await ann.room();
  const listening = await ann.socket([room]);
  const all = [listening, await ann.socket(), await ann.open()];
  const played = play(SESSION).then(() => null, (e) => e);
  const { after_ms: wait, jitter_ms: jitter } = (await reconnect(listening)).d;
  return { ann, room, listening, all, played, told: Date.now(), window: wait + jitter };
}

let begun;
const drained = () => (begun ??= drain());

describe('2.7 When a node leaves', () => {
  const skip = WITH_DRAIN ? false : 'it drains the node: --drain';

  test('D3 new sockets are refused meanwhile', { skip }, async () => {
    const { raw } = await (await drained()).ann.open();
    assert.equal(raw.status, 503);
    assert.ok(Number(raw.headers['retry-after']) >= 1);
  });

  test('D1 each socket is told when to come back, also one that has not been greeted', { skip }, async () => {
    for (const socket of (await drained()).all) {
      const frame = await reconnect(socket);
      assert.deepEqual(Object.keys(frame).sort(), ['d', 't']);
      assert.deepEqual(Object.keys(frame.d).sort(), ['after_ms', 'jitter_ms']);
      for (const ms of Object.values(frame.d)) assert.ok(Number.isInteger(ms) && ms >= 0, JSON.stringify(frame));
    }
  });

  test('D2 a socket that was told works until its window is over, then it is closed with 4301', { skip }, async () => {
    const { room, listening, all, told, window } = await drained();
    const { seq } = await listening.post(room, 'before I go');
    await listening.event(room, seq);
    assert.equal(await listening.closed(window + PATIENCE_MS), 4301);
    assert.ok(Date.now() - told >= window, `after ${Date.now() - told} ms of ${window}`);
    for (const socket of all) {
      assert.equal(await socket.closed(), 4301);
      assert.equal(socket.frames.filter((f) => f.t === 'reconnect').length, 1);
    }
  });

  test(SESSION.title, { skip }, async () => assert.equal(await (await drained()).played, null));
});
