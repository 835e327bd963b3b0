// How a connection begins.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { Server } from './server.mjs';

// `ws` itself fails a connection whose reply names a subprotocol that was not offered, or none of those that were.
async function agreed(server, protocols) {
  const client = await Client.connect(server, { protocols });
  return [client.socket.protocol, client.response.headers['sec-websocket-protocol']];
}

test('without a subprotocol the reply has none', async (t) => {
  const server = await Server.start(t);
  assert.deepEqual(await agreed(server, []), ['', undefined]);
});

const subprotocols = ['signaling', 'v10.stomp', 'graphql-transport-ws', 'x-1', '13', '1.0', '2024-01-01', '_a', '-',
                      "a!#$%&'*+-.^_`|~9", 'x'.repeat(63), 'x'.repeat(64), `bearer.${'eyJhbGciOiJI'.repeat(50)}`];
for (const protocol of subprotocols)
  test(`the only subprotocol is echoed: ${protocol.slice(0, 30)}, ${protocol.length} bytes`, async (t) => {
    const server = await Server.start(t);
    assert.deepEqual(await agreed(server, [protocol]), [protocol, protocol]);
  });

test('the first of several subprotocols is echoed', async (t) => {
  const server = await Server.start(t);
  assert.deepEqual(await agreed(server, ['zeta', 'alpha']), ['zeta', 'zeta']);
  assert.deepEqual(await agreed(server, ['b', 'a', 'chat.v2', 'x-1']), ['b', 'b']);
});

test('the first of subprotocols is echoed when a login comes behind it', async (t) => {
  const server = await Server.start(t);
  const login = `bearer.${'eyJhbGciOiJI'.repeat(50)}`;
  assert.deepEqual(await agreed(server, ['signaling', login]), ['signaling', 'signaling']);
});

test('the first of twenty subprotocols is echoed', async (t) => {
  const server = await Server.start(t);
  const offered = Array.from({ length: 20 }, (_, i) => `protocol-${i}`);
  assert.deepEqual(await agreed(server, offered), ['protocol-0', 'protocol-0']);
});

test('clients with and without subprotocols meet in one room', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const bob = await Client.connect(server, { protocols: ['b'] });
  await bob.joins('lab', ann);
});

test('twelve kilobytes of cookies are accepted', async (t) => {
  const server = await Server.start(t);
  const cookie = Array.from({ length: 12 }, (_, i) => `session${i}=${'c'.repeat(1012)}`).join('; ');
  assert.ok(cookie.length > 12_000);
  const client = await Client.connect(server, { headers: { Cookie: cookie } });
  await client.joins('lab');
});

test('the headers of a browser behind a proxy are accepted', async (t) => {
  const server = await Server.start(t);
  const headers = {
    Connection: 'keep-alive, Upgrade',
    Origin: 'https://example.org',
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Accept-Language': 'en-US,en;q=0.5',
    'Cache-Control': 'no-cache',
    'X-Forwarded-For': '203.0.113.9, 198.51.100.2',
    'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
  };
  const client = await Client.connect(server, { headers, perMessageDeflate: true });
  assert.equal(client.response.headers['sec-websocket-extensions'], undefined);
  await client.joins('lab');
});

const paths = ['/', '/status', '/healthz', '/room/a%20b', '/a//b/', '/%F0%9F%98%80', '/x?', '/a?b=c?d=e/../f',
               '/?room=lab&token=%22%26', '/socket.io/?EIO=4&transport=websocket', '/a;b=c:d@e', '/..%2f..%2fetc',
               '/?off=100%&u=%u0041', '/%zz', '/a%00b', `/${'p'.repeat(4000)}?${'q'.repeat(4000)}`];
for (const path of paths)
  test(`the path ${path.slice(0, 40)} is as good as any`, async (t) => {
    const server = await Server.start(t);
    const client = await Client.connect(server, { path });
    await client.joins('lab');
  });

test('every connection gets an id of its own', async (t) => {
  const server = await Server.start(t);
  const clients = await Promise.all(Array.from({ length: 100 }, () => Client.connect(server)));
  assert.equal(new Set(clients.map((client) => client.id)).size, 100);
});
