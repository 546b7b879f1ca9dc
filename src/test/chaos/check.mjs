#!/usr/bin/env node
// Reads what every client of a run wrote down, and the rooms' logs as they stood at the end, and says what was broken.
// It knows the protocol's promises and nothing of the server.
//
//   check.mjs FOLDER      exit 0: all promises held; 1: broken; the sentences say which and where
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SHOWN = 5;
const LATE_MS = 10_000; // so much time with nothing in the way is enough for anything
const MOVED_MS = 10_000; // a node that died or stands still is in the way of its clients for so long: then they are elsewhere
const GONE_MS = 1_000; // after the database was stopped, what it had committed is answered within this
const AFTERMATH_MS = 20_000; // what a fault did to latencies shows until so long after its end

const KINDS = ['lost', 'twice', 'order', 'hole', 'late', 'wrong', 'unanswered', 'hang'];
const TEMPORARY = new Set(['unavailable', 'internal', 'rate_limited']);
/** How a connection may end while parts fail: without a word, told to come back, refused by the balancer or a full node. */
const ENDS = new Set(['dead', 'moved', 1001, 1006, 1011, 1012, 4301, 4303, 4308, -502, -503, -504]);

/**
 * @param {object} run
 * @param {Map<string, object[]>} run.records  a device's name -> its entries, in the order they happened
 * @param {{t: string, room: string, ep: string, seq: number, cid: string|null, by: string, text: string|null}[]} run.log  all
 *   rooms' logs at the end
 * @param {Map<string, {user: string, rooms: string[]}>} run.devices
 * @param {{kind: string, part: string|null, from: number, struck: number, undoing: number, to: number}[]} run.faults  when
 *   each began, had struck, began to be undone, and was over
 * @param {string[]} [run.unwell]  parts that were not well in time after all faults
 */
