/**
 * A test double of the server's side of docs/protocol/v1.md: enough of it, in memory, to test the client and to look at
 * the page. It is NOT Confab: it decides almost nothing, checks little, and forgets everything. Its use is in its faults:
 * lost answers, doubled, reordered and missing events, gaps, expired tokens, any close code, no network.
 *
 * It knows no transport. `fetchOf` and `webSocketOf` plug it into a client in the same process; preview.mjs serves it.
 */
export class FakeServer {
  /** Turned by tests. */
  faults = {
    down: false, // neither HTTP nor sockets are answered
    refuseHandshakes: 0, // so many handshakes get 503 before the upgrade
    loseAnswers: [], // names of frames whose next ok is lost after the command was carried out
    refuse: [], // [{t, code, temporary, retry_after_ms, times}]
    gap: new Map(), // room -> reason, used once
    lie: (frames) => frames, // what leaves for a socket passes through here
    mute: false, // sockets are open but nothing is answered (a dead network)
  };
  tokenLifeS = 600;
  graceMs = 30_000;
  hbMs = 25_000;
  maxRooms = 200;
  users = new Map();
  rooms = new Map();
  sockets = new Set();
  signIns = new Map();
  #access = new Map();
  #refresh = new Map();
  #n = 0;
  /** What was asked for, for assertions. */
  calls = [];
  frames = [];
  /** Paths and queries of the handshakes, and when they came. */
  handshakes = [];

  constructor(clock) {
    this.clock = clock;
  }

  id(prefix) {
    return `${prefix}_${++this.#n}`;
  }

  ts() {
    return new Date(this.clock.now()).toISOString();
  }

  // ---- the world -------------------------------------------------------------------------------------------------

  addUser(username, display_name = username, password = 'password1') {
    const u = { id: this.id('u'), username, display_name, password, rev: 1 };
    this.users.set(u.id, u);
    return u;
  }

  addRoom(name, members, kind = 'public', more = {}) {
    const room = { room: this.id('r'), kind, name, topic: null, mode: 'open', slow_ms: 0, archived: false, ep: 'e1', log: [], members: new Map(), read: new Map(), cids: new Map(), ...more };
    this.rooms.set(room.room, room);
    members.forEach((u, i) => room.members.set(u.id, i === 0 ? 'owner' : 'member'));
    this.append(room, 'room.created', members[0].id, { kind, name });
    return room;
  }

  append(room, t, by, d) {
    const e = { t, room: room.room, ep: room.ep, seq: room.log.length + 1, d: { by, ts: this.ts(), ...d } };
    room.log.push(e);
    for (const s of this.sockets) {
      if (s.subs.has(room.room)) s.push(e);
      if (['msg.deleted', 'msgs.deleted', 'msg.restored'].includes(t) || !s.subs.has(room.room)) s.pushBadge(room);
    }
    return e;
  }

  say(room, user, text, more = {}) {
    return this.append(room, 'msg.new', user.id, { cid: this.id('cid'), body: { type: 'text', text }, mentions: this.mentionsIn(room, text), ...more });
  }

  mentionsIn(room, text) {
    const found = [];
    for (const m of text.matchAll(/@([a-z0-9._-]+)/g)) {
      const u = [...this.users.values()].find((x) => x.username === m[1]);
      if (u) found.push({ user: u.id, offset: [...text.slice(0, m.index)].length, length: [...m[0]].length });
    }
    return found;
  }

  bump(userId) {
    this.users.get(userId).rev++;
  }

  standing(room) {
    const at = new Map();
    for (const { t, seq, d } of room.log) {
      if (t === 'msg.new') at.set(seq, { seq, by: d.by, ts: d.ts, body: d.body, mentions: d.mentions, ...(d.reply_to ? { reply_to: d.reply_to } : {}), ...(d.deleted ? { deleted: true } : {}) });
      if (t === 'msg.edited' && !d.deleted && at.has(d.seq)) Object.assign(at.get(d.seq), { body: d.body, mentions: d.mentions, edited_at: d.ts });
    }
    return [...at.values()];
  }

