import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { admin, cid, closeAll, PATIENCE_MS, people, person, SLOW, sleep, text, until } from './support.mjs';

after(closeAll);

const upTo = (from, to) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

describe('4.1 Numbers', () => {
  test('S1 the numbers of a room have no hole, whatever happens in it', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const a = await ann.socket([room]);
    const { seq } = await a.post(room, 'x');
    await a.err('not_found', 'msg.edit', room, { seq: 1, body: text('not a message') });
    await a.ok('room.update', room, { topic: 'y' });
    await a.ok('msg.delete', room, { seq });
    const { events, head, ep } = await ann.get(`rooms/${room}/events?after=0`);
    assert.deepEqual(events.map((e) => e.seq), upTo(1, head));
    assert.ok(events.every((e) => e.ep === ep));
  });

  test('S2 all who listen get the same events in order, once each, while several write at once', async () => {
    const [ann, bob, eve] = await people('ann', 'bob', 'eve');
    const room = await ann.room('private', bob, eve);
    const sockets = [await ann.socket([room]), await bob.socket([room]), await eve.socket([room])];
    const oks = (await Promise.all(sockets.map((s) => Promise.all(upTo(1, 5).map((i) => s.post(room, `text ${i}`)))))).flat();
    const last = Math.max(...oks.map((ok) => ok.seq));
    for (const socket of sockets) await socket.event(room, last);
    const [one, two, three] = sockets.map((s) => s.events(room).filter((e) => e.seq > last - 15));
    assert.deepEqual(one.map((e) => e.seq), upTo(last - 14, last));
    assert.deepEqual(two, one);
    assert.deepEqual(three, one);
    assert.deepEqual(oks.map((ok) => ok.seq).sort((x, y) => x - y), upTo(last - 14, last));
  });
});

describe('4.2 Resume', () => {
  test('S3 exactly what came after the cursor is replayed', async () => {
    const ann = await person();
    const room = await ann.room();
    const first = await ann.socket([room]);
    const seen = (await first.post(room, 'seen')).seq;
    const { ep } = await first.event(room, seen);
    first.raw.vanish();
    const last = await ann.post(room, 'missed');
    const again = await ann.socket({ [room]: { ep, seq: seen } });
    assert.deepEqual(again.welcome.d.rooms[room], { status: 'ok', ep, from: seen + 1, to: last });
    assert.deepEqual(again.seqs(room), upTo(seen + 1, last));
    const none = await ann.socket({ [room]: { ep, seq: last } });
    assert.deepEqual(none.welcome.d.rooms[room], { status: 'ok', ep, from: last + 1, to: last });
    assert.deepEqual(none.seqs(room), []);
  });

  test('S3 what is said during the replay comes after it, once', async () => {
    const ann = await person();
    const room = await ann.room();
    for (let i = 0; i < 4; i++) await ann.post(room, `text ${i}`);
    const writer = await ann.socket();
    const listening = ann.socket({ [room]: { seq: 0 } });
    const oks = await Promise.all(upTo(1, 4).map((i) => writer.post(room, `meanwhile ${i}`)));
    const last = Math.max(...oks.map((ok) => ok.seq));
    const socket = await listening;
    await socket.event(room, last);
    assert.deepEqual(socket.seqs(room), upTo(1, last));
  });

  test('S4 without a number it begins at the head, without an epoch it means the present one', async () => {
    const ann = await person();
    const room = await ann.room();
    const head = await ann.post(room, 'x');
    const socket = await ann.socket({ [room]: {} });
    const { status, from, to, ep } = socket.welcome.d.rooms[room];
    assert.deepEqual([status, from, to], ['ok', head + 1, head]);
    const other = await ann.socket({ [room]: { seq: head - 1 } });
    assert.deepEqual(other.welcome.d.rooms[room], { status: 'ok', ep, from: head, to: head });
  });

  test('S5 a room that does not exist and one that may not be seen are told alike', async () => {
    const [ann, eve] = await people('ann', 'eve');
    const hidden = await ann.room('private');
    const socket = await eve.socket({ [hidden]: { seq: 0 }, r_nothing: { seq: 0 } });
    assert.deepEqual(socket.welcome.d.rooms, { [hidden]: { status: 'none' }, r_nothing: { status: 'none' } });
    for (const room of [hidden, 'r_nothing']) assert.deepEqual(await socket.ok('sub', room, {}), { status: 'none' });
    const said = [];
    for (const room of [hidden, 'r_nothing']) {
      for (const [t, d] of [['fetch', { after: 0 }], ['read', { seq: 1 }], ['room.join', {}], ['msg.send', { cid: cid(), body: text('x') }]]) {
        const { id, ...rest } = await socket.err('not_found', t, room, d);
        said.push(JSON.stringify(rest));
      }
    }
    assert.deepEqual(said.slice(0, 4), said.slice(4));
  });
});

