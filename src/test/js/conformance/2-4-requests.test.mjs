import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cid, closeAll, people, person, text, until } from './support.mjs';

after(closeAll);

async function annsRoom() {
  const ann = await person();
  const room = await ann.room();
  return { ann, room, socket: await ann.socket([room]) };
}

describe('2.4 Requests and answers', () => {
  test('R1 the id comes back as it was sent', async () => {
    const { socket } = await annsRoom();
    const id = `ü👋 "${'x'.repeat(58)}"`;
    socket.raw.text(JSON.stringify({ t: 'ping', id }));
    assert.equal((await socket.answer(id)).t, 'pong');
  });

  test('R1 it comes back in whatever answers: a welcome, an ok, a refusal', async () => {
    const { ann, socket, room } = await annsRoom();
    const greeted = await ann.open();
    for (const [at, frame, t] of [
      [greeted, { t: 'hello', d: {} }, 'welcome'], [socket, { t: 'msg.send', room, d: { cid: cid(), body: text('x') } }, 'ok'], [socket, { t: 'fetch', room, d: { after: 0 } }, 'ok'],
      [socket, { t: 'msg.send', room: 'r_nothing', d: { cid: cid(), body: text('x') } }, 'err'], [socket, { t: 'conformance.nothing' }, 'err'],
    ]) {
      const id = cid();
      at.raw.text(JSON.stringify({ ...frame, id }));
      assert.equal((await at.answer(id)).t, t);
    }
  });

  test('R1 it only correlates: two requests may have the same', async () => {
    const { socket, room } = await annsRoom();
    for (const said of ['one', 'two']) socket.raw.text(JSON.stringify({ t: 'msg.send', id: 'same', room, d: { cid: cid(), body: text(said) } }));
    await until('two answers', () => socket.frames.filter((f) => f.id === 'same' && f.t === 'ok').length === 2);
    const [one, two] = socket.frames.filter((f) => f.id === 'same').map((f) => f.d);
    assert.equal(two.dup, false);
    assert.notEqual(one.seq, two.seq);
  });

  test('R1 an id that is no text is bad_request, without one', async () => {
    for (const id of [7, true, ['a'], { a: 1 }]) {
      const { socket } = await annsRoom();
      socket.raw.text(JSON.stringify({ t: 'ping', id }));
      const refused = await socket.expect('err', (f) => f.t === 'err');
      assert.equal(refused.code, 'bad_request');
      assert.equal('id' in refused, false);
    }
  });

  test('R1 an id of 65 characters is bad_request, without one', async () => {
    const { socket } = await annsRoom();
    socket.raw.text(JSON.stringify({ t: 'ping', id: 'x'.repeat(65) }));
    const refused = await socket.expect('err', (f) => f.t === 'err');
    assert.equal(refused.code, 'bad_request');
    assert.equal('id' in refused, false);
  });

  test('R1 a frame without an id gets an answer without one', async () => {
    const { socket, room } = await annsRoom();
    socket.raw.text(JSON.stringify({ t: 'ping' }));
    assert.equal('id' in (await socket.expect('pong', (f) => f.t === 'pong')), false);
    socket.raw.text(JSON.stringify({ t: 'unsub', room }));
    assert.equal('id' in (await socket.expect('ok', (f) => f.t === 'ok')), false);
  });

  test('R2 what lacks a field, or has a wrong one, is bad_request with its id and the name of the field', async () => {
    const { socket, room } = await annsRoom();
    for (const [t, d, field] of [
      ['msg.send', { cid: cid() }, 'body'], ['msg.send', { body: text('x') }, 'cid'], ['msg.send', { cid: 'a b', body: text('x') }, 'cid'],
      ['msg.send', { cid: cid(), body: text('x'), reply_to: 'one' }, 'reply_to'], ['fetch', {}, 'after'], ['fetch', { after: -1 }, 'after'],
      ['fetch', { after: 0, limit: 0 }, 'limit'], ['read', { seq: 1.5 }, 'seq'], ['typing', { on: 'yes' }, 'on'], ['room.role', { user: 'u', role: 'king' }, 'role'],
      ['room.update', { name: 'x'.repeat(101) }, 'name'], ['room.sanction', { user: 'u', kind: 'ban', until: 'tomorrow' }, 'until'],
    ]) {
      const refused = await socket.err('bad_request', t, room, d);
      assert.ok(refused.message.includes(field), `${t}: ${refused.message}`);
    }
    await socket.err('bad_request', 'sub', null, {});
  });

  test('R2 a null counts as absent', async () => {
    const { socket, room } = await annsRoom();
    await socket.post(room, 'hi', { reply_to: null, thread: null });
    await socket.err('bad_request', 'msg.send', room, { cid: null, body: text('x') });
  });

  test('R3 a cid has 1 to 64 of its alphabet', async () => {
    const { socket, room } = await annsRoom();
    for (const good of ['a', 'A-Z_09'.padEnd(64, '-')]) await socket.ok('msg.send', room, { cid: good, body: text('x') });
    for (const bad of ['', 'a'.repeat(65), 'ä', 'a.b', 7]) await socket.err('bad_request', 'msg.send', room, { cid: bad, body: text('x') });
  });

  test('R3 where a command may go without a cid the server makes one', async () => {
    const { socket, room } = await annsRoom();
    const ok = await socket.ok('room.update', room, { topic: 'no key' });
    assert.match(ok.cid, /^[A-Za-z0-9_-]{1,64}$/);
    assert.equal((await socket.event(room, ok.seq)).d.cid, ok.cid);
  });

  test('R4 the same cid and request again gets the first answer with dup and makes no second event', async () => {
    const { socket, room } = await annsRoom();
    const d = { cid: cid(), body: text('once') };
    const first = await socket.ok('msg.send', room, d);
    const again = await socket.ok('msg.send', room, d);
    assert.equal(first.dup, false);
    assert.deepEqual(again, { ...first, dup: true });
    await socket.settle();
    assert.deepEqual(socket.seqs(room), [first.seq]);
  });

  test('R4 over HTTP too, whichever door was first', async () => {
    const { ann, socket, room } = await annsRoom();
    const d = { cid: cid(), body: text('once') };
    const first = await socket.ok('msg.send', room, d);
    const again = await ann.call('POST', `rooms/${room}/messages`, { body: d.body }, { 'Idempotency-Key': d.cid });
    assert.equal(again.status, 200);
    assert.equal(again.body.seq, first.seq);
    assert.equal(again.body.dup, true);
  });

  test('R4 a repeat is answered before any other check: muted, frozen or deleted meanwhile', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const [a, b] = [await ann.socket([room]), await bob.socket([room])];
    const d = { cid: cid(), body: text('once') };
    const first = await b.ok('msg.send', room, d);
    await a.ok('room.sanction', room, { user: bob.id, kind: 'mute' });
    await a.ok('msg.delete', room, { seq: first.seq });
    assert.deepEqual(await b.ok('msg.send', room, d), { ...first, dup: true });
    await b.err('muted', 'msg.send', room, { cid: cid(), body: text('new') });
  });

  test('R5 another request under a cid that is used gets cid_conflict', async () => {
    const { ann, socket, room } = await annsRoom();
    const key = cid();
    await socket.ok('msg.send', room, { cid: key, body: text('one') });
    await socket.err('cid_conflict', 'msg.send', room, { cid: key, body: text('two') });
    const other = await ann.room();
    await socket.err('cid_conflict', 'msg.send', other, { cid: key, body: text('one') });
  });

  test('R5 two people may use the same cid', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('private', bob);
    const [a, b] = [await ann.socket([room]), await bob.socket([room])];
    const key = cid();
    const one = await a.ok('msg.send', room, { cid: key, body: text('x') });
    const two = await b.ok('msg.send', room, { cid: key, body: text('x') });
    assert.equal(two.dup, false);
    assert.notEqual(two.seq, one.seq);
  });

  test('R6 whoever reads after ok finds it', async () => {
    const { ann, socket, room } = await annsRoom();
    const { seq } = await socket.post(room, 'kept');
    const { events } = await ann.get(`rooms/${room}/events?after=${seq - 1}`);
    assert.equal(events[0].seq, seq);
    assert.equal(events[0].d.body.text, 'kept');
  });

  test('R7 a refusal has code, temporary and message beside t', async () => {
    const { socket } = await annsRoom();
    const refused = await socket.err('not_found', 'msg.send', 'r_nothing', { cid: cid(), body: text('x') });
    assert.equal(refused.temporary, false);
    assert.equal(typeof refused.message, 'string');
  });

  test('R8 what changes nothing gets ok with dup and makes no event', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('public', bob);
    const socket = await ann.socket([room]);
    const { seq } = await socket.post(room, 'same');
    assert.equal((await socket.ok('msg.edit', room, { seq, body: text('same') })).dup, true);
    assert.equal((await socket.ok('room.join', room, {})).dup, true);
    const deleted = await socket.ok('msg.delete', room, { seq });
    assert.equal((await socket.ok('msg.delete', room, { seq })).dup, true);
    await socket.settle();
    assert.deepEqual(socket.seqs(room), [seq, deleted.seq]);
  });

  test('R9 typing and presence get no answer', async () => {
    const { socket, room } = await annsRoom();
    const ids = [socket.send('typing', room, { on: true }), socket.send('presence', null, { status: 'away' })];
    await socket.settle();
    assert.deepEqual(socket.frames.filter((f) => ids.includes(f.id)), []);
  });
});