  /** What is pinned, what was pinned last first. */
  pinsOf(room) {
    const pins = new Map();
    for (const { t, seq, d } of room.log) {
      if (t === 'pin.added') pins.set(d.seq, { seq: d.seq, pinned_seq: seq, by: d.by, ts: d.ts });
      else if (['pin.removed', 'msg.deleted', 'msgs.deleted'].includes(t)) for (const gone of d.seqs ?? [d.seq]) pins.delete(gone);
    }
    const standing = this.standing(room);
    return [...pins.values()].sort((a, b) => b.pinned_seq - a.pinned_seq).map((p) => ({ ...p, message: standing.find((m) => m.seq === p.seq) }));
  }

  view(room, user) {
    const read = room.read.get(user.id) ?? 0;
    const unread = this.standing(room).filter((m) => m.seq > read && m.by !== user.id && !m.deleted);
    const others = [...room.members.keys()].filter((u) => u !== user.id);
    return {
      room: room.room, kind: room.kind, name: room.name, topic: room.topic, mode: room.mode, slow_ms: room.slow_ms, archived: room.archived,
      ep: room.ep, head: room.log.length, read, unread: Math.min(100, unread.length),
      mentions: unread.filter((m) => m.mentions?.some((x) => x.user === user.id)).length, role: room.members.get(user.id),
      ...(room.kind === 'direct' ? { peer: this.profile(this.users.get(others[0])) } : {}),
    };
  }

  profile({ id, username, display_name }) {
    return { id, username, display_name };
  }

  // ---- tokens ----------------------------------------------------------------------------------------------------

  signIn(user, family = this.id('s')) {
    if (!this.signIns.has(family)) this.signIns.set(family, { id: family, user: user.id, created_at: this.ts(), last_used_at: this.ts(), client: 'test' });
    const pair = { access: this.id('access'), refresh: this.id('refresh') };
    this.#access.set(pair.access, { user, family, until: this.clock.now() + this.tokenLifeS * 1000 });
    this.#refresh.set(pair.refresh, { user, family, used: null, successor: null });
    return { ...pair, expires_in: this.tokenLifeS, user: this.profile(user) };
  }

  caller(token) {
    const a = this.#access.get(token);
    return a && a.until > this.clock.now() && this.signIns.has(a.family) ? a : null;
  }

  expireAll() {
    for (const a of this.#access.values()) a.until = 0;
  }

  revoke(family) {
    this.signIns.delete(family);
    for (const s of [...this.sockets]) if (s.family === family) s.close(4508, 'revoked');
  }

  #token(refresh) {
    const r = this.#refresh.get(refresh);
    if (!r || !this.signIns.has(r.family)) return null;
    if (r.used !== null) {
      const graced = this.clock.now() - r.used <= this.graceMs && this.#refresh.get(r.successor)?.used === null;
      if (!graced) {
        this.revoke(r.family);
        return null;
      }
    }
    const pair = this.signIn(r.user, r.family);
    r.used = this.clock.now();
    r.successor = pair.refresh;
    return pair;
  }

  // ---- HTTP ------------------------------------------------------------------------------------------------------

  /** @returns {{status: number, body?: object}} */
  http(method, path, bearer, body) {
    this.calls.push(`${method} ${path}`);
    const url = new URL(path, 'http://fake');
    const route = `${method} ${url.pathname.replace('/api/v1', '')}`;
    if (route === 'POST /register') return this.#register(body);
    if (route === 'POST /login') return this.#login(body);
    if (route === 'POST /token') {
      const pair = this.#token(body.refresh);
      return pair ? { status: 200, body: pair } : problem(401, 'unauthorized');
    }
    const caller = this.caller(bearer);
    if (!caller) return problem(401, 'unauthorized');
    return this.#authorised(route, url.searchParams, caller, body);
  }

