/**
 * The Confab reference client: everything a chat client must do right between the wire and the screen.
 *
 * One ES module, no dependencies; browsers and Node 20 or newer. It speaks `chat.v1.json` (docs/protocol/v1.md) and
 * uses the words of that page. What it takes care of: sign-in and token refresh (one tab at a time), reconnecting with
 * full jitter and obeying close codes, resume by cursor, holes and gaps, an outbox of unsent messages that survives a
 * reload, unread counts, typing and presence. What it leaves to the application: what to show.
 *
 * Invariants:
 * - A room's cursor moves only after the application has had the event.
 * - A message in the outbox keeps its `cid` until the server has acknowledged it, so it is stored once.
 * - Of one room's messages at most one is on the wire; a refused one holds the later ones until it is dealt with.
 * - Every list here has a bound (see BOUNDS).
 *
 * This file is longer than the house rule allows because "one file to copy" is its point (docs/adr/0040).
 *
 * @example
 * const chat = new ConfabClient({ base: 'http://localhost:8080' });
 * await chat.login('ann', 'correct horse battery staple');
 * chat.on('event', e => console.log(e.room, e.seq, e.t, e.d));
 * await chat.start();
 * chat.send('r_9', 'hello');
 */

/**
 * @typedef {{room: string, ep: string, seq: number, t: string, d: any}} RoomEvent a durable event, as the wire has it
 * @typedef {{id: string, username: string, display_name: string}} Person
 * @typedef {{seq: number, by: string, ts: string, body: ({type: string, text?: string, attributes?: object}|null),
 *   cid?: string, edited_at?: string, deleted?: boolean, hidden?: boolean, reply_to?: number, thread?: number,
 *   mentions?: {user: string, offset: number, length: number}[]}} Message a message as it stands
 * @typedef {{seq: number, pinned_seq: number, by: string, ts: string, message?: Message}} Pin `seq` of the message, the rest of who pinned it; `message` as it stands, if it is known
 * @typedef {{cid: string, room: string, body: object, reply_to?: number, order: number,
 *   state: 'waiting'|'sending'|'sent'|'failed', failed?: {code: string, message: string}, seq?: number}} OutboxItem
 * @typedef {{getItem(k: string): string|null, setItem(k: string, v: string): void, removeItem(k: string): void,
 *   keys(): string[], subscribe?(fn: (key: string|null) => void): void}} Store shared by all tabs of one origin
 * @typedef {{setTimeout(fn: Function, ms: number): any, clearTimeout(t: any): void, now(): number}} Timers
 * @typedef {{request(name: string, fn: () => Promise<any>): Promise<any>}} Locks as `navigator.locks`
 */

/** Sizes and times; milliseconds unless named otherwise. */
export const BOUNDS = Object.freeze({
  requestMs: 10_000, httpMs: 15_000, holdMs: 2_000, heldEvents: 256, fetchEvents: 200,
  backoffBaseMs: 500, backoffCapMs: 30_000, stableMs: 10_000, probeMs: 5_000, pongMs: 10_000,
  commandMs: 30_000, waitableRefusalMs: 60_000, outboxItems: 200, timelines: 8, timelineMessages: 300, pageMessages: 50,
  people: 2_000, presences: 5_000, liveRooms: 200, typingEveryMs: 5_000, typingShownMs: 8_000, readEveryMs: 1_000,
  unread: 100, roomPages: 50, roomsAPage: 100, recountMs: 1_000,
});

/** The server refused a command or an HTTP request. `code` is a stable word of the protocol. */
export class Refused extends Error {
  /** @param {{code: string, temporary?: boolean, retryAfterMs?: number, message?: string, status?: number, d?: any}} r */
  constructor(r) {
    super(r.message || r.code);
    this.name = 'Refused';
    this.code = r.code;
    this.temporary = r.temporary === true;
    this.retryAfterMs = r.retryAfterMs;
    this.status = r.status;
    this.d = r.d ?? {};
  }
}

/** No answer came: the outcome is unknown, or the server could not be reached. Repeating with the same cid is safe. */
export class Disconnected extends Error {
  constructor(message) {
    super(message);
    this.name = 'Disconnected';
  }
}

/** There is no sign-in (any more). */
export class SignedOut extends Error {
  constructor(reason = 'not signed in') {
    super(reason);
    this.name = 'SignedOut';
  }
}

/** What a close code asks of the client: 'stop', 'refresh' (then reconnect) or 'reconnect' (with backoff). */
export function afterClose(code) {
  if (code === 4304) return 'refresh';
  if (code >= 4500 && code <= 4999) return 'stop';
  if ([1002, 1003, 1007, 1008, 1009].includes(code)) return 'stop';
  return 'reconnect';
}

