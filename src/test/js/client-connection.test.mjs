import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { afterClose, backoffMs, BOUNDS } from '../../main/webapp/client/confab-client.js';
import { logTexts, sent, texts, world } from './support.mjs';

describe('close codes', () => {
  test('say whether to come back', () => {
    for (const code of [1001, 1006, 1011, 1012, 4000, 4301, 4302, 4303, 4305, 4306, 4307, 4308, 4499]) assert.equal(afterClose(code), 'reconnect', String(code));
    for (const code of [1002, 1003, 1007, 1008, 1009, 4500, 4501, 4503, 4508, 4509, 4999]) assert.equal(afterClose(code), 'stop', String(code));
    assert.equal(afterClose(4304), 'refresh');
  });

  for (const code of [1001, 1006, 1011, 1012, 4301, 4302, 4303, 4305, 4306, 4307, 4308]) {
    test(`after ${code} the client is back, with its cursors and nothing missing`, async () => {
      const { clock, server, bob, room, id, ann, signedIn } = world();
      const c = await signedIn(ann);
      server.say(room, bob, 'before');
      server.closeAll(code);
      await clock.settle();
      server.say(room, bob, 'meanwhile');
      assert.equal(c.state.name, 'waiting');

      await clock.advance(1_000);

      assert.equal(c.state.name, 'online');
      assert.deepEqual(texts(c.events), ['before', 'meanwhile']);
      assert.deepEqual(sent(server, 'hello').at(-1).d.rooms[id], { ep: 'e1', seq: 2 });
    });
  }

  for (const code of [1002, 1003, 1007, 1008, 1009, 4501, 4502, 4504, 4505, 4507, 4509]) {
    test(`after ${code} the client stays away until asked`, async () => {
      const { clock, server, ann, signedIn } = world();
      const c = await signedIn(ann);
      server.closeAll(code, 'why');

      await clock.advance(300_000);

      assert.deepEqual(c.state, { name: 'stopped', code, reason: 'why' });
      assert.equal(sent(server, 'hello').length, 1);
      c.reconnect();
      await clock.settle();
      assert.equal(c.state.name, 'online');
    });
  }

  for (const [code, reason] of [[4500, 'revoked'], [4503, 'suspended'], [4508, 'revoked']]) {
    test(`${code} ends the sign-in of this browser`, async () => {
      const { clock, server, ann, signedIn } = world();
      const c = await signedIn(ann);
      const over = [];
      c.on('signed_out', (x) => over.push(x));

      server.closeAll(code);
      await clock.advance(60_000);

      assert.deepEqual(over, [{ reason }]);
      assert.equal(c.user, null);
      assert.equal(sent(server, 'hello').length, 1);
    });
  }
});

describe('backoff', () => {
  test('is full jitter under a doubling bound', () => {
    assert.equal(backoffMs(0, () => 0), 0);
    assert.equal(backoffMs(3, () => 0.999999) > 3_990, true);
    assert.equal(backoffMs(3, () => 0.999999) < 4_000, true);
    assert.equal(backoffMs(50, () => 1), BOUNDS.backoffCapMs);
  });

  test('grows while the server is away, and starts over once a connection has lasted', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann, { random: () => 1 });
    server.faults.down = true;
    server.closeAll(1006);
    await clock.advance(120_000);

    const waits = c.states.filter((s) => s.name === 'waiting').map((s) => s.retryAt);
    const steps = waits.slice(1).map((at, i) => at - waits[i]);
    assert.deepEqual(steps.slice(0, 7), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);

    server.faults.down = false;
    await clock.advance(30_000 + BOUNDS.stableMs);
    assert.equal(c.state.name, 'online');
    server.closeAll(1006);
    await clock.settle();
    assert.equal(c.state.retryAt - clock.now(), 500);
  });

  test('a server that closes each connection at once is not hammered', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann, { random: () => 1 });
    c.on('state', (s) => { if (s.name === 'online') server.closeAll(4305); });
    server.closeAll(4305);

    await clock.advance(60_000);

    assert.ok(sent(server, 'hello').length <= 8, `${sent(server, 'hello').length} hellos in a minute`);
  });
});

