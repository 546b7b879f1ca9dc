import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cid, closeAll, people, text } from './support.mjs';

after(closeAll);

async function annAndBob(kind = 'private') {
  const [ann, bob] = await people('ann', 'bob');
  const room = await ann.room(kind, bob);
  return { ann, bob, room, a: await ann.socket([room]), b: await bob.socket([room]) };
}

describe("3.2 Events of a room's log", () => {
  test('E1 everybody who listens gets each event once, with what it holds', async () => {
    const { ann, bob, room, a, b } = await annAndBob();
    const until = '2999-01-01T00:00:00Z';
    const steps = [
      ['room.update', { name: 'Everything', topic: 'all of it', mode: 'hall' }, 'room.updated', { name: 'Everything', topic: 'all of it', mode: 'hall' }],
      ['room.role', { user: bob.id, role: 'moderator' }, 'member.role', { user: bob.id, role: 'moderator' }],
      ['room.sanction', { user: bob.id, kind: 'mute', until, reason: 'loud' }, 'sanction.set', { user: bob.id, kind: 'mute', until: '2999-01-01T00:00:00.000Z', reason: 'loud' }],
      ['room.unsanction', { user: bob.id, kind: 'mute' }, 'sanction.lifted', { user: bob.id, kind: 'mute' }],
    ];
    for (const [t, d, event, holds] of steps) {
      const { seq, cid: key, ts } = await a.ok(t, room, d);
      const told = await b.event(room, seq);
      assert.deepEqual({ t: told.t, d: told.d }, { t: event, d: { by: ann.id, ts, cid: key, ...holds } });
    }
    const sent = await a.post(room, 'hi');
    const edited = await a.ok('msg.edit', room, { seq: sent.seq, body: text('hello') });
    const told = await b.event(room, edited.seq);
    assert.deepEqual([told.t, told.d.seq, told.d.body.text], ['msg.edited', sent.seq, 'hello']);
    const deleted = await a.ok('msg.delete', room, { seq: sent.seq, reason: 'off topic' });
    const gone = await b.event(room, deleted.seq);
    assert.deepEqual([gone.t, gone.d.seq, gone.d.reason], ['msg.deleted', sent.seq, 'off topic']);
    await b.settle();
    assert.deepEqual(b.seqs(room), Array.from({ length: 7 }, (_, i) => b.seqs(room)[0] + i));
  });

  test('E1 the log begins with its making and its members', async () => {
    const { ann, bob, room } = await annAndBob();
    const { events } = await ann.get(`rooms/${room}/events?after=0`);
    assert.deepEqual(events.map((e) => e.t), ['room.created', 'member.joined', 'member.joined']);
    assert.deepEqual(events.slice(1).map((e) => [e.d.user, e.d.role]).sort(), [[ann.id, 'owner'], [bob.id, 'member']].sort());
    assert.equal(events[0].d.kind, 'private');
  });

  test('E1 a join and a leave are told', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const room = await ann.room('public');
    const [a, b] = [await ann.socket([room]), await bob.socket()];
    const joined = await b.ok('room.join', room, {});
    const left = await b.ok('room.leave', room, {});
    assert.deepEqual([(await a.event(room, joined.seq)).t, (await a.event(room, left.seq)).t], ['member.joined', 'member.left']);
    assert.equal((await a.event(room, left.seq)).d.user, bob.id);
  });

  test('E2 by is who did it, and ts never runs backwards', async () => {
    const { ann, bob, room, a, b } = await annAndBob();
    for (const socket of [a, b, a]) await socket.post(room, 'x');
    const { events } = await ann.get(`rooms/${room}/events?after=0`);
    assert.deepEqual(events.slice(-3).map((e) => e.d.by), [ann.id, bob.id, ann.id]);
    const times = events.map((e) => e.d.ts);
    assert.deepEqual(times, [...times].sort());
  });

  test('E3 mentions count in code points, and punctuation beside a name does not hide it', async () => {
    const { bob, room, a } = await annAndBob();
    const name = `@${bob.username}`;
    const said = `👋👋 (${name}), ${name}!`;
    const { seq } = await a.post(room, said);
    const { mentions } = (await a.event(room, seq)).d;
    assert.deepEqual(mentions.map((m) => [m.user, [...said].slice(m.offset, m.offset + m.length).join('')]), [[bob.id, name], [bob.id, name]]);
  });

  test('E4 reply_to and thread are given back, and not_found when there is no such message', async () => {
    const { room, a, b } = await annAndBob();
    const first = await a.post(room, 'question');
    const second = await b.post(room, 'answer', { reply_to: first.seq, thread: first.seq });
    const { d } = await a.event(room, second.seq);
    assert.deepEqual([d.reply_to, d.thread], [first.seq, first.seq]);
    await b.err('not_found', 'msg.send', room, { cid: cid(), body: text('x'), reply_to: 1 });
    await b.err('not_found', 'msg.send', room, { cid: cid(), body: text('x'), thread: 99_999 });
  });

  test('E5 a deleted message and its edits replay empty at the same numbers, through every door', async () => {
    const { ann, bob, room, a } = await annAndBob();
    const { seq } = await a.post(room, `secret @${bob.username}`);
    const edited = await a.ok('msg.edit', room, { seq, body: text(`secret again @${bob.username}`) });
    const deleted = await a.ok('msg.delete', room, { seq });
    const late = await bob.socket({ [room]: { seq: seq - 1 } });
    const fetched = (await late.ok('fetch', room, { after: seq - 1 })).events;
    const http = (await ann.get(`rooms/${room}/events?after=${seq - 1}`)).events;
    for (const events of [late.events(room), fetched, http]) {
      assert.deepEqual(events.map((e) => e.seq), [seq, edited.seq, deleted.seq]);
      for (const { d } of events.slice(0, 2)) {
        assert.equal(d.body, null);
        assert.equal(d.deleted, true);
        assert.equal('mentions' in d, false);
      }
      assert.doesNotMatch(JSON.stringify(events), /secret/);
    }
    const { messages } = await ann.get(`rooms/${room}/messages`);
    assert.doesNotMatch(JSON.stringify(messages), /secret/);
    assert.equal(messages.find((m) => m.seq === seq).deleted, true);
  });

  test('E6 what is hidden is behind no door until it comes back as it stood', async () => {
    const { ann, bob, room, a, b } = await annAndBob();
    const { seq } = await b.post(room, 'a secret');
    const edited = await b.ok('msg.edit', room, { seq, body: text(`still a secret @${ann.username}`) });
    const hidden = await a.ok('msg.hide', room, { seq, reason: 'let me see' });
    assert.deepEqual((await b.event(room, hidden.seq)).d, { by: ann.id, ts: hidden.ts, cid: hidden.cid, seq, reason: 'let me see', hidden: true });
    const late = await bob.socket({ [room]: { seq: seq - 1 } });
    const { events } = await bob.get(`rooms/${room}/events?after=${seq - 1}`);
    const { messages } = await bob.get(`rooms/${room}/messages`);
    assert.deepEqual(events.map((e) => e.seq), [seq, edited.seq, hidden.seq]);
    for (const read of [late.events(room), events, messages]) assert.doesNotMatch(JSON.stringify(read), /secret/);
    assert.equal(messages.find((m) => m.seq === seq).hidden, true);
    await b.err('forbidden', 'msg.restore', room, { seq });
    await b.err('forbidden', 'msg.hide', room, { seq });

    const back = await a.ok('msg.restore', room, { seq });
    const { d } = await b.event(room, back.seq);
    assert.deepEqual([d.seq, d.author, d.body, d.edited_at, d.mentions.map((m) => m.user)], [seq, bob.id, text(`still a secret @${ann.username}`), edited.ts, [ann.id]]);
    const stands = (await bob.get(`rooms/${room}/messages`)).messages.find((m) => m.seq === seq);
    assert.deepEqual([stands.body, stands.edited_at, stands.deleted, stands.hidden], [d.body, edited.ts, undefined, undefined]);
    assert.equal((await a.ok('msg.restore', room, { seq })).dup, true);
  });

  test('E6 what its author deletes comes back no more, and a return does not outlive it', async () => {
    const { ann, room, a, b } = await annAndBob();
    const { seq } = await b.post(room, 'a secret');
    await a.ok('msg.hide', room, { seq });
    await a.ok('msg.restore', room, { seq });
    await a.ok('msg.hide', room, { seq });
    await b.ok('msg.delete', room, { seq });
    await a.err('conflict', 'msg.restore', room, { seq });
    const { events } = await ann.get(`rooms/${room}/events?after=${seq - 1}`);
    assert.equal(events.filter((e) => e.t === 'msg.restored').every((e) => e.d.body === null && e.d.deleted === true), true);
    assert.doesNotMatch(JSON.stringify(events), /secret/);
  });

  test('E7 many go by one event, and those that are gone are passed over', async () => {
    const { ann, room, a, b } = await annAndBob();
    const seqs = [];
    for (const said of ['one', 'two', 'three']) seqs.push((await b.post(room, said)).seq);
    await b.ok('msg.delete', room, { seq: seqs[1] });
    await b.err('forbidden', 'msgs.delete', room, { seqs });
    const removed = await a.ok('msgs.delete', room, { seqs, reason: 'spam' });
    const { t, d } = await b.event(room, removed.seq);
    assert.deepEqual([t, d.seqs, d.reason], ['msgs.deleted', [seqs[0], seqs[2]], 'spam']);
    assert.equal((await a.ok('msgs.delete', room, { seqs })).dup, true);
    await a.err('not_found', 'msgs.delete', room, { seqs: [...seqs, 99_999] });
    const { messages } = await ann.get(`rooms/${room}/messages`);
    assert.deepEqual(messages.map((m) => [m.seq, m.deleted]), seqs.map((seq) => [seq, true]));
  });

  test('E8 a message is pinned once, and what takes it away takes its pin', async () => {
    const { ann, bob, room, a, b } = await annAndBob();
    const { seq } = await b.post(room, 'the rules of this room');
    await b.err('forbidden', 'pin.add', room, { seq });
    const pinned = await a.ok('pin.add', room, { seq });
    const { t, d } = await b.event(room, pinned.seq);
    assert.deepEqual([t, d], ['pin.added', { by: ann.id, ts: pinned.ts, cid: pinned.cid, seq }]);
    const again = await a.ok('pin.add', room, { seq });
    assert.deepEqual([again.seq, again.dup], [pinned.seq, true]);
    const list = await bob.get(`rooms/${room}/pins`);
    assert.deepEqual(list.pins.map((p) => [p.seq, p.pinned_seq, p.by, p.ts, p.message.body]), [[seq, pinned.seq, ann.id, pinned.ts, text('the rules of this room')]]);
    assert.ok(list.head >= pinned.seq && list.max > 0);
    const removed = await a.ok('pin.remove', room, { seq });
    assert.deepEqual((await b.event(room, removed.seq)).d, { by: ann.id, ts: removed.ts, cid: removed.cid, seq });
    assert.equal((await a.ok('pin.remove', room, { seq })).dup, true);

    await a.ok('pin.add', room, { seq });
    await a.ok('msg.hide', room, { seq });
    assert.deepEqual((await bob.get(`rooms/${room}/pins`)).pins, []);
    await a.err('not_found', 'pin.add', room, { seq });
    await a.ok('msg.restore', room, { seq });
    assert.deepEqual((await bob.get(`rooms/${room}/pins`)).pins, []);
  });
});
