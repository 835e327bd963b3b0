// SIGTERM and SIGINT: everybody is told, and nobody holds the end up.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { curl } from './curl.mjs';
import { RawClient } from './raw_client.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const isClose = (item) => 'close' in Object(item);
const goodbye = { close: 1001, reason: 'server-shutdown' };
const drainSeconds = 1;
const shortDrain = ['--drain-seconds', String(drainSeconds)];

async function secondsToEnd(server) {
  const begin = performance.now();
  assert.equal(await server.end(), 0, server.log);
  return (performance.now() - begin) / 1000;
}

function assertInTime(seconds) {
  assert.ok(seconds < drainSeconds + 1.5, `it took ${seconds} s`);
}

for (const signal of ['SIGTERM', 'SIGINT'])
  test(`${signal} tells every client, and ends with 0`, async (t) => {
    const server = await Server.start(t, ...shortDrain);
    const clients = await roomOf(server, 'lab', 'ann', 'bob', 'cid');
    clients.push(await Client.connect(server, { name: 'dan' }));
    server.signal(signal);
    for (const client of clients) assert.deepEqual(await client.inbox.next(isClose, 'close'), goodbye);
    assertInTime(await secondsToEnd(server));
    assert.equal(server.run.stdout.text, `listening ${server.url}\n`);
  });

test('without clients SIGTERM ends at once', async (t) => {
  const server = await Server.start(t);
  server.signal('SIGTERM');
  assert.ok(await secondsToEnd(server) < 2);
});

test('fifty clients are closed one after another, and those left hear who went', async (t) => {
  const server = await Server.start(t, ...shortDrain);
  const clients = [];
  for (let i = 0; i < 50; i++) clients.push(await Client.connect(server, { name: `client ${i}` }));
  for (const client of clients) client.send('{"type":"join-room","room":"lab"}');
  const isPeers = (frame) => frame.startsWith('{"type":"room-peers"');
  for (const client of clients) await client.inbox.next(isPeers, 'room-peers');
  server.signal('SIGTERM');
  for (const client of clients) assert.deepEqual(await client.inbox.next(isClose, 'close'), goodbye);
  const departures = (client) => client.inbox.all.filter((item) => String(item).includes('"peer-left"')).length;
  assert.deepEqual(clients.map(departures).sort((a, b) => a - b), clients.map((_, i) => i));
  assertInTime(await secondsToEnd(server));
});

test('a client that does not answer the close frame does not hold the end up', async (t) => {
  const server = await Server.start(t, ...shortDrain);
  const mute = await RawClient.connect(server, 'mute');
  server.signal('SIGTERM');
  const seconds = secondsToEnd(server);
  await mute.reads(goodbye);
  assertInTime(await seconds);
});

test('a client that does not read does not hold the end up', async (t) => {
  const server = await Server.start(t, ...shortDrain);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const deaf = await RawClient.connect(server, 'deaf');
  await deaf.joins('lab', ann);
  await ann.reads(wire.peerJoined(deaf));
  deaf.stopReading();
  const message = `{"type":"blob","to":"${deaf.id}","data":"${'x'.repeat(250_000)}"}`;
  for (let i = 0; i < 3; i++) ann.send(message);
  await ann.hearsNothingMore();
  server.signal('SIGTERM');
  assertInTime(await secondsToEnd(server));
});

test('a request that never ends does not hold the end up', async (t) => {
  const server = await Server.start(t, ...shortDrain);
  const half = connect(server.port, server.host);
  server.clients.push({ terminate: () => half.destroy() });
  half.on('error', () => {});
  half.write('GET /status HTTP/1.1\r\nHost: ');
  assert.equal((await curl(`${server.http}/healthz`)).status, 200);
  server.signal('SIGTERM');
  assertInTime(await secondsToEnd(server));
});

test('while draining, HTTP is answered, /readyz with 503, and an upgrade gets 1001', async (t) => {
  const server = await Server.start(t);
  assert.equal((await curl(`${server.http}/readyz`)).status, 200);
  const mute = await RawClient.connect(server, 'mute');
  server.signal('SIGTERM');
  await mute.reads(goodbye);

  const ready = await curl(`${server.http}/readyz`);
  assert.equal(ready.status, 503);
  assert.equal((await curl(`${server.http}/readyz`, '--head')).status, 503);
  assert.equal((await curl(`${server.http}/healthz`)).status, 200);
  const { body } = await curl(`${server.http}/status`);
  assert.equal(body, '{"totalClients":0,"clients":[],"rooms":{}}');
  const late = Client.open(server, { name: 'late' });
  await late.closes(1001, 'server-shutdown');

  mute.terminate();
  assert.ok(await secondsToEnd(server) < 2, 'it did not end when the last client had gone');
});

const twice = [['SIGTERM', 'SIGTERM', 143], ['SIGINT', 'SIGINT', 130], ['SIGTERM', 'SIGINT', 130]];
for (const [first, second, code] of twice)
  test(`${second} after ${first} ends at once, with ${code}`, async (t) => {
    const server = await Server.start(t, '--drain-seconds', '60');
    const mute = await RawClient.connect(server, 'mute');
    server.signal(first);
    await mute.reads(goodbye);
    server.signal(second);
    assert.equal(await server.end(), code);
  });
