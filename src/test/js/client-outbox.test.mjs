import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDS } from '../../main/webapp/client/confab-client.js';
import { logTexts, sent, texts, world } from './support.mjs';

const unsent = (c, id) => c.unsent(id).map((i) => [i.body.text, i.state]);

describe('the outbox', () => {
  test('a message is shown as sending, then replaced by its event', async () => {
    const { clock, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    const states = new Set();
    c.on('outbox', () => c.unsent(id).forEach((i) => states.add(i.state)));

    c.send(id, 'hi');
    await clock.settle();

    assert.deepEqual(logTexts(room), ['hi']);
    assert.deepEqual(texts(c.events), ['hi']);
    assert.deepEqual(c.unsent(id), []);
    assert.ok(states.has('waiting') && states.has('sending'));
  });

  test('acknowledged but not yet seen is shown as sent', async () => {
    const { clock, server, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.t !== 'msg.new');
    c.send(id, 'hi');
    await clock.settle();
    assert.deepEqual(unsent(c, id), [['hi', 'sent']]);

    server.faults.lie = (frames) => frames;
    await clock.advance(30_000);

    assert.deepEqual(unsent(c, id), []);
    assert.deepEqual(texts(c.events), ['hi']);
  });

  test('a lost ok does not make a second message', async () => {
    const { clock, server, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.t !== 'msg.new');
    server.faults.loseAnswers = ['msg.send'];
    c.send(id, 'once');

    await clock.advance(BOUNDS.requestMs + 2_000);

    const sends = sent(server, 'msg.send');
    assert.equal(sends.length, 2);
    assert.equal(sends[0].d.cid, sends[1].d.cid);
    assert.deepEqual(logTexts(room), ['once']);
  });

  test('a connection lost before the ok does not make a second message', async () => {
    const { clock, server, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.t !== 'msg.new');
    server.faults.loseAnswers = ['msg.send'];
    c.send(id, 'once');
    await clock.settle();
    server.faults.lie = (frames) => frames;
    server.closeAll(1006);
    await clock.settle();
    c.send(id, 'twice');

    await clock.advance(2_000);

    assert.deepEqual(logTexts(room), ['once', 'twice']);
    assert.deepEqual(texts(c.events), ['once', 'twice']);
    assert.equal(c.unsentCount, 0);
  });

  test('messages written while offline go out in order, once', async () => {
    const { clock, server, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.down = true;
    server.closeAll(1006);
    await clock.settle();
    c.send(id, 'a');
    c.send(id, 'b');
    c.send(id, 'c');
    await clock.advance(10_000);
    assert.deepEqual(unsent(c, id), [['a', 'waiting'], ['b', 'waiting'], ['c', 'waiting']]);

    server.faults.down = false;
    await clock.advance(30_000);

    assert.deepEqual(logTexts(room), ['a', 'b', 'c']);
    assert.equal(c.unsentCount, 0);
  });

  test('outlives the page', async () => {
    const { clock, server, room, id, ann, signedIn, client } = world();
    const c = await signedIn(ann);
    server.faults.down = true;
    server.closeAll(1006);
    await clock.settle();
    const first = c.send(id, 'kept');
    c.send(id, 'as well', { reply_to: 1 });
    c.stop();
    server.faults.down = false;

    const reloaded = client(c.test);
    await reloaded.start();
    await clock.settle();

    assert.deepEqual(logTexts(room), ['kept', 'as well']);
    assert.equal(room.log.at(-1).d.reply_to, 1);
    assert.equal(room.log.at(-2).d.cid, first.cid);
    assert.equal(reloaded.unsentCount, 0);
  });

  test('a page left between send and ok does not send a second message after the reload', async () => {
    const { clock, server, room, id, ann, signedIn, client } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.t !== 'msg.new');
    server.faults.loseAnswers = ['msg.send'];
    c.send(id, 'once');
    await clock.settle();
    c.stop();
    server.faults.lie = (frames) => frames;

    const reloaded = client({ store: c.test.store });
    await reloaded.start();
    await clock.settle();

    assert.deepEqual(logTexts(room), ['once']);
    assert.equal(sent(server, 'msg.send').length, 2);
    assert.equal(reloaded.unsentCount, 0);
  });

  test('one tab sends at a time, and what one writes the other can send', async () => {
    const { clock, server, room, id, ann, signedIn, client } = world();
    const a = await signedIn(ann);
    const b = client(a.test);
    await b.start();
    await clock.settle();

    for (let i = 0; i < 10; i++) (i % 2 ? a : b).send(id, String(i));
    await clock.advance(1_000);

    assert.equal(logTexts(room).length, 10);
    assert.equal(new Set(logTexts(room)).size, 10);
    assert.equal(sent(server, 'msg.send').length, 10, 'none was sent twice');
    assert.equal(a.test.locks.most, 1);
    assert.equal(a.unsentCount + b.unsentCount, 0);
  });

  test('a passing refusal is waited out, in order, with the same cid', async () => {
    const { clock, server, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.refuse = [{ t: 'msg.send', code: 'rate_limited', temporary: true, retry_after_ms: 1_200, times: 1 }];
    c.send(id, 'a');
    c.send(id, 'b');
    await clock.advance(1_100);
    assert.deepEqual(logTexts(room), []);

    await clock.advance(200);

    assert.deepEqual(logTexts(room), ['a', 'b']);
    assert.equal(new Set(sent(server, 'msg.send').map((f) => f.d.cid)).size, 2);
  });

  test('a refused message fails and holds the room’s later ones; other rooms go on', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const other = server.addRoom('other', [ann, bob]);
    const c = await signedIn(ann);
    server.faults.refuse = [{ t: 'msg.send', code: 'blocked_by_rule', message: 'No links here.', times: 1 }];
    c.send(id, 'a');
    c.send(id, 'b');
    await clock.settle();
    c.send(other.room, 'elsewhere');
    await clock.advance(60_000);

    assert.deepEqual(unsent(c, id), [['a', 'failed'], ['b', 'waiting']]);
    assert.deepEqual(c.unsent(id)[0].failed, { code: 'blocked_by_rule', message: 'No links here.' });
    assert.deepEqual(logTexts(other), ['elsewhere']);
    c.discard(c.unsent(id)[0].cid);
    await clock.settle();

    assert.deepEqual(logTexts(room), ['b']);
  });

  test('a failed message can be tried again, before the ones it held', async () => {
    const { clock, server, ann, room, id, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.refuse = [{ t: 'msg.send', code: 'room_frozen', times: 1 }];
    const a = c.send(id, 'a');
    c.send(id, 'b');
    await clock.settle();

    c.retry(a.cid);
    await clock.settle();

    assert.deepEqual(logTexts(room), ['a', 'b']);
    assert.equal(sent(server, 'msg.send')[0].d.cid, sent(server, 'msg.send')[1].d.cid);
  });

  test('a cid used before for something else is replaced', async () => {
    const { clock, server, ann, room, id, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.refuse = [{ t: 'msg.send', code: 'cid_conflict', times: 1 }];
    const a = c.send(id, 'a');
    await clock.settle();

    c.retry(a.cid);
    await clock.settle();

    assert.deepEqual(logTexts(room), ['a']);
    assert.equal(new Set(sent(server, 'msg.send').map((f) => f.d.cid)).size, 2);
  });

  test('a mute is not waited out in silence', async () => {
    const { clock, server, ann, id, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.refuse = [{ t: 'msg.send', code: 'muted', temporary: true, retry_after_ms: 3_000, times: 1 }];
    c.send(id, 'a');
    await clock.settle();
    assert.deepEqual(unsent(c, id), [['a', 'failed']]);
  });

  test('has a bound, and refuses what the server would', async () => {
    const { clock, server, ann, id, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.down = true;
    server.closeAll(1006);
    await clock.settle();

    assert.throws(() => c.send(id, '   '), { code: 'bad_request' });
    assert.throws(() => c.send(id, '😀'.repeat(8_001)), { code: 'too_large' });
    assert.equal(c.send(id, '😀'.repeat(8_000)).state, 'waiting');
    for (let i = 1; i < BOUNDS.outboxItems; i++) c.send(id, String(i));
    assert.throws(() => c.send(id, 'one more'), { code: 'too_large' });
  });

  test('signing out leaves nothing of it behind', async () => {
    const { clock, server, ann, id, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.refuse = [{ t: 'msg.send', code: 'room_frozen', times: 9 }];
    c.send(id, 'private words');
    await clock.settle();

    await c.logout();

    assert.deepEqual(c.test.store.tab().keys(), []);
  });
});

describe('commands', () => {
  test('are tried again with the same cid when the answer is lost', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const c = await signedIn(ann);
    const e = server.say(room, ann, 'typo');
    server.faults.loseAnswers = ['msg.edit'];

    const edited = c.edit(id, e.seq, 'no typo');
    await clock.advance(BOUNDS.requestMs + 1_000);
    await edited;

    const [first, second] = sent(server, 'msg.edit');
    assert.equal(first.d.cid, second.d.cid);
    assert.ok(bob);
  });

  test('a lasting refusal is told at once', async () => {
    const { server, ann, bob, room, id, signedIn } = world();
    const b = await signedIn(bob);
    const e = server.say(room, ann, 'hers');

    await assert.rejects(b.edit(id, e.seq, 'his'), { code: 'forbidden', temporary: false });
  });

  test('without a connection they end after a while', async () => {
    const { clock, server, ann, id, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.down = true;
    server.closeAll(1006);

    const ended = assert.rejects(c.edit(id, 2, 'x'), { name: 'Disconnected' });
    await clock.advance(BOUNDS.commandMs + 1_000);

    await ended;
  });
});