  #register({ username, password, display_name }) {
    if (!/^[a-z0-9._-]{2,32}$/.test(username)) return problem(400, 'bad_request', 'A user name has 2 to 32 of a-z, 0-9, dot, dash and underscore.');
    if ([...this.users.values()].some((u) => u.username === username)) return problem(409, 'conflict', 'This user name is taken.');
    return { status: 201, body: this.profile(this.addUser(username, display_name || username, password)) };
  }

  #login({ username, password }) {
    const u = [...this.users.values()].find((x) => x.username === username && x.password === password);
    return u ? { status: 200, body: this.signIn(u) } : problem(401, 'unauthorized', 'Wrong user name or password.');
  }

  #authorised(route, q, caller, body) {
    const me = caller.user;
    const m = route.match(/^(\w+) \/rooms\/([^/]+)\/(members|messages|pins)$/);
    if (m) {
      const room = this.rooms.get(m[2]);
      if (!room?.members.has(me.id)) return problem(404, 'not_found');
      if (m[3] === 'pins') return { status: 200, body: structuredClone({ ep: room.ep, head: room.log.length, max: 50, pins: this.pinsOf(room) }) };
      return m[3] === 'members' ? this.#members(room, q) : this.#messages(room, q);
    }
    const one = route.match(/^GET \/rooms\/([^/]+)$/);
    if (one) return this.rooms.get(one[1])?.members.has(me.id) ? { status: 200, body: this.view(this.rooms.get(one[1]), me) } : problem(404, 'not_found');
    const user = route.match(/^GET \/users\/(.+)$/);
    if (user) return this.users.has(user[1]) ? { status: 200, body: this.profile(this.users.get(user[1])) } : problem(404, 'not_found');
    const end = route.match(/^DELETE \/sessions\/(.+)$/);
    if (end) return this.revoke(end[1]), { status: 204 };
    switch (route) {
      case 'GET /me': return { status: 200, body: this.profile(me) };
      case 'GET /users': return { status: 200, body: { users: [...this.users.values()].filter((u) => `${u.username} ${u.display_name}`.toLowerCase().includes((q.get('q') ?? '').toLowerCase())).map((u) => this.profile(u)) } };
      case 'GET /rooms': return { status: 200, body: { ...page(this.#roomsOf(me, q.get('public') === 'true'), q), rev: me.rev } };
      case 'GET /sessions': return { status: 200, body: { sessions: [...this.signIns.values()].filter((s) => s.user === me.id).map((s) => ({ ...s, current: s.id === caller.family })) } };
      case 'POST /logout': return this.revoke(caller.family), { status: 204 };
      case 'POST /password': return this.#password(me, body);
      default: return problem(404, 'not_found');
    }
  }

  #password(me, body) {
    if (body.current !== me.password) return problem(403, 'forbidden', 'The present password is wrong.');
    me.password = body.new;
    return { status: 204 };
  }

  #roomsOf(me, all) {
    return [...this.rooms.values()].filter((r) => (all ? r.kind === 'public' : r.members.has(me.id)))
      .map((r) => ({ ...this.view(r, me), ...(all ? { member: r.members.has(me.id), members: r.members.size } : {}) }));
  }

  #members(room, q) {
    const all = [...room.members].map(([id, role]) => ({ user: id, username: this.users.get(id).username, display_name: this.users.get(id).display_name, role }));
    const from = q.get('after') ? all.findIndex((x) => x.user === q.get('after')) + 1 : 0;
    const limit = Number(q.get('limit') ?? 50);
    return { status: 200, body: { members: all.slice(from, from + limit), more: all.length > from + limit } };
  }

  #messages(room, q) {
    const limit = Number(q.get('limit') ?? 50);
    let all = this.standing(room);
    let more;
    if (q.get('after')) {
      all = all.filter((x) => x.seq > Number(q.get('after')));
      more = all.length > limit;
      all = all.slice(0, limit);
    } else {
      if (q.get('around')) all = all.filter((x) => x.seq <= Number(q.get('around')));
      if (q.get('before')) all = all.filter((x) => x.seq < Number(q.get('before')));
      more = all.length > limit;
      all = all.slice(-limit);
    }
    return { status: 200, body: structuredClone({ ep: room.ep, head: room.log.length, messages: all, more }) };
  }

  // ---- sockets ---------------------------------------------------------------------------------------------------

  /** @param {{send(text: string): void, close(code: number, reason: string): void}} wire */
  connect(protocols, wire) {
    const token = protocols.find((p) => p.startsWith('bearer.'))?.slice(7);
    const socket = new FakeSocket(this, token, wire);
    this.sockets.add(socket);
    const known = this.#access.get(token);
    if (!known) socket.close(4500, 'auth_failed');
    else if (!this.caller(token)) socket.close(this.signIns.has(known.family) ? 4304 : 4508, 'token');
    return socket;
  }

  closeAll(code, reason = '') {
    for (const s of [...this.sockets]) s.close(code, reason);
  }

  presence() {
    const online = new Set([...this.sockets].filter((s) => s.user).map((s) => s.user.id));
    return [...online].map((user) => ({ user, status: 'online' }));
  }

  toAll(room, frame, but) {
    for (const s of this.sockets) if (s !== but && s.subs.has(room)) s.push(frame);
  }
}

