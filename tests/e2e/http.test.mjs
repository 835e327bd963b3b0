// HTTP on the same port, as curl sees it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { curl } from './curl.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

function assertClosing(reply) {
  assert.equal(reply.headers.connection?.toLowerCase(), 'close');
  assert.deepEqual(Object.keys(reply.headers).filter((name) => name.startsWith('access-control-')), []);
}

function assertSmallJson(reply) {
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.ok(reply.body.length < 300);
  assert.equal(typeof JSON.parse(reply.body), 'object');
}

test('/status of an empty server', async (t) => {
  const server = await Server.start(t);
  const reply = await curl(`${server.http}/status`);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers['content-type'], 'application/json');
  assert.equal(reply.headers['content-length'], '42');
  assert.equal(reply.body, '{"totalClients":0,"clients":[],"rooms":{}}');
  assertClosing(reply);
});

// A JavaScript object would move integer-like names first: the text is compared.
function statusText(clients, rooms) {
  const ids = (peers) => `[${peers.map((peer) => `"${peer.id}"`).join(',')}]`;
  const members = rooms.map(([name, ...peers]) => `${JSON.stringify(name)}:${ids(peers)}`);
  return `{"totalClients":${clients.length},"clients":${ids(clients)},"rooms":{${members.join(',')}}}`;
}

test('/status has clients as they arrived, rooms as they were made, members as they joined', async (t) => {
  const server = await Server.start(t);
  const clients = [];
  for (let i = 0; i < 8; i++) clients.push(await Client.connect(server, { name: `client ${i}` }));
  const [a, b, c, d, e, f, g] = clients;
  await g.joins('zeta');
  await f.joins('10');
  await e.joins('2');
  await a.joins('zeta', g);
  await d.joins('alpha');
  await b.joins('zeta', g, a);
  await c.joins('2', e);
  const { body } = await curl(`${server.http}/status`);
  assert.equal(body, statusText(clients, [['zeta', g, a, b], ['10', f], ['2', e, c], ['alpha', d]]));

  f.send('{"type":"leave-room"}');
  await f.reads(wire.roomLeft('10'));
  await f.joins('10');
  const later = await curl(`${server.http}/status`);
  assert.equal(later.body, statusText(clients, [['zeta', g, a, b], ['2', e, c], ['alpha', d], ['10', f]]));
});

test('/status writes the names of rooms as compact JSON', async (t) => {
  const server = await Server.start(t);
  const names = ['a"b\\c/d', '__proto__', 'é😀', '\u202e', '</script>', 'toString', ' '];
  const rooms = [];
  for (const name of names) rooms.push([name, ...await roomOf(server, name, name)]);
  const reply = await curl(`${server.http}/status`);
  assert.equal(reply.body, statusText(rooms.map(([, peer]) => peer), rooms));
  assert.equal(reply.headers['content-length'], String(Buffer.byteLength(reply.body)));
});

test('/status reflects everything that was answered before', async (t) => {
  const server = await Server.start(t);
  const [ann, bob] = await roomOf(server, 'lab', 'ann', 'bob');
  const status = async () => (await curl(`${server.http}/status`)).body;
  assert.equal(await status(), statusText([ann, bob], [['lab', ann, bob]]));
  bob.send('{"type":"join-room","room":"attic"}');
  await bob.reads(wire.roomLeft('lab'), wire.roomJoined('attic'), wire.roomPeers());
  assert.equal(await status(), statusText([ann, bob], [['lab', ann], ['attic', bob]]));
  await ann.inbox.take('peer-left');
  await ann.leaves();
  assert.equal(await status(), statusText([bob], [['attic', bob]]));
});