describe('4.3 Gaps', () => {
  test('S6 another epoch and a cursor beyond the head are gaps', async () => {
    const ann = await person();
    const room = await ann.room();
    const head = await ann.post(room, 'x');
    const { ep } = await ann.get(`rooms/${room}`);
    const epoch = await ann.socket({ [room]: { ep: 'another', seq: 1 } });
    assert.deepEqual(epoch.welcome.d.rooms[room], { status: 'gap', reason: 'epoch', ep, head });
    const ahead = await ann.socket({ [room]: { ep, seq: head + 1 } });
    assert.deepEqual(ahead.welcome.d.rooms[room], { status: 'gap', reason: 'ahead', ep, head });
    await ann.post(room, 'y');
    await ahead.settle();
    assert.deepEqual(ahead.seqs(room), []);
  });

  test('S6 a sub is told of them as a hello is', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const head = await ann.post(room, 'x');
    const { ep } = await ann.get(`rooms/${room}`);
    const [a, b] = [await ann.socket(), await bob.socket()];
    assert.deepEqual(await a.ok('sub', room, { ep: 'another', seq: 1 }), { status: 'gap', reason: 'epoch', ep, head });
    assert.deepEqual(await a.ok('sub', room, { ep, seq: head + 1 }), { status: 'gap', reason: 'ahead', ep, head });
    await ann.post(room, 'y');
    await a.settle();
    assert.deepEqual(a.seqs(room), []); // a gap is no subscription
    await a.ok('room.kick', room, { user: bob.id });
    const { status, reason } = await b.ok('sub', room, { ep, seq: head });
    assert.deepEqual([status, reason], ['gap', 'left']);
  });

  test('S6 a gap in one room holds up no other', async () => {
    const ann = await person();
    const [lost, whole] = [await ann.room(), await ann.room()];
    const missed = await ann.post(whole, 'x');
    const { ep } = await ann.get(`rooms/${whole}`);
    const socket = await ann.socket({ [lost]: { ep: 'another', seq: 1 }, [whole]: { ep, seq: missed - 1 } });
    assert.equal(socket.welcome.d.rooms[lost].status, 'gap');
    assert.deepEqual(socket.seqs(whole), [missed]);
    assert.deepEqual(socket.seqs(lost), []);
  });

  test('S6 more than replay_room events are a gap, as many are not', async (t) => {
    const ann = await person();
    const room = await ann.room();
    const socket = await ann.socket();
    const { replay_room: most, rates } = socket.welcome.d.limits;
    if (most > 20 && rates.user_room.refill / rates.user_room.per_ms < 0.1) return t.skip(`${most} messages take too long at the rate of this server`);
    const head = (await ann.get(`rooms/${room}`)).head + most + 1;
    for (let i = 0; i < most + 1; i += 20) await Promise.all(upTo(i, Math.min(most, i + 19)).map((n) => socket.post(room, `text ${n}`)));
    const near = await ann.socket({ [room]: { seq: head - most } });
    const far = await ann.socket({ [room]: { seq: head - most - 1 } });
    assert.deepEqual(near.seqs(room), upTo(head - most + 1, head));
    assert.equal(far.welcome.d.rooms[room].reason, 'too_far');
    assert.deepEqual(far.seqs(room), []);
  });

  test('S6 more than replay_total events in all are a gap', async (t) => {
    const ann = await person();
    const socket = await ann.socket();
    const { replay_room: each, replay_total: total } = socket.welcome.d.limits;
    if (total > 50) return t.skip(`${total} messages are too many to write`);
    const rooms = {};
    for (let left = total; left >= 0; left -= each) {
      const room = await ann.room();
      const head = (await ann.get(`rooms/${room}`)).head;
      for (let i = 0; i < each; i++) await socket.post(room, `text ${i}`);
      rooms[room] = { seq: head };
    }
    const said = Object.values((await ann.socket(rooms)).welcome.d.rooms);
    assert.deepEqual(said.slice(0, -1).map((r) => r.status), Array(said.length - 1).fill('ok'));
    assert.deepEqual([said.at(-1).status, said.at(-1).reason], ['gap', 'too_far']);
  });

  test('S6 who was in a room and is no more is told left', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const { ep, head } = await bob.get(`rooms/${room}`);
    await (await ann.socket([room])).ok('room.kick', room, { user: bob.id });
    const { status, reason } = (await bob.socket({ [room]: { ep, seq: head } })).welcome.d.rooms[room];
    assert.deepEqual([status, reason], ['gap', 'left']);
  });

  test('S7 messages and then sub from their head leave no hole', async () => {
    const ann = await person();
    const room = await ann.room();
    for (let i = 0; i < 3; i++) await ann.post(room, `text ${i}`);
    const socket = await ann.socket({ [room]: { ep: 'another', seq: 1 } });
    const page = await ann.get(`rooms/${room}/messages?limit=2`);
    assert.deepEqual(page.messages.map((m) => m.body.text), ['text 1', 'text 2']);
    assert.equal(page.more, true);
    const between = await ann.post(room, 'between');
    const { status, from } = await socket.ok('sub', room, { ep: page.ep, seq: page.head });
    assert.deepEqual([status, from], ['ok', page.head + 1]);
    await socket.event(room, between);
    const older = await ann.get(`rooms/${room}/messages?limit=2&before=${page.messages[0].seq}`);
    assert.deepEqual(older.messages.map((m) => m.body.text), ['text 0']);
  });

  test('S8 rooms beyond max_rooms are too_many_subs', async (t) => {
    const ann = await person();
    const { max_rooms: most } = (await ann.socket()).welcome.d.limits;
    if (most > 10) return t.skip(`${most} rooms are too many to make`);
    const rooms = [];
    for (let i = 0; i <= most; i++) rooms.push(await ann.room());
    const socket = await ann.socket(rooms);
    assert.deepEqual(Object.values(socket.welcome.d.rooms).map((r) => r.status), [...Array(most).fill('ok'), 'too_many_subs']);
    await socket.err('too_many_subs', 'sub', rooms.at(-1), {});
    await socket.ok('unsub', rooms[0]);
    assert.equal((await socket.ok('sub', rooms.at(-1), {})).status, 'ok');
  });
});

