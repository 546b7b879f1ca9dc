import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { cid, closeAll, person, text } from './support.mjs';

after(closeAll);

async function annsRoom() {
  const ann = await person();
  const room = await ann.room();
  return { ann, room, socket: await ann.socket([room]) };
}

describe('2.5 Bodies', () => {
  for (const body of [
    { type: 'poll', choices: ['tea', 'coffee'], closes: 1.5, deep: { a: [null, true, { b: '👋' }] } },
    { type: 'text', text: ' spaces stay \n', lang: 'en', format: { bold: [[0, 3]] } },
    { type: 'x.my-app_1', data: '' },
  ]) {
    test(`B1 a body of type ${body.type} comes back as it came`, async () => {
      const { ann, socket, room } = await annsRoom();
      const { seq } = await socket.ok('msg.send', room, { cid: cid(), body });
      assert.deepEqual((await socket.event(room, seq)).d.body, body);
      const { messages } = await ann.get(`rooms/${room}/messages`);
      assert.deepEqual(messages.at(-1).body, body);
    });
  }

  test('B1 a type has its alphabet', async () => {
    const { socket, room } = await annsRoom();
    for (const type of ['', 'Text', '1a', 'a b', 'a'.repeat(33), 7, undefined]) await socket.err('bad_request', 'msg.send', room, { cid: cid(), body: { type } });
    for (const body of ['text', [], 7]) await socket.err('bad_request', 'msg.send', room, { cid: cid(), body });
  });

  test('B2 a text must show something', async () => {
    const { socket, room } = await annsRoom();
    for (const nothing of ['', ' ', '\n\t', '\u200b', '\u00a0\u3000']) await socket.err('bad_request', 'msg.send', room, { cid: cid(), body: text(nothing) });
    await socket.err('bad_request', 'msg.send', room, { cid: cid(), body: { type: 'text' } });
    await socket.err('bad_request', 'msg.send', room, { cid: cid(), body: { type: 'text', text: 7 } });
  });

  test('B2 a text of max_text_chars code points is taken, one more is too_large', async () => {
    const { socket, room } = await annsRoom();
    const most = socket.welcome.d.limits.max_text_chars;
    const { seq } = await socket.post(room, '👋'.repeat(most));
    assert.equal([...(await socket.event(room, seq)).d.body.text].length, most);
    await socket.err('too_large', 'msg.send', room, { cid: cid(), body: text('a'.repeat(most + 1)) });
  });

  test('B3 a body over 64 KiB is too_large', async (t) => {
    const { socket, room } = await annsRoom();
    if (socket.welcome.d.limits.max_frame_bytes < 68_000) return t.skip('a frame holds no more than a body here');
    await socket.err('too_large', 'msg.send', room, { cid: cid(), body: { type: 'blob', data: 'a'.repeat(65_536) } });
  });
});
