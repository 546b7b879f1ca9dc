import { after, describe, test } from 'node:test';
import { play, SESSIONS } from './player.mjs';
import { closeAll } from './support.mjs';

after(closeAll);

describe('2.6 A session, byte for byte', { concurrency: 4 }, () => {
  for (const session of SESSIONS.filter(({ drains }) => !drains)) test(session.title, () => play(session)); // the others: 2-7-leaving
});
