#!/usr/bin/env node
// The three figures of docs/reliability.md, on a running local cluster of three nodes:
//
//   figures.mjs kill     one node, which has all the sockets, is killed: until all of them are resumed elsewhere
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
const random = seeded(1);
const cluster = new Cluster(options.dir);

async function gather(clients) {
  say(`${clients} clients settle`);
  return Crowd.gather({
    base: options.base, word: `${figure}-${Date.now().toString(36)}`, people: Math.ceil(clients / SOCKETS_EACH), devicesEach: SOCKETS_EACH,
    rooms: 50, roomsEach: 2, pingMs: 10_000,
  });
}

/** All sockets on node1; the others join when they are connected. */
async function allOnOneNode() {
  const crowd = await gather(Number(options.clients));
  await cluster.run('stop', 'node2');
  await cluster.run('stop', 'node3');
  await crowd.connect();
  await cluster.run('start', 'node2');
  await cluster.run('start', 'node3');
  crowd.talk(random, [800, 1_200], crowd.devices.filter((_, i) => i % Math.ceil(crowd.devices.length / TALKERS) === 0));
  await sleep(10_000);
  return crowd;
}

/** How long each client was without a connection after `from`, as it wrote down itself. */
function waits(crowd, from) {
  return [...crowd.records.values()].map((record) => record.filter((e) => e.k === 'resumed' && e.at > from)).filter((found) => found.length > 0)
    .map((found) => found[0].after);
}

async function kill() {
  const crowd = await allOnOneNode();
  const from = crowd.now();
  await cluster.run('kill', 'node1');
  const there = () => crowd.devices.filter((d) => d.live && d.node !== 'node1').length;
  await until(() => there() === crowd.devices.length, 60_000, 'all are resumed');
  const took = crowd.now() - from;
  const result = check({ ...(await crowd.finish()), faults: [] });
  await cluster.run('start', 'node1');
  const waited = quantiles(waits(crowd, from));
  say(`${crowd.devices.length} clients of one killed node were resumed elsewhere after ${(took / 1_000).toFixed(1)} s; a client waited ${waited.p50} ms (median), ${waited.p99} (p99), ${waited.max} (longest)`);
  return { result, met: took <= 5_000 };
}

async function drain() {
  const crowd = await allOnOneNode();
  const from = crowd.now();
  const asked = cluster.run('drain', 'node1');
  await until(() => crowd.devices.every((d) => d.live && d.node !== 'node1'), 90_000, 'all have moved');
  const took = crowd.now() - from;
  await asked;
  const result = check({ ...(await crowd.finish()), faults: [] });
  await cluster.run('restart', 'node1');
  const waited = quantiles(waits(crowd, from));
  say(`${crowd.devices.length} sockets left a drained node within ${(took / 1_000).toFixed(1)} s; a client waited ${waited.p50} ms (median), ${waited.p99} (p99), ${waited.max} (longest)`);
  return { result, met: took <= 30_000 && waited.max <= 5_000 };
}

async function broker() {
  const crowd = await gather(300);
  await crowd.connect();
  crowd.talk(random, [800, 1_200], crowd.devices.filter((_, i) => i % 3 === 0));
  await sleep(15_000);
  const quiet = arrivals(crowd, 0, crowd.now() - 3_000);
  const from = crowd.now();
  await cluster.run('kill', 'broker');
  await sleep(30_000);
  const to = crowd.now();
  await cluster.run('start', 'broker');
  await sleep(5_000);
  const result = check({ ...(await crowd.finish()), faults: [] });
  const away = arrivals(crowd, from, to);
  say(`ok to arrival on another node, ms: with the broker ${quiet.p50} (median), ${quiet.p99} (p99); without it ${away.p50}, ${away.p99}, longest ${away.max}; ${away.count} arrivals`);
  return { result, met: away.count > 1_000 && away.p99 <= 3_000 };
}

/** From ok to arrival, of messages acknowledged between these times, at clients of other nodes than the sender's. */
function arrivals(crowd, from, to) {
  const said = new Map();
  const nodes = new Map(crowd.devices.map((d) => [d.name, d.node]));
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
