#!/usr/bin/env node
// Reads what every client of a run wrote down, and the rooms' logs as they stood at the end, and says what was broken.
// It knows the protocol's promises and nothing of the server.
//
//   check.mjs FOLDER      exit 0: all promises held; 1: broken; the sentences say which and where
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SHOWN = 5;
const LATE_MS = 10_000; // after the end of the last fault, everything has arrived within this
const AFTERMATH_MS = 20_000; // what a fault did to latencies shows until so long after its end

/**
 * @param {object} run
 * @param {Map<string, object[]>} run.records  a device's name -> its entries, in the order they happened
 * @param {{room: string, ep: string, seq: number, cid: string|null, by: string}[]} run.log  all rooms' logs at the end
 * @param {Map<string, {user: string, rooms: string[]}>} run.devices
 * @param {{kind: string, part: string|null, from: number, to: number}[]} run.faults
 */
export function check({ records, log, devices, faults }) {
  const broken = { lost: [], twice: [], order: [], hole: [], late: [], wrong: [], unanswered: [] };
  const say = (what, sentence) => broken[what].push(sentence);

  const bySeq = new Map(); // room -> [entry of seq 1, of seq 2, ...]
  const byCid = new Map(); // user + cid -> entry
  for (const entry of log) {
    const room = bySeq.get(entry.room) ?? bySeq.set(entry.room, []).get(entry.room);
    if (entry.seq !== room.length + 1) say('hole', `the log of ${entry.room} has ${entry.seq} behind ${room.length}`);
    room.push(entry);
    if (!entry.cid) continue;
    const key = `${entry.by} ${entry.cid}`;
    if (byCid.has(key)) say('twice', `cid ${entry.cid} of ${entry.by} stands in the log at ${byCid.get(key).seq} and at ${entry.seq}`);
    byCid.set(key, entry);
  }

  const byStart = [...faults].sort((a, b) => a.from - b.from);
  const okAt = new Map(); // cid -> when its sender was told ok
  const sentAt = new Map();
  const gotAt = new Map(); // cid -> when the last device of its room had it, and which
  const counts = { sends: 0, acknowledged: 0, repeated: 0, events: 0, gaps: 0, resumes: 0, lostSockets: 0, unavailable: 0, hangs: 0 };
  for (const [name, entries] of records) {
    const { user, rooms } = devices.get(name);
    const last = new Map(rooms.map((room) => [room, 0]));
    const spoke = new Map(); // room -> seq of this device's last acknowledged message there
    const open = new Map(); // cid -> room
    const oks = new Map();
    for (const e of entries) {
      switch (e.k) {
        case 'ev': {
          counts.events++;
          const before = last.get(e.room);
          const true_ = bySeq.get(e.room)?.[e.seq - 1];
          if (e.seq <= before) {
            const known = !true_ || true_.cid !== e.cid ? 'order' : 'twice';
            say(known, `${name} got ${e.room} ${e.seq} after ${before} (${e.how}, ${e.at} ms)`);
          } else if (e.seq > before + 1) {
            say('hole', `${name} got ${e.room} ${e.seq} after ${before} and was told of no gap (${e.how}, ${e.at} ms)`);
          }
          if (!true_ || (true_.cid ?? null) !== e.cid) say('wrong', `${name} got ${e.room} ${e.seq} with cid ${e.cid}, the log has ${true_?.cid}`);
          last.set(e.room, Math.max(before, e.seq));
          if (e.cid && e.at > (gotAt.get(e.cid)?.at ?? -1)) gotAt.set(e.cid, { at: e.at, name });
          break;
        }
        case 'send':
          counts.sends++;
          open.set(e.cid, e.room);
          sentAt.set(e.cid, e.at);
          break;
        case 'ok': {
          const entry = byCid.get(`${user} ${e.cid}`);
          if (oks.has(e.cid) && oks.get(e.cid) !== e.seq) say('wrong', `${name} was told ${oks.get(e.cid)} and then ${e.seq} for cid ${e.cid}`);
          oks.set(e.cid, e.seq);
          open.delete(e.cid);
          okAt.set(e.cid, e.at);
          counts.acknowledged++;
          if (e.dup) counts.repeated++;
          if (!entry) say('lost', `cid ${e.cid} of ${name} was acknowledged as ${e.room} ${e.seq} and is in no log`);
          else if (entry.seq !== e.seq || entry.room !== e.room) say('wrong', `cid ${e.cid} was acknowledged as ${e.room} ${e.seq} and stands at ${entry.room} ${entry.seq}`);
          if (e.seq <= (spoke.get(e.room) ?? 0)) say('order', `${name} said ${e.cid} after its message ${spoke.get(e.room)} of ${e.room} and it became ${e.seq}`);
          spoke.set(e.room, e.seq);
          break;
        }
        case 'refused':
          open.delete(e.cid);
          say('wrong', `${name} was refused (${e.code}) in ${e.room}, where it may speak and listen`);
          break;
        case 'err':
          if (e.code === 'unavailable') counts.unavailable++;
          break;
        case 'hang': counts.hangs++; break;
        case 'gap': counts.gaps++; break;
        case 'resumed': counts.resumes++; break;
        case 'lost': counts.lostSockets++; break;
        default:
      }
    }
    for (const [cid, room] of open) say('unanswered', `cid ${cid} of ${name} in ${room} has had no answer`);
    for (const room of rooms) {
      const head = bySeq.get(room)?.length ?? 0;
      if (last.get(room) < head) say('lost', `${name} has ${room} to ${last.get(room)} of ${head}`);
    }
  }

  for (const [cid, at] of okAt) {
    const got = gotAt.get(cid);
    if (got && got.at > excusedUntil(at)) say('late', `cid ${cid} was acknowledged at ${at} ms and reached ${got.name} at ${got.at} ms`);
  }

  return { broken, counts, faults: faults.map((fault) => ({ ...fault, ...progress(fault) })), messages: byCid.size };

  /** Until when a message that was acknowledged then may be on its way: faults that follow one another excuse together. */
  function excusedUntil(acknowledged) {
    let until = acknowledged + LATE_MS;
    for (const { from, to } of byStart) if (to >= acknowledged && from <= until) until = Math.max(until, to + LATE_MS);
    return until;
  }

  /** What this fault did to those who spoke and listened while it lasted, and soon after. */
  function progress({ from, to }) {
    const answers = [];
    const arrivals = [];
    for (const [cid, sent] of sentAt) {
      const ok = okAt.get(cid);
      if (ok === undefined || ok < from || sent > to + AFTERMATH_MS) continue;
      answers.push(ok - sent);
      arrivals.push(Math.max(0, (gotAt.get(cid)?.at ?? ok) - ok));
    }
    return { answer: quantiles(answers), arrival: quantiles(arrivals) };
  }
}

