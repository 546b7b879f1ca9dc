import { seeded } from './random.mjs';

const EACH_FREEZES_LONG = 4; // of so many seeds one freezes a node for a minute

/**
 * The faults of one run, by seed: each kind at least once, each node killed once, in an order and with times that the seed
 * decides. `at` and `lasts` are seconds; a fault is undone `lasts` after it struck.
 *
 * @param {number} seed
 * @param {{seconds: number, nodes: number, only?: string[], most?: number}} run  only: the kinds to take, default all;
 *   most: the first of them that are taken, default all
 * @returns {{at: number, kind: string, part: string|null, lasts: number}[]} by time
 */
export function schedule(seed, { seconds, nodes, only, most }) {
  const random = seeded(seed);
  const names = Array.from({ length: nodes }, (_, i) => `node${i + 1}`);
  const all = [
    ...names.map((part) => ({ kind: 'kill-node', part, lasts: random.between(1, 6) })),
    { kind: 'kill-broker', part: 'broker', lasts: random.between(3, 15) },
    { kind: 'restart-postgres', part: 'postgres', lasts: random.between(1, 8) },
    { kind: 'kill-postgres', part: 'postgres', lasts: random.between(1, 5) },
    { kind: 'freeze-node', part: random.pick(names), lasts: seed % EACH_FREEZES_LONG === 0 ? 60 : random.between(8, 20) },
    { kind: 'cut-node', part: random.pick(names), lasts: random.between(5, 15) },
    { kind: 'mute-node', part: random.pick(names), lasts: random.between(5, 15) },
    { kind: 'reset-sockets', part: null, lasts: 0 },
    { kind: 'reset-sockets', part: null, lasts: 0 },
  ];
  const unknown = only?.filter((kind) => !all.some((fault) => fault.kind === kind)) ?? [];
  if (unknown.length > 0) throw new Error(`no such kind of fault: ${unknown.join(', ')}`);
  const order = random.shuffled(all.filter(({ kind }) => !only || only.includes(kind))).slice(0, most);
  if (order.length === 0) throw new Error('no fault is left');
  const quietAtEnd = Math.min(30, seconds / 4); // the last fault's end still lies within the load
  const step = (seconds - quietAtEnd) / order.length;
  return order.map((fault, i) => ({ at: (i + random.between(0.2, 0.8)) * step, ...fault }));
}
