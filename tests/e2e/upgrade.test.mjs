// Upgrades that are refused, as curl sees it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { curl, curlUpgrade } from './curl.mjs';
import { Server } from './server.mjs';

function assertRefused(reply, status) {
  assert.equal(reply.status, status);
  assert.equal(reply.headers.connection?.toLowerCase(), 'close');
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal(typeof JSON.parse(reply.body), 'object');
  assert.equal(reply.headers['sec-websocket-accept'], undefined);
  assert.deepEqual(Object.keys(reply.headers).filter((name) => name.startsWith('access-control-')), []);
}

for (const version of ['8', '7', '0', '14', '130', '13, 8'])
  test(`version ${version} is told which one is spoken`, async (t) => {
    const server = await Server.start(t);
    const reply = await curlUpgrade(`${server.http}/`, { 'Sec-WebSocket-Version': version });
    assertRefused(reply, 426);
    assert.equal(reply.headers['sec-websocket-version'], '13');
  });

for (const upgrade of ['h2c', 'TLS/1.0', 'foo', 'websocketx'])
  test(`an Upgrade to ${upgrade} is refused`, async (t) => {
    const server = await Server.start(t);
    assertRefused(await curlUpgrade(`${server.http}/`, { Upgrade: upgrade }), 400);
    assertRefused(await curlUpgrade(`${server.http}/status`, { Upgrade: upgrade }), 400);
  });

test("curl's own upgrade to HTTP/2 is refused", async (t) => {
  const server = await Server.start(t);
  assertRefused(await curl(`${server.http}/status`, '--http2'), 400);
});

const keys = {
  'no key': null,
  'an empty key': '',
  'a short key': 'c2hvcnQ=',
  'a key of 17 bytes': 'AAAAAAAAAAAAAAAAAAAAAAA=',
  'a key that is not base64': '!!!!!!!!!!!!!!!!!!!!!!==',
};
for (const [what, key] of Object.entries(keys))
  test(`an upgrade with ${what} is refused`, async (t) => {
    const server = await Server.start(t);
    assertRefused(await curlUpgrade(`${server.http}/`, { 'Sec-WebSocket-Key': key }), 400);
  });

test('an upgrade whose Connection header does not ask for it is refused', async (t) => {
  const server = await Server.start(t);
  assertRefused(await curlUpgrade(`${server.http}/`, { Connection: 'keep-alive' }), 400);
  assertRefused(await curlUpgrade(`${server.http}/`, { Connection: null }), 400);
});

test('an upgrade by POST, or in HTTP/1.0, is refused', async (t) => {
  const server = await Server.start(t);
  assertRefused(await curlUpgrade(`${server.http}/`, {}, '-X', 'POST'), 400);
  assertRefused(await curlUpgrade(`${server.http}/`, {}, '--http1.0'), 400);
});

test('a refused upgrade is logged, and the server lives on', async (t) => {
  const server = await Server.start(t);
  await curlUpgrade(`${server.http}/`, { 'Sec-WebSocket-Version': '8' });
  await server.logLines.next((line) => /\bevent=reject\b.*\b426\b/.test(line), 'line of the log with 426');
  assert.equal((await curl(`${server.http}/healthz`)).status, 200);
});
