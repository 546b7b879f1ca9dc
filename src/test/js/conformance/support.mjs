/** People, rooms and sockets of the server under test, in the words of docs/protocol/v1.md. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { RawSocket } from './raw.mjs';

export const BASE = (process.env.CONFAB_URL ?? 'http://127.0.0.1:8080').replace(/\/?$/, '/');
export const PATIENCE_MS = Number(process.env.CONFAB_PATIENCE_MS ?? 10_000);
/** How long a rate may ask to wait in all, before a test gives up. */
const RATED_MS = 60_000;
export const WITH_LIMITS = process.env.CONFAB_LIMITS === '1';
/** The node may be drained, and is stopped afterwards. */
export const WITH_DRAIN = process.env.CONFAB_DRAIN === '1';
export const SLOW = process.env.CONFAB_SLOW === '1';
const ADMIN = { username: process.env.CONFAB_ADMIN ?? 'admin', password: process.env.CONFAB_ADMIN_PASSWORD };
const PASSWORD = 'correct horse battery staple';

/** Section 5.1: every code with whether it is temporary. */
const CODES = {
  bad_request: false, unknown_type: false, unauthorized: false, otp_required: false, forbidden: false, not_found: false, not_member: false, room_frozen: true, room_archived: false,
  muted: true, banned: true, slow_mode: true, blocked_by_rule: false, rate_limited: true, cid_conflict: false, conflict: false, too_large: false,
  too_many_subs: false, edit_window_closed: false, unavailable: true, internal: true,
};
/** Section 5.2. */
const CLOSES = {
  4301: 'draining', 4302: 'slow_consumer', 4303: 'heartbeat_timeout', 4304: 'token_expired', 4305: 'overloaded', 4306: 'insufficient_state', 4307: 'rate_limited',
  4308: 'server_error', 4500: 'auth_failed', 4501: 'bad_frame', 4502: 'unsupported_version', 4503: 'suspended', 4504: 'connected_elsewhere',
  4505: 'connection_limit', 4507: 'hello_timeout', 4508: 'revoked', 4509: 'too_large',
};
/** Section 3.2: the durable events with what their `d` has beside `by` and `ts`. */
export const EVENTS = {
  'room.created': ['kind', 'name'], 'room.updated': [], 'room.archived': [], 'member.joined': ['user', 'role'], 'member.left': ['user'], 'member.role': ['user', 'role'],
  'sanction.set': ['user', 'kind'], 'sanction.lifted': ['user', 'kind'], 'msg.new': ['cid', 'body'], 'msg.edited': ['seq', 'body'], 'msg.deleted': ['seq'], 'msg.restored': ['seq', 'body'],
  'msgs.deleted': ['seqs'], 'pin.added': ['seq'], 'pin.removed': ['seq'],
};
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MAX_SERVER_FRAME = 256 * 1024;

export const cid = () => randomUUID();
export const text = (said) => ({ type: 'text', text: said });
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until `found()` is neither false, null nor undefined, and gives it back. */
export async function until(what, found, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await found();
    if (value) return value;
    assert.ok(Date.now() < end, `${what}: not within ${ms} ms`);
    await sleep(10);
  }
}

