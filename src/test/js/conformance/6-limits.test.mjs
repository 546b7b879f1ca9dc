import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cid, closeAll, person, sleep, text, WITH_LIMITS } from './support.mjs';

after(closeAll);

const rated = (f) => f.t === 'err' && f.code === 'rate_limited';

describe('6 Limits', () => {
  test('L1 welcome announces them', async () => {
    const { limits } = (await (await person()).socket()).welcome.d;
    for (const name of ['max_frame_bytes', 'max_text_chars', 'max_rooms', 'replay_room', 'replay_total', 'fetch_events']) assert.ok(limits[name] > 0, name);
    for (const name of ['connection', 'user', 'user_room', 'reads', 'handshakes', 'guest_handshakes', 'address', 'node_handshakes']) {
      for (const field of ['burst', 'refill', 'per_ms']) assert.ok(limits.rates[name][field] > 0, `${name}.${field}`);
    }
  });

  test('L1 a fetch has at most fetch_events', async () => {
    const ann = await person();
    const room = await ann.room();
    const socket = await ann.socket([room]);
    const { fetch_events: most } = socket.welcome.d.limits;
    await socket.ok('fetch', room, { after: 0, limit: most });
    await socket.err('bad_request', 'fetch', room, { after: 0, limit: most + 1 });
  });

  test('L2 too many messages in a room are rate_limited, and after the wait the same goes through', async (t) => {
    if (!WITH_LIMITS) return t.skip('a test of limits: --limits');
    const ann = await person();
    const room = await ann.room();
    const socket = await ann.socket([room]);
    const { burst } = socket.welcome.d.limits.rates.user_room;
    const sent = Array.from({ length: burst + 2 }, (_, i) => ({ cid: cid(), body: text(`text ${i}`) }));
    const answers = await Promise.all(sent.map((d) => socket.ask('msg.send', room, d)));
    const refused = answers.findLast(rated);
    assert.ok(answers.slice(0, burst).every((f) => f.t === 'ok'));
    assert.deepEqual(refused.d, { bucket: 'user_room', limit: burst, remaining: 0 });
    await sleep(refused.retry_after_ms);
    assert.equal((await socket.ok('msg.send', room, sent[answers.indexOf(refused)])).dup, false);
  });

  test('L2 a frame over the rate of its connection is refused by its id', async (t) => {
    if (!WITH_LIMITS) return t.skip('a test of limits: --limits');
    const socket = await (await person()).socket();
    const { burst } = socket.welcome.d.limits.rates.connection;
    const answers = await Promise.all(Array.from({ length: burst + 1 }, () => socket.ask('ping'))); // hello was one
    const refused = answers.find(rated);
    assert.equal(refused.d.bucket, 'connection');
    await sleep(refused.retry_after_ms);
    await socket.settle();
  });

  test('L3 who goes on all the same is closed with 4307', async (t) => {
    if (!WITH_LIMITS) return t.skip('a test of limits: --limits');
    const socket = await (await person()).socket();
    const { burst } = socket.welcome.d.limits.rates.connection;
    for (let i = 0; i < burst + 1_000 && socket.open; i++) {
      socket.send('ping');
      await sleep(2); // the close is read as it comes: behind what a server no longer reads it might be lost (1006)
    }
    assert.equal(await socket.closed(), 4307);
    assert.equal(socket.frames.find(rated).d.bucket, 'connection');
    assert.ok(socket.frames.find(rated).retry_after_ms > 0);
  });

  test('L4 one socket too many is closed with 4505, and the others live on', async (t) => {
    if (!WITH_LIMITS) return t.skip('a test of limits: --limits');
    const ann = await person();
    const sockets = [];
    while (sockets.length < 25 && sockets.every((socket) => socket.open)) {
      sockets.push(await ann.open());
      sockets.at(-1).send('hello', null, {});
      await sleep(100); // a server may let one in and end it a moment later
    }
    const taken = sockets.findIndex((socket) => !socket.open);
    assert.ok(taken > 0, `none of ${sockets.length} sockets was closed`);
    // one that says nothing: a hello that crosses the close may lose it (1006)
    assert.equal(await (await ann.open()).closed(), 4505);
    for (const socket of sockets.slice(0, taken)) await socket.settle();
  });
});
