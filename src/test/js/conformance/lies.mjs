/**
 * A test of the suite itself: a proxy before a good server changes one thing on the way to the client, and the tests of the
 * rule that it breaks must turn red. Through the same proxy with nothing changed they must pass.
 */
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { fileURLToPath } from 'node:url';

const UPSTREAM = new URL(process.env.CONFAB_URL ?? 'http://127.0.0.1:8080');
const AT_ONCE = 2;
const LIMIT_MS = 60_000; // of one run
const numbered = (f) => 'seq' in f;

/** Each lie: the rule it breaks, where that is tested, and what it does to the frames of one text, a close code, or an event of a stream. */
const LIES = {
  'a repeat is said to be no repeat': { rule: '^R4', file: '2-4-requests', frames: () => each((f) => (f.d?.dup ? { ...f, d: { ...f.d, dup: false } } : f)) },
  'every third event is left out': { rule: '^S2', file: '4-recovery', frames: () => {
    let n = 0;
    return (frames) => frames.filter((f) => !numbered(f) || ++n % 3 !== 0);
  } },
  'every event comes twice': { rule: '^S2', file: '4-recovery', frames: () => (frames) => frames.flatMap((f) => (numbered(f) ? [f, f] : [f])) },
  'two events change places': { rule: '^S2', file: '4-recovery', frames: () => {
    let held = null;
    return (frames) => frames.flatMap((f) => {
      if (!numbered(f)) return [f];
      const out = held ? [f, held] : [];
      held = held ? null : f;
      return out;
    });
  } },
  'a replay begins one too late': { rule: '^S3', file: '4-recovery', frames: () => {
    let greeted = false;
    let first = true;
    return (frames) => frames.filter((f) => {
      greeted ||= f.t === 'welcome';
      if (!greeted || !numbered(f) || !first) return true;
      first = false;
      return false;
    });
  } },
  'a deleted text is shown': { rule: '^E5', file: '3-2-log-events', frames: () => each((f) => (f.d?.deleted ? { ...f, d: { ...f.d, body: { type: 'text', text: 'secret' } } } : f)) },
  'an unknown type is called bad_request': { rule: '^F7', file: '2-2-frames', frames: () => each((f) => (f.code === 'unknown_type' ? { ...f, code: 'bad_request' } : f)) },
  'what is temporary is said to be for good': { rule: '^K1', file: '5-codes', frames: () => each((f) => (f.temporary ? { ...f, temporary: false } : f)) },
  'a hidden room is told from one that is not there': { rule: '^S5', file: '4-recovery', frames: () => each((f) => (f.code === 'not_found' && f.id?.endsWith('5') ? { ...f, code: 'forbidden' } : f)) },
  'an answer has no id': { rule: '^R1', file: '2-4-requests', frames: () => each(({ id, ...f }) => f) },
  'every close is 4400': { rule: '^G2', file: '2-3-first-frame', close: () => 4400 },
  'a close has another word': { rule: '^F3', file: '2-2-frames', word: 'sorry' },
  'the ids of a stream are one too far': { rule: '^W4', file: '4-7-stream', event: (block) => block.replace(/^id: .*$/m, (id) => id.replace(/:(\d+)(?=,|$)/g, (_, n) => `:${Number(n) + 1}`)) },
  'a stream ends without a word': { rule: '^W6 a', file: '4-7-stream', event: (block) => (block.includes('event: close') ? '' : block) },
};

const each = (change) => (frames) => frames.map(change);

/** Takes the frames of the server apart and puts them together as the lie wants. */
class Liar {
  #bytes = Buffer.alloc(0);
  #head = false;

  constructor({ frames, close, word }) {
    this.frames = frames?.() ?? ((same) => same);
    this.close = close ?? ((same) => same);
    this.word = word;
  }

