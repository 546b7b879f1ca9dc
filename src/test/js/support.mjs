import { ConfabClient } from '../../main/webapp/client/confab-client.js';
import { FakeClock, FakeLocks, FakeServer, SharedStore, fetchOf, webSocketOf } from './fake-server.mjs';

/** Ann and Bob in one room, on a fake server with a clock of its own. */
export function world() {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const ann = server.addUser('ann', 'Ann');
  const bob = server.addUser('bob', 'Bob');
  const room = server.addRoom('general', [ann, bob]);
  const clients = [];

  /** A client of its own browser, or a further tab of the browser whose store and locks are given. */
  function client({ store = new SharedStore(), locks = new FakeLocks(), random = () => 0.5, ...more } = {}) {
    const c = new ConfabClient({
      base: 'http://fake/', fetch: fetchOf(server), WebSocket: webSocketOf(server), store: store.tab(), locks, timers: clock.timers, random, ...more,
    });
    c.events = [];
    c.states = [];
    c.on('event', (e) => c.events.push(e));
    c.on('state', (s) => c.states.push(s));
    clients.push(c);
    return Object.assign(c, { test: { store, locks } });
  }

  async function signedIn(user, options) {
    const c = client(options);
    await c.login(user.username, user.password);
    await c.start();
    await clock.settle();
    return c;
  }

  return { clock, server, ann, bob, room, id: room.room, client, signedIn };
}

export const texts = (events) => events.filter((e) => e.t === 'msg.new').map((e) => e.d.body?.text ?? null);
export const logTexts = (room) => texts(room.log);
export const sent = (server, t) => server.frames.filter((f) => f.t === t);
