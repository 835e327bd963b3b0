// Who is pinged, and who is cut off.
import assert from 'node:assert/strict';
import test from 'node:test';
import { roomOf } from './client.mjs';
import { opcode, RawClient } from './raw_client.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const often = ['--ping-interval', '0.2', '--ping-timeout', '1'];

test('an idle client that answers pings lives on', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t, ...often), 'lab', 'ann', 'bob');
  for (const client of [ann, bob]) for (let i = 0; i < 6; i++) await client.pings.take(`ping ${i}`);
  assert.equal(ann.socket.readyState, ann.socket.OPEN);
  const message = `{"type":"note","to":"${bob.id}"}`;
  ann.send(message);
  await bob.reads(wire.relayed(message, ann));
  await ann.hearsNothingMore();
});

test('a client that never answers pings is cut off, and its room hears peer-left', async (t) => {
  const server = await Server.start(t, ...often);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const mute = await RawClient.connect(server, 'mute');
  await mute.joins('lab', ann);
  await ann.reads(wire.peerJoined(mute), wire.peerLeft(mute));
  const last = await mute.inbox.next((item) => item === 'end' || item === 'ECONNRESET', 'end of TCP');
  const seen = mute.inbox.all.slice(4);
  assert.equal(seen.at(-1), last);
  assert.ok(seen.length >= 2, 'no ping before the end');
  assert.deepEqual(seen.slice(0, -1), seen.slice(0, -1).map(() => ({ code: opcode.ping })));
  ann.send(`{"type":"note","to":"${mute.id}"}`);
  await ann.reads(wire.unavailable(mute.id));
});

test('a client that sends messages but no pongs lives on', async (t) => {
  const server = await Server.start(t, ...often);
  const busy = await RawClient.connect(server, 'busy');
  for (let i = 0; i < 6; i++) {
    await busy.reads({ code: opcode.ping });
    busy.sendText('{"type":"leave-room"}');
  }
  await busy.joins('lab');
});

test("a client's ping is answered with its payload", async (t) => {
  const [ann] = await roomOf(await Server.start(t), 'lab', 'ann');
  const pong = new Promise((resolve) => ann.socket.once('pong', resolve));
  ann.socket.ping('are you there');
  ann.socket.ping();
  assert.equal((await pong).toString(), 'are you there');
});