function page(rooms, q) {
  const from = q.get('after') ? rooms.findIndex((x) => x.room === q.get('after')) + 1 : 0;
  const limit = Number(q.get('limit') ?? 50);
  return { rooms: rooms.slice(from, from + limit), more: rooms.length > from + limit };
}

class FakeSocket {
  subs = new Set();
  user = null;

  constructor(server, token, wire) {
    this.server = server;
    this.token = token;
    this.wire = wire;
    this.family = server.caller(token)?.family;
  }

  push(...frames) {
    if (this.server.faults.mute) return;
    const out = this.server.faults.lie(structuredClone(frames), this);
    if (out.length === 1) this.wire.send(JSON.stringify(out[0]));
    else if (out.length > 1) this.wire.send(JSON.stringify(out));
  }

  close(code, reason) {
    this.gone();
    this.wire.close(code, reason);
  }

  gone() {
    if (!this.server.sockets.delete(this) || !this.user) return;
    const still = this.server.presence().some((p) => p.user === this.user.id);
    if (!still) this.tellPresence('offline');
  }

  tellPresence(status) {
    for (const room of this.subs) this.server.toAll(room, { t: 'presence', room, d: { users: [{ user: this.user.id, status }] } }, this);
  }

  receive(text) {
    const s = this.server;
    const f = JSON.parse(text);
    s.frames.push({ ...f, user: this.user?.username });
    if (s.faults.mute) return;
    if (f.t === 'hello') return this.#hello(f);
    if (!s.caller(this.token) && f.t !== 'auth') return this.close(4304, 'token_expired');
    const fault = s.faults.refuse.find((r) => r.t === f.t && r.times !== 0);
    if (fault) {
      fault.times = (fault.times ?? 1) - 1;
      this.push({ t: 'err', id: f.id, code: fault.code, temporary: !!fault.temporary, retry_after_ms: fault.retry_after_ms, message: fault.message ?? fault.code });
      return;
    }
    const answer = this.#command(f);
    if (answer === undefined) return;
    const lost = s.faults.loseAnswers.indexOf(f.t);
    if (lost >= 0) s.faults.loseAnswers.splice(lost, 1);
    else this.push({ id: f.id, ...(answer.code ? { t: 'err', temporary: false, message: answer.code, ...answer } : { t: 'ok', d: answer }) });
  }

