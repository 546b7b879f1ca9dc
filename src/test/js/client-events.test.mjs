import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDS } from '../../main/webapp/client/confab-client.js';
import { logTexts, sent, texts, world } from './support.mjs';

const letters = [...'abcdefgh'];

describe('events', () => {
  test('come once and in order through doubles and reorderings', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann);
    const held = [];
    server.faults.lie = (frames, socket) => {
      if (socket.user.id !== ann.id || frames[0].t !== 'msg.new') return frames;
      held.push(...frames, ...frames);
      return held.length < 8 ? [] : held.splice(0).reverse();
    };

    for (const x of letters) server.say(room, bob, x);
    await clock.advance(5_000);

    assert.deepEqual(texts(c.events), letters);
    assert.deepEqual(c.events.map((e) => e.seq), [2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(sent(server, 'fetch').length, 0, 'all was there within the hold');
  });

  test('a lost one is fetched after the hold, and the later ones wait for it', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.seq !== 3);
    for (const x of letters) server.say(room, bob, x);
    await clock.advance(1_500);
    assert.deepEqual(texts(c.events), ['a']);

    await clock.advance(600);

    assert.deepEqual(texts(c.events), letters);
    assert.deepEqual(sent(server, 'fetch').map((f) => f.d.after), [2]);
  });

  test('the last one, lost, is found by the heads of a pong', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.t !== 'msg.new');
    server.say(room, bob, 'lost');

    await clock.advance(25_000 + BOUNDS.holdMs);

    assert.deepEqual(texts(c.events), ['lost']);
  });

  test('a long hole is fetched page by page', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.t !== 'msg.new');
    for (let i = 0; i < 450; i++) server.say(room, bob, String(i));

    await clock.advance(30_000);

    assert.equal(texts(c.events).length, 450);
    assert.equal(sent(server, 'fetch').length, 3);
  });

  test('a fetch whose answer is lost is made again', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.faults.lie = (frames) => frames.filter((f) => f.seq !== 2);
    server.faults.loseAnswers = ['fetch'];
    server.say(room, bob, 'a');
    server.say(room, bob, 'b');

    await clock.advance(BOUNDS.holdMs * 2 + BOUNDS.requestMs + 100);

    assert.deepEqual(texts(c.events), ['a', 'b']);
  });

  test('several in one frame are taken like single ones', async () => {
    const { clock, server, bob, room, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.closeAll(1006);
    await clock.settle();
    for (const x of letters) server.say(room, bob, x);

    await clock.advance(1_000); // welcome, all events and resumed arrive as one array

    assert.deepEqual(texts(c.events), letters);
  });
});

describe('the cursor', () => {
  test('moves only after the application has the event', async () => {
    const { clock, server, bob, room, id, ann, signedIn } = world();
    let release;
    const c = await signedIn(ann, { deliver: () => new Promise((done) => { release = done; }) });
    server.say(room, bob, 'a');
    server.say(room, bob, 'b');
    await clock.settle();
    assert.equal(c.cursors()[id].seq, 1);

    release();
    await clock.settle();

    assert.equal(c.cursors()[id].seq, 2);
    release();
    await clock.settle();
    assert.equal(c.cursors()[id].seq, 3);
  });

  test('stays where the application failed, and the event comes again', async () => {
    const { clock, server, bob, room, id, ann, signedIn } = world();
    const reported = [];
    globalThis.reportError = (e) => reported.push(e.message);
    let fail = true;
    const c = await signedIn(ann, { deliver: () => { if (fail) throw new Error('disk full'); } });

    server.say(room, bob, 'a');
    await clock.settle();
    assert.equal(c.cursors()[id].seq, 1);
    fail = false;
    await clock.advance(BOUNDS.holdMs + 10);

    assert.deepEqual(texts(c.events), ['a']);
    assert.equal(c.cursors()[id].seq, 2);
    assert.deepEqual(reported, ['disk full']);
    delete globalThis.reportError;
  });

  test('given by the application is where the log is resumed', async () => {
    const { server, bob, room, id, ann, signedIn } = world();
    for (const x of letters) server.say(room, bob, x);

    const c = await signedIn(ann, { cursors: { [id]: { ep: 'e1', seq: 5 } } });

    assert.deepEqual(texts(c.events), letters.slice(4));
  });
});