/** Full jitter: anywhere between now and an exponentially growing bound. */
export function backoffMs(attempt, random) {
  return random() * Math.min(BOUNDS.backoffCapMs, BOUNDS.backoffBaseMs * 2 ** Math.min(attempt, 16));
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID: 48 bits of time, 80 random bits. */
export function newCid(now = Date.now()) {
  let id = '';
  for (let i = 0, t = now; i < 10; i++, t = Math.floor(t / 32)) id = CROCKFORD[t % 32] + id;
  for (const byte of globalThis.crypto.getRandomValues(new Uint8Array(16))) id += CROCKFORD[byte % 32];
  return id;
}

/** Code points, as the server counts a text. */
export const textLength = (text) => [...text].length;

class Emitter {
  #listeners = new Map();

  /** Calls `fn` on each `type`; returns a function that ends it. */
  on(type, fn) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(fn);
    return () => this.#listeners.get(type).delete(fn);
  }

  emit(type, value) {
    for (const fn of [...(this.#listeners.get(type) ?? [])]) {
      try {
        fn(value);
      } catch (e) {
        report(e);
      }
    }
  }
}

/** A listener's bug must neither stop the client nor go unseen. */
function report(e) {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(e);
  else queueMicrotask(() => { throw e; });
}

/** localStorage as a Store; other tabs' writes arrive through `subscribe`. */
function browserStore() {
  const s = globalThis.localStorage;
  return {
    getItem: (k) => s.getItem(k),
    setItem: (k, v) => s.setItem(k, v),
    removeItem: (k) => s.removeItem(k),
    keys: () => Object.keys(s),
    subscribe: (fn) => globalThis.addEventListener('storage', (e) => { if (e.storageArea === s) fn(e.key); }),
  };
}

/** A Store that lives as long as the process: for Node, or where the browser forbids localStorage. */
export function memoryStore() {
  const m = new Map();
  return {
    getItem: (k) => m.get(k) ?? null,
    setItem: (k, v) => void m.set(k, v),
    removeItem: (k) => void m.delete(k),
    keys: () => [...m.keys()],
  };
}

function defaultStore() {
  try {
    globalThis.localStorage.getItem('confab');
    return browserStore();
  } catch {
    return memoryStore(); // no localStorage here: Node, or a browser told to keep nothing
  }
}

/** Locks by leases in the shared store, for browsers without Web Locks. Good enough: the server's rules (30 s grace, cids) carry the rest. */
export class LeaseLocks {
  static LEASE_MS = 20_000;
  static SETTLE_MS = 50;
  #store; #timers; #random; #me;

  constructor(store, timers, random) {
    this.#store = store;
    this.#timers = timers;
    this.#random = random;
    this.#me = newCid(timers.now());
  }

  async request(name, fn) {
    const key = `confab.lock.${name}`;
    const mine = `${this.#me}-${newCid(this.#timers.now())}`;
    while (!(await this.#take(key, mine))) await this.#sleep(100 + this.#random() * 200);
    let renewal;
    const renew = () => {
      this.#write(key, mine);
      renewal = this.#timers.setTimeout(renew, LeaseLocks.LEASE_MS / 4);
    };
    renew();
    try {
      return await fn();
    } finally {
      this.#timers.clearTimeout(renewal);
      if (this.#holder(key) === mine) this.#store.removeItem(key);
    }
  }

  async #take(key, mine) {
    if (this.#holder(key) !== null) return false;
    this.#write(key, mine);
    await this.#sleep(LeaseLocks.SETTLE_MS);
    return this.#holder(key) === mine;
  }

  #holder(key) {
    const [owner, until] = (this.#store.getItem(key) ?? '').split(' ');
    return owner && Number(until) > this.#timers.now() ? owner : null;
  }

  #write(key, mine) {
    this.#store.setItem(key, `${mine} ${this.#timers.now() + LeaseLocks.LEASE_MS}`);
  }

  #sleep(ms) {
    return new Promise((done) => this.#timers.setTimeout(done, ms));
  }
}

/** JSON over HTTP with problem+json turned into Refused. */
class Http {
  constructor(env) {
    this.env = env;
  }

  async call(method, path, { body, bearer, headers = {} } = {}) {
    const { fetch, timers, base } = this.env;
    const abort = new AbortController();
    const timeout = timers.setTimeout(() => abort.abort(), BOUNDS.httpMs);
    try {
      const answer = await fetch(new URL(`api/v1${path}`, base).href, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'omit',
        cache: 'no-store',
        signal: abort.signal,
      });
      const text = await answer.text();
      if (!answer.ok) throw Http.#refusal(answer, text);
      return text === '' ? null : JSON.parse(text);
    } catch (e) {
      if (e instanceof Refused) throw e;
      throw new Disconnected(`${method} ${path}: ${e.name === 'AbortError' ? 'no answer in time' : e.message}`);
    } finally {
      timers.clearTimeout(timeout);
    }
  }

  static #refusal(answer, text) {
    let problem = {};
    try {
      problem = JSON.parse(text);
    } catch {
      // an answer of something in between (a proxy's page): the status alone must do
    }
    const seconds = Number(answer.headers.get('retry-after'));
    return new Refused({
      code: problem.code ?? { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 429: 'rate_limited', 503: 'unavailable' }[answer.status] ?? 'internal',
      temporary: problem.temporary ?? (answer.status === 429 || answer.status >= 500),
      retryAfterMs: problem.retry_after_ms ?? (seconds > 0 ? seconds * 1000 : undefined),
      message: problem.detail ?? problem.title ?? `the server answered ${answer.status}`,
      status: answer.status,
      d: problem,
    });
  }
}

/**
 * The sign-in of this browser: kept in the store, shared by all tabs, refreshed by one of them at a time.
 * Emits: changed (another access token), ended {reason}.
 */
class Session extends Emitter {
  static KEY = 'confab.session';
  #env; #http; #renewing = null; #timer; #seen;

  constructor(env, http) {
    super();
    this.#env = env;
    this.#http = http;
    this.#seen = this.read();
    env.store.subscribe?.((key) => { if (key === Session.KEY || key === null) this.#changedElsewhere(); });
  }

  /** @returns {{user: Person, access: string, refresh: string, expires_at: number, life_ms: number}|null} */
  read() {
    const text = this.#env.store.getItem(Session.KEY);
    return text ? JSON.parse(text) : null;
  }

  get user() {
    return this.read()?.user ?? null;
  }

  begin(answer) {
    this.#write(answer, answer.user);
    this.schedule();
  }

  #write(answer, user) {
    const lifeMs = answer.expires_in * 1000;
    this.#seen = { user, access: answer.access, refresh: answer.refresh, expires_at: this.#env.timers.now() + lifeMs, life_ms: lifeMs };
    this.#env.store.setItem(Session.KEY, JSON.stringify(this.#seen));
  }

  /** An access token that is still good, or SignedOut. `bad`: a token the server has just turned down. */
  async access(bad) {
    const s = this.read();
    if (!s) throw new SignedOut();
    if (s.access !== bad && s.expires_at - this.#env.timers.now() > 5_000) return s.access;
    return (await this.renew(s.access)).access;
  }

  /** Trades the refresh token for a new pair, unless another tab has already replaced the access token `old`. */
  renew(old) {
    this.#renewing ??= this.#env.locks.request('confab.token', () => this.#renewAlone(old)).finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  async #renewAlone(old) {
    const s = this.read();
    if (!s) throw new SignedOut();
    if (s.access !== old) return this.#adopt(s);
    try {
      const answer = await this.#http.call('POST', '/token', { body: { refresh: s.refresh } });
      this.#write(answer, answer.user ?? s.user);
    } catch (e) {
      if (e instanceof Refused && (e.status === 401 || e.status === 400)) {
        if (this.read()?.refresh === s.refresh) this.end(e.code);
        throw new SignedOut(e.code);
      }
      throw e;
    }
    this.schedule();
    this.emit('changed', this.#seen);
    return this.#seen;
  }

  #adopt(s) {
    this.#seen = s;
    this.schedule();
    this.emit('changed', s);
    return s;
  }

  /** Refreshes well ahead of the end, a little earlier or later in each tab. */
  schedule() {
    const s = this.read();
    this.#env.timers.clearTimeout(this.#timer);
    if (!s) return;
    const lead = Math.min(60_000, s.life_ms * 0.25);
    const wait = s.expires_at - this.#env.timers.now() - lead * (1 + this.#env.random() * 0.5);
    this.#timer = this.#env.timers.setTimeout(() => this.#renewAhead(s.access, 0), Math.max(1_000, wait));
  }

  async #renewAhead(old, attempt) {
    try {
      await this.renew(old);
    } catch (e) {
      if (e instanceof SignedOut) return; // told through 'ended'
      // Soon again, with the same refresh token: if only the answer was lost, the server's grace covers it.
      this.#timer = this.#env.timers.setTimeout(() => this.#renewAhead(old, attempt + 1), 1_000 + backoffMs(attempt, this.#env.random));
    }
  }

  #changedElsewhere() {
    const before = this.#seen;
    const s = this.read();
    if (before && s?.user.id !== before.user.id) {
      this.#seen = null;
      this.#env.timers.clearTimeout(this.#timer);
      this.emit('ended', { reason: s ? 'other_user' : 'signed_out' });
    } else if (s && s.access !== before?.access) {
      this.#adopt(s);
    }
  }

  end(reason) {
    this.#seen = null;
    this.#env.timers.clearTimeout(this.#timer);
    this.#env.store.removeItem(Session.KEY);
    this.emit('ended', { reason });
  }

  stop() {
    this.#env.timers.clearTimeout(this.#timer);
  }
}

/**
 * One socket at a time, opened again for as long as the close codes allow.
 * Emits: state, frame (each server frame that answers no request), welcome.
 * `state` is {name: 'idle'|'connecting'|'online'|'waiting'|'stopped', retryAt?, code?, reason?}.
 */
class Connection extends Emitter {
  #env; #session; #hello; #ws = null; #requests = new Map(); #nextId = 1;
  #attempt = 0; #retry; #stable; #ping; #pong; #heardAt = 0; #plannedAt = 0; #planned; #refreshed = false; #opening = 0; #welcome = false;
  state = { name: 'idle' };
  hbMs = 25_000;
  /** It was connected before, here or in an earlier life, and goes on from where it stood. */ resumes = false;

  /** @param {() => object} hello gives the `d` of the hello frame */
  constructor(env, session, hello) {
    super();
    this.#env = env;
    this.#session = session;
    this.#hello = hello;
    this.token = null;
  }

  /** Welcomed, and everything missed has been replayed. */
  get online() {
    return this.state.name === 'online';
  }

  /** Welcomed: commands may go out. */
  get up() {
    return this.#welcome && this.#ws?.readyState === 1;
  }

  #set(state) {
    this.state = state;
    this.emit('state', state);
  }

  /** Opens now, unless a socket is already there. */
  async open() {
    if (this.#ws || this.state.name === 'connecting') return;
    this.#env.timers.clearTimeout(this.#retry);
    this.#set({ name: 'connecting' });
    const opening = ++this.#opening;
    let token;
    try {
      token = await this.#session.access(this.#refreshed ? this.token : undefined);
    } catch (e) {
      if (opening !== this.#opening) return;
      if (e instanceof SignedOut) this.#set({ name: 'stopped', code: 4500, reason: e.message });
      else this.#again(e.message);
      return;
    }
    if (opening !== this.#opening) return; // stopped meanwhile
    this.token = token;
    this.#connect();
  }

  #connect() {
    const url = new URL('ws/v1', this.#env.base);
    url.protocol = url.protocol.replace('http', 'ws');
    if (this.resumes) url.searchParams.set('resume', '1'); // a crowded node takes those first
    const ws = new this.#env.WebSocket(url.href, ['chat.v1.json', `bearer.${this.token}`]);
    this.#ws = ws;
    const mine = (fn) => (e) => { if (this.#ws === ws) fn(e); };
    this.#pong = this.#env.timers.setTimeout(mine(() => this.#drop('no welcome in time')), BOUNDS.httpMs);
    ws.onopen = mine(() => this.#write({ t: 'hello', id: String(this.#nextId++), d: this.#hello() }));
    ws.onmessage = mine((e) => this.#read(e.data));
    ws.onclose = mine((e) => this.#closed(e.code, e.reason));
    ws.onerror = () => {}; // a close always follows, and says more
  }

  #read(text) {
    this.#heardAt = this.#env.timers.now();
    const frames = JSON.parse(text);
    const ws = this.#ws;
    for (const f of Array.isArray(frames) ? frames : [frames]) {
      if (this.#ws !== ws) return;
      this.#one(f);
    }
  }

  #one(f) {
    const asked = this.#requests.get(f.id);
    if (asked && (f.t === 'ok' || f.t === 'err')) {
      this.#requests.delete(f.id);
      this.#env.timers.clearTimeout(asked.timer);
      if (f.t === 'ok') asked.resolve(f.d ?? {});
      else asked.reject(new Refused({ code: f.code, temporary: f.temporary, retryAfterMs: f.retry_after_ms, message: f.message, d: f.d }));
      return;
    }
    if (f.t === 'welcome') this.#welcomed(f.d);
    if (f.t === 'resumed') this.#resumed();
    if (f.t === 'reconnect') this.#plan(f.d ?? {});
    this.emit('frame', f);
  }

  #welcomed(d) {
    this.#env.timers.clearTimeout(this.#pong);
    this.#welcome = true;
    this.resumes = true;
    this.hbMs = d.hb_ms ?? this.hbMs;
    this.#pingAfter(this.#env.random() * this.hbMs);
    this.emit('welcome', d);
  }

  #resumed() {
    this.#refreshed = false;
    this.#stable = this.#env.timers.setTimeout(() => { this.#attempt = 0; }, BOUNDS.stableMs);
    this.#set({ name: 'online' });
  }

  #pingAfter(ms) {
    this.#env.timers.clearTimeout(this.#ping);
    this.#ping = this.#env.timers.setTimeout(() => {
      this.probe(BOUNDS.pongMs);
      this.#pingAfter(this.hbMs);
    }, ms);
  }

  /** Asks the server for a sign of life; the socket is given up when none comes in `ms`. */
  probe(ms = BOUNDS.probeMs) {
    const ws = this.#ws;
    if (!this.up) return;
    const at = this.#env.timers.now();
    this.#write({ t: 'ping', id: String(this.#nextId++) });
    this.#env.timers.clearTimeout(this.#pong);
    this.#pong = this.#env.timers.setTimeout(() => {
      if (this.#ws === ws && this.#heardAt < at) this.#drop('no answer to a ping');
    }, ms);
  }

  /** The server asks to come back later, each client at its own moment. */
  #plan({ after_ms = 0, jitter_ms = 0 }) {
    const wait = after_ms + this.#env.random() * jitter_ms;
    this.#plannedAt = this.#env.timers.now() + wait;
    this.#env.timers.clearTimeout(this.#planned);
    this.#planned = this.#env.timers.setTimeout(() => this.#drop('the server asked to reconnect'), wait);
  }

  /** Gives the present socket up without waiting for its farewell. */
  #drop(reason) {
    this.#ws?.close(1000);
    this.#closed(1006, reason);
  }

  #closed(code, reason) {
    this.#ws = null;
    this.#settleAll(reason || `closed with ${code}`);
    const action = afterClose(code);
    if (action === 'stop') {
      this.#clearTimers();
      this.#set({ name: 'stopped', code, reason });
    } else if (action === 'refresh' && !this.#refreshed) {
      this.#clearTimers();
      this.#refreshed = true;
      this.#set({ name: 'waiting', retryAt: this.#env.timers.now(), code, reason });
      this.open();
    } else {
      this.#again(reason, code);
    }
  }

  #again(reason, code) {
    const { timers, random } = this.#env;
    const planned = this.#plannedAt - timers.now();
    const hadPlan = this.#plannedAt > 0;
    this.#clearTimers();
    this.#plannedAt = 0;
    const wait = hadPlan ? Math.max(0, planned) : backoffMs(this.#attempt++, random);
    this.#set({ name: 'waiting', retryAt: timers.now() + wait, code, reason });
    this.#retry = timers.setTimeout(() => this.open(), wait);
  }

  #clearTimers() {
    this.#welcome = false;
    for (const t of [this.#retry, this.#stable, this.#ping, this.#pong, this.#planned]) this.#env.timers.clearTimeout(t);
  }

  #settleAll(reason) {
    const waiting = [...this.#requests.values()];
    this.#requests.clear();
    for (const r of waiting) {
      this.#env.timers.clearTimeout(r.timer);
      r.reject(new Disconnected(reason));
    }
  }

  #write(frame) {
    this.#ws.send(JSON.stringify(frame));
  }

  /** Sends a frame that gets no answer; dropped when not connected. */
  tell(t, room, d) {
    if (this.up) this.#write(room ? { t, room, d } : { t, d });
  }

  /** Sends a frame and gives the `d` of its ok; rejects with Refused or Disconnected. */
  ask(t, room, d) {
    if (!this.up) return Promise.reject(new Disconnected('not connected'));
    const id = String(this.#nextId++);
    return new Promise((resolve, reject) => {
      const timer = this.#env.timers.setTimeout(() => {
        this.#requests.delete(id);
        reject(new Disconnected(`${t}: no answer in time`));
      }, BOUNDS.requestMs);
      this.#requests.set(id, { resolve, reject, timer });
      this.#write(room ? { t, id, room, d } : { t, id, d });
    });
  }

  /** Tries at once instead of waiting for the backoff to end (the network came back, the user asked). */
  now() {
    if (this.state.name === 'waiting' || this.state.name === 'stopped') this.open();
    else this.probe();
  }

  stop(reason) {
    this.#opening++;
    this.#clearTimers();
    const ws = this.#ws;
    this.#ws = null;
    ws?.close(1000);
    this.#settleAll(reason);
    this.resumes = false;
    this.#set({ name: 'idle', reason });
  }
}