describe('4.4 Removal and change', () => {
  test('S9 a removal is the last event that the removed person gets of a room', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const [a, b] = [await ann.socket([room]), await bob.socket([room])];
    const removed = await a.ok('room.kick', room, { user: bob.id });
    await a.post(room, 'behind his back');
    await b.event(room, removed.seq);
    await b.expect('room.removed', (f) => f.t === 'room.removed');
    await sleep(300);
    await b.settle();
    assert.equal(b.seqs(room).at(-1), removed.seq);
    await b.err('not_found', 'fetch', room, { after: 0 });
    assert.equal((await bob.call('GET', `rooms/${room}/events`)).status, 404);
    assert.deepEqual((await bob.socket({ [room]: { seq: 0 } })).welcome.d.rooms[room], { status: 'none' });
  });

  test('S10 rev rises with every change of the rooms of a person', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const b = await bob.socket();
    const before = (await b.settle()).rev;
    await ann.room('private', bob);
    const after = await until('a higher rev', async () => {
      const { rev } = await b.settle();
      return rev > before && rev;
    });
    assert.ok((await bob.get('rooms')).rev >= after);
  });

  test('S10 also when they make, join and leave one, are added and removed', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const [hers, open] = [await ann.room(), await ann.room('public')];
    const [a, b] = [await ann.socket(), await bob.socket()];
    const revision = async () => (await bob.get('rooms')).rev; // by HTTP: so many pings would be over the rate of a socket
    let last = await revision();
    for (const [what, change] of [
      ['makes', () => b.ok('room.create', null, { cid: cid(), kind: 'private', name: 'mine' })],
      ['joins', () => b.ok('room.join', open, {})],
      ['leaves', () => b.ok('room.leave', open, {})],
      ['is added', () => a.ok('room.invite', hers, { user: bob.id })],
      ['is removed', () => a.ok('room.kick', hers, { user: bob.id })],
    ]) {
      await change();
      const before = last;
      last = await until(`a higher rev once he ${what}`, async () => {
        const rev = await revision();
        return rev > before && rev;
      });
    }
    await until('that rev on his socket', async () => (await b.settle()).rev >= last);
  });

  test('S10 and of their sign-ins', async () => {
    const ann = await person();
    const other = await ann.signInAgain();
    const a = await ann.socket();
    const before = (await a.settle()).rev;
    assert.equal((await other.call('POST', 'logout')).status, 204);
    await until('a higher rev', async () => (await a.settle()).rev > before);
  });

  test('S10 and of their suspension', async (t) => {
    const staff = await admin();
    if (!staff) return t.skip('only staff suspends: give CONFAB_ADMIN_PASSWORD');
    const ann = await person();
    const { rev } = await ann.get('rooms');
    assert.equal((await staff.call('PUT', `users/${ann.id}/suspension`, { reason: 'conformance' })).status, 200);
    assert.equal((await staff.call('DELETE', `users/${ann.id}/suspension`)).status, 200);
    assert.ok((await (await ann.signInAgain()).get('rooms')).rev > rev);
  });
});

