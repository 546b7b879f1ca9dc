#!/usr/bin/env node
// The three figures of docs/reliability.md, on a running local cluster of three nodes:
//
//   figures.mjs kill     the clients are spread over three nodes and one is killed: until all its clients are resumed elsewhere
//   figures.mjs drain    one node, which has all the sockets, is drained: until it has none, and the longest wait of a client
//   figures.mjs broker   the broker is away for 30 s: from ok to arrival at a client of another node
//
//   [--clients 2000] [--dir target/cluster] [--base http://127.0.0.1:8080]
//
// Exit 0: the target was met and every promise held.
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.mjs';
import { check, held, quantiles, report } from './check.mjs';
import { Crowd, say, until } from './crowd.mjs';
import { sleep } from './device.mjs';
import { seeded } from './random.mjs';

const { values: options, positionals: [figure] } = parseArgs({
  allowPositionals: true,
  options: { clients: { type: 'string', default: '2000' }, dir: { type: 'string', default: 'target/cluster' }, base: { type: 'string', default: 'http://127.0.0.1:8080' } },
});
const measure = { kill, drain, broker }[figure];
if (!measure) {
  console.error('which figure: kill, drain or broker');
  process.exit(2);
}
const SOCKETS_EACH = 10;
const TALKERS = 100;
const WARM_UP_MS = 10_000;
const MOVED_PER_SECOND = 100;
const AWAY_MS = 30_000; // the broker
const random = seeded(1);
const cluster = new Cluster(options.dir);

async function gather(clients) {
  say(`${clients} clients settle`);
  return Crowd.gather({
    base: options.base, word: `${figure}-${Date.now().toString(36)}`, people: Math.ceil(clients / SOCKETS_EACH), devicesEach: SOCKETS_EACH,
    rooms: 50, roomsEach: 2, pingMs: 10_000,
  });
}

/** Some of them talk, once a second. */
async function talk(crowd, talkers = TALKERS) {
  crowd.talk(random, [800, 1_200], crowd.devices.filter((_, i) => i % Math.ceil(crowd.devices.length / talkers) === 0));
  await sleep(WARM_UP_MS);
}

/** All clients past the balancer to node1; whoever loses that connection comes back through it. */
async function allToOneNode(crowd) {
  const [, address] = (await cluster.status()).find((line) => line.startsWith('node1 ')).match(/(127\.0\.0\.1:\d+)/);
  for (const device of crowd.devices) {
    if (device.node !== 'node1') {
      device.base = `http://${address}`;
      device.reset();
      await sleep(1_000 / MOVED_PER_SECOND);
    }
  }
  const all = await until(() => crowd.devices.every((d) => d.live && d.node === 'node1'), 120_000, 'all are on node1');
  crowd.devices.forEach((device) => (device.base = options.base));
  await sleep(WARM_UP_MS);
  return all;
}

/** The longest that each of these clients was without a connection after `from`, as it wrote down itself. */
function waits(crowd, devices, from) {
  return quantiles(devices.map((d) => Math.max(0, ...crowd.records.get(d.name).filter((e) => e.k === 'resumed' && e.at > from).map((e) => e.after))));
}

/** From a message to its ok, of all that were sent after `from`. */
function answers(crowd, from) {
  const found = [];
  for (const record of crowd.records.values()) {
    const sent = new Map();
    for (const e of record) {
      if (e.k === 'send' && e.at > from) sent.set(e.cid, e.at);
      else if (e.k === 'ok' && sent.has(e.cid)) found.push(e.at - sent.get(e.cid));
    }
  }
  return quantiles(found);
}

const of = ({ p50, p99, max }) => `${p50} ms (median), ${p99} (p99), ${max} (longest)`;

async function kill() {
  const crowd = await gather(Number(options.clients));
  await crowd.connect();
  await talk(crowd);
  const its = crowd.devices.filter((d) => d.live && d.node === 'node1');
  const all = crowd.devices.every((d) => d.live);
  const from = crowd.now();
  await cluster.run('kill', 'node1');
  await until(() => its.every((d) => d.live && d.node !== 'node1'), 60_000, 'all are resumed');
  const took = crowd.now() - from;
  await sleep(5_000);
  const run = await crowd.finish();
  await cluster.run('start', 'node1');
  const waited = waits(crowd, its, from);
  say(`${its.length} clients of one killed node, of ${crowd.devices.length} on three, were resumed elsewhere after ${(took / 1_000).toFixed(1)} s; a client waited ${of(waited)}; send to ok meanwhile ${of(answers(crowd, from))}`);
  return { result: check({ ...run, faults: [] }), met: all && its.length >= crowd.devices.length / 4 && took <= 5_000 };
}

async function drain() {
  const crowd = await gather(Number(options.clients));
  await crowd.connect();
  await talk(crowd);
  const all = await allToOneNode(crowd);
  const from = crowd.now();
  const asked = cluster.run('drain', 'node1');
  await until(() => crowd.devices.every((d) => d.live && d.node !== 'node1'), 90_000, 'all have moved');
  const took = crowd.now() - from;
  await asked;
  await sleep(5_000);
  const run = await crowd.finish();
  await cluster.run('restart', 'node1');
  const waited = waits(crowd, crowd.devices, from);
  const answered = answers(crowd, from);
  say(`${crowd.devices.length} sockets left a drained node within ${(took / 1_000).toFixed(1)} s; a client waited ${of(waited)}; send to ok meanwhile ${of(answered)}`);
  return { result: check({ ...run, faults: [] }), met: all && took <= 30_000 && waited.max <= 5_000 && answered.max <= 5_000 };
}

async function broker() {
  const crowd = await gather(300);
  await crowd.connect();
  await talk(crowd);
  await sleep(AWAY_MS);
  const quiet = arrivals(crowd, crowd.now() - AWAY_MS - 3_000, crowd.now() - 3_000);
  const from = crowd.now();
  await cluster.run('kill', 'broker');
  await sleep(AWAY_MS);
  const to = crowd.now();
  await cluster.run('start', 'broker');
  await sleep(5_000);
  const run = await crowd.finish();
  const away = arrivals(crowd, from, to);
  say(`ok to arrival on another node: with the broker ${of(quiet)}; without it ${of(away)}; ${away.count} arrivals beside ${quiet.count}; send to ok since ${of(answers(crowd, from))}`);
  return { result: check({ ...run, faults: [] }), met: away.count > 0.8 * quiet.count && away.p99 <= 3_000 };
}

/** From ok to arrival, of messages acknowledged between these times, at clients of other nodes than the sender's. */
function arrivals(crowd, from, to) {
  const said = new Map();
  const nodes = new Map(crowd.devices.map((d) => [d.name, d.node])); // nobody moves while only the broker is away
  for (const [name, record] of crowd.records) {
    for (const e of record) if (e.k === 'ok' && e.at >= from && e.at <= to) said.set(e.cid, { at: e.at, node: nodes.get(name) });
  }
  const found = [];
  for (const [name, record] of crowd.records) {
    for (const e of record) {
      const message = e.k === 'ev' && e.cid && said.get(e.cid);
      if (message && message.node !== nodes.get(name)) found.push(Math.max(0, e.at - message.at));
    }
  }
  return quantiles(found);
}

const { result, met } = await measure();
console.log(report(result));
console.log(met ? 'the target was met' : 'the target was NOT met');
process.exit(met && held(result) ? 0 : 1);
