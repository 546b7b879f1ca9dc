import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Device, sleep } from './device.mjs';
import { logOf, settle } from './people.mjs';

const QUEUE_MOST = 20; // a device that waits for so many answers says nothing more
const QUIET_MS = 120_000; // after the load: all is answered and has arrived within this

export const say = (sentence) => console.log(`${new Date().toISOString().slice(11, 19)}  ${sentence}`);

/** Awaits a condition; after `ms` it says so and goes on, since what is there is checked all the same. */
export async function until(condition, ms, what) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) {
      say(`${what}: not within ${ms / 1_000} s`);
      return false;
    }
    await sleep(50);
  }
  return true;
}

/** Everybody of one run: people, their devices, what these wrote down, and the rooms' logs at the end. */
export class Crowd {
  records = new Map();
  #start = performance.now();
  #speaking = false;
  #said = 0;
  #silent = new Set();

  /** Milliseconds since the crowd was gathered. */
  now = () => performance.now() - this.#start;

  static async gather({ base, word, people, devicesEach, rooms, roomsEach, pingMs }) {
    const crowd = new Crowd();
    Object.assign(crowd, { base }, await settle({ base, word, people, rooms, roomsEach }));
    crowd.devices = crowd.people.flatMap((person) => Array.from({ length: devicesEach }, (_, i) => {
      const name = `${person.username}-${i}`;
      const record = [];
      crowd.records.set(name, record);
      return new Device({ base, name, person, rooms: person.rooms, now: crowd.now, pingMs, record: (entry) => record.push(entry) });
    }));
    return crowd;
  }

  /** Connects all, `perSecond` of them a second. */
  async connect(perSecond = 100) {
    for (const device of this.devices) {
      device.start();
      await sleep(1_000 / perSecond);
    }
    await until(() => this.devices.every((d) => d.live), 60_000, 'all clients are connected');
  }

  /** Each of these devices says something in one of its rooms, again and again, after a pause of this many ms. */
  talk(random, pauseMs, devices = this.devices) {
    this.#speaking = true;
    devices.forEach(async (device) => {
      while (this.#speaking) {
        await sleep(random.between(...pauseMs));
        const rooms = [...device.rooms.keys()].filter((room) => !this.#silent.has(room));
        if (this.#speaking && rooms.length > 0 && device.unanswered < QUEUE_MOST) {
          const number = ++this.#said;
          device.say(random.pick(rooms), `${device.name}-${number}`, `message ${number}`);
        }
      }
    });
  }

  /** Nobody says anything more in some of the rooms: what is missing there now, no later message makes good. */
  silence(random, count) {
    random.shuffled(this.rooms.filter(({ room }) => !this.#silent.has(room))).slice(0, count).forEach(({ room }) => this.#silent.add(room));
  }

  /** Nobody says anything more; waits until all is answered and has arrived, reads the logs and lets all go. */
  async finish() {
    this.#speaking = false;
    say('waiting until all is answered and has arrived');
    await until(() => this.devices.every((d) => d.live && d.unanswered === 0), QUIET_MS, 'all is answered');
    const log = [];
    const heads = new Map();
    for (const { room, owner } of this.rooms) {
      await owner.signIn.renew();
      const events = await logOf(this.base, owner.signIn.access, room);
      log.push(...events);
      heads.set(room, events.length);
    }
    await until(() => this.devices.every((d) => [...d.rooms].every(([room, { last }]) => last >= heads.get(room))), QUIET_MS, 'all has arrived');
    this.devices.forEach((device) => device.stop());
    const devices = new Map(this.devices.map((d) => [d.name, { user: d.person.id, rooms: [...d.rooms.keys()] }]));
    return { records: this.records, log, devices };
  }
}

/** Writes a run down, so that check.mjs can read it later. */
export function write(folder, { records, log, devices, faults, unwell = [] }, about = {}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'records'), { recursive: true });
  const lines = (entries) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  for (const [name, record] of records) writeFileSync(join(folder, 'records', `${name}.jsonl`), lines(record));
  writeFileSync(join(folder, 'log.jsonl'), lines(log));
  writeFileSync(join(folder, 'faults.jsonl'), lines(faults));
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...about, unwell }));
  writeFileSync(join(folder, 'devices.json'), JSON.stringify(Object.fromEntries(devices)));
}
