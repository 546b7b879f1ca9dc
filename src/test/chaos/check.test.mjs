import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './check.mjs';
import { schedule } from './schedule.mjs';

/** Ann and Bob in one room of three events; Ann said the last two. */
function run(change = () => {}) {
  const ev = (seq, cid, at, how = 'socket') => ({ k: 'ev', room: 'r', ep: 'e', seq, cid, at, how });
  const world = {
    log: [{ room: 'r', ep: 'e', seq: 1, cid: null, by: 'u1' }, { room: 'r', ep: 'e', seq: 2, cid: 'a', by: 'u1' }, { room: 'r', ep: 'e', seq: 3, cid: 'b', by: 'u1' }],
    devices: new Map([['ann', { user: 'u1', rooms: ['r'] }], ['bob', { user: 'u2', rooms: ['r'] }]]),
    records: new Map([
      ['ann', [ev(1, null, 0), { k: 'send', room: 'r', cid: 'a', at: 10 }, { k: 'ok', room: 'r', cid: 'a', seq: 2, dup: false, at: 30 }, ev(2, 'a', 31),
        { k: 'send', room: 'r', cid: 'b', at: 40 }, { k: 'ok', room: 'r', cid: 'b', seq: 3, dup: false, at: 3_040 }, ev(3, 'b', 3_050)]],
      ['bob', [ev(1, null, 0), ev(2, 'a', 35), ev(3, 'b', 3_540)]],
    ]),
    faults: [{ kind: 'kill-node', part: 'node1', from: 100, to: 2_000 }],
  };
  change(world, ev);
  return check(world);
}
const found = ({ broken }) => Object.keys(broken).filter((what) => broken[what].length > 0);

test('a run in which all promises held is clean, and says how long a fault kept people waiting', () => {
  const result = run();
  assert.deepEqual(found(result), []);
  assert.equal(result.counts.acknowledged, 2);
  assert.deepEqual(result.faults[0].answer, { count: 1, p50: 3_000, p99: 3_000, max: 3_000 });
  assert.equal(result.faults[0].arrival.max, 500);
});

const breaks = {
  'an acknowledged message that no log has is lost': ['lost', (w) => { w.log.pop(); for (const r of w.records.values()) r.splice(r.findIndex((e) => e.seq === 3 && e.k === 'ev'), 1); }],
  'an acknowledged message that a member never got is lost': ['lost', (w) => w.records.get('bob').pop()],
  'an event that comes twice is told': ['twice', (w, ev) => w.records.get('bob').push(ev(3, 'b', 4_000))],
  'a cid at two numbers of a log is told': ['twice', (w, ev) => {
    w.log.push({ room: 'r', ep: 'e', seq: 4, cid: 'b', by: 'u1' });
    for (const r of w.records.values()) r.push(ev(4, 'b', 5_000));
  }],
  'events that change places are told': ['hole', (w) => { const r = w.records.get('bob'); [r[1], r[2]] = [r[2], r[1]]; }],
  'a number that was passed over is told': ['hole', (w) => w.records.get('bob').splice(1, 1)],
  'an event long after the last fault is told': ['late', (w) => (w.records.get('bob').at(-1).at = 14_000)],
  'another event under the same number is told': ['wrong', (w) => (w.records.get('bob')[1].cid = 'x')],
  'an ok that names another number than the log is told': ['wrong', (w) => (w.records.get('ann')[2].seq = 9)],
  'a message without an answer is told': ['unanswered', (w) => w.records.get('ann').splice(5, 1)],
  'messages of one sender that change places are told': ['order', (w) => {
    const r = w.records.get('ann');
    [r[2].cid, r[5].cid] = ['b', 'a'];
    w.log[1].cid = 'b';
    w.log[2].cid = 'a';
    [r[2].seq, r[5].seq] = [3, 2];
  }],
  'a refusal of somebody who may speak is told': ['wrong', (w) => w.records.get('ann').push({ k: 'refused', room: 'r', cid: 'c', code: 'not_member', at: 1 })],
};
for (const [name, [what, change]] of Object.entries(breaks)) {
  test(name, () => assert.ok(found(run(change)).includes(what), `${what} is not among ${found(run(change))}`));
}

test('a fault that lasts excuses what arrives soon after its end, and one fault excuses until the next', () => {
  const result = run((w) => {
    w.faults = [{ kind: 'kill-broker', part: 'broker', from: 100, to: 9_000 }, { kind: 'cut-node', part: 'node1', from: 18_000, to: 30_000 }];
    w.records.get('bob').at(-1).at = 39_000;
  });
  assert.deepEqual(found(result), []);
});

test('what was fetched after a gap was told closes the hole', () => {
  const result = run((w, ev) => w.records.get('bob').splice(1, 2, { k: 'gap', room: 'r', at: 20 }, ev(2, 'a', 50, 'fetched'), ev(3, 'b', 3_900, 'fetched')));
  assert.deepEqual(found(result), []);
  assert.equal(result.counts.gaps, 1);
});

test('a seed gives the same faults each time, another seed others, and every node is killed once', () => {
  const faults = schedule(7, { seconds: 180, nodes: 3 });
  assert.deepEqual(faults, schedule(7, { seconds: 180, nodes: 3 }));
  assert.notDeepEqual(faults, schedule(8, { seconds: 180, nodes: 3 }));
  assert.deepEqual(faults.filter((f) => f.kind === 'kill-node').map((f) => f.part).sort(), ['node1', 'node2', 'node3']);
  assert.deepEqual(new Set(faults.map((f) => f.kind)),
    new Set(['kill-node', 'kill-broker', 'restart-postgres', 'kill-postgres', 'freeze-node', 'cut-node', 'reset-sockets']));
  assert.ok(faults.every((f, i) => f.at < 180 && (i === 0 || f.at >= faults[i - 1].at)));
});
