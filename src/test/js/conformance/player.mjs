/** Plays the sessions of src/test/resources/wire/v1/sessions; their README says what the lines mean. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BINARY } from './raw.mjs';
import { admin, cid, EVENTS, person, Socket } from './support.mjs';

const FOLDER = fileURLToPath(new URL('../../resources/wire/v1/sessions/', import.meta.url));
const NAME = /<([A-Za-z0-9_.]+)>/g;
const WHOLE = /^<([A-Za-z0-9_.]+)>$/;
const AFTER_ALL_BEFORE = ['resumed', 'session.ended', 'room.removed'];

class Player {
  #people = {};
  #sockets = {};
  #values = {};
  #http = {};

  async play(line) {
    const words = line.match(/^(\S+) (\S+)(?: (.*))?$/);
    assert.ok(words, `not a line of a session: ${line}`);
    const [, who, verb, rest = ''] = words;
    if (who === 'people') return this.#register([verb, ...rest.split(' ').filter(Boolean)]);
    if (who === 'staff') return void (this.#people[verb] = await admin());
    if (who === 'room') return this.#makeRoom(verb, ...rest.split(' '));
    const actor = this.#people[who.replace(/\/.*/, '')];
    const at = this.#sockets[who];
    switch (verb) {
      case 'opens': return this.#open(who, actor, rest);
      case 'c>': return at.socket.text(this.#text(rest));
      case 'binary>': return at.socket.raw.frame(BINARY, Buffer.from(rest));
      case 's<': return this.#expect(at, JSON.parse(rest));
      case 'closed<': return this.#closed(who, rest);
      case 'vanishes': return this.#vanish(who);
      case 'http>': return this.#call(who, actor, rest);
      case 'http<': return this.#answered(who, rest);
      default: throw new Error(`not a verb of a session: ${verb}`);
    }
  }

  async #register(names) {
    for (const name of names) {
      const one = await person(name);
      this.#people[name] = one;
      Object.assign(this.#values, { [name]: one.id, [`${name}.name`]: one.username, [`${name}.access`]: one.access, [`${name}.refresh`]: one.refresh });
    }
  }

  async #makeRoom(name, kind, owner, ...members) {
    const body = { cid: cid(), kind, name: `session ${kind}`, members: members.map((m) => this.#people[m].id) };
    const made = await this.#people[owner].call('POST', 'rooms', body);
    assert.equal(made.status, 201);
    this.#values[name] = made.body.room;
  }

  async #open(who, actor, rest) {
    const socket = rest ? await Socket.open({ protocols: rest.replace('with ', '').split(', ') }) : await actor.open();
    this.#sockets[who] = { socket, used: new Set() };
  }

  async #closed(who, rest) {
    const { socket } = this.#sockets[who];
    const code = await socket.closed(65_000);
    assert.equal(`${code} ${socket.raw.end.reason}`, rest);
    await this.#nothingElse(who);
  }

  async #vanish(who) {
    await this.#nothingElse(who);
    this.#sockets[who].socket.raw.vanish();
    delete this.#sockets[who];
  }

  async #call(who, actor, rest) {
    const [, method, path, body] = this.#text(rest).match(/^(\S+) (\S+)(?: (.*))?$/);
    this.#http[who] = await actor.call(method, path, body ? JSON.parse(body) : undefined);
  }

  #answered(who, rest) {
    const [, status, body] = rest.match(/^(\d+)(?: (.*))?$/);
    const { status: got, body: said } = this.#http[who];
    assert.equal(got, Number(status), JSON.stringify(said));
    if (body) this.#mustMatch(JSON.parse(body), said);
  }

  /** A client's line with its names filled in; as text, since a session may send what is no JSON. */
  #text(line) {
    return line.replace(/"<([A-Za-z0-9_.]+)>"/g, (_, name) => JSON.stringify(this.#value(name))).replace(NAME, (_, name) => this.#value(name));
  }

  #value(name) {
    assert.ok(name in this.#values, `<${name}> has no value yet`);
    return this.#values[name];
  }

  async #expect({ socket, used }, pattern) {
    const numbered = pattern.t in EVENTS;
    const room = numbered && this.#fill(pattern.room);
    const frame = await socket.expect(JSON.stringify(pattern), (f) => {
      if (used.has(f)) return false;
      return numbered ? f.room === room && f.t in EVENTS : this.#match(pattern, f) !== null;
    });
    this.#mustMatch(pattern, frame);
    const place = socket.frames.indexOf(frame);
    if (pattern.t === 'welcome') assert.equal(place, 0, 'welcome is the first frame');
    if (AFTER_ALL_BEFORE.includes(pattern.t)) for (const before of used) assert.ok(socket.frames.indexOf(before) < place, `${pattern.t} came too early`);
    used.add(frame);
  }

  #mustMatch(pattern, value) {
    const bound = this.#match(pattern, value);
    assert.ok(bound, `expected ${JSON.stringify(pattern)}\n  got ${JSON.stringify(value)}`);
    Object.assign(this.#values, bound);
  }

  #fill(text) {
    return text.replace(NAME, (whole, name) => (name in this.#values ? this.#values[name] : whole));
  }

  /** What the names of a pattern stand for, or null where it does not fit. */
  #match(pattern, value, bound = {}) {
    if (typeof pattern === 'string') return this.#matchText(pattern, value, bound);
    if (pattern === null || typeof pattern !== 'object') return pattern === value ? bound : null;
    if (value === null || typeof value !== 'object' || Array.isArray(pattern) !== Array.isArray(value)) return null;
    const entries = Object.entries(pattern).map(([key, inner]) => [this.#fill(key), inner]);
    if (entries.length !== Object.keys(value).length) return null;
    return entries.every(([key, inner]) => key in value && this.#match(inner, value[key], bound)) ? bound : null;
  }

  #matchText(pattern, value, bound) {
    const name = pattern.match(WHOLE)?.[1];
    if (name === 'any') return bound;
    if (!name) return this.#fill(pattern) === value ? bound : null;
    const known = name in bound ? bound[name] : this.#values[name];
    if (known !== undefined) return known === value ? bound : null;
    bound[name] = value;
    return bound;
  }

  /** No event of a log and no answer came that is not in the session. */
  async #nothingElse(who) {
    const { socket, used } = this.#sockets[who];
    if (socket.open && used.size) await socket.settle();
    const more = socket.frames.filter((f) => !used.has(f) && !(f.t === 'pong' && f.id.startsWith('c')) && (f.t in EVENTS || 'id' in f));
    assert.deepEqual(more, [], `${who} got what is not in the session`);
    assert.deepEqual(socket.violations, []);
  }

  async end() {
    for (const who of Object.keys(this.#sockets)) await this.#nothingElse(who);
  }
}

/** All sessions: `title`, the name of the file and what it shows; `drains`, whether the node must be stopped afterwards. */
export const SESSIONS = readdirSync(FOLDER).filter((name) => name.endsWith('.txt')).sort().map((file) => {
  const lines = readFileSync(FOLDER + file, 'utf8').split('\n');
  return { file, lines, title: `${file.replace('.txt', '')}: ${lines[0].replace('# ', '')}`, drains: lines.some((line) => line.startsWith('staff ')) };
});

export async function play({ file, lines }) {
  const player = new Player();
  for (const [i, line] of lines.entries()) {
    if (!line || line.startsWith('#')) continue;
    try {
      await player.play(line);
    } catch (e) {
      e.message = `${file}:${i + 1}: ${e.message}`;
      throw e;
    }
  }
  await player.end();
}
