// What `serve` does when it cannot have its address, and where the address comes from.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { runToEnd, Server } from './server.mjs';
import * as wire from './wire.mjs';

function assertRefused(run, ...named) {
  assert.equal(run.exit, 3, run.stderr);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /^p2psig: [^\n]+\n$/);
  for (const pattern of [...named, /in use/i]) assert.match(run.stderr, pattern);
}

test('a second server on a port is refused in one line, and the first serves on', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const second = await runToEnd(['serve', '--host', '127.0.0.1', '--port', String(server.port)]);
  assertRefused(second, /\b127\.0\.0\.1\b/, new RegExp(`\\b${server.port}\\b`), /--host\b/, /--port\b/);

  const bob = await Client.connect(server, { name: 'bob' });
  await bob.joins('lab', ann);
  await ann.reads(wire.peerJoined(bob));
  bob.send(`{"type":"note","to":"${ann.id}"}`);
  await ann.reads(wire.relayed(`{"type":"note","to":"${ann.id}"}`, bob));
});

const sources = [
  ['HOST', 'PORT'],
  ['P2PSIG_HOST', 'P2PSIG_PORT'],
];
for (const [host, port] of sources)
  test(`a second server says that its address came from ${host} and ${port}`, async (t) => {
    const server = await Server.start(t);
    const second = await runToEnd(['serve'], { [host]: '127.0.0.1', [port]: String(server.port) });
    const source = (name) => new RegExp(`(?<![\\w-])${name}\\b`);
    assertRefused(second, /\b127\.0\.0\.1\b/, new RegExp(`\\b${server.port}\\b`), source(host), source(port));
  });

test('a second server is refused on all addresses, too, and beside one that has them all', async (t) => {
  const one = await Server.start(t);
  assertRefused(await runToEnd(['serve', '--host', '0.0.0.0', '--port', String(one.port)]));
  const all = await Server.startWith(t, ['--host', '0.0.0.0', '--port', '0']);
  assertRefused(await runToEnd(['serve', '--host', '127.0.0.1', '--port', String(all.port)]));
});

test('HOST and PORT say where to listen', async (t) => {
  const server = await Server.startWith(t, [], { HOST: '127.0.0.1', PORT: '0' });
  await Client.connect(server);
});

test('P2PSIG_HOST and P2PSIG_PORT win over HOST and PORT, and the flags over all', async (t) => {
  const wrong = { HOST: '203.0.113.1', PORT: '1' };
  await Client.connect(await Server.startWith(t, [], { ...wrong, P2PSIG_HOST: '127.0.0.1', P2PSIG_PORT: '0' }));
  const worse = { ...wrong, P2PSIG_HOST: '203.0.113.1', P2PSIG_PORT: '1' };
  await Client.connect(await Server.startWith(t, ['--host', '127.0.0.1', '--port', '0'], worse));
});

test('an empty variable is no variable', async (t) => {
  const variables = { P2PSIG_HOST: '', P2PSIG_PORT: '', HOST: '127.0.0.1', PORT: '0' };
  await Client.connect(await Server.startWith(t, [], variables));
});

for (const port of ['no-port', '65536', '-1', '80 ', '0x50'])
  test(`a PORT of "${port}" is refused, and named`, async () => {
    const run = await runToEnd(['serve', '--host', '127.0.0.1'], { PORT: port });
    assert.equal(run.exit, 2, run.stderr);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /(?<![\w-])PORT\b/);
    assert.ok(run.stderr.split('\n').length <= 4, run.stderr);
  });

test('on all addresses the line on stdout has one that can be connected to', async (t) => {
  const server = await Server.startWith(t, ['--host', '0.0.0.0', '--port', '0']);
  assert.match(server.url, /^ws:\/\/127\.0\.0\.1:\d+$/);
  await Client.connect(server);
});