export function quantiles(values) {
  const sorted = values.sort((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

const lines = (file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

export function read(folder) {
  const people = JSON.parse(readFileSync(join(folder, 'devices.json'), 'utf8'));
  const records = new Map(readdirSync(join(folder, 'records')).map((file) => [file.replace(/\.jsonl$/, ''), lines(join(folder, 'records', file))]));
  return { records, log: lines(join(folder, 'log.jsonl')), devices: new Map(Object.entries(people)), faults: lines(join(folder, 'faults.jsonl')) };
}

/** Whether every promise held, in a run in which something was promised. */
export function held({ broken, counts }) {
  return counts.acknowledged > 0 && Object.values(broken).every((found) => found.length === 0);
}

export function report({ broken, counts, faults, messages }) {
  const s = (ms) => (ms / 1_000).toFixed(2);
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const table = [
    row(['fault', 'struck at, s', 'lasted, s', 'send to ok, s: p50', 'p99', 'longest', 'ok to the last member, s: p50', 'p99', 'longest']),
    row(Array(9).fill('---')),
    ...faults.map((f) => row([`${f.kind}${f.part ? ` ${f.part}` : ''}`, s(f.from), s(f.to - f.from),
      s(f.answer.p50), s(f.answer.p99), s(f.answer.max), s(f.arrival.p50), s(f.arrival.p99), s(f.arrival.max)])),
  ];
  const wrong = [
    ['acknowledged messages lost', broken.lost], ['delivered twice', broken.twice], ['out of order', broken.order],
    ['holes not told as a gap', broken.hole], ['later than 10 s after the faults', broken.late], ['answered wrongly', broken.wrong], ['never answered', broken.unanswered],
  ];
  return [
    ...(counts.acknowledged === 0 ? ['nothing was acknowledged: this run proves nothing'] : []),
    ...wrong.map(([what, found]) => `${what}: ${found.length}`),
    ...wrong.flatMap(([, found]) => found.slice(0, SHOWN).map((sentence) => `  ${sentence}`)),
    `messages ${messages}, events received ${counts.events}, answered as a repeat ${counts.repeated}, unavailable ${counts.unavailable}, hangs ${counts.hangs}, `
      + `sockets lost ${counts.lostSockets}, resumes ${counts.resumes}, gaps told ${counts.gaps}`,
    '', ...table,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2];
  const result = check(read(folder));
  writeFileSync(join(folder, 'result.json'), JSON.stringify(result, null, 1));
  console.log(report(result));
  process.exit(held(result) ? 0 : 1);
}