describe('a gap', () => {
  for (const reason of ['too_far', 'epoch', 'ahead', 'retention']) {
    test(`(${reason}) is filled by a snapshot and a subscription from its head`, async () => {
      const { clock, server, bob, room, id, ann, signedIn } = world();
      const c = await signedIn(ann);
      const timeline = c.open(id);
      await timeline.latest();
      const gaps = [];
      c.on('gap', (g) => gaps.push(g));
      server.closeAll(1006);
      await clock.settle();
      for (const x of letters) server.say(room, bob, x);
      if (reason === 'epoch') room.ep = 'e2';
      server.faults.gap.set(id, reason);

      await clock.advance(1_000);
      server.say(room, bob, 'live again');
      await clock.settle();

      assert.deepEqual(gaps, [{ room: id, reason }]);
      assert.deepEqual(timeline.messages.map((m) => m.body.text), [...letters, 'live again']);
      assert.deepEqual(texts(c.events), ['live again']);
      assert.deepEqual(sent(server, 'sub').at(-1).d, { ep: room.ep, seq: 9 });
    });
  }

  test('in an unopened room costs one message and fresh counts', async () => {
    const { clock, server, bob, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.closeAll(1006);
    await clock.settle();
    for (const x of letters) server.say(room, bob, x);
    server.faults.gap.set(id, 'too_far');

    await clock.advance(1_500);

    assert.equal(c.rooms.get(id).unread, letters.length);
    assert.equal(c.rooms.get(id).live, true);
  });

  test('a room that is not visible any more goes from the list', async () => {
    const { clock, server, room, id, ann, signedIn } = world();
    const c = await signedIn(ann);
    server.closeAll(1006);
    await clock.settle();
    room.members.delete(ann.id);

    await clock.advance(1_000);

    assert.equal(c.rooms.has(id), false);
  });
});

describe('the timeline', () => {
  test('shows messages as they stand, then follows edits and deletions', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    const first = server.say(room, bob, 'one');
    server.say(room, bob, 'two');
    const c = await signedIn(ann);
    const b = await signedIn(bob);
    const timeline = c.open(id);
    await timeline.latest();

    await b.edit(id, first.seq, 'one, mended');
    await b.remove(id, first.seq + 1);
    await clock.settle();

    assert.equal(timeline.find(first.seq).body.text, 'one, mended');
    assert.ok(timeline.find(first.seq).edited_at);
    assert.deepEqual([timeline.find(first.seq + 1).body, timeline.find(first.seq + 1).deleted], [null, true]);
  });

  test('replayed events of a deleted message never bring its text back', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    const c = await signedIn(ann);
    const b = await signedIn(bob);
    await c.open(id).latest();
    server.closeAll(1006);
    await clock.advance(1_000);
    const e = server.say(room, bob, 'alpha');
    await b.edit(id, e.seq, 'beta');
    server.closeAll(1006);
    await clock.settle();
    room.log.filter((x) => x.t !== 'room.created').forEach((x) => Object.assign(x.d, { body: null, deleted: true }));
    server.append(room, 'msg.deleted', bob.id, { seq: e.seq });

    await clock.advance(2_000);

    assert.equal(c.open(id).find(e.seq).body, null);
  });

  test('hidden, restored and deleted by the dozen: a message is shown as it stands', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    const one = server.say(room, bob, 'one');
    const two = server.say(room, bob, 'two');
    const c = await signedIn(ann);
    const timeline = c.open(id);
    await timeline.latest();
    const shown = (seq) => { const { body, deleted, hidden, edited_at } = timeline.find(seq); return [body?.text, deleted, hidden, edited_at]; };

    server.append(room, 'msg.deleted', ann.id, { seq: one.seq, hidden: true });
    await clock.settle();
    assert.deepEqual(shown(one.seq), [undefined, true, true, undefined]);
    server.append(room, 'msg.restored', ann.id, { seq: one.seq, author: bob.id, body: { type: 'text', text: 'one' }, mentions: [], edited_at: '2026-01-31T12:00:00.000Z' });
    await clock.settle();
    assert.deepEqual(shown(one.seq), ['one', undefined, undefined, '2026-01-31T12:00:00.000Z']);
    server.append(room, 'msgs.deleted', ann.id, { seqs: [one.seq, two.seq] });
    await clock.settle();

    for (const { seq } of [one, two]) assert.deepEqual(shown(seq), [undefined, true, undefined, undefined]);
  });

  test('a return that was deleted again since brings nothing back', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    const one = server.say(room, bob, 'one');
    const c = await signedIn(ann);
    const timeline = c.open(id);
    await timeline.latest();
    server.append(room, 'msg.deleted', ann.id, { seq: one.seq, hidden: true });

    server.append(room, 'msg.restored', ann.id, { seq: one.seq, body: null, deleted: true });
    await clock.settle();

    assert.deepEqual([timeline.find(one.seq).body, timeline.find(one.seq).deleted], [null, true]);
  });

  test('what is pinned is read once and follows the events: pins, edits, deletions, and no returns', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    const [one, two, three] = ['one', 'two', 'three'].map((text) => server.say(room, bob, text));
    server.append(room, 'pin.added', ann.id, { seq: one.seq });
    const c = await signedIn(ann);
    await c.open(id).latest();
    const pins = c.pinned(id);
    await pins.read();
    const shown = () => pins.list.map((p) => [p.seq, p.message?.body.text]);
    let told = 0;
    c.on('pins', () => { told++; });
    assert.deepEqual([shown(), pins.max, pins.has(one.seq)], [[[one.seq, 'one']], 50, true]);

    await c.pin(id, two.seq);
    await clock.settle();
    assert.deepEqual(shown(), [[two.seq, 'two'], [one.seq, 'one']]);
    assert.equal((await c.pin(id, two.seq)).dup, true);
    server.append(room, 'msg.edited', bob.id, { seq: one.seq, body: { type: 'text', text: 'one, better' }, mentions: [] });
    await clock.settle();
    assert.deepEqual(shown(), [[two.seq, 'two'], [one.seq, 'one, better']]);
    await c.unpin(id, two.seq);
    server.append(room, 'pin.added', ann.id, { seq: three.seq });
    await clock.settle();
    assert.deepEqual(shown(), [[three.seq, 'three'], [one.seq, 'one, better']]);
    server.append(room, 'msg.deleted', ann.id, { seq: one.seq, hidden: true });
    server.append(room, 'msg.restored', ann.id, { seq: one.seq, author: bob.id, body: { type: 'text', text: 'one' }, mentions: [] });
    await clock.settle();
    assert.deepEqual(shown(), [[three.seq, 'three']]);
    server.append(room, 'msgs.deleted', ann.id, { seqs: [two.seq, three.seq] });
    await clock.settle();
    assert.deepEqual([shown(), told], [[], 6]);
  });

  test('pins that change while they are read, and after a gap, are right in the end', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    const [one, two] = ['one', 'two'].map((text) => server.say(room, bob, text));
    const c = await signedIn(ann);
    await c.open(id).latest();
    const reading = c.pinned(id).read();
    server.append(room, 'pin.added', ann.id, { seq: one.seq });
    server.append(room, 'pin.removed', ann.id, { seq: one.seq });
    server.append(room, 'pin.added', ann.id, { seq: two.seq });
    await clock.settle();
    await reading;
    assert.deepEqual(c.pinned(id).list.map((p) => p.seq), [two.seq]);

    server.faults.gap.set(id, 'too_far');
    const gap = new Promise((done) => c.on('gap', done));
    server.closeAll(4301);
    server.append(room, 'pin.removed', ann.id, { seq: two.seq });
    server.append(room, 'pin.added', ann.id, { seq: one.seq });
    await clock.advance(60_000);
    await gap;
    assert.equal(c.pinned(id).ready, false);
    await c.pinned(id).read();
    assert.deepEqual(c.pinned(id).list.map((p) => p.seq), [one.seq]);
  });

  test('who may not pin is told so', async () => {
    const { server, bob, ann, room, id, signedIn } = world();
    const said = server.say(room, ann, 'one');
    const c = await signedIn(bob);

    await assert.rejects(c.pin(id, said.seq), (e) => e.code === 'forbidden');
  });

  test('goes to a message far above at once, and finds its way back down', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    for (let i = 1; i <= 400; i++) server.say(room, bob, String(i));
    const c = await signedIn(ann);
    const timeline = c.open(id);
    await timeline.latest();

    await timeline.around(100);

    assert.ok(timeline.find(100));
    assert.deepEqual([timeline.atStart, timeline.atEnd], [false, false]);
    server.say(room, bob, 'the newest');
    await clock.settle();
    while (!timeline.atEnd) await timeline.newer();
    assert.equal(timeline.messages.at(-1).body.text, 'the newest');
  });

  test('stays bounded while paging up, and finds its way back down', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    for (let i = 1; i <= 500; i++) server.say(room, bob, String(i));
    const c = await signedIn(ann);
    const timeline = c.open(id);
    await timeline.latest();
    assert.equal(timeline.messages.length, BOUNDS.pageMessages);

    while (!timeline.atStart) await timeline.older();
    assert.equal(timeline.messages[0].body.text, '1');
    assert.equal(timeline.messages.length, BOUNDS.timelineMessages);
    assert.equal(timeline.atEnd, false);
    server.say(room, bob, '501');
    await clock.settle();
    assert.equal(timeline.messages.at(-1).body.text, '300', 'nothing is appended after a hole');
    while (!timeline.atEnd) await timeline.newer();

    assert.equal(timeline.messages.at(-1).body.text, '501');
    assert.deepEqual(timeline.messages.map((m) => m.seq), Array.from({ length: 300 }, (_, i) => i + 203));
  });

  test('events that arrive while a page is on its way are not lost', async () => {
    const { clock, server, bob, ann, room, id, signedIn } = world();
    server.say(room, bob, 'a');
    const c = await signedIn(ann);
    const timeline = c.open(id);

    const loading = timeline.latest();
    server.say(room, bob, 'b');
    await loading;
    server.say(room, bob, 'c');
    await clock.settle();

    assert.deepEqual(timeline.messages.map((m) => m.body.text), ['a', 'b', 'c']);
  });
});