/** A room of the user: what the list shows, and how far its log has been read. */
class Room {
  /** Number of the last event taken from the wire; the cursor is that of the last one the application has had. */
  received = 0;
  cursor = 0;
  /** @type {Map<number, RoomEvent>} */ held = new Map();
  /** @type {RoomEvent[]} */ queue = [];
  /** Counts as the server gave them, at the number `countedAt`. */
  base = { unread: 0, mentions: 0 };
  countedAt = 0;
  /** @type {Map<number, boolean>} later unread messages, counted here; true: it mentions this user */ counted = new Map();
  unread = 0;
  mentions = 0;
  live = false;
  draining = false;
  /** @type {Timeline|null} */ timeline = null;
  /** @type {Pins|null} */ pins = null;

  constructor(id) {
    this.id = id;
  }

  at(ep, seq) {
    if (ep !== this.ep) this.forgetCounts();
    this.ep = ep;
    this.received = this.cursor = seq;
    this.held.clear();
    this.queue = [];
  }

  forgetCounts() {
    this.countedAt = 0;
    this.counted.clear();
  }

  /** Counts of the server; what came after them is added. */
  countsAt(head, unread, mentions) {
    this.countedAt = head;
    this.base = { unread, mentions };
    for (const seq of [...this.counted.keys()]) if (seq <= head) this.counted.delete(seq);
    this.sum();
  }

  sum() {
    this.unread = Math.min(BOUNDS.unread, this.base.unread + this.counted.size);
    this.mentions = Math.min(BOUNDS.unread, this.base.mentions + [...this.counted.values()].filter(Boolean).length);
  }

  /** The marker moves forward; false when it stood there already. What is left before `countedAt` the server tells. */
  readUpTo(seq) {
    if (seq <= (this.read ?? 0)) return false;
    this.read = seq;
    if (seq >= this.countedAt) this.base = { unread: 0, mentions: 0 };
    for (const n of [...this.counted.keys()]) if (n <= seq) this.counted.delete(n);
    this.sum();
    return true;
  }
}

/**
 * A window on a room's messages as they stand, at most BOUNDS.timelineMessages long, kept up to date by events.
 * `messages` is in order of seq. `atEnd`: the newest message is in the window; `atStart`: the oldest is.
 */
export class Timeline {
  #load; #changed; #loading = null; #waiting = []; #asOf = 0;
  /** @type {Message[]} */ messages = [];
  ready = false;
  atStart = false;
  atEnd = true;

  constructor(load, changed) {
    this.#load = load;
    this.#changed = changed;
  }

  get loading() {
    return this.#loading !== null;
  }

  find(seq) {
    let lo = 0;
    let hi = this.messages.length - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      const m = this.messages[mid];
      if (m.seq === seq) return m;
      if (m.seq < seq) lo = mid + 1; else hi = mid - 1;
    }
    return undefined;
  }

  /** Starts over at the newest messages. @returns {Promise<{ep: string, head: number}>} where they stood */
  latest() {
    return this.#once('latest', async () => {
      const page = await this.#load({ limit: BOUNDS.pageMessages });
      this.messages = page.messages;
      this.atStart = !page.more;
      this.atEnd = true;
      this.ready = true;
      this.#standAt(page.head, 'reset');
      return page;
    });
  }

  /** Starts over around one message. */
  around(seq) {
    return this.#once(`around ${seq}`, async () => {
      const page = await this.#load({ around: seq, limit: BOUNDS.pageMessages });
      this.messages = page.messages;
      this.atStart = false;
      this.atEnd = false;
      this.ready = true;
      this.#standAt(page.head, 'reset');
    });
  }

  older() {
    if (!this.ready || this.atStart || this.messages.length === 0) return Promise.resolve();
    return this.#once('older', async () => {
      const page = await this.#load({ before: this.messages[0].seq, limit: BOUNDS.pageMessages });
      this.messages = page.messages.concat(this.messages);
      this.atStart = !page.more;
      if (this.messages.length > BOUNDS.timelineMessages) {
        this.messages.length = BOUNDS.timelineMessages;
        this.atEnd = false;
      }
      this.#standAt(this.#asOf, 'older');
    });
  }

  newer() {
    if (!this.ready || this.atEnd) return Promise.resolve();
    return this.#once('newer', async () => {
      const page = await this.#load({ after: this.messages.at(-1).seq, limit: BOUNDS.pageMessages });
      this.messages = this.messages.concat(page.messages);
      this.atEnd = !page.more;
      const surplus = this.messages.length - BOUNDS.timelineMessages;
      if (surplus > 0) {
        this.messages.splice(0, surplus);
        this.atStart = false;
      }
      this.#standAt(this.#asOf, 'newer');
    });
  }

  async #once(name, fn) {
    if (this.#loading?.name === name) return this.#loading.promise;
    await this.#loading?.promise.catch(() => {}); // its own caller hears of it
    if (this.#loading) return this.#once(name, fn);
    const promise = fn();
    this.#loading = { name, promise };
    try {
      return await promise;
    } finally {
      if (this.#loading?.promise === promise) this.#loading = null;
      this.#release();
    }
  }

  /**
   * A page may stand later than what was here before. Events between are on their way and are applied to all of it:
   * to the newer part they say nothing new in the end, since the last edit or deletion comes last.
   */
  #standAt(head, how) {
    this.#asOf = head;
    this.#loading = null;
    this.#release();
    this.#changed({ how });
  }

  #release() {
    const events = this.#waiting;
    this.#waiting = [];
    for (const e of events) this.apply(e);
  }

  /** Takes one event of the room, in order. While a page is on its way events wait for it. */
  apply(e) {
    if (this.#loading) {
      this.#waiting.push(e);
      return;
    }
    if (!this.ready || e.seq <= this.#asOf) return;
    this.#asOf = e.seq;
    if (e.t === 'msg.new') this.#append(e);
    else if (e.t === 'msg.edited') this.#edit(e);
    else if (e.t === 'msg.deleted') this.#remove(e.d.seq, e.d.hidden);
    else if (e.t === 'msgs.deleted') for (const seq of e.d.seqs) this.#remove(seq);
    else if (e.t === 'msg.restored') this.#restore(e);
  }

  #append(e) {
    if (!this.atEnd || this.find(e.seq)) return;
    this.messages.push({ seq: e.seq, ...e.d });
    if (this.messages.length > BOUNDS.timelineMessages) {
      this.messages.splice(0, this.messages.length - BOUNDS.timelineMessages);
      this.atStart = false;
    }
    this.#changed({ how: 'new', seq: e.seq });
  }

  #edit(e) {
    const m = this.find(e.d.seq);
    if (!m || m.deleted || e.d.deleted) return;
    Object.assign(m, { body: e.d.body, mentions: e.d.mentions ?? [], edited_at: e.d.ts });
    this.#changed({ how: 'edited', seq: m.seq });
  }

  #remove(seq, hidden = false) {
    const m = this.find(seq);
    if (!m) return;
    Object.assign(m, { body: null, mentions: [], deleted: true });
    if (hidden) m.hidden = true;
    else delete m.hidden;
    delete m.edited_at;
    this.#changed({ how: 'deleted', seq });
  }

  #restore({ d }) {
    const m = this.find(d.seq);
    if (!m || d.deleted) return; // deleted again since
    Object.assign(m, { body: d.body, mentions: d.mentions ?? [] });
    if (d.edited_at) m.edited_at = d.edited_at;
    delete m.deleted;
    delete m.hidden;
    this.#changed({ how: 'restored', seq: m.seq });
  }
}