describe('reconnect', () => {
  test('is done after after_ms and a part of jitter_ms', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann);
    for (const s of server.sockets) s.push({ t: 'reconnect', d: { after_ms: 3_000, jitter_ms: 4_000 } });

    await clock.advance(4_900);
    assert.equal(sent(server, 'hello').length, 1);
    await clock.advance(200);

    assert.equal(sent(server, 'hello').length, 2);
    assert.equal(c.state.name, 'online');
  });

  test('keeps its moment when the server closes earlier', async () => {
    const { clock, server, ann, signedIn } = world();
    await signedIn(ann);
    for (const s of server.sockets) s.push({ t: 'reconnect', d: { after_ms: 3_000, jitter_ms: 4_000 } });
    await clock.advance(500);
    server.closeAll(4301);

    await clock.advance(4_400);
    assert.equal(sent(server, 'hello').length, 1);
    await clock.advance(200);

    assert.equal(sent(server, 'hello').length, 2);
  });
});

describe('a drained node', () => {
  test('is left within the window, while messages come and go, and none is missing or comes twice', async () => {
    const { clock, server, bob, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    for (let i = 0; i < 40; i++) {
      if (i === 5) for (const s of server.sockets) s.push({ t: 'reconnect', d: { after_ms: 0, jitter_ms: 2_000 } });
      if (i === 30) server.closeAll(4301, 'draining'); // as a node does with whoever is still there
      server.say(room, bob, `of bob ${i}`);
      c.send(id, `of ann ${i}`);
      await clock.advance(100);
    }
    await clock.advance(30_000);

    assert.equal(c.state.name, 'online');
    assert.equal(c.unsentCount, 0);
    assert.deepEqual(texts(c.events), logTexts(room));
    assert.equal(new Set(logTexts(room)).size, 80);
  });

  test('is not gone back to: it refuses the handshake, and the client tries again soon, each time later', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann, { random: () => 1 });
    for (const s of server.sockets) s.push({ t: 'reconnect', d: { after_ms: 0, jitter_ms: 1_000 } });
    server.faults.refuseHandshakes = 3;
    const begun = clock.now();
    await clock.advance(10_000);

    assert.equal(c.state.name, 'online');
    assert.deepEqual(server.handshakes.slice(1).map(({ at }) => at - begun), [1_000, 1_500, 2_500, 4_500]);
  });

  test('a first handshake says nothing of itself, each later one that it resumes', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.refuseHandshakes = 1;
    server.closeAll(4301);
    await clock.advance(10_000);
    assert.equal(c.state.name, 'online');

    assert.deepEqual(server.handshakes.map(({ path }) => path), ['/ws/v1', '/ws/v1?resume=1', '/ws/v1?resume=1']);
  });

  test('an application that kept its cursors resumes from the first handshake on', async () => {
    const { server, id, ann, signedIn } = world();
    await signedIn(ann, { cursors: { [id]: { ep: 'e1', seq: 1 } } });

    assert.deepEqual(server.handshakes.map(({ path }) => path), ['/ws/v1?resume=1']);
  });
});

describe('heartbeat', () => {
  test('first ping at a random part of hb_ms, then each hb_ms', async () => {
    const { clock, server, ann, signedIn } = world();
    await signedIn(ann, { random: () => 0.2 });

    await clock.advance(5_100);
    assert.equal(sent(server, 'ping').length, 1);
    await clock.advance(25_000);

    assert.equal(sent(server, 'ping').length, 2);
  });

  test('a network that went silent is noticed and left', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann, { random: () => 0.2 });
    server.faults.mute = true;
    await clock.advance(5_000 + BOUNDS.pongMs + 10);
    assert.notEqual(c.state.name, 'online');
    server.faults.mute = false;
    server.say(room, bob, 'are you there?');

    await clock.advance(30_000);

    assert.equal(c.state.name, 'online');
    assert.deepEqual(texts(c.events), ['are you there?']);
  });
});