describe('rooms', () => {
  test('a new rev reloads the list, and a room found there is subscribed', async () => {
    const { clock, server, ann, bob, signedIn } = world();
    const c = await signedIn(ann);
    const other = server.addRoom('quiet', [bob, ann], 'private');
    server.bump(ann.id);

    await clock.advance(26_000);
    server.say(other, bob, 'psst');
    await clock.settle();

    assert.equal(c.rooms.get(other.room).name, 'quiet');
    assert.deepEqual(texts(c.events), ['psst']);
  });

  test('room.added and room.removed are followed at once', async () => {
    const { clock, ann, bob, signedIn } = world();
    const c = await signedIn(ann);
    const b = await signedIn(bob);

    const created = await b.createRoom({ name: 'den', kind: 'private', members: [ann.id] });
    await clock.settle();
    assert.ok(c.rooms.has(created));
    b.send(created, 'in here');
    await clock.settle();
    assert.deepEqual(texts(c.events), ['in here']);
    await b.kick(created, ann.id);
    await clock.settle();

    assert.equal(c.rooms.has(created), false);
  });

  test('unread counts others’ standing messages; mentions are counted; own messages move the marker', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const c = await signedIn(ann);
    const b = await signedIn(bob);
    const counts = () => [c.rooms.get(id).unread, c.rooms.get(id).mentions];

    server.say(room, bob, 'one');
    const two = server.say(room, bob, 'two, @ann');
    server.append(room, 'member.joined', bob.id, { user: bob.id });
    await clock.settle();
    assert.deepEqual(counts(), [2, 1]);
    await b.edit(id, two.seq, 'two');
    await clock.settle();
    assert.equal(c.rooms.get(id).unread, 2);
    await b.remove(id, two.seq);
    await clock.settle();
    assert.equal(c.rooms.get(id).unread, 1);
    c.send(id, 'mine');
    await clock.settle();

    assert.deepEqual(counts(), [0, 0]);
  });

  test('many deleted at once count no more, and what comes back counts as before', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const c = await signedIn(ann);
    const counts = () => [c.rooms.get(id).unread, c.rooms.get(id).mentions];
    const said = ['one', 'two, @ann', 'three'].map((text) => server.say(room, bob, text));
    await clock.settle();
    assert.deepEqual(counts(), [3, 1]);

    for (const e of said.slice(0, 2)) Object.assign(e.d, { was: e.d.mentions, body: null, deleted: true, mentions: [] });
    server.append(room, 'msgs.deleted', bob.id, { seqs: said.slice(0, 2).map((e) => e.seq) });
    await clock.settle();
    assert.deepEqual(counts(), [1, 0]);
    const back = { body: { type: 'text', text: 'two, @ann' }, mentions: said[1].d.was };
    Object.assign(said[1].d, back);
    delete said[1].d.deleted;
    server.append(room, 'msg.restored', bob.id, { seq: said[1].seq, author: bob.id, ...back });
    await clock.settle();

    assert.deepEqual(counts(), [2, 1]);
  });

  test('a room that is not live is told by its badge, and by its badge alone', async () => {
    const { clock, server, ann, bob, id, signedIn } = world();
    server.maxRooms = 1;
    const other = server.addRoom('further', [bob, ann]);
    server.say(other, bob, 'before, @ann');
    const c = await signedIn(ann);
    const counts = () => [c.rooms.get(other.room).unread, c.rooms.get(other.room).mentions];
    assert.deepEqual([c.rooms.get(id).live, c.rooms.get(other.room).live], [true, false]);
    assert.deepEqual(counts(), [1, 1]);

    const two = server.say(other, bob, 'two');
    await clock.settle();
    assert.deepEqual(counts(), [2, 1]);
    server.append(other, 'member.joined', bob.id, { user: bob.id });
    Object.assign(two.d, { body: null, deleted: true });
    server.append(other, 'msg.deleted', bob.id, { seq: two.seq });
    await clock.settle();

    assert.deepEqual(counts(), [1, 1]);
    assert.deepEqual(texts(c.events), []);
  });

  test('what changed in a room that is not live is known after a reconnection', async () => {
    const { clock, server, ann, bob, signedIn } = world();
    server.maxRooms = 1;
    const other = server.addRoom('further', [bob, ann]);
    const c = await signedIn(ann);
    server.faults.down = true;
    server.closeAll(1006);
    await clock.settle();
    server.say(other, bob, 'meanwhile');
    server.faults.down = false;

    await clock.advance(5_000);

    assert.equal(c.rooms.get(other.room).unread, 1);
  });

  test('a room that is opened becomes live in place of one that is not looked at', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    server.maxRooms = 1;
    const other = server.addRoom('further', [bob, ann]);
    const c = await signedIn(ann);

    await c.open(other.room).latest();
    server.say(other, bob, 'now heard');
    server.say(room, bob, 'now counted');
    await clock.settle();

    assert.deepEqual(texts(c.events), ['now heard']);
    assert.deepEqual([c.rooms.get(other.room).live, c.rooms.get(id).live], [true, false]);
    assert.equal(c.rooms.get(id).unread, 1);
  });

  test('reading on one device clears the other', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const laptop = await signedIn(ann);
    const phone = await signedIn(ann);
    server.say(room, bob, 'one, @ann');
    const two = server.say(room, bob, 'two');
    await clock.settle();
    assert.deepEqual([phone.rooms.get(id).unread, phone.rooms.get(id).mentions], [2, 1]);

    laptop.markRead(id, two.seq);
    await clock.advance(1_100);

    assert.deepEqual([phone.rooms.get(id).unread, phone.rooms.get(id).mentions, phone.rooms.get(id).read], [0, 0, two.seq]);
  });

  test('reading half of it on one device leaves the other half on both', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const one = server.say(room, bob, 'one');
    server.say(room, bob, 'two, @ann');
    server.say(room, bob, 'three');
    const laptop = await signedIn(ann);
    const phone = await signedIn(ann);

    laptop.markRead(id, one.seq);
    await clock.advance(1_100);

    for (const c of [laptop, phone]) assert.deepEqual([c.rooms.get(id).unread, c.rooms.get(id).mentions], [2, 1]);
  });

  test('a badge that is behind adds what came since, and one of before the own marker is dropped', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const c = await signedIn(ann);
    const socket = [...server.sockets].find((s) => s.user?.id === ann.id);
    const one = server.say(room, bob, 'one');
    server.say(room, bob, 'two');
    await clock.settle();

    socket.push({ t: 'badge', room: id, d: { unread: 1, mentions: 0, read: 0, ep: room.ep, head: one.seq } });
    await clock.settle();
    assert.equal(c.rooms.get(id).unread, 2);
    c.markRead(id, one.seq + 1);
    socket.push({ t: 'badge', room: id, d: { unread: 2, mentions: 1, read: 0, ep: room.ep, head: one.seq + 1 } });
    await clock.settle();

    assert.deepEqual([c.rooms.get(id).unread, c.rooms.get(id).mentions], [0, 0]);
  });

  test('a badge that overtakes its messages does not count them twice', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const c = await signedIn(ann);
    const held = [];
    server.faults.lie = (frames) => (frames[0].t === 'msg.new' ? (held.push(...frames), []) : frames);
    server.say(room, bob, 'late');
    const socket = [...server.sockets].find((s) => s.user?.id === ann.id);
    socket.pushBadge(room);
    await clock.settle();
    server.faults.lie = (frames) => frames;
    socket.push(...held);
    await clock.settle();

    assert.deepEqual(texts(c.events), ['late']);
    assert.equal(c.rooms.get(id).unread, 1);
  });

  test('a deleted message that was counted by the server is counted no more', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const one = server.say(room, bob, 'one, @ann');
    server.say(room, bob, 'two');
    const c = await signedIn(ann);
    const b = await signedIn(bob);
    assert.deepEqual([c.rooms.get(id).unread, c.rooms.get(id).mentions], [2, 1]);

    await b.remove(id, one.seq);
    await clock.settle();

    assert.deepEqual([c.rooms.get(id).unread, c.rooms.get(id).mentions], [1, 0]);
  });

  test('where no badge comes after such a deletion, the room is asked for', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const one = server.say(room, bob, 'one');
    const c = await signedIn(ann);
    const b = await signedIn(bob);
    server.faults.lie = (frames) => frames.filter((f) => f.t !== 'badge');

    await b.remove(id, one.seq);
    await clock.advance(2 * BOUNDS.recountMs);

    assert.equal(c.rooms.get(id).unread, 0);
    assert.equal(server.calls.filter((x) => x.endsWith(`/rooms/${id}`)).length, 1);
  });

  test('an edit makes a mention and takes it back', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const c = await signedIn(ann);
    const one = server.say(room, bob, 'one');
    await clock.settle();

    server.append(room, 'msg.edited', bob.id, { seq: one.seq, body: { type: 'text', text: '@ann' }, mentions: [{ user: ann.id, offset: 0, length: 4 }] });
    await clock.settle();
    assert.equal(c.rooms.get(id).mentions, 1);
    server.append(room, 'msg.edited', bob.id, { seq: one.seq, body: { type: 'text', text: 'nobody' }, mentions: [] });
    await clock.settle();

    assert.deepEqual([c.rooms.get(id).unread, c.rooms.get(id).mentions], [1, 0]);
  });

  test('the newest message read is everything read, though joins came after it', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const one = server.say(room, bob, 'one');
    server.append(room, 'member.joined', bob.id, { user: bob.id });
    const c = await signedIn(ann);
    await c.open(id).latest();

    c.markRead(id, one.seq);
    assert.equal(c.rooms.get(id).unread, 0);
    c.markRead(id, one.seq);
    await clock.advance(1_100);

    assert.deepEqual(sent(server, 'read').map((f) => f.d.seq), [one.seq + 1]);
  });

  test('all pages of the list of rooms are read', async () => {
    const { server, ann, bob, signedIn } = world();
    for (let i = 0; i < 230; i++) server.addRoom(`room ${i}`, [bob, ann]);

    const c = await signedIn(ann);

    assert.equal(c.rooms.size, 231);
    assert.equal([...c.rooms.values()].filter((r) => r.live).length, BOUNDS.liveRooms);
  });

  test('the marker is sent once a second at most, and kept while offline', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const c = await signedIn(ann);
    for (const x of letters) server.say(room, bob, x);
    await clock.settle();

    for (let seq = 2; seq <= 8; seq++) c.markRead(id, seq);
    await clock.advance(1_100);
    assert.deepEqual(sent(server, 'read').map((f) => f.d.seq), [8]);
    server.faults.down = true;
    server.closeAll(1006);
    await clock.settle();
    c.markRead(id, 9);
    await clock.advance(3_000);
    server.faults.down = false;
    await clock.advance(30_000);

    assert.equal(room.read.get(ann.id), 9);
    assert.equal(c.rooms.get(id).unread, 0);
  });
});

