import { RawWebSocket } from './websocket.mjs';

const BACKOFF_MS = 200;
const BACKOFF_CAP_MS = 2_000;
const PING_MS = 2_000; // nothing heard for three times as long: the connection is given up
const ANSWER_MS = 12_000; // no answer to a message, a hello or a sub for so long: recorded as a hang
const TOKEN_MS = 7 * 60_000;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A call to the HTTP API; throws with `status` and `code` when it is refused. */
export async function call(base, method, path, { access, body } = {}) {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: {
      ...(access && { authorization: `Bearer ${access}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await answer.text();
  if (!answer.ok) {
    const problem = text.startsWith('{') ? JSON.parse(text) : {};
    throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${problem.code ?? ''}`), { status: answer.status, code: problem.code });
  }
  return text ? JSON.parse(text) : null;
}

/** Calls again until it is answered: for what comes before and after the faults, and for reads in between. */
export async function insist(base, method, path, options, until = Date.now() + 120_000) {
  for (;;) {
    try {
      return await call(base, method, path, options);
    } catch (e) {
      const final = e.status && e.status < 500 && e.status !== 429;
      if (final || Date.now() > until) throw e;
      await sleep(300 + Math.random() * 500);
    }
  }
}

/** An event as records and logs have it. */
export function written({ t, room, ep, seq, d }) {
  return { t, room, ep, seq, cid: d.cid ?? null, by: d.by, text: d.body?.text ?? null };
}

/** One sign-in, shared by the devices of a person: its pair of tokens is renewed once for all of them. */
export class SignIn {
  #tokens;
  #at = Date.now();
  #renewing = null;

  constructor(base, tokens) {
    this.base = base;
    this.#tokens = tokens;
  }

  get access() {
    return this.#tokens.access;
  }

