import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cid, closeAll, people, person } from './support.mjs';

after(closeAll);

describe('3.3 Events without a number', () => {
  test('N1 none of them has a seq', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const [a, b] = [await ann.socket([room]), await bob.socket([room])];
    b.send('typing', room, { on: true });
    // that no other frame of any test has a seq either is held in support.mjs
    for (const t of ['typing', 'presence']) assert.deepEqual(Object.keys(await a.expect(t, (f) => f.t === t)).sort(), ['d', 'room', 't']);
  });

  test('N2 room.added and room.removed reach all sockets of the person', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private');
    const [one, two] = [await bob.socket(), await bob.socket()];
    const a = await ann.socket([room]);
    await a.ok('room.invite', room, { user: bob.id });
    for (const b of [one, two]) {
      const { d } = await b.expect('room.added', (f) => f.t === 'room.added');
      assert.deepEqual([d.room, d.kind, typeof d.name, typeof d.ep, typeof d.head], [room, 'private', 'string', 'string', 'number']);
    }
    await one.ok('sub', room, {});
    await a.ok('room.kick', room, { user: bob.id });
    for (const b of [one, two]) assert.equal((await b.expect('room.removed', (f) => f.t === 'room.removed')).d.room, room);
  });

  test('N2 also who joins and leaves by themselves', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('public');
    const [joins, other] = [await bob.socket(), await bob.socket()];
    await joins.ok('room.join', room, {});
    for (const b of [joins, other]) assert.equal((await b.expect('room.added', (f) => f.t === 'room.added')).d.room, room);
    await other.ok('room.leave', room, {});
    for (const b of [joins, other]) assert.equal((await b.expect('room.removed', (f) => f.t === 'room.removed')).d.room, room);
  });

  test('N2 also who makes a room, who is there from its beginning, and who was banned', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const [maker, other, there] = [await ann.socket(), await ann.socket(), await bob.socket()];
    const { room, ep } = await maker.ok('room.create', null, { cid: cid(), kind: 'private', name: 'new', members: [bob.id] });
    const { head } = await ann.get(`rooms/${room}`);
    for (const each of [maker, other, there]) {
      const { d } = await each.expect('room.added', (f) => f.t === 'room.added');
      assert.deepEqual(d, { room, kind: 'private', name: 'new', ep, head });
    }
    await maker.ok('room.sanction', room, { user: bob.id, kind: 'ban' });
    assert.equal((await there.expect('room.removed', (f) => f.t === 'room.removed')).d.room, room);
    assert.equal(maker.frames.some((f) => f.t === 'room.removed'), false);
  });

  test('N2 and nobody else', async () => {
    const [ann, bob, eve] = await people('ann', 'bob', 'eve');
    const room = await ann.room('public', eve);
    const [joins, sees] = [await bob.socket(), await eve.socket([room])];
    await joins.ok('room.join', room, {});
    await joins.ok('room.leave', room, {});
    await joins.expect('room.removed', (f) => f.t === 'room.removed');
    await sees.expect('member.left', (f) => f.t === 'member.left');
    await sees.settle();
    assert.deepEqual(sees.frames.filter((f) => ['room.added', 'room.removed'].includes(f.t)), []);
  });

  test('N3 when a sign-in ends its sockets get session.ended and 4508, and those of others live on', async () => {
    const ann = await person();
    const other = await ann.signInAgain();
    const [ended, alive] = [await ann.socket(), await other.socket()];
    assert.equal((await ann.call('POST', 'logout')).status, 204);
    assert.equal(await ended.closed(), 4508);
    assert.equal(ended.frames.at(-1).t, 'session.ended');
    await alive.settle();
    assert.equal(alive.frames.some((f) => f.t === 'session.ended'), false);
  });
});
