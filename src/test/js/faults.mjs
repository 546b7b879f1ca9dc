/**
 * Two people with the reference client on a node that makes faults on purpose (confab.faults): each writes, and each must be
 * shown every message of both once, in the order of the room. Time runs faster for the client, so that its waits are short.
 *
 *   src/test/js/node.sh --experimental-websocket src/test/js/faults.mjs URL [MESSAGES]
 */
import { randomUUID } from 'node:crypto';
import { ConfabClient } from '../../main/webapp/client/confab-client.js';

const [base, messages = '40'] = process.argv.slice(2);
const EACH = Number(messages);
const FASTER = 8;
const LIMIT_MS = 120_000;
const PASSWORD = 'correct horse battery staple';
const timers = {
  now: () => Date.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms / FASTER),
  clearTimeout: (id) => clearTimeout(id),
};

async function post(path, body, access) {
  const answer = await fetch(new URL(`api/v1/${path}`, base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(access ? { authorization: `Bearer ${access}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function someone(name) {
  const username = `${name}-${randomUUID().slice(0, 8)}`;
  const { id } = await post('register', { username, password: PASSWORD });
  return { id, username };
}

let doubled = 0;

/** A socket that counts the events that come on it a second time: the client must not show them. */
class CountingSocket extends WebSocket {
  #seen = new Set();

  constructor(...args) {
    super(...args);
    this.addEventListener('message', ({ data }) => {
      for (const { room, ep, seq } of [JSON.parse(data)].flat()) {
        if (seq === undefined) continue;
        const place = `${room} ${ep} ${seq}`;
        if (this.#seen.has(place)) doubled++;
        this.#seen.add(place);
      }
    });
  }
}

/** A client that keeps what it was given to show, and how often its connection ended. */
async function chatting({ username }) {
  const chat = new ConfabClient({ base, timers, WebSocket: CountingSocket });
  chat.shown = [];
  chat.ends = 0;
  chat.on('event', (e) => chat.shown.push(e));
  chat.on('state', ({ name }) => { if (name === 'waiting') chat.ends++; });
  await chat.login(username, PASSWORD);
  await chat.start();
  return chat;
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const [ann, bob] = [await someone('ann'), await someone('bob')];
const { access } = await post('login', { username: ann.username, password: PASSWORD });
const { room } = await post('rooms', { cid: randomUUID(), kind: 'private', name: 'faults', members: [bob.id] }, access);
const chats = [await chatting(ann), await chatting(bob)];
const texts = chats.map((_, who) => Array.from({ length: EACH }, (__, i) => `${who}-${i}`));

for (let i = 0; i < EACH; i++) {
  chats.forEach((chat, who) => chat.send(room, texts[who][i]));
  await sleep(50);
}
const said = (chat) => chat.shown.filter((e) => e.room === room && e.t === 'msg.new');
const end = Date.now() + LIMIT_MS;
while (Date.now() < end && chats.some((chat) => chat.unsentCount || said(chat).length < 2 * EACH)) await sleep(100);
await sleep(1_000); // what would come twice would come now

let missing = 0;
let twice = 0;
let outOfOrder = 0;
for (const chat of chats) {
  const shown = said(chat).map((e) => e.d.body.text);
  missing += texts.flat().filter((text) => !shown.includes(text)).length;
  twice += shown.length - new Set(shown).size;
  const numbers = chat.shown.filter((e) => e.room === room && 'seq' in e).map((e) => e.seq);
  outOfOrder += numbers.filter((seq, i) => i > 0 && seq !== numbers[i - 1] + 1).length;
  for (const mine of texts) outOfOrder += shown.filter((text) => mine.includes(text)).some((text, i) => text !== mine[i]) ? 1 : 0;
  chat.stop();
}
console.log(`${4 * EACH} messages to show, ${chats.reduce((n, chat) => n + chat.ends, 0)} connections ended, ${doubled} events came twice: missing ${missing}, twice ${twice}, out of order ${outOfOrder}`);
process.exit(missing + twice + outOfOrder ? 1 : 0);