export function check({ records, log, devices, faults, unwell = [] }) {
  const broken = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  const say = (what, sentence) => broken[what].push(sentence);

  unwell.forEach((line) => say('wrong', `not well long after the last fault: ${line}`));
  const bySeq = new Map(); // room -> [entry of seq 1, of seq 2, ...]
  const byCid = new Map(); // user + cid -> entry
  for (const entry of log) {
    const room = bySeq.get(entry.room) ?? bySeq.set(entry.room, []).get(entry.room);
    if (entry.seq !== room.length + 1) say('hole', `the log of ${entry.room} has ${entry.seq} behind ${room.length}`);
    if (room.length > 0 && entry.ep !== room[0].ep) say('wrong', `${entry.room} ${entry.seq} has the epoch ${entry.ep}, and its first ${room[0].ep}`);
    room.push(entry);
    if (!entry.cid) continue;
    const key = `${entry.by} ${entry.cid}`;
    if (byCid.has(key)) say('twice', `cid ${entry.cid} of ${entry.by} stands in the log at ${byCid.get(key).seq} and at ${entry.seq}`);
    byCid.set(key, entry);
  }

  const inTheWay = union(faults.filter(isInTheWay).map((fault) => [fault.from, feltUntil(fault)]));
  const okAt = new Map(); // cid -> when its sender was told ok
  const sentAt = new Map();
  const gotAt = new Map(); // cid -> when the last device of its room had it, and which
  const said = new Map(); // user + cid -> room and text
  const counts = { sends: 0, acknowledged: 0, repeated: 0, events: 0, gaps: 0, resumes: 0, lostSockets: 0, unavailable: 0, ends: {} };
  for (const [name, { user, rooms }] of devices) {
    const last = new Map(rooms.map((room) => [room, 0]));
    const seen = new Set();
    const spoke = new Map(); // room -> seq of this device's last acknowledged message there
    const open = new Map(); // cid -> {room, tries: how each ended; null: not yet, or nobody knows}
    let end = null;
    for (const e of records.get(name) ?? []) {
      switch (e.k) {
        case 'ev': {
          counts.events++;
          const before = last.get(e.room);
          const true_ = bySeq.get(e.room)?.[e.seq - 1];
          const where = `${name} got ${e.room} ${e.seq} after ${before} (${e.how}, ${e.at} ms)`;
          if (seen.has(`${e.room} ${e.seq}`)) say('twice', where);
          else if (e.seq <= before) say('order', where);
          else if (e.seq > before + 1) say('hole', `${where} and was told of no gap`);
          if (!true_ || ['t', 'ep', 'cid', 'by', 'text'].some((part) => true_[part] !== e[part])) say('wrong', `${where}, which is not what the log has there`);
          seen.add(`${e.room} ${e.seq}`);
          last.set(e.room, Math.max(before, e.seq));
          if (e.cid && e.at > (gotAt.get(e.cid)?.at ?? -1)) gotAt.set(e.cid, { at: e.at, name });
          break;
        }
        case 'send':
          counts.sends++;
          open.set(e.cid, { room: e.room, tries: [] });
          said.set(`${user} ${e.cid}`, { room: e.room, text: e.text });
          sentAt.set(e.cid, e.at);
          break;
        case 'try':
          open.get(e.cid).tries.push(null);
          break;
        case 'ok': {
          const entry = byCid.get(`${user} ${e.cid}`);
          const { tries } = open.get(e.cid);
          open.delete(e.cid);
          okAt.set(e.cid, e.at);
          counts.acknowledged++;
          if (e.dup) counts.repeated++;
          // "unavailable" says of a message that it was not stored and will not be
          if (e.dup && tries.slice(0, -1).every((ended) => ended === 'unavailable')) say('wrong', `cid ${e.cid} of ${name} is a repeat, though each try before was said to be undone`);
          if (!entry) say('lost', `cid ${e.cid} of ${name} was acknowledged as ${e.room} ${e.seq} and is in no log`);
          else if (entry.seq !== e.seq || entry.room !== e.room) say('wrong', `cid ${e.cid} was acknowledged as ${e.room} ${e.seq} and stands at ${entry.room} ${entry.seq}`);
          if (e.seq <= (spoke.get(e.room) ?? 0)) say('order', `${name} said ${e.cid} after its message ${spoke.get(e.room)} of ${e.room} and it became ${e.seq}`);
          spoke.set(e.room, e.seq);
          if (faults.some((f) => f.part === 'postgres' && e.at > f.struck + GONE_MS && e.at < f.undoing)) say('wrong', `cid ${e.cid} of ${name} was acknowledged at ${e.at} ms, when the database was away`);
          if (isLate(sentAt.get(e.cid), e.at)) say('late', `cid ${e.cid} of ${name} was sent at ${sentAt.get(e.cid)} ms and acknowledged at ${e.at} ms`);
          break;
        }
        case 'refused':
          open.delete(e.cid);
          say('wrong', `${name} was refused (${e.code}) in ${e.room}, where it may speak and listen`);
          break;
        case 'err':
          if (e.code === 'unavailable') counts.unavailable++;
          if (!TEMPORARY.has(e.code)) say('wrong', `${name} was answered ${e.code} in ${e.room}`);
          if (e.cid) open.get(e.cid).tries.splice(-1, 1, e.code);
          break;
        case 'hang': say('hang', `${name} had no answer to its ${e.what} ${e.cid ?? ''} at ${e.at} ms`); break;
        case 'stray': say('wrong', `${name} got ${e.what}, for which it had not asked`); break;
        case 'gap':
          counts.gaps++;
          if (e.reason !== 'too_far' || e.needless) say('wrong', `${name} was told of a gap in ${e.room} (${e.reason}${e.needless ? ', needlessly' : ''}) at ${e.at} ms`);
          break;
        case 'resumed':
          counts.resumes++;
          if (isLate(e.at - e.after, e.at)) say('late', `${name} was without a connection from ${e.at - e.after} to ${e.at} ms`);
          break;
        case 'lost':
          counts.lostSockets++;
          counts.ends[e.code] = (counts.ends[e.code] ?? 0) + 1;
          if (!ENDS.has(e.code)) say('wrong', `a connection of ${name} ended with ${e.code}`);
          break;
        case 'end': end = e; break;
        default:
      }
    }
    for (const [cid, { room }] of open) say('unanswered', `cid ${cid} of ${name} in ${room} has had no answer`);
    if (!end?.live) say('unanswered', `${name} had no connection at the end`);
    else if (end.unanswered > 0) say('unanswered', `${name} had ${end.unanswered} messages left at the end`);
    for (const room of rooms) {
      const head = bySeq.get(room)?.length ?? 0;
      if (last.get(room) < head) say('lost', `${name} has ${room} to ${last.get(room)} of ${head}`);
    }
  }

  for (const entry of log.filter(({ t }) => t === 'msg.new')) {
    const words = said.get(`${entry.by} ${entry.cid}`);
    if (words?.room !== entry.room || words?.text !== entry.text) say('wrong', `${entry.room} ${entry.seq} is nothing that ${entry.by} said there`);
  }
  for (const [cid, at] of okAt) {
    const got = gotAt.get(cid);
    if (got && isLate(at, got.at)) say('late', `cid ${cid} was acknowledged at ${at} ms and reached ${got.name} at ${got.at} ms`);
  }

  return { broken, counts, faults: progress(), messages: byCid.size };

  /**
   * In the way of it are the database for as long as it is away, and a node for as long as its clients need to be elsewhere;
   * the broker is in nobody's way.
   */
  function isLate(begun, ended) {
    const hindered = inTheWay.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(ended, to) - Math.max(begun, from)), 0);
    return ended - begun - hindered > LATE_MS;
  }

  /** What each fault did to those who spoke and listened while it lasted, and soon after; a message counts for one of them. */
  function progress() {
    const waits = new Map(faults.map((fault) => [fault, { answers: [], arrivals: [] }]));
    for (const [cid, sent] of sentAt) {
      const ok = okAt.get(cid);
      if (ok === undefined) continue;
      const got = Math.max(ok, gotAt.get(cid)?.at ?? ok);
      const fault = concerned(sent, got);
      if (!fault) continue;
      waits.get(fault).answers.push(ok - sent);
      waits.get(fault).arrivals.push(got - ok);
    }
    return faults.map((fault) => ({ ...fault, answer: quantiles(waits.get(fault).answers), arrival: quantiles(waits.get(fault).arrivals) }));
  }

  /** The fault that lay over most of this time, of several the last that began; where none did, the last one before it. */
  function concerned(begun, ended) {
    const overlap = (fault) => Math.max(0, Math.min(ended, feltUntil(fault)) - Math.max(begun, fault.from));
    return faults
      .filter(({ from, to }) => from <= ended && begun <= to + AFTERMATH_MS)
      .sort((a, b) => overlap(b) - overlap(a) || b.from - a.from)[0];
  }
}

