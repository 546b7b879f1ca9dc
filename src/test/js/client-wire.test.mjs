import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { texts, world } from './support.mjs';

const folder = new URL('../resources/wire/v1/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
const fixture = (name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
const beginning = (prefix) => names.filter((name) => name.startsWith(prefix));

/** Ann listens to the room that the fixtures speak of. */
async function listening() {
  const w = world();
  const room = w.server.addRoom('wire', [w.ann, w.bob], 'public', { room: 'r_9', ep: 'a1' });
  const c = await w.signedIn(w.ann);
  return { ...w, room, c };
}

describe('the frames that server and client share', () => {
  for (const name of beginning('event.')) {
    test(`${name} is taken as the next event of its room`, async () => {
      const { server, room, clock, c } = await listening();
      const event = { ...fixture(name), seq: room.log.length + 1 };

      server.toAll(room.room, event);
      await clock.settle();

      assert.deepEqual(c.events.at(-1), event);
    });
  }

  for (const name of beginning('out.').filter((n) => !/^out\.(welcome|resumed|room\.removed)$/.test(n))) {
    test(`${name} leaves the client online, and the next message comes`, async () => {
      const { server, room, bob, clock, c } = await listening();

      server.toAll(room.room, fixture(name));
      await clock.advance(1_000);
      server.say(room, bob, 'still here');
      await clock.advance(1_000);

      assert.equal(c.states.at(-1).name, 'online');
      assert.deepEqual(texts(c.events), ['still here']);
    });
  }

  test('a notice is given on as it came', async () => {
    const { server, room, clock, c } = await listening();
    const notices = [];
    c.on('notice', (frame) => notices.push(frame.d));

    server.toAll(room.room, fixture('out.notice'));
    server.toAll(room.room, fixture('out.notice.seen'));
    server.toAll(room.room, fixture('out.notice.report'));
    await clock.settle();

    assert.deepEqual(notices.map(({ kind, seen }) => [kind, seen]), [['warning', undefined], ['warning', true], ['report', undefined]]);
  });

  test('badge, typing, presence and room.removed show what they say', async () => {
    const { server, room, clock, c } = await listening();
    const typing = [];
    c.on('typing', (t) => typing.push(t));

    server.toAll(room.room, fixture('out.badge'));
    server.toAll(room.room, fixture('out.presence'));
    server.toAll(room.room, fixture('out.typing'));
    await clock.settle();

    assert.equal(c.rooms.get('r_9').unread, 3);
    assert.equal(c.rooms.get('r_9').online, 2);
    assert.equal(c.presence.get('u_3'), 'away');
    assert.deepEqual(typing, [{ room: 'r_9', users: ['u_2', 'u_3', 'u_4'], more: 2 }]);
    server.toAll(room.room, fixture('out.room.removed'));
    await clock.settle();
    assert.ok(!c.rooms.has('r_9'));
  });
});