  #hello(f) {
    const s = this.server;
    this.user = s.caller(this.token).user;
    const rooms = {};
    const replay = [];
    for (const [id, at] of Object.entries(f.d.rooms ?? {})) rooms[id] = this.#sub(id, at, replay);
    const unheard = [...s.rooms.values()].filter((r) => !this.subs.has(r.room));
    this.push({ t: 'welcome', id: f.id, d: { session: this.family, user: this.user.id, node: 'fake', now: s.ts(), hb_ms: s.hbMs, rev: this.user.rev, limits: { max_text_chars: 8000, max_rooms: s.maxRooms, fetch_events: 200 }, caps: [], rooms } },
      ...replay, { t: 'resumed' });
    unheard.forEach((r) => this.pushBadge(r));
    for (const id of this.subs) this.push({ t: 'presence', room: id, d: { users: s.presence().filter((p) => s.rooms.get(id).members.has(p.user)) } });
    this.tellPresence('online');
  }

  #sub(id, at, replay) {
    const s = this.server;
    const room = s.rooms.get(id);
    if (!room?.members.has(this.user.id)) return { status: 'none' };
    const reason = s.faults.gap.get(id) ?? (at.ep && at.ep !== room.ep ? 'epoch' : undefined);
    s.faults.gap.delete(id);
    if (!this.subs.has(id) && this.subs.size >= s.maxRooms) return { status: 'too_many_subs' };
    const head = room.log.length;
    if (reason) return { status: 'gap', reason, ep: room.ep, head };
    this.subs.add(id);
    const from = (at.ep ? at.seq : head) + 1;
    replay.push(...room.log.slice(from - 1));
    return { status: 'ok', ep: room.ep, from, to: head };
  }

  #command(f) {
    const s = this.server;
    const { t, d = {} } = f;
    if (t === 'ping') return void this.push({ t: 'pong', id: f.id, d: { rev: this.user.rev, rooms: Object.fromEntries([...this.subs].map((r) => [r, s.rooms.get(r).log.length])) } });
    if (t === 'auth') return s.caller(d.access)?.user === this.user ? ((this.token = d.access), { expires_in: s.tokenLifeS }) : { code: 'unauthorized' };
    if (t === 'presence') return void this.tellPresence(d.status);
    if (t === 'room.create') return this.#create(d);
    const room = s.rooms.get(f.room);
    if (!room || (!room.members.has(this.user.id) && t !== 'room.join')) return { code: 'not_found' };
    switch (t) {
      case 'sub': return this.#subscribe(f.room, d, f.id);
      case 'unsub': return this.subs.delete(f.room), {};
      case 'fetch': return { events: room.log.slice(d.after, d.after + d.limit), head: room.log.length, more: room.log.length > d.after + d.limit };
      case 'typing': return void s.toAll(f.room, { t: 'typing', room: f.room, d: { users: d.on ? [this.user.id] : [], more: 0 } }, this);
      case 'read': return this.#read(room, Math.min(d.seq, room.log.length));
      case 'msg.send': return this.#send(room, d);
      case 'msg.edit': case 'msg.delete': return this.#change(room, t, d);
      case 'pin.add': case 'pin.remove': return this.#pin(room, t, d);
      case 'room.join': case 'room.invite': return this.#join(room, d.user ?? this.user.id);
      case 'room.leave': case 'room.kick': return this.#leave(room, d.user ?? this.user.id);
      default: return { code: 'unknown_type' };
    }
  }

  #subscribe(id, d, requestId) {
    const replay = [];
    const stands = this.#sub(id, d, replay);
    this.push({ t: 'ok', id: requestId, d: stands }, ...replay);
    return undefined;
  }

  #read(room, seq) {
    room.read.set(this.user.id, Math.max(seq, room.read.get(this.user.id) ?? 0));
    for (const s of this.server.sockets) {
      if (s.user !== this.user) continue;
      if (s !== this) s.push({ t: 'read', room: room.room, d: { user: this.user.id, seq } });
      if (s !== this || !s.subs.has(room.room) || this.server.view(room, this.user).unread > 0) s.pushBadge(room);
    }
    return { seq };
  }

  pushBadge(room) {
    if (!this.user || !room.members.has(this.user.id)) return;
    const { unread, mentions, read, ep, head } = this.server.view(room, this.user);
    this.push({ t: 'badge', room: room.room, d: { unread, mentions, read, ep, head } });
  }

  #send(room, d) {
    const known = room.cids.get(d.cid);
    if (known) return { ...known, dup: true };
    if (room.mode === 'frozen') return { code: 'room_frozen', message: 'This room is frozen.' };
    const e = this.server.append(room, 'msg.new', this.user.id, { cid: d.cid, body: d.body, mentions: this.server.mentionsIn(room, d.body.text), ...(d.reply_to ? { reply_to: d.reply_to } : {}) });
    const ok = { cid: d.cid, seq: e.seq, ts: e.d.ts, dup: false };
    room.cids.set(d.cid, ok);
    room.read.set(this.user.id, e.seq);
    return ok;
  }

  #change(room, t, d) {
    const first = room.log[d.seq - 1];
    if (first?.t !== 'msg.new') return { code: 'not_found' };
    if (first.d.by !== this.user.id && room.members.get(this.user.id) === 'member') return { code: 'forbidden' };
    if (t === 'msg.edit') return { seq: this.server.append(room, 'msg.edited', this.user.id, { seq: d.seq, body: d.body, mentions: [] }).seq };
    for (const e of room.log) if (e === first || (e.t === 'msg.edited' && e.d.seq === d.seq)) Object.assign(e.d, { body: null, deleted: true, mentions: [] });
    return { seq: this.server.append(room, 'msg.deleted', this.user.id, { seq: d.seq }).seq };
  }

  #pin(room, t, d) {
    if (room.log[d.seq - 1]?.t !== 'msg.new') return { code: 'not_found' };
    if (room.kind !== 'direct' && room.members.get(this.user.id) === 'member') return { code: 'forbidden' };
    const pin = this.server.pinsOf(room).find((p) => p.seq === d.seq);
    if (!pin === (t === 'pin.remove')) return { seq: pin?.pinned_seq ?? room.log.length, dup: true };
    return { seq: this.server.append(room, t === 'pin.add' ? 'pin.added' : 'pin.removed', this.user.id, { seq: d.seq }).seq };
  }

  #create(d) {
    const s = this.server;
    const others = (d.members ?? []).map((m) => s.users.get(m)).filter(Boolean);
    const same = d.kind === 'direct' && [...s.rooms.values()].find((r) => r.kind === 'direct' && r.members.has(this.user.id) && r.members.has(others[0].id));
    const room = same || s.addRoom(d.name ?? null, [this.user, ...others], d.kind);
    if (!same) this.#added(room, [this.user, ...others]);
    return { room: room.room, ep: room.ep, seq: room.log.length, dup: !!same };
  }

  #added(room, users) {
    for (const u of users) {
      this.server.bump(u.id);
      for (const s of this.server.sockets) if (s.user === u) s.push({ t: 'room.added', d: { room: room.room, kind: room.kind, name: room.name, ep: room.ep, head: room.log.length } });
    }
  }

  #join(room, id) {
    if (room.members.has(id)) return { seq: room.log.length, dup: true };
    room.members.set(id, 'member');
    const { seq } = this.server.append(room, 'member.joined', this.user.id, { user: id });
    this.#added(room, [this.server.users.get(id)]);
    return { seq };
  }

  #leave(room, id) {
    const { seq } = this.server.append(room, 'member.left', this.user.id, { user: id });
    room.members.delete(id);
    this.server.bump(id);
    for (const s of this.server.sockets) {
      if (s.user?.id === id && s.subs.delete(room.room)) s.push({ t: 'room.removed', d: { room: room.room } });
    }
    return { seq };
  }
}