describe('tokens', () => {
  test('are renewed ahead of time and told to the live socket', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann);

    await clock.advance(1_300_000);

    assert.equal(c.states.filter((s) => s.name === 'online').length, 1, 'the socket lived on');
    assert.ok(sent(server, 'auth').length >= 2);
    assert.equal(c.state.name, 'online');
  });

  test('an expired one (4304) is renewed and the client reconnects at once', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.expireAll();
    server.closeAll(4304);
    server.say(room, bob, 'hi');

    await clock.settle();

    assert.equal(c.state.name, 'online');
    assert.deepEqual(texts(c.events), ['hi']);
  });

  test('4304 again and again ends in backoff, not in a storm', async () => {
    const { clock, server, ann, signedIn } = world();
    await signedIn(ann);
    server.tokenLifeS = 0;
    server.expireAll();
    server.closeAll(4304);

    await clock.advance(10_000);

    assert.ok(server.calls.filter((c) => c === 'POST /api/v1/token').length < 20);
  });

  test('a lost answer to a renewal is covered by the grace', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann);
    let lost = 0;
    server.faults.loseHttp = (_m, path) => path.endsWith('/token') && lost++ === 0;

    await clock.advance(700_000);

    assert.equal(lost >= 2, true);
    assert.equal(c.user.username, 'ann');
    assert.equal(c.state.name, 'online');
  });

  test('of many tabs one renews at a time, and all sockets hear of it', async () => {
    const { clock, server, ann, signedIn, client } = world();
    const first = await signedIn(ann);
    const { store, locks } = first.test;
    const others = [client({ store, locks }), client({ store, locks })];
    for (const c of others) await c.start();
    await clock.settle();

    await clock.advance(540_000);

    assert.equal(server.calls.filter((c) => c === 'POST /api/v1/token').length, 1);
    assert.equal(sent(server, 'auth').length, 3);
    assert.equal(locks.most, 1);
    for (const c of [first, ...others]) assert.equal(c.state.name, 'online');
  });

  test('the same without Web Locks', async () => {
    const { LeaseLocks } = await import('../../main/webapp/client/confab-client.js');
    const { clock, server, ann, client } = world();
    const base = client();
    const { store } = base.test;
    const tabs = [0.1, 0.5, 0.9].map((r) => client({ store, locks: new LeaseLocks(store.tab(), clock.timers, () => r), random: () => r }));
    await tabs[0].login('ann', ann.password);
    await Promise.all([...tabs.map((t) => t.start()), clock.advance(2_000)]);

    await clock.advance(560_000);

    assert.equal(server.calls.filter((c) => c === 'POST /api/v1/token').length, 1);
    for (const c of tabs) assert.equal(c.state.name, 'online');
  });

  test('a refused renewal signs out', async () => {
    const { clock, server, ann, signedIn } = world();
    const c = await signedIn(ann);
    const over = [];
    c.on('signed_out', (x) => over.push(x.reason));
    server.signIns.clear();

    await clock.advance(700_000);

    assert.deepEqual(over, ['unauthorized']);
    assert.equal(c.state.name, 'idle');
  });

  test('signing out in one tab ends the others', async () => {
    const { clock, ann, signedIn, client } = world();
    const first = await signedIn(ann);
    const second = client(first.test);
    await second.start();
    await clock.settle();

    await first.logout();
    await clock.settle();

    assert.equal(second.user, null);
    assert.equal(second.state.name, 'idle');
  });

  test('an HTTP call whose token has run out is made again with a fresh one', async () => {
    const { server, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.expireAll();

    const me = await c.http('GET', '/me');

    assert.equal(me.username, 'ann');
  });
});
