#!/usr/bin/env node
// One run: clients chat over a running local cluster while faults strike by a seeded schedule; then all is checked.
//
//   run.mjs --seed N [--seconds 180] [--clients 200] [--rooms 20] [--nodes 3] [--dir target/cluster]
//           [--base http://127.0.0.1:8080] [--out FOLDER] [--only kind,kind] [--most FAULTS]
//
// Exit 0: every promise held. The report goes to standard output, the records to --out (default target/chaos/seed-N).
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Cluster, isWell } from './cluster.mjs';
import { check, held, report } from './check.mjs';
import { Crowd, say, until, write } from './crowd.mjs';
import { sleep } from './device.mjs';
import { seeded } from './random.mjs';
import { schedule } from './schedule.mjs';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string' }, seconds: { type: 'string', default: '180' }, clients: { type: 'string', default: '200' },
    rooms: { type: 'string', default: '20' }, nodes: { type: 'string', default: '3' }, dir: { type: 'string', default: 'target/cluster' },
    base: { type: 'string', default: 'http://127.0.0.1:8080' }, out: { type: 'string' }, only: { type: 'string' },
    most: { type: 'string' },
  },
});
if (!/^\d+$/.test(options.seed ?? '')) {
  console.error('--seed takes a number');
  process.exit(2);
}
const DEVICES_EACH = 2;
const PAUSE_MS = [600, 2_400]; // between two messages of a device
const FALL_SILENT = 2; // rooms, each time the broker is away
const SILENT_AFTER_MS = 1_500;
const GOES_ON_MS = 20_000; // the crowd talks on for so long after the last fault
const WELL_MS = 30_000;
const seed = Number(options.seed);
const seconds = Number(options.seconds);
const out = options.out ?? join('target', 'chaos', `seed-${seed}`);
rmSync(out, { recursive: true, force: true }); // a run that breaks off leaves no earlier one's result
const random = seeded(seed);
const cluster = new Cluster(options.dir);

say(`seed ${seed}: ${options.clients} clients settle in ${options.rooms} rooms`);
const crowd = await Crowd.gather({
  base: options.base, word: `s${seed}-${Date.now().toString(36)}`, people: Number(options.clients) / DEVICES_EACH, devicesEach: DEVICES_EACH,
  rooms: Number(options.rooms), roomsEach: 2,
});
await crowd.connect();
crowd.talk(random, PAUSE_MS);

const faults = [];
const undoing = [];
const { now } = crowd;
const from = now();
for (const fault of schedule(seed, { seconds, nodes: Number(options.nodes), only: options.only?.split(','), most: options.most && Number(options.most) })) {
  await sleep(from + fault.at * 1_000 - now());
  await until(() => !faults.some((f) => f.to === null && inTheWay(f, fault)), 120_000, `${fault.part} is free for the next fault`);
  const struck = { kind: fault.kind, part: fault.part, from: Math.round(now()), struck: null, undoing: null, to: null };
  faults.push(struck);
  say(`${fault.kind} ${fault.part ?? ''}`);
  await cluster.strike(fault, crowd.devices, random);
  struck.struck = Math.round(now());
  if (fault.kind === 'kill-broker' || fault.kind === 'cut-node') setTimeout(() => crowd.silence(random, FALL_SILENT), SILENT_AFTER_MS);
  undoing.push((async () => {
    await sleep(fault.lasts * 1_000);
    struck.undoing = Math.round(now());
    await cluster.undo(fault);
    struck.to = Math.round(now());
    say(`  ${fault.kind} ${fault.part ?? ''} is over after ${((struck.to - struck.from) / 1_000).toFixed(1)} s`);
  })());
}
await sleep(from + seconds * 1_000 - now());
await Promise.all(undoing);
await sleep(GOES_ON_MS);
const unwell = await wellWithin(WELL_MS);

const run = { ...(await crowd.finish()), faults, unwell };
const about = { seed, seconds: Math.round((now() - from) / 1_000), clients: crowd.devices.length, rooms: crowd.rooms.length };
write(out, run, about);
const result = check(run);
writeFileSync(join(out, 'result.json'), JSON.stringify({ ...about, ...result }, null, 1));
console.log(`\nseed ${seed}, ${seconds} s, ${crowd.devices.length} clients, ${crowd.rooms.length} rooms\n${report(result)}`);
process.exit(held(result) ? 0 : 1);

/** The lines of all parts that are not well then; none as soon as all are. */
async function wellWithin(ms) {
  const end = now() + ms;
  for (;;) {
    const lines = (await cluster.status()).filter((line) => !isWell(line));
    if (lines.length === 0 || now() > end) return lines;
    await sleep(1_000);
  }
}

/** A part fails once at a time, and of the nodes one at a time, so that the others serve. */
function inTheWay(one, next) {
  return one.part !== null && (one.part === next.part || (one.kind.endsWith('-node') && next.kind.endsWith('-node')));
}
