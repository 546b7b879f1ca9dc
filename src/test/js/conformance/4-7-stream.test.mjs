import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { admin, BASE, closeAll, EVENTS, PATIENCE_MS, people, person, SLOW, sleep, until } from './support.mjs';

const streams = [];

after(() => {
  closeAll();
  streams.forEach((stream) => stream.abort.abort());
});

/** Opens the stream; what comes is kept as {event, id, data}, and comments are counted. */
async function stream(who, query = '', headers = {}) {
  const abort = new AbortController();
  const path = new URL(`api/v1/stream${query}`, BASE);
  const answer = await fetch(path, { headers: { ...(who ? { authorization: `Bearer ${who.access}` } : {}), ...headers }, signal: abort.signal });
  const opened = { abort, status: answer.status, answer, got: [], comments: 0, ended: false };
  streams.push(opened);
  if (answer.status === 200) read(opened, answer.body);
  return opened;
}

async function read(opened, body) {
  let text = '';
  try {
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop();
      for (const block of blocks) take(opened, block.split('\n'));
    }
  } catch {
    // ended by us, or by a server that hung up: `ended` says so, and the test what it expected
  }
  opened.ended = true;
}

function take(opened, lines) {
  opened.comments += lines.filter((line) => line.startsWith(':')).length;
  const field = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart());
  const [event] = field('event');
  if (event) opened.got.push({ event, id: field('id')[0], data: JSON.parse(field('data').join('\n')) });
}

const comes = (opened, what, wanted) => until(what, () => opened.got.find(wanted));
const numbers = (opened, room) => opened.got.filter(({ data }) => data.room === room && data.t in EVENTS).map(({ data }) => data.seq);

describe('4.7 The stream', () => {
  test('W1 the token stands in Authorization and nowhere else, and no foreign page may ask', async () => {
    const ann = await person();
    assert.equal((await stream(null)).status, 401);
    assert.equal((await stream(null, `?access_token=${ann.access}`)).status, 401);
    assert.equal((await stream(ann, '', { origin: 'https://evil.example' })).status, 403);
    assert.equal((await ann.call('POST', 'stream', {})).status, 405);
  });

  test('W2 rooms names rooms and places, and without it all rooms are listened to', async () => {
    const ann = await person();
    const [one, two] = [await ann.room(), await ann.room()];
    const { head, ep } = await ann.get(`rooms/${one}`);
    const named = await stream(ann, `?rooms=${one}:${ep}:0,${two}`);
    const { data: { d } } = await comes(named, 'welcome', ({ event }) => event === 'welcome');
    assert.deepEqual([d.rooms[one].from, d.rooms[one].to, d.rooms[two].status], [1, head, 'ok']);
    const all = await comes(await stream(ann), 'welcome', ({ event }) => event === 'welcome');
    assert.deepEqual(Object.keys(all.data.d.rooms).sort(), [one, two].sort());
    assert.equal((await stream(ann, '?rooms=a%20b')).status, 400);
    const { max_rooms: most } = d.limits;
    assert.equal((await stream(ann, `?rooms=${Array.from({ length: most + 1 }, (_, i) => `r_${i}`)}`)).status, 403);
  });

  test('W3 welcome comes first, then the replays, resumed, and what happens, as the socket would have sent it', async () => {
    const ann = await person();
    const room = await ann.room();
    const socket = await ann.socket({ [room]: { seq: 0 } });
    const opened = await stream(ann, `?rooms=${room}::0`);
    await comes(opened, 'resumed', ({ event }) => event === 'resumed');
    const { seq } = await socket.post(room, 'live');
    const live = await comes(opened, 'the live event', ({ data }) => data.seq === seq);
    assert.equal(opened.got[0].event, 'welcome');
    assert.equal('id' in opened.got[0].data, false);
    assert.ok(opened.got.every(({ event, data }) => event === data.t));
    assert.deepEqual(live.data, await socket.event(room, seq));
    assert.deepEqual(numbers(opened, room), socket.seqs(room));
  });

  test('W4 who sends the last id misses nothing and gets nothing twice', async () => {
    const [ann, bob] = await people('ann', 'bob');
    const [room, other] = [await ann.room('private', bob), await ann.room('private', bob)];
    const first = await stream(bob, `?rooms=${room},${other}`);
    await comes(first, 'resumed', ({ event }) => event === 'resumed');
    const seen = await ann.post(room, 'seen');
    const { id } = await comes(first, 'the event', ({ data }) => data.seq === seen && data.room === room);
    assert.match(id, new RegExp(`${room}:[^:]+:${seen}(,|$)`));
    assert.ok(id.includes(`${other}:`));
    first.abort.abort();
    const missed = [await ann.post(room, 'missed'), await ann.post(other, 'missed too')];
    const again = await stream(bob, '', { 'Last-Event-ID': id });
    await comes(again, 'resumed', ({ event }) => event === 'resumed');
    assert.deepEqual([numbers(again, room), numbers(again, other)], [[missed[0]], [missed[1]]]);
  });

  test('W5 a comment comes about each hb_ms while nothing else does', async (t) => {
    const opened = await stream(await person());
    const { data } = await comes(opened, 'welcome', ({ event }) => event === 'welcome');
    if (data.d.hb_ms > 5_000 && !SLOW) return t.skip(`hb_ms is ${data.d.hb_ms}: --slow waits for it`);
    await sleep(data.d.hb_ms + 2_000);
    assert.ok(opened.comments >= 1);
    assert.equal(opened.ended, false);
  });

  test('W6 a stream that the server ends says why as its last event', async () => {
    const ann = await person();
    const opened = await stream(ann);
    await comes(opened, 'resumed', ({ event }) => event === 'resumed');
    assert.equal((await ann.call('POST', 'logout')).status, 204);
    await until('its end', () => opened.ended);
    assert.deepEqual([opened.got.at(-1).event, opened.got.at(-1).data], ['close', { code: 4508, reason: 'revoked' }]);
  });

  test('W6 also when the person is suspended', async (t) => {
    const staff = await admin();
    if (!staff) return t.skip('only staff suspends: give CONFAB_ADMIN_PASSWORD');
    const ann = await person();
    const opened = await stream(ann);
    await comes(opened, 'resumed', ({ event }) => event === 'resumed');
    assert.equal((await staff.call('PUT', `users/${ann.id}/suspension`, { reason: 'conformance' })).status, 200);
    await until('its end', () => opened.ended);
    assert.deepEqual([opened.got.at(-1).event, opened.got.at(-1).data], ['close', { code: 4503, reason: 'suspended' }]);
  });

  test('W6 also when the token runs out', async (t) => {
    const ann = await person();
    if (ann.expiresIn > 30 && !SLOW) return t.skip(`a token lives ${ann.expiresIn} s here: --slow waits for it`);
    const opened = await stream(ann);
    await until('its end', () => opened.ended, ann.expiresIn * 1_000 + PATIENCE_MS);
    assert.deepEqual([opened.got.at(-1).event, opened.got.at(-1).data], ['close', { code: 4304, reason: 'token_expired' }]);
  });
});