  /** Sees to it that the access token is good for minutes; rejects while it cannot. */
  async renew(atOnce = false) {
    if (!atOnce && Date.now() - this.#at < TOKEN_MS) return;
    this.#renewing ??= call(this.base, 'POST', '/token', { body: { refresh: this.#tokens.refresh } })
      .then((tokens) => {
        this.#tokens = tokens;
        this.#at = Date.now();
      })
      .finally(() => (this.#renewing = null));
    await this.#renewing;
  }
}

/**
 * One device of a person: holds a socket through the balancer, keeps a cursor per room, resumes after every loss, and
 * writes all that it did and got to its record, as docs/protocol/v1.md has it. It hides nothing: what comes twice or out
 * of order is recorded so.
 */
export class Device {
  #ws = null;
  #attempt = 0;
  #pinger = null;
  #heardAt = 0;
  #movedAt = 0; // told to reconnect, or lost the connection, at
  #helloAt = 0; // on its way since; 0: answered, or not said
  #mostReplayed = Infinity; // limits.replay_room
  #stopped = false;
  #ids = 0;
  #asked = new Map(); // request id -> a hello, the room of a sub, or the cid of a message
  #expired = false;
  rooms = new Map(); // id -> {ep, last, waiting: [message], flying, recovering}
  live = false;

  /**
   * @param person {username, signIn: SignIn}
   * @param record called with one plain object per thing that happened; `at` is added here, in ms
   */
  constructor({ base, name, person, rooms, record, now, pingMs = PING_MS }) {
    Object.assign(this, { base, name, person, now, pingMs });
    this.record = (entry) => record({ at: Math.round(now()), ...entry });
    this.signIn = person.signIn;
    for (const room of rooms) this.rooms.set(room.room, { ep: room.ep, last: 0, waiting: [], flying: null, recovering: false });
  }

  start() {
    this.#connect();
    this.#pinger = setInterval(() => this.#look(), this.pingMs);
  }

  /** Ends, and writes down how it stood. */
  stop() {
    this.record({ k: 'end', live: this.live, unanswered: this.unanswered });
    this.#stopped = true;
    clearInterval(this.#pinger);
    const ws = this.#ws;
    this.#drop();
    ws?.close();
  }

  /** Breaks the connection with RST. */
  reset() {
    this.#ws?.reset();
  }

  /** Puts a message into the room's queue; it is sent in its turn, again and again until it is answered. */
  say(room, cid, text) {
    const state = this.rooms.get(room);
    state.waiting.push({ room, cid, text, sent: 0 });
    this.#next(state);
  }

  /** Messages that have no answer yet. */
  get unanswered() {
    let count = 0;
    for (const { waiting, flying } of this.rooms.values()) count += waiting.length + (flying ? 1 : 0);
    return count;
  }

  async #connect() {
    if (this.#stopped) return;
    try {
      await this.signIn.renew(this.#expired);
      this.#expired = false;
    } catch {
      return this.#again();
    }
    if (this.#stopped) return;
    const ws = new RawWebSocket(`${this.base.replace('http', 'ws')}/ws/v1?resume=1`, ['chat.v1.json', `bearer.${this.signIn.access}`], {
      open: () => ws === this.#ws && this.#hello(),
      text: (text) => ws === this.#ws && this.#take(text),
      end: (code, wait) => ws === this.#ws && this.#lost(code, wait),
    });
    this.#ws = ws;
    this.#heardAt = Date.now();
  }

  #lost(code, waitSeconds = 0) {
    this.record({ k: 'lost', code });
    this.#movedAt ||= this.now();
    if (code === 4304) this.#expired = true;
    this.#drop();
    this.#again(waitSeconds * 1_000);
  }

  #drop() {
    this.#ws = null;
    this.live = false;
    this.#helloAt = 0;
    this.#asked.clear();
    for (const state of this.rooms.values()) {
      state.recovering = false;
      if (state.flying) state.flying.onWire = 0; // whoever was asked is gone
    }
  }

  /** Exponential backoff with full jitter. */
  #again(atLeastMs = 0) {
    const most = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** this.#attempt++);
    setTimeout(() => this.#connect(), atLeastMs + Math.random() * most);
  }

  #look() {
    if (!this.#ws) return;
    if (Date.now() - this.#heardAt > 3 * this.pingMs) {
      this.#ws.forget();
      this.#lost('dead');
      return;
    }
    const hangs = this.#hangs(this.now() - ANSWER_MS);
    if (hangs) {
      this.record({ k: 'hang', ...hangs });
      this.#ws.reset();
      return;
    }
    this.#send({ t: 'ping', id: this.#id() });
  }

  /** What was asked before this time and has no answer, on a connection that shows signs of life. */
  #hangs(before) {
    if (this.#helloAt && this.#helloAt < before) return { what: 'hello' };
    for (const { at, sub } of this.#asked.values()) if (sub && at < before) return { what: 'sub', room: sub };
    for (const { flying } of this.rooms.values()) if (flying?.onWire && flying.onWire < before) return { what: 'message', room: flying.room, cid: flying.cid };
    return null;
  }

  #id() {
    return String(++this.#ids);
  }

  #send(frame) {
    this.#ws?.send(JSON.stringify(frame));
  }

  #hello() {
    const rooms = {};
    for (const [room, { ep, last }] of this.rooms) rooms[room] = { ep, seq: last };
    const id = this.#id();
    this.#helloAt = this.now();
    this.#asked.set(id, { hello: true });
    this.#send({ t: 'hello', id, d: { client: 'chaos/1', rooms } });
  }

  #take(text) {
    this.#heardAt = Date.now();
    const ws = this.#ws;
    const said = JSON.parse(text);
    for (const frame of Array.isArray(said) ? said : [said]) {
      if (this.#ws !== ws) return;
      this.#frame(frame);
    }
  }

  #frame(frame) {
    if (frame.seq !== undefined && frame.room) return this.#event(frame, 'socket');
    switch (frame.t) {
      case 'welcome':
        this.node = frame.d.node;
        this.#mostReplayed = frame.d.limits.replay_room;
        for (const [room, status] of Object.entries(frame.d.rooms)) this.#status(room, status);
        return;
      case 'resumed':
        this.#attempt = 0;
        this.#helloAt = 0;
        this.live = true;
        this.record({ k: 'resumed', node: this.node, after: this.#movedAt ? Math.round(this.now() - this.#movedAt) : 0 });
        this.#movedAt = 0;
        for (const state of this.rooms.values()) this.#repeat(state);
        return;
      case 'ok': case 'err':
        return this.#answer(frame);
      case 'gap':
        this.#toldGap(frame.room, frame.d, Infinity);
        return;
      case 'reconnect': {
        this.record({ k: 'told', after: frame.d.after_ms, jitter: frame.d.jitter_ms });
        const ws = this.#ws;
        setTimeout(() => {
          if (ws !== this.#ws || this.#stopped) return;
          this.#movedAt = this.now();
          this.record({ k: 'lost', code: 'moved' });
          this.#drop();
          ws.close(1000);
          this.#connect();
        }, frame.d.after_ms + Math.random() * frame.d.jitter_ms);
        return;
      }
      case 'pong': case 'presence': case 'typing': case 'read': case 'badge': return; // lossy by design
      default: this.record({ k: 'stray', what: frame.t });
    }
  }

  /** @param missed  of that many events the server could not say it was too far; Infinity: that is not known here */
  #toldGap(room, { reason, ep, head }, missed) {
    this.record({ k: 'gap', room, reason, ep, head, needless: missed <= this.#mostReplayed });
    void this.#recover(room, reason);
  }

  #status(room, status) {
    if (status.status === 'gap') this.#toldGap(room, status, status.head - (this.rooms.get(room)?.last ?? 0));
    else if (status.status !== 'ok') this.record({ k: 'refused', room, code: status.status });
  }

  #event(frame, how) {
    const state = this.rooms.get(frame.room);
    if (!state) return void this.record({ k: 'stray', what: `${frame.t} of ${frame.room}` });
    this.record({ k: 'ev', how, ...written(frame) });
    if (frame.seq > state.last || frame.ep !== state.ep) state.last = frame.seq;
    state.ep = frame.ep;
  }

  /** After a gap: reads what is missing from the log, then subscribes from there. */
  async #recover(room, reason) {
    const state = this.rooms.get(room);
    if (!state || state.recovering) return;
    state.recovering = true;
    const ws = this.#ws;
    if (reason === 'epoch') state.last = 0;
    try {
      for (let more = true; more;) {
        const page = await insist(this.base, 'GET', `/rooms/${room}/events?after=${state.last}&limit=200`, { access: this.signIn.access }, Date.now() + 30_000);
        if (ws !== this.#ws) return; // a new connection asks anew
        page.events.forEach((frame) => this.#event(frame, 'fetched'));
        state.ep = page.ep;
        more = page.more;
      }
    } catch {
      if (ws === this.#ws) ws?.reset();
      return;
    }
    const id = this.#id();
    this.#asked.set(id, { sub: room, at: this.now() });
    this.#send({ t: 'sub', id, room, d: { ep: state.ep, seq: state.last } });
  }

  #next(state) {
    if (state.flying || !this.live || state.waiting.length === 0) return;
    state.flying = state.waiting.shift();
    this.record({ k: 'send', room: state.flying.room, cid: state.flying.cid, text: state.flying.text });
    this.#put(state.flying);
  }

  /** The same message again, with the same cid. */
  #repeat(state) {
    if (state.flying) this.#put(state.flying);
    else this.#next(state);
  }

  #put(message) {
    if (!this.live) return;
    const id = this.#id();
    message.onWire = this.now();
    this.record({ k: 'try', cid: message.cid });
    this.#asked.set(id, { cid: message.cid, room: message.room });
    this.#send({ t: 'msg.send', id, room: message.room, d: { cid: message.cid, body: { type: 'text', text: message.text } } });
  }

  #answer(frame) {
    const asked = this.#asked.get(frame.id);
    this.#asked.delete(frame.id);
    if (!asked) return void this.record({ k: 'stray', what: `${frame.t} ${frame.code ?? ''} for ${frame.id}` });
    if (asked.hello) return void this.record({ k: 'err', room: null, cid: null, code: frame.code }); // the server closes then
    if (asked.sub) {
      const state = this.rooms.get(asked.sub);
      state.recovering = false;
      if (frame.t === 'ok') this.#status(asked.sub, frame.d);
      else {
        this.record({ k: 'err', room: asked.sub, cid: null, code: frame.code });
        setTimeout(() => this.#recover(asked.sub, frame.code), frame.retry_after_ms ?? 500);
      }
      return;
    }
    const state = this.rooms.get(asked.room);
    if (state.flying?.cid !== asked.cid) return;
    state.flying.onWire = 0;
    if (frame.t === 'ok') {
      this.record({ k: 'ok', room: asked.room, cid: asked.cid, seq: frame.d.seq, dup: frame.d.dup });
      state.flying = null;
      this.#next(state);
    } else if (frame.temporary) {
      this.record({ k: 'err', room: asked.room, cid: asked.cid, code: frame.code });
      const ws = this.#ws;
      setTimeout(() => ws === this.#ws && this.#repeat(state), frame.retry_after_ms ?? 500);
    } else {
      this.record({ k: 'refused', room: asked.room, cid: asked.cid, code: frame.code });
      state.flying = null;
      this.#next(state);
    }
  }
}