describe('4.5 Heartbeat', { concurrency: true }, () => {
  test('P1 the server pings who says nothing for hb_ms, and a pong counts as heard', async (t) => {
    const socket = await (await person()).socket();
    const { hb_ms: beat } = socket.welcome.d;
    if (beat > 5_000 && !SLOW) return t.skip(`hb_ms is ${beat}: --slow waits for it`);
    await sleep(2 * beat + 2_000);
    assert.ok(socket.raw.pings >= 1);
    assert.ok(socket.open);
  });

  test('P2 after twice that the socket is closed with 4303', async (t) => {
    const ann = await person();
    const from = Date.now();
    const socket = await ann.socket();
    const { hb_ms: beat } = socket.welcome.d;
    if (beat > 5_000 && !SLOW) return t.skip(`hb_ms is ${beat}: --slow waits for it`);
    socket.raw.answersPings = false;
    assert.equal(await socket.closed(2 * beat + PATIENCE_MS), 4303);
    assert.ok(Date.now() - from >= 2 * beat, `after ${Date.now() - from} ms`);
    assert.ok(socket.raw.pings >= 1);
  });
});

describe('4.6 What is unread', () => {
  const standing = async (who, room) => {
    const { unread, mentions, read } = await who.get(`rooms/${room}`);
    return { unread, mentions, read };
  };

  test('U1 unread counts the messages of others, mentions those that mention you', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    await ann.post(room, 'one');
    const last = await ann.post(room, `two @${bob.username}`);
    const { unread, mentions } = await standing(bob, room);
    assert.deepEqual([unread, mentions], [2, 1]);
    const socket = await bob.socket();
    const badge = await socket.expect('badge', (f) => f.t === 'badge' && f.room === room);
    assert.deepEqual([badge.d.unread, badge.d.mentions, badge.d.head], [2, 1, last]);
    await socket.ok('read', room, { seq: last });
    assert.deepEqual(await standing(bob, room), { unread: 0, mentions: 0, read: last });
  });

  test('U1 the marker divides: what is up to it counts no more', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const first = await ann.post(room, `one @${bob.username}`);
    const second = await ann.post(room, 'two');
    await ann.post(room, 'three');
    const socket = await bob.socket();
    await socket.ok('read', room, { seq: first });
    assert.deepEqual(await standing(bob, room), { unread: 2, mentions: 0, read: first });
    await socket.ok('read', room, { seq: second });
    assert.deepEqual(await standing(bob, room), { unread: 1, mentions: 0, read: second });
    await socket.expect('a badge of 1', (f) => f.t === 'badge' && f.room === room && f.d.unread === 1 && f.d.read === second);
    const all = await bob.get('rooms');
    assert.deepEqual(all.rooms.find((one) => one.room === room).unread, 1);
  });

  test('U1 both stop at 100', async (t) => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const socket = await ann.socket();
    const { refill, per_ms: per } = socket.welcome.d.limits.rates.user_room;
    if (refill / per < 0.1) return t.skip('101 messages take too long at the rate of this server');
    for (let i = 0; i < 101; i += 20) await Promise.all(upTo(i, Math.min(100, i + 19)).map(() => socket.post(room, `@${bob.username}`)));
    const { unread, mentions } = await standing(bob, room);
    assert.deepEqual([unread, mentions], [100, 100]);
  });

  test('U2 nothing but messages of others counts, and your own moves your marker', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const a = await ann.socket([room]);
    const { seq } = await a.post(room, 'one');
    await a.ok('msg.edit', room, { seq, body: text('edited') });
    await a.ok('room.update', room, { topic: 'x' });
    assert.equal((await standing(bob, room)).unread, 1);
    const own = await bob.post(room, 'mine');
    assert.deepEqual(await standing(bob, room), { unread: 0, mentions: 0, read: own });
  });

  test('U3 a deleted message counts no more, and an edit may make a mention', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const a = await ann.socket([room]);
    const one = await a.post(room, 'one');
    const two = await a.post(room, 'two');
    await a.ok('msg.edit', room, { seq: two.seq, body: text(`two @${bob.username}`) });
    await a.ok('msg.delete', room, { seq: one.seq });
    const { unread, mentions } = await standing(bob, room);
    assert.deepEqual([unread, mentions], [1, 1]);
    await a.ok('msg.edit', room, { seq: two.seq, body: text('two') });
    assert.equal((await standing(bob, room)).mentions, 0);
  });

  test('U3 also a mention that was deleted, and whoever is here is told', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const a = await ann.socket([room]);
    const away = await bob.socket();
    const { seq } = await a.post(room, `one @${bob.username}`);
    await a.post(room, 'two');
    const told = (unread, mentions) => away.expect(`a badge of ${unread} and ${mentions}`, (f) => f.t === 'badge' && f.room === room && f.d.unread === unread && f.d.mentions === mentions);
    await told(2, 1);
    await a.ok('msg.edit', room, { seq, body: text('one') });
    await told(2, 0);
    await a.ok('msg.delete', room, { seq });
    await told(1, 0);
    assert.equal((await standing(bob, room)).unread, 1);
  });

  test('U3 an edit or a deletion of what was read changes nothing', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const a = await ann.socket([room]);
    const read = await a.post(room, 'one');
    assert.equal((await bob.call('PUT', `rooms/${room}/read`, { seq: read.seq })).status, 200);
    await a.post(room, 'two');
    await a.ok('msg.edit', room, { seq: read.seq, body: text(`one @${bob.username}`) });
    await a.ok('msg.delete', room, { seq: read.seq });
    assert.deepEqual(await standing(bob, room), { unread: 1, mentions: 0, read: read.seq });
  });

  test('U4 who joins has nothing to read of what was before', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('public');
    await ann.post(room, 'before');
    assert.equal((await bob.call('POST', `rooms/${room}/members`, {})).status, 200);
    assert.equal((await standing(bob, room)).unread, 0);
    await ann.post(room, 'after');
    assert.equal((await standing(bob, room)).unread, 1);
  });

  test('U5 when you read on one device the others are told', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const seq = await ann.post(room, 'x');
    const [phone, laptop] = [await bob.socket(), await bob.socket([room])];
    await laptop.ok('read', room, { seq });
    const { d } = await phone.expect('read', (f) => f.t === 'read' && f.room === room);
    assert.deepEqual(d, { user: bob.id, seq });
    await phone.expect('badge', (f) => f.t === 'badge' && f.room === room && f.d.unread === 0);
  });
});