/**
 * What is pinned in a room, what was pinned last first: read once, then kept up to date by events. The server bounds how many there are.
 * A message that is taken away is no longer among them, and its return does not bring its pin back.
 */
export class Pins {
  #load; #changed; #messageOf; #loading = null; #waiting = []; #asOf = 0;
  /** @type {Pin[]} */ list = [];
  ready = false;
  /** So many a room may have. */ max = 0;

  constructor(load, changed, messageOf) {
    this.#load = load;
    this.#changed = changed;
    this.#messageOf = messageOf;
  }

  has(seq) {
    return this.list.some((p) => p.seq === seq);
  }

  /** Reads it anew. */
  read() {
    this.#loading ??= this.#readOnce();
    return this.#loading;
  }

  async #readOnce() {
    try {
      const { pins, max, head } = await this.#load();
      Object.assign(this, { list: pins, max, ready: true });
      this.#asOf = head;
    } finally {
      this.#loading = null;
      for (const e of this.#waiting.splice(0)) this.apply(e);
    }
    this.#changed();
  }

  /** Takes one event of the room, in order. While the list is on its way events wait for it. */
  apply(e) {
    const pins = e.t.startsWith('pin.') || ['msg.edited', 'msg.deleted', 'msgs.deleted'].includes(e.t);
    if (pins && this.#loading) this.#waiting.push(e);
    if (!pins || this.#loading || !this.ready || e.seq <= this.#asOf) return;
    this.#asOf = e.seq;
    if (e.t === 'pin.added') this.#add(e);
    else if (e.t === 'msg.edited') this.#edit(e);
    else this.#drop(e.d.seqs ?? [e.d.seq]);
  }

  #add({ seq, d }) {
    const message = this.#messageOf(d.seq);
    this.list = [{ seq: d.seq, pinned_seq: seq, by: d.by, ts: d.ts, ...(message ? { message: { ...message } } : {}) }, ...this.list.filter((p) => p.seq !== d.seq)];
    this.#changed();
  }

  #edit({ d }) {
    const message = this.list.find((p) => p.seq === d.seq)?.message;
    if (!message || d.deleted) return;
    Object.assign(message, { body: d.body, mentions: d.mentions ?? [], edited_at: d.ts });
    this.#changed();
  }

  #drop(seqs) {
    const left = this.list.filter((p) => !seqs.includes(p.seq));
    if (left.length === this.list.length) return;
    this.list = left;
    this.#changed();
  }
}

/**
 * Messages that are not acknowledged yet, in the shared store under their cid, so that they outlive the page.
 * One tab sends at a time (a lock); one message of a room at a time. Emits: changed {room}, unkept {cid, reason}.
 */
class Outbox extends Emitter {
  #env; #connection; #cursorOf; #prefix = null; #runners = new Map(); #holding = false; #asking = false; #order = 0;
  /** @type {Map<string, OutboxItem>} */ #items = new Map();

