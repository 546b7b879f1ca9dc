#!/usr/bin/env node
// One line of docs/reliability.md's table from each result.json that is named; --faults: the worst of each kind over all.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const s = (ms) => (ms / 1_000).toFixed(1);
const row = (cells) => `| ${cells.join(' | ')} |`;

export function seedRow({ seed, counts, broken, messages, faults }) {
  return row([seed, faults.length, messages, counts.events, counts.resumes, counts.gaps, counts.unavailable, broken.lost.length, broken.twice.length,
    broken.order.length, broken.hole.length, broken.late.length, broken.wrong.length + broken.unanswered.length + broken.hang.length,
    s(Math.max(...faults.map((f) => f.answer.max))), s(Math.max(...faults.map((f) => f.arrival.max)))]);
}

function faultRows(results) {
  const kinds = new Map();
  for (const fault of results.flatMap((r) => r.faults)) kinds.set(fault.kind, [...(kinds.get(fault.kind) ?? []), fault]);
  return [...kinds].sort().map(([kind, faults]) => {
    const of = (value) => faults.map(value).sort((a, b) => a - b);
    const middle = (list) => list[Math.floor(list.length / 2)];
    const answers = of((f) => f.answer.max);
    const arrivals = of((f) => f.arrival.max);
    return row([kind, faults.length, s(middle(of((f) => f.to - f.from))), s(middle(answers)), s(answers.at(-1)), s(middle(arrivals)), s(arrivals.at(-1))]);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = process.argv.slice(2).filter((name) => name !== '--faults');
  const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8'))).sort((a, b) => a.seed - b.seed);
  if (process.argv.includes('--faults')) {
    console.log(row(['fault', 'times', 'away, s (median)', 'longest send to ok, s: median', 'worst', 'longest ok to last member, s: median', 'worst']));
    console.log(row(Array(7).fill('---')));
    faultRows(results).forEach((line) => console.log(line));
  } else {
    results.forEach((result) => console.log(seedRow(result)));
  }
}