function problem(status, code, detail = code) {
  return { status, body: { type: 'about:blank', title: code, status, code, detail } };
}

/** `fetch` that reaches the fake without a network. */
export function fetchOf(server) {
  return async (href, { method = 'GET', headers = {}, body } = {}) => {
    await null;
    if (server.faults.down || server.faults.mute) throw new TypeError('network down');
    const url = new URL(href);
    const answer = server.http(method, url.pathname + url.search, headers.authorization?.slice(7), body ? JSON.parse(body) : undefined);
    if (server.faults.loseHttp?.(method, url.pathname)) throw new TypeError('answer lost');
    return {
      ok: answer.status < 400, status: answer.status, headers: new Headers(answer.headers ?? {}),
      text: async () => (answer.body === undefined ? '' : JSON.stringify(answer.body)),
    };
  };
}

/** A `WebSocket` class that reaches the fake without a network; frames take a turn of the event loop's microtasks. */
export function webSocketOf(server) {
  return class {
    readyState = 0;

    constructor(url, protocols) {
      queueMicrotask(() => this.#open(new URL(url), protocols));
    }

    #open(url, protocols) {
      server.handshakes.push({ at: server.clock.now(), path: url.pathname + url.search });
      const refused = server.faults.refuseHandshakes > 0 && server.faults.refuseHandshakes--;
      if (server.faults.down || refused) return this.#closed(1006, '');
      this.readyState = 1;
      this.peer = server.connect(protocols, {
        send: (text) => queueMicrotask(() => { if (this.readyState === 1) this.onmessage?.({ data: text }); }),
        close: (code, reason) => queueMicrotask(() => this.#closed(code, reason)),
      });
      this.onopen?.({});
    }

    #closed(code, reason) {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.onclose?.({ code, reason });
    }

    send(text) {
      queueMicrotask(() => { if (server.sockets.has(this.peer)) this.peer.receive(text); });
    }

    close() {
      this.readyState = 3;
      this.peer?.gone();
    }
  };
}

