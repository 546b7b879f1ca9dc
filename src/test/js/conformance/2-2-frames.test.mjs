import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { BINARY, CONTINUATION, PING as PING_OPCODE, TEXT } from './raw.mjs';
import { cid, closeAll, PATIENCE_MS, people, person, SLOW, text, until } from './support.mjs';

after(closeAll);

const PING = '{"t":"ping","id":"big","d":{"x":""}}';
/** A frame of exactly so many bytes. */
const ofBytes = (bytes) => PING.replace('""', `"${'a'.repeat(bytes - PING.length)}"`);

/** In parts of these sizes, the last one final. */
function inParts(socket, bytes, size) {
  for (let i = 0; i < bytes.length; i += size) {
    socket.raw.frame(i === 0 ? TEXT : CONTINUATION, bytes.subarray(i, i + size), { fin: i + size >= bytes.length });
  }
}

describe('2.2 Frames and JSON', () => {
  test('F1 a frame of the server is an object, or an array of objects that were waiting', async () => {
    const ann = await person();
    const room = await ann.room();
    for (let i = 0; i < 5; i++) await ann.post(room, `text ${i}`);
    const texts = [];
    const socket = await ann.open();
    const take = socket.raw.onText;
    socket.raw.onText = (said) => {
      texts.push(JSON.parse(said));
      take(said);
    };
    await socket.ask('hello', null, { rooms: { [room]: { seq: 0 } } });
    await socket.expect('resumed', (f) => f.t === 'resumed');
    for (const said of texts) {
      for (const frame of Array.isArray(said) ? said : [said]) assert.ok(frame !== null && typeof frame === 'object' && !Array.isArray(frame), JSON.stringify(said));
    }
    assert.ok(texts.flat().length >= 8); // welcome, seven events at least
  });

  test('F1 a frame of the server has at most 256 KiB, in whatever script', async () => {
    const two = await people('ann', 'bob');
    const room = await two[0].room('private', two[1]);
    // of 24,000 bytes each, and no more than a person may say in a room at once
    const seqs = (await Promise.all(two.map(async (who) => {
      const said = [];
      for (let i = 0; i < 6; i++) said.push(await who.post(room, '漢'.repeat(8_000)));
      return said;
    }))).flat();
    const socket = await two[0].socket();
    const seen = [];
    for (let after = 0, more = true; more; after = seen.at(-1).seq) {
      const page = await socket.ok('fetch', room, { after }); // expects no frame over it
      seen.push(...page.events);
      more = page.more;
    }
    assert.deepEqual(seen.filter((e) => e.t === 'msg.new').map((e) => e.seq), seqs.sort((a, b) => a - b));
  });

  test('F1 what is JSON but no object is bad_request', async () => {
    const socket = await (await person()).socket();
    socket.raw.text('[]');
    assert.equal((await socket.expect('err', (f) => f.t === 'err')).code, 'bad_request');
    await socket.settle();
  });

  test('F2 a text in fragments is put together, also where a character is cut in two', async () => {
    const ann = await person();
    const room = await ann.room();
    const socket = await ann.socket([room]);
    inParts(socket, Buffer.from(JSON.stringify({ t: 'msg.send', id: 'parts', room, d: { cid: cid(), body: text('grüße 👋') } })), 7);
    const { seq } = (await socket.answer('parts')).d;
    assert.equal((await socket.event(room, seq)).d.body.text, 'grüße 👋');
  });

  test('F2 a ping between two fragments is answered and harms neither', async () => {
    const socket = await (await person()).socket();
    const whole = Buffer.from('{"t":"ping","id":"cut"}');
    socket.raw.frame(TEXT, whole.subarray(0, 9), { fin: false });
    socket.raw.ping('between');
    socket.raw.frame(CONTINUATION, whole.subarray(9));
    assert.equal((await socket.answer('cut')).t, 'pong');
    assert.deepEqual(socket.raw.pongs, ['between']);
  });

  test('F3 over 1,024 fragments are closed with 4501', async () => {
    const socket = await (await person()).socket();
    inParts(socket, Buffer.from(ofBytes(2_050)), 2);
    assert.equal(await socket.closed(), 4501);
  });

  test('F3 and as many are taken', async () => {
    const socket = await (await person()).socket();
    inParts(socket, Buffer.from(ofBytes(2_048)), 2);
    assert.equal((await socket.answer('big')).t, 'pong');
  });

  test('F3 empty fragments count too', async () => {
    const socket = await (await person()).socket();
    socket.raw.frame(TEXT, Buffer.from('{'), { fin: false });
    for (let i = 0; i < 1_024; i++) socket.raw.frame(CONTINUATION, Buffer.alloc(0), { fin: false });
    assert.equal(await socket.closed(), 4501);
  });

  test('F3 a binary frame is closed with 4501', async () => {
    const socket = await (await person()).socket();
    socket.raw.frame(BINARY, Buffer.from('{"t":"ping"}'));
    assert.equal(await socket.closed(), 4501);
  });

  test('F3 also as the first frame, and in fragments', async () => {
    const ann = await person();
    const first = await ann.open();
    first.raw.frame(BINARY, Buffer.from('{"t":"hello","id":"1"}'));
    assert.equal(await first.closed(), 4501);
    const parts = await ann.socket();
    parts.raw.frame(BINARY, Buffer.from('{"t":'), { fin: false });
    assert.equal(await parts.closed(), 4501);
  });

  for (const [what, opcode, said] of [['text', TEXT, '{"t":"ping"}'], ['ping', PING_OPCODE, 'x']]) {
    test(`F3 a ${what} frame that is not masked is closed with 4501`, async () => {
      const socket = await (await person()).socket();
      socket.raw.frame(opcode, Buffer.from(said), { masked: false });
      assert.equal(await socket.closed(), 4501);
    });
  }

  test('F10 a message that is never whole is closed with 4303', async (t) => {
    if (!SLOW) return t.skip('--slow waits for it');
    const socket = await (await person()).socket();
    socket.raw.frame(TEXT, Buffer.from('{"t":'), { fin: false });
    assert.equal(await socket.closed(30_000 + PATIENCE_MS), 4303);
  });

  test('F4 a frame of exactly max_frame_bytes is taken', async () => {
    const socket = await (await person()).socket();
    socket.raw.text(ofBytes(socket.welcome.d.limits.max_frame_bytes));
    assert.equal((await socket.answer('big')).t, 'pong');
  });

  test('F4 one byte more is closed with 4509', async () => {
    const socket = await (await person()).socket();
    socket.raw.text(ofBytes(socket.welcome.d.limits.max_frame_bytes + 1));
    assert.equal(await socket.closed(), 4509);
  });

  for (const [what, said] of [
    ['what is no JSON', '{"t":'],
    ['a key twice in one object', '{"t":"ping","id":"x","id":"x"}'],
    ['a nesting over 16', `{"t":"ping","id":"x","d":${'['.repeat(16)}${']'.repeat(16)}}`],
    ['a number over 20 characters', '{"t":"ping","id":"x","d":{"n":123456789012345678901}}'],
    ['half a surrogate pair', '{"t":"ping","id":"x","d":{"s":"\\ud83d"}}'],
    ['U+0000', '{"t":"ping","id":"x","d":{"s":"\\u0000"}}'],
    ['U+0000 in a key', '{"t":"ping","id":"x","d":{"\\u0000":1}}'],
  ]) {
    test(`F5 ${what} is bad_request, and the socket lives on`, async () => {
      const socket = await (await person()).socket();
      socket.raw.text(said);
      const refused = await socket.expect('err', (f) => f.t === 'err');
      assert.equal(refused.code, 'bad_request');
      assert.equal('id' in refused, false);
      await socket.settle();
    });
  }

  test('F6 fields that the server does not know are ignored', async () => {
    const ann = await person();
    const room = await ann.room();
    const socket = await ann.socket([room]);
    socket.raw.text(JSON.stringify({ colour: [1], t: 'msg.send', id: 'new', room, d: { cid: cid(), body: text('hi'), sparkle: { deep: true } } }));
    assert.equal((await socket.answer('new')).t, 'ok');
  });

  test('F7 a t that the server does not know gets unknown_type', async () => {
    const socket = await (await person()).socket();
    await socket.err('unknown_type', 'conformance.nothing', null, {});
  });

  test('F8 a WebSocket ping is answered by a pong with its payload', async () => {
    const socket = await (await person()).socket();
    socket.raw.ping('payload');
    await until('a pong', () => socket.raw.pongs.includes('payload'));
  });

  test('F9 bytes that are not UTF-8 end the connection with 1007', async () => {
    const socket = await (await person()).socket();
    socket.raw.frame(TEXT, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]));
    assert.equal(await socket.closed(), 1007);
  });
});
