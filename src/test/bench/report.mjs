// Usage: node report.mjs RESULTS.jsonl [raw]: prints tables of medians (with ranges) as Markdown; with raw, each run too.
import { readFileSync } from 'node:fs';

const rows = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const order = ['ws', 'socketio-none', 'socketio-txn', 'socketio-cte', 'confab', 'confab-h2'];
const rank = (p) => (order.indexOf(p) + order.length + 1) % (order.length + 1);
const peers = [...new Set(rows.map((r) => r.peer))].sort((a, b) => rank(a) - rank(b));
const sorted = (list, f) => list.map(f).sort((a, b) => a - b);
const median = (list, f) => {
  const v = sorted(list, f);
  return v.length % 2 ? v[v.length >> 1] : (v[v.length / 2 - 1] + v[v.length / 2]) / 2;
};
const num = (v) => (v >= 1000 ? Math.round(v).toLocaleString('en') : v >= 100 ? v.toFixed(0) : v >= 10 ? v.toFixed(1) : v.toFixed(2));
const pct = (f) => (r) => (100 * f(r)) / r.secs;

function table(load, title, columns) {
  const lines = [];
  for (const peer of peers) {
    const list = rows.filter((r) => r.load === load && r.peer === peer);
    if (!list.length) continue;
    const cells = columns.map(([, f, range]) => {
      const v = sorted(list, f);
      return num(median(list, f)) + (range ? ` (${num(v[0])}–${num(v.at(-1))})` : '');
    });
    lines.push(`| ${peer} | ${list.length} | ${cells.join(' | ')} |`);
  }
  if (!lines.length) return;
  console.log(`### ${title}\n`);
  console.log(`| peer | runs | ${columns.map(([name]) => name).join(' | ')} |`);
  console.log(`|---|${'--:|'.repeat(columns.length + 1)}`);
  console.log(lines.join('\n') + '\n');
}
const gen = ['generator CPU %', pct((r) => r.gen_cpu)];
const other = ['other CPU %', pct((r) => Math.max(0, r.other_cpu))];
const srv = ['server CPU %', pct((r) => r.srv_cpu)];
const fan = [['server CPU-s / 1e6 deliveries', (r) => r.cpu_per_1e6, true], ['PostgreSQL CPU-s / 1e6', (r) => r.pg_per_1e6],
  ['delivery p50 ms', (r) => r.d50], ['p99 ms', (r) => r.d99], ['max ms', (r) => r.dmax]];
table('w1max', 'W1 fan-out, 1 sender with window 8, 500 subscribers', [['deliveries/s', (r) => r.deliv_s, true], ...fan, srv, gen, other]);
const sends = [['acked/s', (r) => r.acks_s, true], ['ack p50 ms', (r) => r.a50], ['ack p99 ms', (r) => r.a99],
  ['server CPU-s / 10k acked', (r) => r.cpu_per_10k, true], ['PostgreSQL CPU-s / 10k', (r) => r.pg_per_10k, true], ['deliveries/s', (r) => r.deliv_s], srv,
  ['PostgreSQL CPU %', pct((r) => r.pg_cpu)], gen, other];
table('w2x1', 'W2 sends, 100 rooms of 10, 100 senders, window 1', sends);
table('w2x8', 'W2 sends, 100 rooms of 10, 100 senders, window 8', sends);
const one = [['send→ok p50 ms', (r) => r.a50, true], ['send→ok p99 ms', (r) => r.a99, true],
  ['send→delivery p50 ms', (r) => r.d50, true], ['send→delivery p99 ms', (r) => r.d99, true], ['max ms', (r) => r.dmax], srv, other];
table('lat', 'One sender at 100 messages/s in a room of 50', one);
table('hot', 'The same in a room of 1,050, 1,000 of them connected but not listening to it', one);

if (process.argv[3] === 'raw') {
  console.log('### Every run, in the order made\n');
  console.log('CPU is server / PostgreSQL / generator / other, in seconds in the window of `s`; latencies are p50 / p99 in ms.\n');
  console.log('| peer | load | s | acks | deliveries | delivery | ack | CPU |\n|---|---|--:|--:|--:|--:|--:|--:|');
  for (const r of rows) {
    console.log(`| ${r.peer} | ${r.load} | ${r.secs.toFixed(2)} | ${r.acks} | ${r.deliveries} | ${r.d50} / ${r.d99} | ${r.a50} / ${r.a99} | ` +
      `${r.srv_cpu.toFixed(2)} / ${r.pg_cpu.toFixed(2)} / ${r.gen_cpu.toFixed(2)} / ${r.other_cpu.toFixed(2)} |`);
  }
}
