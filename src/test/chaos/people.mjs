import { SignIn, insist, written } from './device.mjs';

const PASSWORD = 'a password for the chaos suite';
const AT_ONCE = 4; // the server hashes few passwords at a time

async function inTurn(list, atOnce, act) {
  const results = new Array(list.length);
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < list.length) {
      const i = next++;
      results[i] = await act(list[i], i);
    }
  }));
  return results;
}

/**
 * People, signed in, and public rooms that each of them has joined some of. Names carry the run's word, so that runs may
 * follow one another on one cluster.
 *
 * @returns {{people: {username, id, signIn, rooms}[], rooms: {room, ep, name}[]}}
 */
export async function settle({ base, word, people: count, rooms: roomCount, roomsEach }) {
  const people = await inTurn(Array.from({ length: count }), AT_ONCE, async (_, i) => {
    const username = `${word}-${i}`;
    await insist(base, 'POST', '/register', { body: { username, password: PASSWORD } }).catch((e) => {
      if (e.status !== 409) throw e; // registered, though the answer was lost
    });
    const answer = await insist(base, 'POST', '/login', { body: { username, password: PASSWORD } });
    return { username, id: answer.user.id, signIn: new SignIn(base, answer), rooms: [] };
  });
  const rooms = await inTurn(Array.from({ length: roomCount }), AT_ONCE, async (_, i) => {
    const owner = people[i % count];
    const made = await insist(base, 'POST', '/rooms', { access: owner.signIn.access, body: { cid: `${word}-room-${i}`, kind: 'public', name: `${word} ${i}` } });
    return { room: made.room, ep: made.ep, name: `${word} ${i}`, owner };
  });
  await inTurn(people, AT_ONCE, async (person, i) => {
    for (let j = 0; j < roomsEach; j++) {
      const room = rooms[(i + j * Math.max(1, Math.floor(roomCount / roomsEach))) % roomCount];
      if (person.rooms.includes(room)) continue;
      if (room.owner !== person) await insist(base, 'POST', `/rooms/${room.room}/members`, { access: person.signIn.access, body: {} });
      person.rooms.push(room);
    }
    for (const room of rooms) if (room.owner === person && !person.rooms.includes(room)) person.rooms.push(room);
  });
  return { people, rooms };
}

/** A room's whole log, through the API. */
export async function logOf(base, access, room) {
  const events = [];
  for (let more = true; more;) {
    const page = await insist(base, 'GET', `/rooms/${room}/events?after=${events.at(-1)?.seq ?? 0}&limit=200`, { access });
    events.push(...page.events);
    more = page.more;
  }
  return events.map(written);
}
