import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { admin, BASE, closeAll, person, SLOW, sleep, Socket, WITH_LIMITS } from './support.mjs';

after(closeAll);

describe('2.1 Opening', () => {
  test('O1 the answer names chat.v1.json and nothing else', async () => {
    const socket = await (await person()).open();
    assert.equal(socket.raw.status, 101);
    assert.equal(socket.raw.headers['sec-websocket-protocol'], 'chat.v1.json');
  });

  test('O2 a token in the header Authorization is taken', async () => {
    const ann = await person();
    const socket = await Socket.open({ protocols: ['chat.v1.json'], headers: { Authorization: `Bearer ${ann.access}` } });
    assert.equal((await socket.ask('hello', null, {})).d.user, ann.id);
  });

  test('O3 a token in the URL counts as none', async () => {
    const ann = await person();
    const socket = await Socket.open({ protocols: ['chat.v1.json'], path: `ws/v1?access_token=${ann.access}&token=${ann.access}` });
    assert.equal(await socket.closed(), 4500);
  });

  for (const [what, protocols] of [['no token', ['chat.v1.json']], ['a bad token', ['chat.v1.json', 'bearer.nonsense']]]) {
    test(`O4 ${what} is accepted and closed with 4500`, async () => {
      const socket = await Socket.open({ protocols });
      assert.equal(socket.raw.status, 101);
      assert.equal(await socket.closed(), 4500);
    });
  }

  test('O5 an expired token is closed with 4304', async (t) => {
    const ann = await person();
    if (ann.expiresIn > 30 && !SLOW) return t.skip(`a token lives ${ann.expiresIn} s here: --slow waits for it`);
    await sleep(ann.expiresIn * 1000 + 1_500);
    assert.equal(await (await ann.open()).closed(), 4304);
  });

  test("O6 a suspended person's token is closed with 4503", async (t) => {
    const staff = await admin();
    if (!staff) return t.skip('only staff suspends: give CONFAB_ADMIN_PASSWORD');
    const ann = await person();
    const open = await ann.socket();
    assert.equal((await staff.call('PUT', `users/${ann.id}/suspension`, { reason: 'conformance' })).status, 200);
    assert.equal(await open.closed(), 4503);
    assert.equal(await (await ann.open()).closed(), 4503);
  });

  test('O7 a good token without chat.v1.json is closed with 4502', async () => {
    const ann = await person();
    const socket = await Socket.open({ headers: { Authorization: `Bearer ${ann.access}` } });
    assert.equal(await socket.closed(), 4502);
  });

  test('O8 a page of a foreign origin gets 403 before the upgrade', async () => {
    const ann = await person();
    const foreign = await ann.open({ headers: { Origin: 'https://evil.example' } });
    assert.equal(foreign.raw.status, 403);
    const own = await ann.open({ headers: { Origin: new URL(BASE).origin } });
    assert.equal(own.raw.status, 101);
  });

  test('O9 who opens sockets too fast gets 503 with Retry-After before the upgrade', async (t) => {
    if (!WITH_LIMITS) return t.skip('a test of limits: --limits');
    const ann = await person();
    for (let i = 0; i < 1_000; i++) {
      const { raw } = await ann.open();
      raw.vanish();
      if (raw.status !== 101) {
        assert.equal(raw.status, 503);
        assert.ok(Number(raw.headers['retry-after']) >= 1);
        return;
      }
    }
    assert.fail('a thousand sockets were opened');
  });

  test('O9 so does an address that goes on without a good token', async (t) => {
    if (!WITH_LIMITS) return t.skip('a test of limits: --limits');
    for (let i = 0; i < 1_000; i++) {
      const { raw } = await Socket.open({ protocols: ['chat.v1.json', 'bearer.nonsense'] });
      raw.vanish();
      if (raw.status !== 101) {
        assert.equal(raw.status, 503);
        assert.ok(Number(raw.headers['retry-after']) >= 1);
        assert.equal((await (await person()).open()).raw.status, 101);
        return;
      }
    }
    assert.fail('a thousand sockets were opened');
  });
});