const ofNode = ({ kind }) => kind === 'kill-node' || kind === 'freeze-node';
const isInTheWay = (fault) => fault.part === 'postgres' || ofNode(fault);
const feltUntil = (fault) => (ofNode(fault) ? Math.min(fault.to, fault.from + MOVED_MS) : fault.to);

/** The same times, none of them twice. */
function union(spans) {
  const apart = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const before = apart.at(-1);
    if (before && from <= before[1]) before[1] = Math.max(before[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

export function quantiles(values) {
  const sorted = values.sort((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

const lines = (file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** What check() takes, and what else is known of the run. */
export function read(folder) {
  const { unwell, ...about } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  const people = JSON.parse(readFileSync(join(folder, 'devices.json'), 'utf8'));
  const records = new Map(readdirSync(join(folder, 'records')).map((file) => [file.replace(/\.jsonl$/, ''), lines(join(folder, 'records', file))]));
  return { about, unwell, records, log: lines(join(folder, 'log.jsonl')), devices: new Map(Object.entries(people)), faults: lines(join(folder, 'faults.jsonl')) };
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
    ['holes not told as a gap', broken.hole], ['later than 10 s after what was in the way', broken.late], ['answered wrongly', broken.wrong],
    ['never answered', broken.unanswered], ['no answer on a living connection for 12 s', broken.hang],
  ];
  return [
    ...(counts.acknowledged === 0 ? ['nothing was acknowledged: this run proves nothing'] : []),
    ...wrong.map(([what, found]) => `${what}: ${found.length}`),
    ...wrong.flatMap(([, found]) => found.slice(0, SHOWN).map((sentence) => `  ${sentence}`)),
    `messages ${messages}, events received ${counts.events}, answered as a repeat ${counts.repeated}, unavailable ${counts.unavailable}, `
      + `sockets lost ${counts.lostSockets}, resumes ${counts.resumes}, gaps told ${counts.gaps}`,
    `sockets ended by code: ${Object.entries(counts.ends).map(([code, times]) => `${code} ${times} times`).join(', ')}`,
    '', ...table,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2];
  const { about, ...run } = read(folder);
  const result = { ...about, ...check(run) };
  writeFileSync(join(folder, 'result.json'), JSON.stringify(result, null, 1));
  console.log(report(result));
  process.exit(held(result) ? 0 : 1);
}
