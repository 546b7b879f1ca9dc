import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { check } from './check.mjs';
import { isWell } from './cluster.mjs';
import { schedule } from './schedule.mjs';
import { seedRow } from './table.mjs';

/** Ann and Bob in one room of three events; Ann said the last two. */
function run(change = () => {}) {
  const event = (seq, cid) => ({ t: cid ? 'msg.new' : 'room.created', room: 'r', ep: 'e', seq, cid, by: 'u1', text: cid && `say ${cid}` });
  const ev = (seq, cid, at, how = 'socket') => ({ k: 'ev', at, how, ...event(seq, cid) });
  const sent = (cid, at) => [{ k: 'send', room: 'r', cid, text: `say ${cid}`, at }, { k: 'try', cid, at }];
  const ok = (cid, seq, at) => ({ k: 'ok', room: 'r', cid, seq, dup: false, at });
  const end = { k: 'end', live: true, unanswered: 0, at: 50_000 };
  const world = {
    log: [event(1, null), event(2, 'a'), event(3, 'b')],
    devices: new Map([['ann', { user: 'u1', rooms: ['r'] }], ['bob', { user: 'u2', rooms: ['r'] }]]),
    records: new Map([
      ['ann', [ev(1, null, 0), ...sent('a', 10), ok('a', 2, 30), ev(2, 'a', 31), ...sent('b', 40), ok('b', 3, 3_040), ev(3, 'b', 3_050), end]],
      ['bob', [ev(1, null, 0), ev(2, 'a', 35), ev(3, 'b', 3_540), end]],
    ]),
    faults: [fault('kill-node', 'node1', 100, 2_000)],
  };
  change(world, ev);
  return check(world);
}
const fault = (kind, part, from, to) => ({ kind, part, from, struck: from + 50, undoing: to - 50, to });
const entry = (records, name, k, n = 0) => records.get(name).filter((e) => e.k === k)[n];
const last = (records, name) => records.get(name).filter((e) => e.k === 'ev').at(-1);
const put = (records, name, ...entries) => records.get(name).splice(-1, 0, ...entries);
const drop = (records, name, which) => records.set(name, records.get(name).filter((e) => !which(e)));
const found = ({ broken }) => Object.keys(broken).filter((what) => broken[what].length > 0);

test('a run in which all promises held is clean, and says how long a fault kept people waiting', () => {
  const result = run();
  assert.deepEqual(found(result), []);
  assert.equal(result.counts.acknowledged, 2);
  assert.deepEqual(result.faults[0].answer, { count: 1, p50: 3_000, p99: 3_000, max: 3_000 });
  assert.equal(result.faults[0].arrival.max, 500);
});