  take(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const out = [];
    if (!this.#head) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return [];
      out.push(this.#bytes.subarray(0, end + 4));
      this.#bytes = this.#bytes.subarray(end + 4);
      this.#head = true;
    }
    for (let frame = this.#next(); frame; frame = this.#next()) out.push(...this.#lie(frame));
    return out;
  }

  #next() {
    const b = this.#bytes;
    if (b.length < 2) return null;
    let length = b[1] & 0x7f;
    const at = length < 126 ? 2 : length === 126 ? 4 : 10;
    if (b.length < at) return null;
    if (length === 126) length = b.readUInt16BE(2);
    if (length === 127) length = Number(b.readBigUInt64BE(2));
    if (b.length < at + length) return null;
    this.#bytes = b.subarray(at + length);
    return { opcode: b[0] & 0x0f, payload: b.subarray(at, at + length), whole: b.subarray(0, at + length) };
  }

  #lie({ opcode, payload, whole }) {
    if (opcode === 0x8 && payload.length >= 2) {
      const code = Buffer.alloc(2);
      code.writeUInt16BE(this.close(payload.readUInt16BE(0)));
      return [frameOf(0x8, Buffer.concat([code, this.word ? Buffer.from(this.word) : payload.subarray(2)]))];
    }
    if (opcode !== 0x1) return [whole];
    const said = JSON.parse(payload.toString());
    const frames = this.frames(Array.isArray(said) ? said : [said]);
    return frames.length ? [frameOf(0x1, Buffer.from(JSON.stringify(frames.length === 1 ? frames[0] : frames)))] : [];
  }
}

function frameOf(opcode, payload) {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (payload.length < 126) head[1] = payload.length;
  else if (payload.length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

/** The events of a stream, each as the lie wants it. */
function passEvents(answer, response, event) {
  let text = '';
  answer.setEncoding('utf8');
  answer.on('data', (part) => {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop();
    for (const block of blocks) response.write(`${event(block)}\n\n`);
  });
  answer.on('close', () => response.end());
}

/** A server on a free port that passes all on but for the lie. */
async function proxy(lie) {
  const server = http.createServer((request, response) => {
    const on = http.request({ host: UPSTREAM.hostname, port: UPSTREAM.port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      if (lie.event && answer.headers['content-type']?.startsWith('text/event-stream')) passEvents(answer, response, lie.event);
      else answer.pipe(response);
    });
    on.on('error', () => response.destroy());
    request.pipe(on);
  });
  server.on('upgrade', (request, client, first) => {
    const liar = new Liar(lie);
    const upstream = net.connect(UPSTREAM.port, UPSTREAM.hostname, () => {
      const lines = Object.entries({ ...request.headers, host: UPSTREAM.host }).map(([name, value]) => `${name}: ${value}\r\n`);
      upstream.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
      upstream.write(first);
      client.pipe(upstream);
    });
    upstream.on('data', (bytes) => liar.take(bytes).forEach((frame) => client.writable && client.write(frame)));
    upstream.on('end', () => client.end());
    for (const [one, other] of [[upstream, client], [client, upstream]]) one.on('error', () => other.destroy());
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

/** Runs the tests of a rule through a proxy that lies so; whether they passed, and what they said. */
async function run({ rule, file }, lie) {
  const server = await proxy(lie);
  const here = (name) => fileURLToPath(new URL(name, import.meta.url));
  const args = ['--test', `--test-timeout=${LIMIT_MS}`, `--test-reporter=${here('report.mjs')}`, '--test-reporter-destination=stdout', '--test-name-pattern', rule, here(`${file}.test.mjs`)];
  const env = { ...process.env, CONFAB_URL: `http://127.0.0.1:${server.address().port}`, CONFAB_PATIENCE_MS: process.env.CONFAB_LIE_PATIENCE_MS ?? '3000' };
  delete env.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, args, { env });
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  child.stderr.on('data', (bytes) => (said += bytes));
  const code = await new Promise((ended) => child.on('close', ended));
  server.close();
  server.closeAllConnections();
  return { passed: code === 0, said };
}

const waiting = Object.entries(LIES);
const lies = waiting.length;
const honest = new Map();
let caught = 0;

/** The tests of a rule, with nothing changed: once. */
function honestly(lie) {
  const tests = `${lie.file} ${lie.rule}`;
  if (!honest.has(tests)) honest.set(tests, run(lie, {}));
  return honest.get(tests);
}

async function worker() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, lie] = next;
    const truth = await honestly(lie);
    const lying = await run(lie, lie);
    const found = truth.passed && !lying.passed;
    if (found) caught++;
    console.log(`${found ? 'caught' : 'NOT CAUGHT'}: ${name} (${lie.rule.slice(1)})${found ? '' : `\n${truth.passed ? lying.said : truth.said}`}`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, worker));
console.log(`${lies} lies, ${caught} caught`);
process.exit(caught === lies ? 0 : 1);