  constructor(env, connection, cursorOf) {
    super();
    this.#env = env;
    this.#connection = connection;
    this.#cursorOf = cursorOf;
    env.store.subscribe?.((key) => { if (this.#prefix && (key === null || key.startsWith(this.#prefix))) this.#changedElsewhere(); });
    connection.on('state', () => this.flush());
  }

  /** Begins with what the store has for this user. */
  begin(user) {
    this.#prefix = `confab.outbox.${user}.`;
    this.#items.clear();
    this.#reload();
    this.flush();
  }

  /** The unsent of a room, oldest first. @returns {OutboxItem[]} */
  of(room) {
    return [...this.#items.values()].filter((i) => i.room === room).sort(Outbox.#byOrder);
  }

  get size() {
    return this.#items.size;
  }

  static #byOrder(a, b) {
    return a.order - b.order || (a.cid < b.cid ? -1 : 1);
  }

  add(room, body, reply_to) {
    if (!this.#prefix) throw new SignedOut();
    if (this.#items.size >= BOUNDS.outboxItems) throw new Refused({ code: 'too_large', message: `${BOUNDS.outboxItems} messages are waiting already` });
    const now = this.#env.timers.now();
    this.#order = Math.max(now, this.#order + 1);
    const item = { cid: newCid(now), room, body, reply_to, order: this.#order, state: 'waiting' };
    this.#put(item);
    this.flush();
    return item;
  }

  /** A failed message once more; the same cid, so that it is stored once whatever happened before. */
  retry(cid) {
    const item = this.#items.get(cid);
    if (item?.state !== 'failed') return;
    if (item.failed.code === 'cid_conflict') {
      this.#forget(item);
      item.cid = newCid(this.#env.timers.now());
    }
    delete item.failed;
    item.state = 'waiting';
    this.#put(item);
    this.flush();
  }

  discard(cid) {
    const item = this.#items.get(cid);
    if (!item || item.state === 'sending') return;
    this.#forget(item);
    this.flush();
  }

  /** An event with this cid came: the message is in the log. */
  settle(cid) {
    const item = this.#items.get(cid);
    if (item) this.#forget(item);
  }

  clear() {
    for (const item of this.#items.values()) this.#env.store.removeItem(this.#prefix + item.cid);
    this.end();
  }

  end() {
    this.#items.clear();
    this.#prefix = null;
  }

  #put(item) {
    this.#items.set(item.cid, item);
    const { cid, room, body, reply_to, order, failed } = item;
    try {
      this.#env.store.setItem(this.#prefix + cid, JSON.stringify({ cid, room, body, reply_to, order, failed }));
    } catch (e) {
      this.emit('unkept', { cid, reason: e.message }); // storage is full: sent all the same, only a reload would lose it
    }
    this.emit('changed', { room });
  }

  #forget(item) {
    this.#items.delete(item.cid);
    this.#env.store.removeItem(this.#prefix + item.cid);
    this.emit('changed', { room: item.room });
  }

  #reload() {
    const stored = new Set(this.#env.store.keys().filter((k) => k.startsWith(this.#prefix)).map((k) => k.slice(this.#prefix.length)));
    for (const item of [...this.#items.values()]) {
      if (!stored.has(item.cid) && (item.state === 'waiting' || item.state === 'failed')) this.#items.delete(item.cid);
    }
    for (const cid of stored) {
      const text = this.#env.store.getItem(this.#prefix + cid);
      if (!text) continue;
      const kept = JSON.parse(text);
      const known = this.#items.get(cid);
      if (!known) this.#items.set(cid, { ...kept, state: kept.failed ? 'failed' : 'waiting' });
      else if (known.state === 'waiting' || known.state === 'failed') Object.assign(known, { failed: kept.failed, state: kept.failed ? 'failed' : 'waiting' });
    }
  }

  #changedElsewhere() {
    this.#reload();
    this.emit('changed', {});
    if (this.#holding) this.#startRunners();
  }

  /** Sends what waits, as soon as this tab is connected and holds the lock. */
  flush() {
    if (!this.#prefix || !this.#connection.online) return;
    if (this.#holding) {
      this.#startRunners();
      return;
    }
    if (this.#asking || ![...this.#items.values()].some((i) => i.state === 'waiting')) return;
    this.#asking = true;
    this.#env.locks.request(`${this.#prefix}lock`, () => this.#sendAll()).catch(report);
  }

  async #sendAll() {
    this.#asking = false;
    if (!this.#prefix) return;
    this.#holding = true;
    this.#reload();
    this.#startRunners();
    while (this.#runners.size > 0) await Promise.all(this.#runners.values());
    this.#holding = false;
  }

  #startRunners() {
    for (const { room, state } of this.#items.values()) {
      if (state === 'waiting' && !this.#runners.has(room)) {
        this.#runners.set(room, this.#run(room).catch(report).finally(() => this.#runners.delete(room)));
      }
    }
  }

  async #run(room) {
    for (let attempt = 0; this.#connection.online && this.#prefix; ) {
      const item = this.of(room).find((i) => i.state !== 'sent');
      if (!item || item.state === 'failed') return; // nothing to send, or held behind a refused one
      const again = await this.#sendOne(item);
      if (again === null) attempt = 0;
      else if (again === 'failed') return;
      else if (this.#connection.online) await new Promise((done) => this.#env.timers.setTimeout(done, again ?? backoffMs(attempt++, this.#env.random)));
    }
  }

  /** @returns null when acknowledged, 'failed', or how many milliseconds to wait before the next try (undefined: as long as backoff says) */
  async #sendOne(item) {
    this.#state(item, 'sending');
    const { cid, body, reply_to } = item;
    try {
      const ok = await this.#connection.ask('msg.send', item.room, { cid, body, ...(reply_to ? { reply_to } : {}) });
      this.#acknowledged(item, ok);
      return null;
    } catch (e) {
      if (!this.#items.has(cid)) return null; // its event came first, or the user signed out
      if (e instanceof Disconnected) {
        this.#state(item, 'waiting');
        return undefined;
      }
      if (!(e instanceof Refused)) throw e;
      if (e.temporary && !['muted', 'banned'].includes(e.code) && (e.retryAfterMs ?? 0) <= BOUNDS.waitableRefusalMs) {
        this.#state(item, 'waiting');
        return e.retryAfterMs;
      }
      item.failed = { code: e.code, message: e.message };
      item.state = 'failed';
      this.#put(item);
      return 'failed';
    }
  }

  /** Committed. Shown as sent until its event is here, which may already be the case. */
  #acknowledged(item, ok) {
    if (!this.#prefix) return;
    this.#env.store.removeItem(this.#prefix + item.cid);
    if (!this.#items.has(item.cid)) return;
    const cursor = this.#cursorOf(item.room);
    if (cursor === undefined || cursor >= ok.seq) {
      this.#forget(item);
      return;
    }
    item.seq = ok.seq;
    this.#state(item, 'sent');
  }

  /** The room's cursor has passed what was sent: its event is shown instead. */
  passed(room, seq) {
    for (const item of this.of(room)) if (item.state === 'sent' && item.seq <= seq) this.#forget(item);
  }

  #state(item, state) {
    item.state = state;
    this.emit('changed', { room: item.room });
  }
}

/** Public facts of a room, as `rooms` lists them. */
const ROOM_FACTS = ['kind', 'name', 'topic', 'mode', 'slow_ms', 'archived', 'role', 'peer'];

const names = (mentions, user) => (mentions ?? []).some((m) => m.user === user);

/**
 * The client an application holds. Emits:
 * - `state` {name, retryAt?, code?, reason?}: of the connection
 * - `rooms`: the list changed · `room` Room: one room's facts or counts changed · `room_removed` {room}: no longer one of this user's
 * - `event` RoomEvent: each durable event of each live room, once, in order, before the cursor moves
 * - `gap` {room, reason}: events are missing; what is shown of the room must be read anew (timelines do it by themselves)
 * - `timeline` {room, how, seq?} · `pins` {room} · `outbox` {room?} · `unkept` {cid, reason}: storage is full, a reload would lose it · `typing` {room, users, more} · `presence` {user?, room?} · `read` {room, ...}
 * - `person` Person · `notice` frame · `signed_in` Person · `signed_out` {reason} · `sessions`: a sign-in of this user ended
 */
export class ConfabClient extends Emitter {
  #env; #http; #session; #connection; #outbox; #deliver; #name; #cursors;
  #loadingRooms = null; #loadAgain = false; #roomsTimer; #roomsAttempt = 0; #running = false;
  #typedAt = new Map(); #typing = new Map(); #reads = new Map(); #readTimer; #asking = new Map();
  #liveLimit = BOUNDS.liveRooms;
  /** @type {Map<string, Room>} */ rooms = new Map();
  /** @type {Map<string, Person>} */ people = new Map();
  /** @type {Map<string, string>} user -> status, of those the server has told about */ presence = new Map();
  rev = null;
  roomsLoaded = false;
  /** As announced by the server. */ limits = {};
  caps = [];

  /**
   * @param {object} [options]
   * @param {string} [options.base] where the server is; the page's own origin when left out
   * @param {(event: RoomEvent) => void|Promise<void>} [options.deliver] takes each event before the cursor moves (to store it, say);
   *   when it fails, the event comes again
   * @param {Record<string, {ep: string, seq: number}>} [options.cursors] where an application that stores events stopped; see `cursors()`
   * @param {string} [options.name] told to the server as `client`
   * @param {typeof fetch} [options.fetch]
   * @param {typeof WebSocket} [options.WebSocket]
   * @param {Store} [options.store] @param {Locks} [options.locks] @param {Timers} [options.timers] @param {() => number} [options.random]
   */
  constructor(options = {}) {
    super();
    const g = globalThis;
    const timers = options.timers ?? { setTimeout: (f, ms) => g.setTimeout(f, ms), clearTimeout: (t) => g.clearTimeout(t), now: () => Date.now() };
    const random = options.random ?? (() => g.crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32);
    const store = options.store ?? defaultStore();
    this.#env = {
      base: new URL(options.base ?? '/', g.location?.href ?? 'http://localhost:8080').href,
      fetch: options.fetch ?? g.fetch.bind(g),
      WebSocket: options.WebSocket ?? g.WebSocket,
      locks: options.locks ?? g.navigator?.locks ?? new LeaseLocks(store, timers, random),
      store, timers, random,
    };
    this.#deliver = options.deliver ?? null;
    this.#name = options.name ?? 'confab-client/1';
    this.#cursors = options.cursors ?? {};
    this.#http = new Http(this.#env);
    this.#session = new Session(this.#env, this.#http);
    this.#connection = new Connection(this.#env, this.#session, () => this.#hello());
    this.#connection.resumes = Object.keys(this.#cursors).length > 0;
    this.#outbox = new Outbox(this.#env, this.#connection, (room) => this.rooms.get(room)?.cursor);
    this.#wire();
  }

  #wire() {
    this.#session.on('changed', (s) => this.#newToken(s.access));
    this.#session.on('ended', ({ reason }) => this.#signedOut(reason));
    this.#connection.on('state', (s) => this.#stateChanged(s));
    this.#connection.on('welcome', (d) => this.#welcomed(d));
    this.#connection.on('frame', (f) => this.#frame(f));
    this.#outbox.on('changed', (c) => this.emit('outbox', c));
    this.#outbox.on('unkept', (c) => this.emit('unkept', c));
    const g = globalThis;
    g.addEventListener?.('online', () => this.#running && this.#connection.now());
    g.addEventListener?.('offline', () => this.#connection.probe());
    g.document?.addEventListener('visibilitychange', () => {
      if (g.document.visibilityState === 'visible' && this.#running) this.#connection.now();
    });
  }

  // ---- who am I --------------------------------------------------------------------------------------------------

  /** @returns {Person|null} the signed-in user */
  get user() {
    return this.#session.user;
  }

  get state() {
    return this.#connection.state;
  }

  /** @param {{username: string, password: string, display_name?: string, invite?: string}} who */
  register(who) {
    return this.#http.call('POST', '/register', { body: who });
  }

  /** @param {string} [otp] a code of the second factor; without it an account that has one answers `otp_required` */
  async login(username, password, otp) {
    const answer = await this.#http.call('POST', '/login', { body: { username, password, ...(otp ? { otp } : {}) } });
    this.#session.begin(answer);
    this.emit('signed_in', answer.user);
    return answer.user;
  }

  /** Ends this sign-in. Unsent messages are thrown away with it: the next person at this browser must not find them. */
  async logout() {
    this.#outbox.clear();
    try {
      if (this.user) await this.http('POST', '/logout', {});
    } catch (e) {
      if (!(e instanceof Disconnected || e instanceof SignedOut || e instanceof Refused)) throw e;
      // unreachable or already over: the tokens are forgotten here all the same
    }
    if (this.user) this.#session.end('signed_out');
  }

  sessions() {
    return this.http('GET', '/sessions');
  }

  endSession(id) {
    return this.http('DELETE', `/sessions/${encodeURIComponent(id)}`);
  }

  endAllSessions() {
    return this.http('DELETE', '/sessions');
  }

  /** Rejects with the code `otp_required` when the account has a second factor and no `otp` came. */
  changePassword(current, next, otp) {
    return this.http('POST', '/password', { current, new: next, ...(otp ? { otp } : {}) });
  }

  /** An authorised call of the HTTP API: `path` after /api/v1. Rejects with Refused, Disconnected or SignedOut. */
  async http(method, path, body, headers) {
    const bearer = await this.#session.access();
    try {
      return await this.#http.call(method, path, { body, bearer, headers });
    } catch (e) {
      if (e.status !== 401 || e.code === 'otp_required') throw e;
      return this.#http.call(method, path, { body, bearer: await this.#session.access(bearer), headers });
    }
  }

  // ---- the connection --------------------------------------------------------------------------------------------

  /** Reads the rooms, connects, and stays connected until `stop`. Resolves when the room list is there. */
  async start() {
    if (!this.user) throw new SignedOut();
    if (this.#running) return;
    this.#running = true;
    this.#session.schedule();
    this.#outbox.begin(this.user.id);
    await this.reloadRooms();
  }

  stop() {
    this.#running = false;
    this.#env.timers.clearTimeout(this.#roomsTimer);
    this.#env.timers.clearTimeout(this.#readTimer);
    this.#session.stop();
    for (const r of this.rooms.values()) for (const t of [r.holdTimer, r.recountTimer]) this.#env.timers.clearTimeout(t);
    this.#connection.stop('stopped');
  }

  /** Ends a waiting time, or tries again after a close code that said to stop (the user asked for it). */
  reconnect() {
    if (this.#running) this.#connection.now();
  }

  /** Where this client stands, for an application that stores events and passes them on as `options.cursors`. */
  cursors() {
    return Object.fromEntries([...this.rooms.values()].filter((r) => r.ep).map((r) => [r.id, { ep: r.ep, seq: r.cursor }]));
  }

  #hello() {
    const rooms = {};
    const lastOpenedFirst = [...this.rooms.values()].sort((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0));
    for (const r of lastOpenedFirst.slice(0, this.#liveLimit)) {
      rooms[r.id] = r.ep ? { ep: r.ep, seq: r.cursor } : {};
    }
    return { client: this.#name, caps: [], rooms };
  }

  #stateChanged(s) {
    if (s.name === 'online') {
      this.#sendReads();
    } else {
      for (const r of this.rooms.values()) r.live = false;
      this.#forgetEphemeral();
    }
    this.emit('state', s);
    // 4508 and 4503 are last words about this sign-in; 4500 means that its token was not taken.
    if (s.name === 'stopped' && [4500, 4503, 4508].includes(s.code) && this.user) this.#session.end(s.code === 4503 ? 'suspended' : 'revoked');
  }

  #forgetEphemeral() {
    for (const [room, t] of this.#typing) {
      this.#env.timers.clearTimeout(t.timer);
      this.#typing.delete(room);
      this.emit('typing', { room, users: [], more: 0 });
    }
    if (this.presence.size > 0) {
      this.presence.clear();
      this.emit('presence', {});
    }
  }

  #welcomed(d) {
    this.limits = d.limits ?? {};
    this.caps = d.caps ?? [];
    this.#liveLimit = Math.min(BOUNDS.liveRooms, this.limits.max_rooms ?? BOUNDS.liveRooms);
    for (const [id, stands] of Object.entries(d.rooms ?? {})) {
      const room = this.rooms.get(id);
      if (room) this.#stands(room, stands);
    }
    this.#seenRev(d.rev);
  }

  /** What `welcome` or the answer to `sub` says of a room. */
  #stands(room, { status, ep, from, reason }) {
    if (status === 'ok') {
      room.live = true;
      if (room.ep !== ep) room.at(ep, from - 1);
    } else if (status === 'gap') {
      this.#resync(room, reason ?? 'gap');
    } else if (status === 'none') {
      this.#removeRoom(room.id);
    } // else: too many live rooms; it is told by `badge` only
  }

  async #newToken(access) {
    if (!this.#connection.online || this.#connection.token === access) return;
    this.#connection.token = access;
    try {
      await this.#connection.ask('auth', undefined, { access });
    } catch (e) {
      if (!(e instanceof Refused || e instanceof Disconnected)) throw e;
      // not taken, or no answer: the old token runs out, 4304 comes, and the client reconnects with a fresh one
    }
  }

  #signedOut(reason) {
    this.#connection.stop(reason);
    this.stop();
    this.#outbox.end();
    this.rooms.clear();
    this.people.clear();
    this.#reads.clear();
    this.rev = null;
    this.roomsLoaded = false;
    this.emit('signed_out', { reason });
  }

  // ---- frames ----------------------------------------------------------------------------------------------------

  #frame(f) {
    const room = f.room ? this.rooms.get(f.room) : undefined;
    if (f.seq !== undefined) {
      if (room) this.#accept(room, f);
      return;
    }
    const d = f.d ?? {};
    switch (f.t) {
      case 'pong': this.#pong(d); break;
      case 'typing': if (room) this.#showTyping(room, d); break;
      case 'presence': this.#showPresence(f.room, d); break;
      case 'badge': if (room) this.#takeCounts(room, d); break;
      case 'gap': if (room) this.#resync(room, d.reason ?? 'gap'); break;
      case 'read': this.#othersRead(room, d); break;
      case 'room.added': this.#addRoom(d); break;
      case 'room.removed': this.#removeRoom(d.room ?? f.room); break;
      case 'session.ended': this.emit('sessions', d); break;
      case 'notice': this.emit('notice', f); break;
      default: // unknown events are ignored: that is how the protocol grows
    }
  }

  #pong({ rev, rooms = {} }) {
    for (const [id, head] of Object.entries(rooms)) {
      const room = this.rooms.get(id);
      if (room?.live && head > room.received) this.#hold(room, head);
    }
    this.#seenRev(rev);
  }

  #seenRev(rev) {
    if (rev !== undefined && this.rev !== null && rev !== this.rev) this.#reloadSoon();
  }

  /** The client rule: next → take; known → drop; later → hold for a while, then fetch. */
  #accept(room, e) {
    if (room.syncing) return; // the snapshot, and a subscription from its head, will bring it
    if (e.ep !== undefined && e.ep !== room.ep) {
      this.#resync(room, 'epoch');
      return;
    }
    if (e.seq <= room.received) return;
    if (e.seq > room.received + 1) {
      room.held.set(e.seq, e);
      this.#hold(room, e.seq);
      return;
    }
    this.#take(room, e);
    for (let next; (next = room.held.get(room.received + 1)); ) this.#take(room, next);
  }

  #take(room, e) {
    room.held.delete(e.seq);
    room.received = e.seq;
    room.queue.push(e);
    if (!room.draining) this.#drain(room);
  }

  #hold(room, head) {
    room.behind = Math.max(room.behind ?? 0, head);
    if (room.held.size >= BOUNDS.heldEvents) {
      room.held.clear(); // they come again with the fetch
      this.#fill(room);
      return;
    }
    room.holdTimer ??= this.#env.timers.setTimeout(() => {
      room.holdTimer = undefined;
      if (room.received < room.behind) this.#fill(room);
    }, BOUNDS.holdMs);
  }

