import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { admin, cid, closeAll, people, sleep, text } from './support.mjs';

after(closeAll);

async function annAndBob(kind = 'private') {
  const [ann, bob] = await people('ann', 'bob');
  const room = await ann.room(kind, bob);
  return { ann, bob, room, a: await ann.socket([room]), b: await bob.socket([room]) };
}
const message = () => ({ cid: cid(), body: text('x') });

// that code and temporary go together is held of every refusal in every test: support.mjs
describe('5.1 Error codes', () => {
  test('K1 forbidden: a member may not do what owners do', async () => {
    const { ann, room, b } = await annAndBob();
    for (const [t, d] of [['room.archive', {}], ['room.kick', { user: ann.id }], ['room.role', { user: ann.id, role: 'member' }]]) await b.err('forbidden', t, room, d);
  });

  test('K1 not_found: an edit of what is no message', async () => {
    const { room, a } = await annAndBob();
    await a.err('not_found', 'msg.edit', room, { seq: 1, body: text('x') });
  });

  test('K1 not_member: of a public room', async () => {
    const [ann, eve] = await people('ann', 'eve');
    const room = await ann.room('public');
    await (await eve.socket()).err('not_member', 'msg.send', room, message());
    assert.equal((await eve.call('GET', `rooms/${room}/members`)).body.code, 'not_member');
  });

  test('K1 muted and banned say until when', async () => {
    const { bob, room, a, b } = await annAndBob('public');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await a.ok('room.sanction', room, { user: bob.id, kind: 'mute', until });
    assert.equal((await b.err('muted', 'msg.send', room, message())).d.until, until);
    await a.ok('room.sanction', room, { user: bob.id, kind: 'ban' });
    assert.equal((await b.err('banned', 'room.join', room, {})).d.until, null);
  });

  test('K1 room_frozen and forbidden in a room where not everybody writes', async () => {
    const { room, a, b } = await annAndBob();
    await a.ok('room.update', room, { mode: 'readonly' });
    await b.err('forbidden', 'msg.send', room, message());
    await a.post(room, 'the owner writes');
    await a.ok('room.update', room, { mode: 'frozen' });
    await b.err('room_frozen', 'msg.send', room, message());
  });

  test('K1 slow_mode says how long to wait, and then it goes through', async () => {
    const { room, a, b } = await annAndBob();
    await a.ok('room.update', room, { slow_ms: 1_000 });
    await b.post(room, 'first');
    const { retry_after_ms: wait } = await b.err('slow_mode', 'msg.send', room, message());
    assert.ok(wait > 0 && wait <= 1_000);
    await sleep(wait + 50);
    await b.post(room, 'second');
  });

  test('K1 conflict: the last owner may not leave', async () => {
    const { room, a } = await annAndBob();
    await a.err('conflict', 'room.leave', room, {});
  });

  test('K1 the same words over HTTP, as a problem with their status', async () => {
    const { ann, room } = await annAndBob();
    for (const [status, code, method, path, body] of [
      [400, 'bad_request', 'POST', `rooms/${room}/messages`, { cid: cid() }], [404, 'not_found', 'GET', 'rooms/r_nothing', undefined],
      [413, 'too_large', 'POST', `rooms/${room}/messages`, { cid: cid(), body: text('a'.repeat(8_001)) }],
    ]) {
      const answer = await ann.call(method, path, body);
      assert.deepEqual([answer.status, answer.body.code, answer.body.temporary], [status, code, false]);
      assert.match(answer.headers.get('content-type'), /application\/problem\+json/);
    }
  });
});

describe('5.2 Close codes', () => {
  // that a reason is the word of its code is held of every close in every test: support.mjs
  test('K2 a suspension closes with 4503 and its word', async (t) => {
    const staff = await admin();
    if (!staff) return t.skip('only staff suspends: give CONFAB_ADMIN_PASSWORD');
    const [ann] = await people('ann');
    const socket = await ann.socket();
    await staff.call('PUT', `users/${ann.id}/suspension`, { until: new Date(Date.now() + 3_600_000).toISOString() });
    assert.equal(await socket.closed(), 4503);
    assert.equal(socket.raw.end.reason, 'suspended');
  });

  test('K2 a changed password closes the other sign-ins with 4508', async () => {
    const [ann] = await people('ann');
    const other = await ann.signInAgain();
    const [mine, theirs] = [await ann.socket(), await other.socket()];
    assert.equal((await ann.call('POST', 'password', { current: ann.password, new: `${ann.password} and more` })).status, 200);
    assert.equal(await theirs.closed(), 4508);
    await mine.settle();
  });
});
