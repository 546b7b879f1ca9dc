// Prepares a Confab server for the load generator: users, rooms, memberships; prints one line "ACCESS ROOM" a user.
//   node setup-confab.mjs BASE USERS ROOM_SIZE
const [base, users, size] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const PASSWORD = 'a long enough password';

async function call(method, path, body, access) {
  const answer = await fetch(`${base}/api/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(access ? { authorization: `Bearer ${access}` } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}
async function pool(n, work, width = 4) {
  const results = new Array(n);
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    while (next < n) { const i = next++; results[i] = await work(i); }
  }));
  return results;
}
const tag = Math.random().toString(36).slice(2, 7);
const signed = await pool(users, async (i) => {
  const username = `b${tag}-${i}`;
  const { id } = await call('POST', 'register', { username, password: PASSWORD });
  const { access } = await call('POST', 'login', { username, password: PASSWORD });
  return { id, access };
});
const rooms = await pool(Math.ceil(users / size), async (r) => {
  const people = signed.slice(r * size, (r + 1) * size);
  const { room } = await call('POST', 'rooms', { cid: `make-${r}`, kind: 'public', name: `room ${r}` }, people.at(-1).access);
  for (const one of people.slice(0, -1)) await call('POST', `rooms/${room}/members`, { cid: 'join' }, one.access);
  return room;
});
signed.forEach((one, i) => console.log(`${one.access} ${rooms[Math.floor(i / size)]}`));