  /** Reads what is missing between the last event taken and the room's head. */
  async #fill(room) {
    if (room.filling || room.syncing || !this.#connection.up) return; // not connected: hello will ask for it
    room.filling = true;
    let again = false;
    try {
      again = await this.#fillPages(room);
    } catch (e) {
      if (e instanceof Refused && !e.temporary) this.#reloadSoon();
      else if (e instanceof Refused || e instanceof Disconnected) again = true;
      else throw e;
    } finally {
      room.filling = false;
    }
    if (again && this.#connection.online) this.#hold(room, room.behind);
  }

  async #fillPages(room) {
    for (;;) {
      const after = room.received;
      const page = await this.#connection.ask('fetch', room.id, { after, limit: Math.min(BOUNDS.fetchEvents, this.limits.fetch_events ?? BOUNDS.fetchEvents) });
      if (room.syncing) return false;
      for (const e of page.events ?? []) this.#accept(room, e);
      if (room.received === after && room.received < page.head) {
        this.#resync(room, 'left'); // the log can no longer give it
        return false;
      }
      if (page.head < room.behind) room.behind = page.head;
      if (!page.more && room.received >= page.head) return false;
    }
  }

  /** Hands events over one by one; the cursor follows. Stays synchronous unless the application takes its time. */
  #drain(room) {
    while (room.queue.length > 0) {
      const e = room.queue[0];
      let handed;
      try {
        handed = this.#deliver?.(e);
      } catch (error) {
        this.#undelivered(room, error);
        return;
      }
      if (typeof handed?.then === 'function') {
        room.draining = true;
        handed.then(
          () => { room.draining = false; if (room.queue[0] === e) this.#had(room, e); this.#drain(room); },
          (error) => { room.draining = false; this.#undelivered(room, error); },
        );
        return;
      }
      this.#had(room, e);
    }
  }

  #undelivered(room, error) {
    report(error);
    room.queue = [];
    room.behind = Math.max(room.behind ?? 0, room.received);
    room.received = room.cursor;
    room.held.clear();
    this.#hold(room, room.behind);
  }