/** An HTTP call; {status, body, headers}. */
export async function call(method, path, { access, body, headers = {} } = {}) {
  const answer = await fetch(new URL(`api/v1/${path}`, BASE), {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(access ? { authorization: `Bearer ${access}` } : {}), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.text();
  return { status: answer.status, body: said.startsWith('{') ? JSON.parse(said) : {}, headers: answer.headers };
}

/** Asks until it is not told to wait: `waits` gives the milliseconds, or undefined. */
async function patiently(what, ask, waits) {
  const end = Date.now() + RATED_MS;
  for (;;) {
    const answer = await ask();
    const wait = waits(answer);
    if (wait === undefined) return answer;
    assert.ok(Date.now() + wait < end, `${what}: told to wait for more than ${RATED_MS} ms in all`);
    await sleep(wait);
  }
}

/** A call that needs no token; waits where a rate, or a full queue of password hashes, asks to. */
const patient = (path, body) => patiently(path, () => call('POST', path, { body }), ({ status, body: said }) => (status === 429 || status === 503 ? (said.retry_after_ms ?? 1_000) : undefined));

let staff = null;

/** Somebody of the staff, or null when no password was given. */
export async function admin() {
  if (!ADMIN.password) return null;
  staff ??= await signIn(ADMIN.username, ADMIN.password);
  return staff;
}

async function signIn(username, password) {
  const login = await patient('login', { username, password });
  assert.equal(login.status, 200, `login of ${username}: ${JSON.stringify(login.body)}`);
  return new Person(login.body, password);
}

/** A new person, signed in. Where registration is by invite, an admin's password makes the invites. */
export async function person(name = 'p') {
  const username = `${name}-${randomUUID().slice(0, 13)}`;
  const body = { username, password: PASSWORD };
  let made = await patient('register', body);
  if (made.status === 403 && (await admin())) {
    const { body: { invite } } = await (await admin()).call('POST', 'invites', {});
    made = await patient('register', { ...body, invite });
  }
  assert.equal(made.status, 201, `register: ${JSON.stringify(made.body)} (registration must be open, or CONFAB_ADMIN_PASSWORD given)`);
  return signIn(username, PASSWORD);
}

export const people = (...names) => Promise.all(names.map(person));

export class Person {
  constructor(login, password) {
    this.id = login.user.id;
    this.username = login.user.username;
    this.access = login.access;
    this.refresh = login.refresh;
    this.expiresIn = login.expires_in;
    this.password = password;
  }

  signInAgain() {
    return signIn(this.username, this.password);
  }

  async renew() {
    const { status, body } = await call('POST', 'token', { body: { refresh: this.refresh } });
    assert.equal(status, 200);
    this.access = body.access;
    this.refresh = body.refresh;
    return body;
  }

  /** An HTTP call as this person; waits where a rate asks to. */
  call(method, path, body, headers) {
    return patiently(`${method} ${path}`, () => call(method, path, { access: this.access, body, headers }), ({ status, body: said }) => (status === 429 ? (said.retry_after_ms ?? 1_000) : undefined));
  }

  async get(path) {
    const answer = await this.call('GET', path);
    assert.equal(answer.status, 200, `GET ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A new room with these members; its id. */
  async room(kind = 'private', ...members) {
    const made = await this.call('POST', 'rooms', { cid: cid(), kind, name: `conformance ${kind}`, members: members.map((m) => m.id) });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body.room;
  }

  /** A message over HTTP; its number. */
  async post(room, said) {
    const sent = await this.call('POST', `rooms/${room}/messages`, { cid: cid(), body: text(said) });
    assert.equal(sent.status, 201, JSON.stringify(sent.body));
    return sent.body.seq;
  }

  /** A socket without a hello. */
  open(options = {}) {
    return Socket.open({ protocols: ['chat.v1.json', `bearer.${this.access}`], ...options });
  }

  /** A socket that has said hello with these cursors, or rooms from their heads; back when all is replayed. */
  async socket(rooms = {}) {
    const named = Array.isArray(rooms) ? Object.fromEntries(rooms.map((room) => [room, {}])) : rooms;
    const socket = await this.open();
    socket.welcome = await socket.ask('hello', null, { client: 'conformance/1', rooms: named });
    await socket.expect('resumed', (f) => f.t === 'resumed');
    return socket;
  }
}

const opened = [];

/** Ends what a file's tests have opened: for `after`. */
export function closeAll() {
  for (const socket of opened) socket.raw.vanish();
}

/** One socket: keeps every frame it got, arrays taken apart, and holds each to the page. */
export class Socket {
  frames = [];
  /** What came that the page does not allow; the next wait fails with it. */
  violations = [];
  #last = new Map();
  /** id of a `sub` -> its room, which the answer does not name. */
  #subs = new Map();
  #ids = 0;

  static async open({ protocols, headers, path = 'ws/v1' } = {}) {
    const socket = new Socket();
    socket.raw = await RawSocket.open(new URL(path, BASE), { protocols, headers });
    socket.raw.onText = (said) => socket.#take(said);
    opened.push(socket);
    return socket;
  }

  #take(said) {
    if (Buffer.byteLength(said) > MAX_SERVER_FRAME) this.violations.push(`a frame of ${Buffer.byteLength(said)} bytes`);
    const frames = JSON.parse(said);
    for (const frame of Array.isArray(frames) ? frames : [frames]) {
      this.#hold(frame);
      this.frames.push(frame);
    }
    if (Array.isArray(frames) && frames.length === 0) this.violations.push('an empty array');
  }

  #hold(frame) {
    const wrong = (what) => this.violations.push(`${what}: ${JSON.stringify(frame)}`);
    if (typeof frame.t !== 'string') wrong('no t');
    if (frame.t === 'err' && CODES[frame.code] !== frame.temporary) wrong('not a code of the page, or temporary is wrong');
    if (frame.t === 'err' && typeof frame.message !== 'string') wrong('no message');
    if (frame.t === 'welcome') for (const [room, said] of Object.entries(frame.d.rooms)) this.#begins(room, said);
    if (frame.t === 'ok' && this.#subs.has(frame.id)) this.#begins(this.#subs.get(frame.id), frame.d);
    if (frame.t in EVENTS) this.#event(frame, wrong);
    else if ('seq' in frame) wrong('a number on what is no event of the log');
  }

  /** What a `welcome` or the answer to a `sub` says of a room: the next event must be `from`. */
  #begins(room, { status, ep, from }) {
    if (status === 'ok') this.#last.set(room, { ep, seq: from - 1, ts: '' });
  }

  #event(frame, wrong) {
    const { room, ep, seq, d } = frame;
    if (typeof room !== 'string' || typeof ep !== 'string' || !Number.isInteger(seq)) return wrong('not room, ep and seq');
    if (typeof d?.by !== 'string' || !TIME.test(d.ts)) wrong('not by and ts');
    for (const field of EVENTS[frame.t]) if (!(field in d)) wrong(`no ${field}`);
    const last = this.#last.get(room);
    if (last && last.ep === ep && seq !== last.seq + 1) wrong(`a hole or a repeat after ${last.seq}`);
    if (last && last.ep === ep && d.ts < last.ts) wrong('the time runs backwards');
    this.#last.set(room, { ep, seq, ts: d.ts });
  }

  /** Sends a text as it is. */
  text(said) {
    const { t, id, room } = said.match(/^\{"t":"sub"/) ? JSON.parse(said) : {};
    if (t) this.#subs.set(id, room);
    this.raw.text(said);
  }

  /** Sends a frame with a new id; the id. */
  send(t, room, d) {
    const id = `c${++this.#ids}`;
    this.text(JSON.stringify({ t, id, ...(room ? { room } : {}), ...(d ? { d } : {}) }));
    return id;
  }

  /** The first frame, past or future, that satisfies it. */
  expect(what, wanted, ms) {
    return until(what, () => {
      assert.deepEqual(this.violations, [], 'what the page does not allow');
      const found = this.frames.find(wanted);
      if (!found && this.raw.end) assert.fail(`closed ${this.raw.end.code} ${this.raw.end.reason} instead of ${what}`);
      return found;
    }, ms);
  }

  answer(id) {
    return this.expect(`an answer to ${id}`, (f) => f.id === id);
  }

  /** Sends and waits for the answer; the whole frame. */
  ask(t, room, d) {
    return this.answer(this.send(t, room, d));
  }

  /** Sends and waits for `ok`; its d. Waits where a rate asks to. */
  async ok(t, room, d) {
    const answer = await patiently(t, () => this.ask(t, room, d), (said) => (said.code === 'rate_limited' ? said.retry_after_ms : undefined));
    assert.equal(answer.t, 'ok', JSON.stringify(answer));
    return answer.d;
  }

  /** Sends and waits for this refusal; the whole frame. */
  async err(code, t, room, d) {
    const answer = await this.ask(t, room, d);
    assert.equal(answer.code ?? answer.t, code, JSON.stringify(answer));
    return answer;
  }

  /** Sends a text and waits for its ok. */
  post(room, said, more = {}) {
    return this.ok('msg.send', room, { cid: cid(), body: text(said), ...more });
  }

  event(room, seq) {
    return this.expect(`event ${seq}`, (f) => f.room === room && f.seq === seq);
  }

  /** The events of a room so far. */
  events(room) {
    return this.frames.filter((f) => f.room === room && f.t in EVENTS);
  }

  seqs(room) {
    return this.events(room).map((e) => e.seq);
  }

  /** What was sent before has been handled, and all that was on its way here has come. */
  async settle() {
    return (await this.ask('ping')).d;
  }

  /** Waits for the end: its code, whose word must be the reason. */
  async closed(ms) {
    const { code, reason } = await until('a close', () => this.raw.end, ms);
    assert.deepEqual(this.violations, [], 'what the page does not allow');
    if (code in CLOSES) assert.equal(reason, CLOSES[code]);
    return code;
  }

  get open() {
    return this.raw.end === null;
  }
}