const breaks = {
  'an acknowledged message that no log has is lost': ['lost', (w) => { w.log.pop(); for (const name of w.records.keys()) drop(w.records, name, (e) => e.k === 'ev' && e.seq === 3); }],
  'an acknowledged message that a member never got is lost': ['lost', (w) => drop(w.records, 'bob', (e) => e.seq === 3)],
  'an event that comes twice is told': ['twice', (w, ev) => put(w.records, 'bob', ev(3, 'b', 4_000))],
  'a cid at two numbers of a log is told': ['twice', (w, ev) => {
    w.log.push({ ...w.log[2], seq: 4 });
    for (const name of w.records.keys()) put(w.records, name, ev(4, 'b', 5_000));
  }],
  'a message stored again under another cid is told': ['wrong', (w, ev) => {
    w.log.push({ ...w.log[2], seq: 4, cid: 'c' });
    for (const name of w.records.keys()) put(w.records, name, { ...ev(4, 'c', 5_000), text: 'say b' });
  }],
  'events that change places are told': ['order', (w) => { const r = w.records.get('bob'); [r[1], r[2]] = [r[2], r[1]]; }],
  'a number that was passed over is told': ['hole', (w) => w.records.get('bob').splice(1, 1)],
  'an event long after the last fault is told': ['late', (w) => (last(w.records, 'bob').at = 14_000)],
  'an event long after a node was killed is told, however long the node is away': ['late', (w) => {
    w.faults[0].to = 60_000;
    last(w.records, 'bob').at = 21_000;
  }],
  'an event long after its ok is told though the broker is away': ['late', (w) => {
    w.faults = [fault('kill-broker', 'broker', 100, 20_000)];
    last(w.records, 'bob').at = 14_000;
  }],
  'an ok that comes late is told': ['late', (w) => (entry(w.records, 'ann', 'ok', 1).at = 22_000)],
  'a client that was long without a connection is told': ['late', (w) => put(w.records, 'bob', { k: 'resumed', node: 'n', after: 12_000, at: 40_000 })],
  'another event under the same number is told': ['wrong', (w) => (entry(w.records, 'bob', 'ev', 1).cid = 'x')],
  'another text under the same cid is told': ['wrong', (w) => (last(w.records, 'bob').text = 'say x')],
  'another epoch is told': ['wrong', (w) => { w.log[2].ep = 'f'; for (const name of w.records.keys()) last(w.records, name).ep = 'f'; }],
  'an ok that names another number than the log is told': ['wrong', (w) => (entry(w.records, 'ann', 'ok').seq = 9)],
  'an ok while the database is away is told': ['wrong', (w) => (w.faults = [fault('kill-postgres', 'postgres', 500, 5_000)])],
  'a repeat of what was said to be undone is told': ['wrong', (w) => {
    entry(w.records, 'ann', 'ok', 1).dup = true;
    const r = w.records.get('ann');
    r.splice(r.indexOf(entry(w.records, 'ann', 'ok', 1)), 0, { k: 'err', room: 'r', cid: 'b', code: 'unavailable', at: 50 }, { k: 'try', cid: 'b', at: 1_050 });
  }],
  'a first try that is answered as a repeat is told': ['wrong', (w) => (entry(w.records, 'ann', 'ok').dup = true)],
  'a message without an answer is told': ['unanswered', (w) => drop(w.records, 'ann', (e) => e.k === 'ok' && e.cid === 'b')],
  'a client that never came back is told': ['unanswered', (w) => (w.records.get('bob').at(-1).live = false)],
  'a message that was never sent is told': ['unanswered', (w) => w.records.get('bob').splice(-1, 1, { k: 'end', live: true, unanswered: 1, at: 9 })],
  'a client without a record is told': ['unanswered', (w) => w.records.delete('bob')],
  'a connection that lives and does not answer is told': ['hang', (w) => put(w.records, 'bob', { k: 'hang', what: 'hello', at: 9_000 })],
  'a gap that another reason than its length has is told': ['wrong', (w) => put(w.records, 'bob', { k: 'gap', room: 'r', reason: 'ahead', at: 9_000 })],
  'a gap that could have been replayed is told': ['wrong', (w) => put(w.records, 'bob', { k: 'gap', room: 'r', reason: 'too_far', needless: true, at: 9_000 })],
  'a connection that was ended for a reason of the client\'s is told': ['wrong', (w) => put(w.records, 'bob', { k: 'lost', code: 4501, at: 9_000 })],
  'an answer for which nobody asked is told': ['wrong', (w) => put(w.records, 'bob', { k: 'stray', what: 'ok for 9', at: 9_000 })],
  'messages of one sender that change places are told': ['order', (w) => {
    const [first, second] = [entry(w.records, 'ann', 'ok'), entry(w.records, 'ann', 'ok', 1)];
    [first.seq, second.seq] = [3, 2];
  }],
  'a refusal of somebody who may speak is told': ['wrong', (w) => put(w.records, 'ann', { k: 'refused', room: 'r', cid: 'c', code: 'not_member', at: 1 })],
};
for (const [name, [what, change]] of Object.entries(breaks)) {
  test(name, () => assert.ok(found(run(change)).includes(what), `${what} is not among ${found(run(change))}`));
}

test('the database that is away excuses what comes soon after it is back', () => {
  const result = run((w) => {
    w.faults = [fault('restart-postgres', 'postgres', 5_000, 20_000)];
    last(w.records, 'bob').at = 28_000;
  });
  assert.deepEqual(found(result), []);
});

test('only the time in which nothing was in the way counts, however many faults there were', () => {
  const late = (faults, at) => found(run((w) => { w.faults = faults; last(w.records, 'bob').at = at; })); // its ok: 3,040
  const database = fault('restart-postgres', 'postgres', 4_000, 9_000);
  const node = fault('kill-node', 'node1', 7_000, 60_000); // in the way until 17,000
  assert.deepEqual(late([database], 18_000), []);
  assert.deepEqual(late([database], 18_100), ['late']);
  assert.deepEqual(late([node, database], 26_000), []);
  assert.deepEqual(late([node, database], 26_100), ['late']);
  const others = [fault('kill-broker', 'broker', 37_000, 44_000), fault('reset-sockets', null, 19_000, 19_010), fault('mute-node', 'node2', 13_000, 20_000)];
  const nodes = [fault('kill-node', 'node1', 5_000, 8_000), fault('freeze-node', 'node2', 23_500, 36_000)];
  assert.deepEqual(late([...others, ...nodes], 15_900), []);
  assert.deepEqual(late([...others, ...nodes], 45_000), ['late']);
  assert.deepEqual(late([fault('kill-broker', 'broker', 6_000, 12_000)], 15_900), ['late']);
});