describe('typing', () => {
  test('is told every 5 s at most, and stopped', async () => {
    const { clock, server, ann, bob, id, signedIn } = world();
    const c = await signedIn(ann);
    const b = await signedIn(bob);

    for (let i = 0; i < 12; i++) {
      c.typing(id);
      await clock.advance(1_000);
    }
    assert.equal(sent(server, 'typing').filter((f) => f.d.on).length, 3);
    assert.deepEqual(b.typingIn(id).users, [ann.id]);
    await clock.advance(7_000);

    assert.equal(sent(server, 'typing').at(-1).d.on, false);
    assert.deepEqual(b.typingIn(id).users, []);
  });

  test('shown typing ends with the message, or after 8 s without a word', async () => {
    const { clock, server, ann, bob, room, id, signedIn } = world();
    const b = await signedIn(bob);
    const typing = { t: 'typing', room: id, d: { users: [ann.id], more: 0 } };
    server.toAll(id, typing);
    await clock.settle();
    assert.deepEqual(b.typingIn(id).users, [ann.id]);
    server.say(room, ann, 'done');
    await clock.settle();
    assert.deepEqual(b.typingIn(id).users, []);

    server.toAll(id, typing);
    await clock.advance(BOUNDS.typingShownMs + 10);

    assert.deepEqual(b.typingIn(id).users, []);
  });

  test('presence follows the server and is forgotten when the connection is lost', async () => {
    const { clock, server, ann, bob, signedIn } = world();
    const b = await signedIn(bob);
    const c = await signedIn(ann);
    assert.equal(b.presence.get(ann.id), 'online');
    c.stop();
    await clock.settle();
    assert.equal(b.presence.get(ann.id), 'offline');

    server.faults.down = true;
    server.closeAll(1006);
    await clock.settle();

    assert.equal(b.presence.size, 0);
  });
});

test('unknown events are ignored', async () => {
  const { clock, server, bob, room, ann, signedIn } = world();
  const c = await signedIn(ann);
  for (const s of server.sockets) s.push({ t: 'from.the.future', d: 1 }, { t: 'presence', d: {} });
  server.append(room, 'poll.closed', bob.id, { poll: 1 });
  server.say(room, bob, 'on we go');
  await clock.settle();
  assert.deepEqual(texts(c.events), logTexts(room));
  assert.equal(c.state.name, 'online');
});
