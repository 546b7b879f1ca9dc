import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { closeAll, PATIENCE_MS, person } from './support.mjs';

after(closeAll);

describe('2.3 The first frame', { concurrency: true }, () => {
  test('G1 without a hello the socket is closed with 4507', async () => {
    const ann = await person();
    const from = Date.now();
    const socket = await ann.open();
    assert.equal(await socket.closed(5_000 + PATIENCE_MS), 4507);
    assert.ok(Date.now() - from >= 5_000, `after ${Date.now() - from} ms`);
  });

  test('G2 anything before hello is closed with 4501', async () => {
    const socket = await (await person()).open();
    socket.send('ping');
    assert.equal(await socket.closed(), 4501);
  });

  for (const said of ['[', '[]', '{"t":"msg.send"}', '{"t":"hello","id":"1","d":{"rooms":[]}}']) {
    test(`G2 so is what is not of the form: ${said}`, async () => {
      const socket = await (await person()).open();
      socket.raw.text(said);
      assert.equal(await socket.closed(), 4501);
      assert.equal(socket.frames[0].code, 'bad_request');
    });
  }

  test('G2 a second hello is closed with 4501', async () => {
    const socket = await (await person()).socket();
    socket.send('hello', null, {});
    assert.equal(await socket.closed(), 4501);
  });

  test('G3 welcome says who, where and what holds', async () => {
    const ann = await person();
    const { d, id } = (await ann.socket()).welcome;
    assert.equal(d.user, ann.id);
    assert.match(d.session, /^[A-Za-z0-9_-]{1,40}$/);
    assert.equal(typeof d.node, 'string');
    assert.match(d.now, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(d.hb_ms > 0 && d.hb_ms < 55_000);
    assert.ok(Number.isInteger(d.rev));
    assert.ok(d.caps.includes('msg.send'));
    assert.deepEqual(d.rooms, {});
    assert.ok(id);
  });

  test('G3 what each room has missed comes between welcome and resumed', async () => {
    const ann = await person();
    const room = await ann.room();
    const other = await ann.room();
    const last = await ann.post(room, 'before');
    const socket = await ann.socket({ [room]: { seq: 0 }, [other]: { seq: 0 } });
    const order = socket.frames.map((f) => f.t);
    const resumed = order.indexOf('resumed');
    assert.equal(order[0], 'welcome');
    assert.deepEqual(socket.seqs(room), Array.from({ length: last }, (_, i) => i + 1));
    for (const e of [...socket.events(room), ...socket.events(other)]) assert.ok(socket.frames.indexOf(e) < resumed);
  });
});
