import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cid, closeAll, people, person, text, until } from './support.mjs';

after(closeAll);

describe('3.1 From the client', () => {
  test('T1 pong carries rev and the heads of the rooms listened to, and of no others', async () => {
    const ann = await person();
    const [heard, unheard] = [await ann.room(), await ann.room()];
    const socket = await ann.socket([heard]);
    const { seq } = await socket.post(heard, 'hi');
    await socket.event(heard, seq);
    const { rev, rooms } = await socket.settle();
    assert.ok(Number.isInteger(rev));
    assert.deepEqual(rooms, { [heard]: seq });
    assert.ok(unheard);
  });

  test('T2 a fresh token of the same user is taken, any other refused', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const socket = await ann.socket();
    await socket.err('unauthorized', 'auth', null, { access: bob.access });
    await socket.err('unauthorized', 'auth', null, { access: 'nonsense' });
    const { expires_in: life } = await ann.renew();
    const ok = await socket.ok('auth', null, { access: ann.access });
    assert.ok(ok.expires_in > 0 && ok.expires_in <= life);
  });

  test('T3 sub begins and unsub ends what this socket hears', async () => {
    const ann = await person();
    const room = await ann.room();
    const [listener, writer] = [await ann.socket(), await ann.socket()];
    await writer.post(room, 'before');
    const status = await listener.ok('sub', room, {});
    const { seq } = await writer.post(room, 'heard');
    assert.equal(status.status, 'ok');
    assert.equal(status.to, seq - 1);
    await listener.event(room, seq);
    assert.deepEqual(await listener.ok('unsub', room), {});
    await writer.post(room, 'unheard');
    await listener.settle();
    assert.deepEqual(listener.seqs(room), [seq]);
  });

  test('T3 a sub from a number replays what came after it', async () => {
    const ann = await person();
    const room = await ann.room();
    const seq = await ann.post(room, 'said');
    const socket = await ann.socket();
    const { status, ep, from, to } = await socket.ok('sub', room, { seq: 0 });
    assert.deepEqual({ status, from, to }, { status: 'ok', from: 1, to: seq });
    assert.equal((await socket.event(room, seq)).ep, ep);
    assert.deepEqual(socket.seqs(room), Array.from({ length: seq }, (_, i) => i + 1));
  });

  test('T4 fetch answers as the socket would have sent it, and says whether there is more', async () => {
    const ann = await person();
    const room = await ann.room();
    const socket = await ann.socket([room]);
    const last = (await socket.post(room, 'one')).seq;
    const live = await socket.event(room, last);
    const all = await socket.ok('fetch', room, { after: 0 });
    assert.deepEqual(all.events.map((e) => e.seq), Array.from({ length: last }, (_, i) => i + 1));
    assert.deepEqual(all.events.at(-1), live);
    assert.equal(all.head, last);
    assert.equal(all.more, false);
    const first = await socket.ok('fetch', room, { after: 0, limit: 1 });
    assert.deepEqual(first.events, all.events.slice(0, 1));
    assert.equal(first.more, true);
    assert.deepEqual((await ann.get(`rooms/${room}/events?after=0`)).events, all.events);
  });

  test('T5 every durable command is answered with the number of its event', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const made = await (await ann.socket()).ok('room.create', null, { cid: cid(), kind: 'private', name: 'made by a frame' });
    assert.equal(typeof made.ep, 'string');
    const socket = await ann.socket([made.room]);
    for (const [t, d, event] of [
      ['msg.send', { cid: cid(), body: text('x') }, 'msg.new'], ['room.update', { topic: 'all of it' }, 'room.updated'],
      ['room.invite', { user: bob.id }, 'member.joined'], ['room.role', { user: bob.id, role: 'moderator' }, 'member.role'],
      ['room.sanction', { user: bob.id, kind: 'mute' }, 'sanction.set'], ['room.unsanction', { user: bob.id, kind: 'mute' }, 'sanction.lifted'],
      ['room.kick', { user: bob.id }, 'member.left'], ['room.archive', {}, 'room.archived'],
    ]) {
      const ok = await socket.ok(t, made.room, d);
      assert.deepEqual(Object.keys(ok).sort(), ['cid', 'dup', 'seq', 'ts']);
      assert.equal(ok.dup, false);
      const told = await socket.event(made.room, ok.seq);
      assert.deepEqual([told.t, told.d.cid, told.d.ts, told.d.by], [event, ok.cid, ok.ts, ann.id]);
    }
    await socket.err('room_archived', 'msg.send', made.room, { cid: cid(), body: text('too late') });
  });

  test('T6 read moves the marker forward only, and beyond the head means the head', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const first = await ann.post(room, 'one');
    const last = await ann.post(room, 'two');
    const [socket, phone] = [await bob.socket(), await bob.socket([room])];
    const told = () => phone.frames.filter((f) => f.t === 'read').map((f) => f.d.seq);
    const marker = async () => (await bob.get(`rooms/${room}`)).read;
    assert.deepEqual(await socket.ok('read', room, { seq: first }), { seq: first });
    assert.deepEqual(await socket.ok('read', room, { seq: first - 1 }), { seq: first });
    assert.equal(await marker(), first);
    assert.deepEqual(await socket.ok('read', room, { seq: last + 1_000 }), { seq: last });
    assert.equal(await marker(), last);
    await until('the last read', () => told().includes(last));
    assert.deepEqual(told(), told().length === 1 ? [last] : [first, last]); // two that follow at once may be told as one
  });

  test('T7 typing reaches the others who listen, and is taken only from one who does', async () => {
    const [ann, bob, eve] = await people('ann', 'bob', 'eve');
    const room = await ann.room('private', bob, eve);
    const [a, b, deaf] = [await ann.socket([room]), await bob.socket([room]), await eve.socket()];
    deaf.send('typing', room, { on: true });
    await deaf.settle();
    b.send('typing', room, { on: true });
    const told = await a.expect('typing', (f) => f.t === 'typing');
    assert.deepEqual([told.room, told.d], [room, { users: [bob.id], more: 0 }]);
    b.send('typing', room, { on: false });
    await a.expect('the end of it', (f) => f.t === 'typing' && f.d.users.length === 0);
  });

  test('T8 presence reaches those who listen to a room of that person', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const a = await ann.socket([room]);
    const b = await bob.socket([room]);
    const says = (status) => (f) => f.t === 'presence' && f.room === room && f.d.users.some((u) => u.user === bob.id && u.status === status);
    await a.expect('bob online', says('online'));
    b.send('presence', null, { status: 'away' });
    await a.expect('bob away', says('away'));
    b.raw.close();
    await a.expect('bob offline', says('offline'), 30_000);
  });
});
