/**
 * Serves the chat page with the test double behind it, to look at the page without a server:
 *
 *   node src/test/js/preview.mjs [port]
 *
 * Sign in as ann, bob or cem with "password1". `POST /fake {...}` turns faults on, see FakeServer.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, normalize } from 'node:path';
import { FakeServer } from './fake-server.mjs';

const WEBAPP = new URL('../../main/webapp/', import.meta.url);
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

export function preview(port = 0) {
  const clock = { now: () => Date.now() };
  const fake = new FakeServer(clock);
  const cut = new Set();
  const http = createServer(async (req, res) => {
    const body = await text(req);
    if (fake.faults.down) return req.socket.destroy();
    if (req.url === '/fake') return res.end(await turn(fake, cut, JSON.parse(body)));
    if (req.url.startsWith('/api/')) return answer(res, fake.http(req.method, req.url, req.headers.authorization?.slice(7), body ? JSON.parse(body) : undefined));
    return file(res, new URL(req.url, 'http://x').pathname);
  });
  http.on('upgrade', (req, socket) => {
    if (fake.faults.down) return socket.destroy();
    cut.add(socket);
    socket.on('close', () => cut.delete(socket));
    return webSocket(fake, req, socket);
  });
  return new Promise((done) => http.listen(port, '127.0.0.1', () => done({ fake, http, port: http.address().port, cutAll: () => cut.forEach((s) => s.destroy()) })));
}

async function turn(fake, cut, change) {
  Object.assign(fake.faults, change.faults ?? {});
  if (change.cut) cut.forEach((s) => s.destroy());
  if (change.close) fake.closeAll(change.close, change.reason);
  return 'ok';
}

async function text(req) {
  let all = '';
  for await (const part of req) all += part;
  return all;
}

function answer(res, { status, body }) {
  res.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  res.end(body === undefined ? '' : JSON.stringify(body));
}

async function file(res, path) {
  const name = normalize(path === '/' ? '/index.html' : path).slice(1);
  try {
    const bytes = await readFile(new URL(name, WEBAPP));
    res.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'cache-control': 'no-store' });
    res.end(bytes);
  } catch (e) {
    if (e.code !== 'ENOENT' && e.code !== 'EISDIR') throw e;
    res.writeHead(404).end('not found');
  }
}

/** Just enough of RFC 6455: text frames below 16 MiB, close, ping. */
function webSocket(fake, req, socket) {
  const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: chat.v1.json\r\n\r\n`);
  const peer = fake.connect(req.headers['sec-websocket-protocol'].split(/, */), {
    send: (s) => socket.write(frame(1, Buffer.from(s))),
    close: (code, reason) => {
      const payload = Buffer.alloc(2 + Buffer.byteLength(reason ?? ''));
      payload.writeUInt16BE(code === 1006 ? 1011 : code);
      payload.write(reason ?? '', 2);
      socket.end(frame(8, payload));
    },
  });
  let buffered = Buffer.alloc(0);
  let message = '';
  socket.on('data', (bytes) => {
    buffered = Buffer.concat([buffered, bytes]);
    for (let f; (f = parse(buffered)); ) {
      buffered = buffered.subarray(f.size);
      if (f.op === 8) socket.end(frame(8, f.payload.subarray(0, 2)));
      if (f.op <= 1) {
        message += f.payload.toString();
        if (f.fin) {
          peer.receive(message);
          message = '';
        }
      }
    }
  });
  socket.on('close', () => peer.gone());
  socket.on('error', () => peer.gone());
}

function frame(op, payload) {
  const n = payload.length;
  const head = n < 126 ? Buffer.from([0x80 | op, n]) : n < 65536 ? Buffer.from([0x80 | op, 126, n >> 8, n & 255]) : Buffer.alloc(10);
  if (n >= 65536) {
    head[0] = 0x80 | op;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(n), 2);
  }
  return Buffer.concat([head, payload]);
}

function parse(b) {
  if (b.length < 6) return null;
  let n = b[1] & 127;
  let at = 2;
  if (n === 126) [n, at] = [b.readUInt16BE(2), 4];
  else if (n === 127) [n, at] = [Number(b.readBigUInt64BE(2)), 10];
  if (b.length < at + 4 + n) return null;
  const mask = b.subarray(at, at + 4);
  const payload = Buffer.from(b.subarray(at + 4, at + 4 + n).map((x, i) => x ^ mask[i & 3]));
  return { fin: (b[0] & 0x80) !== 0, op: b[0] & 15, payload, size: at + 4 + n };
}

/** A few people, rooms and many messages to look at. */
export function furnish(fake) {
  const [ann, bob, cem] = [['ann', 'Ann Lindqvist'], ['bob', 'Bob'], ['cem', 'Çem Yılmaz']].map(([u, d]) => fake.addUser(u, d, 'password1'));
  const general = fake.addRoom('general', [ann, bob, cem], 'public', { topic: 'Everything that has no room of its own' });
  const ops = fake.addRoom('operations', [bob, ann], 'private');
  fake.addRoom('lunch', [cem, bob], 'public', { topic: 'Where and when' });
  fake.addRoom(null, [bob, ann], 'direct');
  const words = ['Good morning!', 'The build is green again.', 'Shall we ship it today?', 'I would wait for the review of the migration; it touches the largest table.', 'Done: https://example.org/review/812', 'مرحبا بالجميع', '上海の天気はどう？ 👍🏽', 'One\ntwo\nthree'];
  for (let i = 0; i < 400; i++) fake.say(general, [ann, bob, cem][(i >> 1) % 3], `${words[i % words.length]}${i % 8 === 2 ? ` (${i})` : ''}`);
  const hers = fake.say(general, ann, 'Lunch at twelve?');
  fake.say(general, bob, 'Yes, @ann, the usual place.', { reply_to: hers.seq });
  const gone = fake.say(general, cem, 'secret');
  Object.assign(gone.d, { body: null, deleted: true });
  fake.append(general, 'msg.deleted', cem.id, { seq: gone.seq });
  fake.say(general, cem, '<img src=x onerror=alert(1)> & <b>not bold</b>');
  for (let i = 0; i < 3; i++) fake.say(ops, bob, `Disk at ${90 + i} %`);
  fake.say(ops, bob, '@ann can you look?');
  return { ann, bob, cem, general, ops };
}

if (process.argv[1] && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  const { fake, port } = await preview(Number(process.argv[2] ?? 8099));
  furnish(fake);
  console.log(`http://127.0.0.1:${port}/`);
}