  #had(room, e) {
    room.queue.shift();
    this.#bookkeep(room, e);
    room.timeline?.apply(e);
    room.pins?.apply(e);
    this.emit('event', e);
    room.cursor = e.seq;
    room.head = Math.max(room.head ?? 0, e.seq);
    if (e.t === 'msg.new' && e.d.by === this.user?.id && e.d.cid) this.#outbox.settle(e.d.cid);
    this.#outbox.passed(room.id, e.seq);
  }

  #bookkeep(room, { t, seq, d }) {
    const me = this.user?.id;
    if (t === 'msg.new') this.#countNew(room, seq, d, me);
    else if (t === 'msg.edited') this.#countEdit(room, seq, d, me);
    else if (t === 'msg.deleted') this.#countDeletion(room, seq, d.seq);
    else if (t === 'msgs.deleted') for (const gone of d.seqs) this.#countDeletion(room, seq, gone);
    else if (t === 'msg.restored') this.#countReturn(room, seq, d, me);
    else if (t === 'room.updated') for (const k of ['name', 'topic', 'mode', 'slow_ms']) if (d[k] !== undefined) room[k] = d[k];
    if (t === 'room.archived') room.archived = true;
    if (t === 'member.role' && d.user === me) room.role = d.role;
    if (t.startsWith('room.') || t.startsWith('member.') || t.startsWith('msg')) this.emit('room', room);
  }

  #countNew(room, seq, d, me) {
    if (d.by === me) {
      room.readUpTo(seq); // one's own message moves the marker, on every device
    } else if (seq > (room.read ?? 0) && seq > room.countedAt && !d.deleted && room.counted.size < BOUNDS.unread) {
      room.counted.set(seq, names(d.mentions, me));
      room.sum();
    }
    room.lastTs = d.ts;
    this.#stopShownTyping(room.id, d.by);
  }

  /** An edit can make a mention, or take one back. */
  #countEdit(room, at, { seq, mentions, deleted }, me) {
    if (room.counted.has(seq) && !deleted) {
      room.counted.set(seq, names(mentions, me));
      room.sum();
    } else if (room.base.mentions > 0 && !names(mentions, me)) {
      this.#recountUnless(room, at, seq);
    }
  }

  #countDeletion(room, at, seq) {
    if (room.counted.delete(seq)) room.sum();
    else if (room.base.unread > 0) this.#recountUnless(room, at, seq);
  }

  /** What comes back is unread as it was before. */
  #countReturn(room, at, { seq, author, mentions, deleted }, me) {
    if (deleted || author === me || seq <= (room.read ?? 0)) return;
    if (seq <= room.countedAt) this.#recountUnless(room, at, seq);
    else if (room.counted.size < BOUNDS.unread) {
      room.counted.set(seq, names(mentions, me));
      room.sum();
    }
  }

  /** Whether `seq` is one of those the server counted only the server knows: asked, unless its badge comes first. */
  #recountUnless(room, at, seq) {
    if (seq <= (room.read ?? 0) || seq > room.countedAt || at <= room.countedAt) return;
    room.recountAt = at;
    room.recountTimer ??= this.#env.timers.setTimeout(async () => {
      room.recountTimer = undefined;
      if (!this.#running || this.rooms.get(room.id) !== room || room.countedAt >= room.recountAt) return;
      try {
        this.#takeCounts(room, await this.http('GET', `/rooms/${encodeURIComponent(room.id)}`));
      } catch (e) {
        if (!(e instanceof Refused || e instanceof Disconnected || e instanceof SignedOut)) throw e;
        // the next badge, or the next list of rooms, will say
      }
    }, BOUNDS.recountMs * (1 + this.#env.random()));
  }

  // ---- rooms -----------------------------------------------------------------------------------------------------

  /** Reads the room list; one call at a time, and once more when asked meanwhile. */
  reloadRooms() {
    if (this.#loadingRooms) {
      this.#loadAgain = true;
      return this.#loadingRooms;
    }
    this.#loadingRooms = this.#loadRooms().finally(() => {
      this.#loadingRooms = null;
      if (this.#loadAgain) {
        this.#loadAgain = false;
        this.#reloadSoon();
      }
    });
    return this.#loadingRooms;
  }

  #reloadSoon(ms = 100) {
    if (!this.#running) return;
    this.#env.timers.clearTimeout(this.#roomsTimer);
    this.#roomsTimer = this.#env.timers.setTimeout(() => this.reloadRooms().catch(report), ms);
  }

  async #loadRooms() {
    let list;
    try {
      list = await this.#allRooms();
    } catch (e) {
      if (e instanceof SignedOut || !this.#running) return;
      if (!(e instanceof Disconnected || e instanceof Refused)) throw e;
      if (this.state.name === 'idle') this.emit('state', { name: 'waiting', reason: e.message });
      this.#reloadSoon(e.retryAfterMs ?? 500 + backoffMs(this.#roomsAttempt++, this.#env.random));
      return;
    }
    if (!this.#running) return;
    this.#roomsAttempt = 0;
    this.rev = list.rev ?? this.rev;
    this.#takeRooms(list.rooms);
    this.roomsLoaded = true;
    this.emit('rooms');
    if (this.state.name === 'idle') this.#connection.open();
  }

  async #allRooms() {
    let page = await this.http('GET', `/rooms?limit=${BOUNDS.roomsAPage}`);
    const { rev } = page;
    const rooms = [...page.rooms];
    for (let i = 1; page.more && page.rooms.length > 0 && i < BOUNDS.roomPages; i++) {
      page = await this.http('GET', `/rooms?limit=${BOUNDS.roomsAPage}&after=${encodeURIComponent(rooms.at(-1).room)}`);
      rooms.push(...page.rooms);
    }
    return { rev, rooms };
  }

  #takeRooms(listed) {
    const ids = new Set(listed.map((r) => r.room));
    for (const id of [...this.rooms.keys()]) if (!ids.has(id)) this.#removeRoom(id);
    for (const facts of listed) {
      const known = this.rooms.get(facts.room);
      const room = known ?? this.#newRoom(facts.room, facts.ep, facts.head);
      for (const k of ROOM_FACTS) room[k] = facts[k];
      this.#takeCounts(room, facts);
      if (room.peer && typeof room.peer === 'object') this.#know(room.peer);
      if (!known) this.#subscribe(room);
    }
  }

  /** Counts of a list or a badge, unless what is known here is newer. */
  #takeCounts(room, { ep, head, read = 0, unread, mentions }) {
    const older = head < room.countedAt || read < (room.read ?? 0); // our own marker is on its way
    if (older || (ep !== undefined && ep !== room.ep) || unread === undefined) return;
    room.readUpTo(read);
    room.read ??= read;
    room.head = Math.max(room.head ?? 0, head);
    room.countsAt(head, unread, mentions);
    this.emit('room', room);
  }

  #newRoom(id, ep, head) {
    const room = new Room(id);
    const kept = this.#cursors[id];
    delete this.#cursors[id];
    room.at(kept?.ep ?? ep, kept?.seq ?? head ?? 0);
    this.rooms.set(id, room);
    return room;
  }

  #addRoom(d) {
    const id = d.room;
    if (!id || this.rooms.has(id)) return;
    const room = this.#newRoom(id, d.ep, d.head);
    for (const k of [...ROOM_FACTS, 'head']) if (d[k] !== undefined) room[k] = d[k];
    this.#subscribe(room);
    this.emit('rooms');
    this.#reloadSoon();
  }

  #removeRoom(id) {
    const room = this.rooms.get(id);
    if (!room) return;
    this.#env.timers.clearTimeout(room.holdTimer);
    this.rooms.delete(id);
    this.emit('rooms');
    this.emit('room_removed', { room: id });
    this.#reloadSoon();
  }

  async #subscribe(room) {
    if (!this.#connection.up || [...this.rooms.values()].filter((r) => r.live).length >= this.#liveLimit) return;
    try {
      this.#stands(room, await this.#connection.ask('sub', room.id, { ep: room.ep, seq: room.cursor }));
    } catch (e) {
      this.#notSubscribed(room, e);
    }
  }

  #notSubscribed(room, e) {
    if (!(e instanceof Refused || e instanceof Disconnected)) throw e;
    if (e instanceof Disconnected && !this.#connection.up) return; // the next hello asks for it
    if (e instanceof Refused && !e.temporary) {
      if (e.code !== 'too_many_subs') this.#reloadSoon();
      return;
    }
    const wait = e.retryAfterMs ?? 1_000 + backoffMs(3, this.#env.random);
    this.#env.timers.setTimeout(() => { if (this.rooms.get(room.id) === room && !room.live) this.#subscribe(room); }, wait);
  }

  /** After a gap: the room as it stands, then the log from there. */
  async #resync(room, reason) {
    if (room.syncing) return;
    room.syncing = true;
    room.live = false;
    try {
      const page = room.timeline ? await room.timeline.latest() : await this.messages(room.id, { limit: 1 });
      room.at(page.ep, page.head);
      room.pins = null; // with the next call of `pinned` it is read anew
    } catch (e) {
      room.syncing = false;
      if (e instanceof Refused && !e.temporary) this.#reloadSoon();
      else if (e instanceof Refused || e instanceof Disconnected) this.#env.timers.setTimeout(() => this.#resync(room, reason), 1_000 + backoffMs(2, this.#env.random));
      else if (!(e instanceof SignedOut)) throw e;
      return;
    }
    room.syncing = false;
    this.#outbox.passed(room.id, room.cursor);
    this.emit('gap', { room: room.id, reason });
    this.#reloadSoon(); // the counts
    await this.#subscribe(room);
  }

  publicRooms(after) {
    return this.http('GET', `/rooms?public=true${after ? `&after=${encodeURIComponent(after)}` : ''}`);
  }

  /** @param {{name?: string, kind: 'public'|'private'|'direct', members?: string[]}} what @returns {Promise<string>} the room */
  async createRoom({ name, kind, members = [] }) {
    const ok = await this.command('room.create', undefined, { kind, ...(name ? { name } : {}), members });
    await this.reloadRooms();
    if (!this.rooms.has(ok.room)) this.#addRoom({ room: ok.room, kind, name, ep: ok.ep, head: ok.seq });
    return ok.room;
  }

  async join(room) {
    await this.command('room.join', room, {});
    await this.reloadRooms();
  }

  async leave(room) {
    await this.command('room.leave', room, {});
    this.#removeRoom(room);
  }

  invite(room, user, role) {
    return this.command('room.invite', room, { user, ...(role ? { role } : {}) });
  }

  kick(room, user) {
    return this.command('room.kick', room, { user });
  }

  setRole(room, user, role) {
    return this.command('room.role', room, { user, role });
  }

  updateRoom(room, change) {
    return this.command('room.update', room, change);
  }

  archive(room) {
    return this.command('room.archive', room, {});
  }

  sanction(room, user, kind, { until, reason } = {}) {
    return this.command('room.sanction', room, { user, kind, until, reason });
  }

  unsanction(room, user, kind) {
    return this.command('room.unsanction', room, { user, kind });
  }

  // ---- messages --------------------------------------------------------------------------------------------------

  /** A page of messages as they stand. @returns {Promise<{ep: string, head: number, messages: Message[], more: boolean}>} */
  messages(room, { before, after, around, limit } = {}) {
    const q = new URLSearchParams();
    for (const [k, v] of Object.entries({ before, after, around, limit })) if (v !== undefined) q.set(k, String(v));
    return this.http('GET', `/rooms/${encodeURIComponent(room)}/messages?${q}`);
  }

  /** The room's window of messages, read now if it was not; events keep it up to date. */
  open(id) {
    const room = this.rooms.get(id);
    if (!room) throw new Refused({ code: 'not_found' });
    if (!room.timeline) {
      room.timeline = new Timeline((q) => this.messages(id, q), (change) => this.emit('timeline', { room: id, ...change }));
    }
    room.openedAt = this.#env.timers.now();
    const opened = [...this.rooms.values()].filter((r) => r.timeline).sort((a, b) => b.openedAt - a.openedAt);
    for (const r of opened.slice(BOUNDS.timelines)) r.timeline = r.pins = null;
    if (!room.live && this.#connection.online) this.#goLive(room);
    return room.timeline;
  }

  /** What is pinned in a room that was opened; to be `read` once, and again after a `gap`: then events keep it up to date. @returns {Pins} */
  pinned(id) {
    const room = this.rooms.get(id);
    if (!room?.timeline) throw new Refused({ code: 'not_found' });
    room.pins ??= new Pins(
      () => this.http('GET', `/rooms/${encodeURIComponent(id)}/pins`),
      () => this.emit('pins', { room: id }),
      (seq) => room.timeline?.find(seq));
    return room.pins;
  }

  /** For who moderates the room, and for the two people of a direct one. */
  pin(room, seq) {
    return this.command('pin.add', room, { seq });
  }

  unpin(room, seq) {
    return this.command('pin.remove', room, { seq });
  }

  /** What is looked at is live, if need be in place of the room not looked at for longest. */
  async #goLive(room) {
    const live = [...this.rooms.values()].filter((r) => r.live);
    if (live.length >= this.#liveLimit) {
      const least = live.reduce((a, b) => ((b.openedAt ?? 0) < (a.openedAt ?? 0) ? b : a));
      least.live = false;
      try {
        await this.#connection.ask('unsub', least.id, {});
      } catch (e) {
        if (!(e instanceof Refused || e instanceof Disconnected)) throw e;
        // the answer to sub will tell whether there is room
      }
    }
    if (this.rooms.get(room.id) === room && !room.live) await this.#subscribe(room);
  }

  /** Puts a message into the outbox; it is sent as soon as it can be. @returns {OutboxItem} */
  send(room, text, { reply_to, attributes } = {}) {
    const most = this.limits.max_text_chars ?? 8_000;
    if (text.trim() === '') throw new Refused({ code: 'bad_request', message: 'There is nothing to send.' });
    if (textLength(text) > most) throw new Refused({ code: 'too_large', message: `At most ${most} characters in one message.` });
    this.stopTyping(room);
    return this.#outbox.add(room, { type: 'text', text, ...(attributes ? { attributes } : {}) }, reply_to);
  }

  /** Unsent messages of a room, oldest first. @returns {OutboxItem[]} */
  unsent(room) {
    return this.#outbox.of(room);
  }

  get unsentCount() {
    return this.#outbox.size;
  }

  retry(cid) {
    this.#outbox.retry(cid);
  }

  discard(cid) {
    this.#outbox.discard(cid);
  }

  edit(room, seq, text) {
    return this.command('msg.edit', room, { seq, body: { type: 'text', text } });
  }

  remove(room, seq, reason) {
    return this.command('msg.delete', room, { seq, ...(reason ? { reason } : {}) });
  }

  /**
   * A durable command. Lost answers and passing refusals are tried again with the same cid, for BOUNDS.commandMs.
   * @returns {Promise<any>} the `d` of its ok
   */
  async command(t, room, d) {
    const { timers, random } = this.#env;
    const cid = newCid(timers.now());
    const until = timers.now() + BOUNDS.commandMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#connection.ask(t, room, { cid, ...d });
      } catch (e) {
        const passing = e instanceof Disconnected || (e instanceof Refused && e.temporary);
        const wait = e.retryAfterMs ?? 200 + backoffMs(attempt, random);
        if (!passing || !this.#running || timers.now() + wait > until) throw e;
        await new Promise((done) => timers.setTimeout(done, wait));
      }
    }
  }

  /** The user has seen everything up to `seq`. */
  markRead(id, seq) {
    const room = this.rooms.get(id);
    if (!room || (seq <= (room.read ?? 0) && room.unread === 0)) return;
    const last = room.timeline?.atEnd && !room.timeline.loading && seq >= (room.timeline.messages.at(-1)?.seq ?? Infinity);
    const upTo = last ? Math.max(seq, room.cursor) : seq; // after the newest message there is nothing to read
    if (!room.readUpTo(upTo)) return;
    this.emit('room', room);
    this.#reads.set(id, upTo);
    this.#readTimer ??= this.#env.timers.setTimeout(() => this.#sendReads(), BOUNDS.readEveryMs);
  }

  #sendReads() {
    this.#env.timers.clearTimeout(this.#readTimer);
    this.#readTimer = undefined;
    if (!this.#connection.online) return;
    for (const [room, seq] of this.#reads) this.#sendRead(room, seq);
    this.#reads.clear();
  }

  async #sendRead(room, seq) {
    try {
      await this.#connection.ask('read', room, { seq });
    } catch (e) {
      if (!(e instanceof Refused || e instanceof Disconnected)) throw e;
      if (e instanceof Refused && !e.temporary) return; // no longer ours to read
      if (!this.#reads.has(room)) this.#reads.set(room, seq); // goes out with the next one, or after reconnecting
      if (this.#connection.online) this.#readTimer ??= this.#env.timers.setTimeout(() => this.#sendReads(), e.retryAfterMs ?? BOUNDS.readEveryMs * 5);
    }
  }

  #othersRead(room, d) {
    if (!room) return;
    if (d.user === this.user?.id && d.seq > (room.read ?? 0)) {
      room.readUpTo(d.seq); // on another device
      this.emit('room', room);
    }
    this.emit('read', { room: room.id, ...d });
  }

  // ---- typing, presence, people ----------------------------------------------------------------------------------

  /** Call on each keystroke; the wire hears of it every 5 s at most. */
  typing(room) {
    const { timers } = this.#env;
    const state = this.#typedAt.get(room);
    if (state) timers.clearTimeout(state.timer);
    const due = !state || timers.now() - state.at >= BOUNDS.typingEveryMs;
    if (due) this.#connection.tell('typing', room, { on: true });
    const timer = timers.setTimeout(() => this.stopTyping(room), BOUNDS.typingEveryMs + 1_000);
    this.#typedAt.set(room, { at: due ? timers.now() : state.at, timer });
  }

  stopTyping(room) {
    const state = this.#typedAt.get(room);
    if (!state) return;
    this.#env.timers.clearTimeout(state.timer);
    this.#typedAt.delete(room);
    this.#connection.tell('typing', room, { on: false });
  }

  /** Who is typing in a room, this user left out. @returns {{users: string[], more: number}} */
  typingIn(room) {
    return this.#typing.get(room) ?? { users: [], more: 0 };
  }

  #showTyping(room, d) {
    this.#env.timers.clearTimeout(this.#typing.get(room.id)?.timer);
    const users = (d.users ?? []).filter((u) => u !== this.user?.id);
    const shown = { users, more: d.more ?? 0 };
    if (users.length === 0 && shown.more === 0) {
      this.#typing.delete(room.id);
    } else {
      const timer = this.#env.timers.setTimeout(() => this.#showTyping(room, { users: [] }), BOUNDS.typingShownMs);
      this.#typing.set(room.id, { ...shown, timer });
    }
    this.emit('typing', { room: room.id, ...shown });
  }

  #stopShownTyping(room, user) {
    const shown = this.#typing.get(room);
    if (!shown?.users.includes(user)) return;
    shown.users = shown.users.filter((u) => u !== user);
    this.emit('typing', { room, users: shown.users, more: shown.more });
  }

  /** @param {'online'|'away'} status */
  setPresence(status) {
    this.#connection.tell('presence', undefined, { status });
  }

  #showPresence(room, d) {
    const changes = d.users ?? (d.user ? [d] : []);
    for (const p of changes) {
      if (this.presence.size >= BOUNDS.presences && !this.presence.has(p.user)) this.presence.clear();
      this.presence.set(p.user, p.status);
    }
    const of = room ? this.rooms.get(room) : undefined;
    if (of && d.online !== undefined) of.online = d.online;
    this.emit('presence', { room });
  }

  members(room, { after, limit = 50 } = {}) {
    const page = after ? `&after=${encodeURIComponent(after)}` : '';
    return this.http('GET', `/rooms/${encodeURIComponent(room)}/members?limit=${limit}${page}`).then((answer) => {
      for (const m of answer.members) this.#know({ id: m.user, username: m.username, display_name: m.display_name });
      return answer;
    });
  }

  async findPeople(q) {
    const answer = await this.http('GET', `/users?q=${encodeURIComponent(q)}`);
    const found = Array.isArray(answer) ? answer : answer.users;
    found.forEach((p) => this.#know(p));
    return found;
  }

  /**
   * Says what is wrong with a message or a person; the same again gets the first report back, with `dup`.
   * @param {{room: string, seq: number, type: string, text?: string} | {user: string, type: string, text?: string}} what
   */
  report(what) {
    return this.http('POST', '/reports', what);
  }

  /** The user's own reports, newest first, with what became of each. */
  reports({ before, limit } = {}) {
    const query = new URLSearchParams({ ...(before ? { before } : {}), ...(limit ? { limit } : {}) });
    return this.http('GET', `/reports?${query}`);
  }

  /** What the server has to tell this user and they have not seen yet; each also comes as `notice`, soon after the connection stands. */
  notices() {
    return this.http('GET', '/notices');
  }

  /** Says that the user has read it; their other devices take it off the screen. */
  noticeSeen(notice) {
    return this.http('PUT', `/notices/${encodeURIComponent(notice)}/seen`);
  }

  /** What is known of a person; asks the server once when nothing is, and emits `person` then. @returns {Person|undefined} */
  person(id) {
    if (id === this.user?.id) return this.user;
    const known = this.people.get(id);
    if (!known && !this.#asking.has(id)) this.#lookUp(id);
    return known;
  }

  async #lookUp(id) {
    this.#asking.set(id, this.#env.timers.now());
    try {
      this.#know(await this.http('GET', `/users/${encodeURIComponent(id)}`));
      this.#asking.delete(id);
    } catch (e) {
      if (e instanceof Refused && !e.temporary) return; // gone: not asked again
      if (!(e instanceof Refused || e instanceof Disconnected || e instanceof SignedOut)) throw e;
      this.#env.timers.setTimeout(() => this.#asking.delete(id), 5_000);
    }
  }

  #know(person) {
    if (!person?.id) return;
    if (this.people.size >= BOUNDS.people) this.people.delete(this.people.keys().next().value);
    const before = this.people.get(person.id);
    this.people.set(person.id, person);
    if (before?.display_name !== person.display_name) this.emit('person', person);
  }
}