test('a message counts for the fault that lay over most of its wait, else for the last before it', () => {
  const worst = (faults) => run((w) => { w.faults = faults; }).faults.map((f) => f.answer.max); // b: sent at 40, ok at 3,040, got at 3,540
  assert.deepEqual(worst([fault('kill-node', 'node1', 0, 20), fault('kill-broker', 'broker', 1_000, 3_000)]), [20, 3_000]);
  assert.deepEqual(worst([fault('kill-broker', 'broker', 1_000, 3_000), fault('reset-sockets', null, 3_010, 3_020)]), [3_000, 0]);
  assert.deepEqual(worst([fault('kill-node', 'node1', 0, 60_000), fault('kill-broker', 'broker', 20, 30_000)]), [20, 3_000]);
  assert.deepEqual(worst([fault('kill-node', 'node1', 0, 5), fault('reset-sockets', null, 6, 8)]), [0, 3_000]);
});

test('only a part that is ready is well', () => {
  const lines = ['node1  9  running  127.0.0.1:8081  ready, UP at the balancer', 'postgres 9  running  127.0.0.1:8130  ready'];
  const unwell = ['node1  9  running  127.0.0.1:8081  not ready (503), UP at the balancer', 'node1  9  running  127.0.0.1:8081  ready, DOWN at the balancer',
    'broker  9  running  127.0.0.1:8140  not ready', 'link1  -  cut  127.0.0.1:8141  -'];
  assert.deepEqual([...lines, ...unwell].filter(isWell), lines);
});

test('a line of the table has a cell for each column of the page, and tells of a hang', () => {
  const page = readFileSync(new URL('../../../docs/reliability.md', import.meta.url), 'utf8');
  const header = page.split('\n').find((line) => line.startsWith('| seed |'));
  const clean = { seed: 1, ...run() };
  const hung = { seed: 2, ...run((w) => put(w.records, 'bob', { k: 'hang', what: 'hello', at: 9_000 })) };
  const cells = (line) => line.split('|').map((cell) => cell.trim());
  const wrong = cells(header).indexOf('wrong');
  assert.equal(cells(seedRow(clean)).length, cells(header).length);
  assert.deepEqual([cells(seedRow(clean))[wrong], cells(seedRow(hung))[wrong]], ['0', '1']);
});

test('a repeat after an answer that nobody knows is right', () => {
  const result = run((w) => {
    entry(w.records, 'ann', 'ok', 1).dup = true;
    const r = w.records.get('ann');
    r.splice(r.indexOf(entry(w.records, 'ann', 'ok', 1)), 0, { k: 'lost', code: 1006, at: 60 }, { k: 'try', cid: 'b', at: 1_050 });
  });
  assert.deepEqual(found(result), []);
});

test('what was fetched after a gap was told closes the hole', () => {
  const result = run((w, ev) => w.records.get('bob').splice(1, 2, { k: 'gap', room: 'r', reason: 'too_far', needless: false, at: 20 }, ev(2, 'a', 50, 'fetched'), ev(3, 'b', 3_900, 'fetched')));
  assert.deepEqual(found(result), []);
  assert.equal(result.counts.gaps, 1);
});

test('a seed gives the same faults each time, another seed others, and every node is killed once', () => {
  const faults = schedule(7, { seconds: 180, nodes: 3 });
  assert.deepEqual(faults, schedule(7, { seconds: 180, nodes: 3 }));
  assert.notDeepEqual(faults, schedule(8, { seconds: 180, nodes: 3 }));
  assert.deepEqual(faults.filter((f) => f.kind === 'kill-node').map((f) => f.part).sort(), ['node1', 'node2', 'node3']);
  assert.deepEqual(new Set(faults.map((f) => f.kind)),
    new Set(['kill-node', 'kill-broker', 'restart-postgres', 'kill-postgres', 'freeze-node', 'cut-node', 'mute-node', 'reset-sockets']));
  assert.ok(faults.every((f, i) => f.at < 180 && (i === 0 || f.at >= faults[i - 1].at)));
});

test('the bugs on purpose still fit the code', () => {
  const bugs = new URL('bugs/', import.meta.url);
  const patches = readdirSync(bugs);
  assert.ok(patches.length >= 2);
  for (const patch of patches) execFileSync('git', ['apply', '--check', new URL(patch, bugs).pathname], { cwd: new URL('../../../', import.meta.url), stdio: 'pipe' });
});

test('a kind of fault that there is not is told, and a run without faults is none', () => {
  assert.throws(() => schedule(7, { seconds: 180, nodes: 3, only: ['kill-brokr'] }), /kill-brokr/);
  assert.throws(() => schedule(7, { seconds: 180, nodes: 3, most: 0 }), /no fault/);
});