test('/status of many long names arrives whole', async (t) => {
  const server = await Server.start(t);
  const clients = await Promise.all(Array.from({ length: 300 }, () => Client.connect(server)));
  for (const client of clients) client.send({ type: 'join-room', room: `${client.id}`.repeat(3) });
  for (const client of clients) await client.reads(wire.roomJoined(client.id.repeat(3)), wire.roomPeers());
  const { body } = await curl(`${server.http}/status`);
  const { totalClients, rooms } = JSON.parse(body);
  assert.equal(totalClients, 300);
  assert.deepEqual(new Set(Object.values(rooms).flat()), new Set(clients.map((client) => client.id)));
});

const pages = {
  '/healthz': /^ok\n$/,
  '/readyz': /^[^\n]+\n$/,
  '/': /^[^\n]*\bp2psig\b[^\n]*\/status[^\n]*\n$/,
  '/status?_=1': /^\{"totalClients":0,/,
};
for (const [path, body] of Object.entries(pages))
  test(`${path} answers with 200, and HEAD with the same and no body`, async (t) => {
    const server = await Server.start(t);
    const reply = await curl(server.http + path);
    assert.equal(reply.status, 200);
    assert.match(reply.body, body);
    assertClosing(reply);
    const head = await curl(server.http + path, '--head');
    assert.deepEqual([head.status, head.body], [200, '']);
    assert.deepEqual(head.headers, reply.headers);
    assert.equal(head.headers['content-length'], String(Buffer.byteLength(reply.body)));
  });

for (const path of ['/nothing', '/status/', '/STATUS', '/status.json', '/favicon.ico', '/..%2fstatus', '//status'])
  test(`${path} is not found`, async (t) => {
    const server = await Server.start(t);
    const reply = await curl(server.http + path, '--path-as-is');
    assert.equal(reply.status, 404);
    assertSmallJson(reply);
    assertClosing(reply);
    assert.equal((await curl(server.http + path, '--path-as-is', '--head')).status, 404);
  });

for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'FOO'])
  test(`${method} is not allowed, and the reply says what is`, async (t) => {
    const server = await Server.start(t);
    const reply = await curl(`${server.http}/status`, '-X', method, '-H', 'Origin: https://example.org',
                             '-H', 'Access-Control-Request-Method: GET');
    assert.equal(reply.status, 405);
    assert.deepEqual(reply.headers.allow?.split(/, */).sort(), ['GET', 'HEAD']);
    assertSmallJson(reply);
    assertClosing(reply);
  });

test('a POST with a body gets its 405 whole, and the server lives on', async (t) => {
  const server = await Server.start(t);
  const reply = await curl(`${server.http}/status`, '--data', 'x'.repeat(100_000));
  assert.equal(reply.status, 405);
  assertSmallJson(reply);
  assert.equal((await curl(`${server.http}/healthz`)).status, 200);
});

test('no reply lets another origin read it', async (t) => {
  const server = await Server.start(t);
  for (const path of ['/status', '/', '/healthz', '/readyz', '/nothing'])
    assertClosing(await curl(server.http + path, '-H', 'Origin: https://example.org'));
});

test('HTTP/1.0 and a request for keep-alive get the same', async (t) => {
  const server = await Server.start(t);
  for (const options of [['--http1.0'], ['-H', 'Connection: keep-alive']]) {
    const reply = await curl(`${server.http}/status`, ...options);
    assert.deepEqual([reply.status, reply.body], [200, '{"totalClients":0,"clients":[],"rooms":{}}']);
    assertClosing(reply);
  }
});

test('CONNECT and headers over 16 KiB are closed without a reply', async (t) => {
  const server = await Server.start(t);
  // curl's codes for no reply and for a reset.
  const isHungUp = (error) => [52, 56].includes(error.code) && error.stdout === '';
  await assert.rejects(curl(`${server.http}/`, '-X', 'CONNECT', '--request-target', 'example.org:80'), isHungUp);
  await assert.rejects(curl(`${server.http}/`, '-H', `Cookie: ${'c'.repeat(17_000)}`), isHungUp);
  assert.equal((await curl(`${server.http}/`, '-H', `Cookie: ${'c'.repeat(12_000)}`)).status, 200);
});