/** Time that moves only when told to. */
export class FakeClock {
  #now = 1_700_000_000_000;
  #timers = new Map();
  #n = 0;

  now = () => this.#now;

  setTimeout = (fn, ms) => {
    this.#timers.set(++this.#n, { fn, at: this.#now + Math.max(0, ms) });
    return this.#n;
  };

  clearTimeout = (t) => void this.#timers.delete(t);

  get timers() {
    return { setTimeout: this.setTimeout, clearTimeout: this.clearTimeout, now: this.now };
  }

  /** Lets everything that is on its way arrive, without moving time. */
  async settle() {
    for (let i = 0; i < 20; i++) await new Promise((done) => setImmediate(done));
  }

  /** Moves time on, running what falls due in order. */
  async advance(ms) {
    const end = this.#now + ms;
    await this.settle();
    for (let runs = 0; ; runs++) {
      if (runs > 10_000) throw new Error('timers without end');
      const due = [...this.#timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].fn();
      await this.settle();
    }
    this.#now = end;
  }
}

/** Locks as the browser has them, shared by all clients given the same instance. */
export class FakeLocks {
  #tails = new Map();
  holders = 0;
  most = 0;

  async request(name, fn) {
    const before = this.#tails.get(name) ?? Promise.resolve();
    const mine = before.then(async () => {
      this.most = Math.max(this.most, ++this.holders);
      try {
        return await fn();
      } finally {
        this.holders--;
      }
    });
    this.#tails.set(name, mine.catch(() => {}));
    return mine;
  }
}

/** A localStorage several "tabs" share: each tab hears of the others' writes. */
export class SharedStore {
  #map = new Map();
  #tabs = [];

  tab() {
    const fns = [];
    this.#tabs.push(fns);
    const tell = (key) => this.#tabs.filter((t) => t !== fns).forEach((t) => t.forEach((fn) => queueMicrotask(() => fn(key))));
    return {
      getItem: (k) => this.#map.get(k) ?? null,
      setItem: (k, v) => { this.#map.set(k, v); tell(k); },
      removeItem: (k) => { if (this.#map.delete(k)) tell(k); },
      keys: () => [...this.#map.keys()],
      subscribe: (fn) => fns.push(fn),
    };
  }
}
