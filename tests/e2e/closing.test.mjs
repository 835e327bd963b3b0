// How a connection ends, and what its room hears of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { curl } from './curl.mjs';
import { opcode, RawClient } from './raw_client.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

for (const code of [1000, 1001, 3000, 4001, 4999])
  test(`a close with ${code} is answered with ${code}`, async (t) => {
    const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
    ann.socket.close(code, 'bye');
    assert.equal((await ann.inbox.take('close')).close, code);
    await bob.reads(wire.peerLeft(ann));
  });

test('a close without a code is answered without a code', async (t) => {
  const client = await Client.connect(await Server.start(t));
  client.socket.close();
  await client.closes(1005);
});

test('a close frame is answered, and the server ends TCP at once', async (t) => {
  const raw = await RawClient.connect(await Server.start(t));
  raw.sendClose(1000);
  await raw.reads({ close: 1000, reason: '' }, 'end');
});

test('a bad message and a close in one tick: the error comes, then the close', async (t) => {
  const client = await Client.connect(await Server.start(t));
  client.send('no JSON');
  client.socket.close(4001, 'bye');
  assert.match(await client.inbox.take('error'), /^\{"type":"error","message":"invalid-message","detail":"[^"]+"\}$/);
  assert.equal((await client.inbox.take('close')).close, 4001);
});

test('a message and a close in one segment: the answers come, then the close, then the end of TCP', async (t) => {
  const raw = await RawClient.connect(await Server.start(t));
  raw.together(() => {
    raw.sendText({ type: 'join-room', room: 'lab' });
    raw.sendText({ type: 'note', to: 'p' });
    raw.sendClose(4001);
  });
  await raw.reads(wire.roomJoined('lab'), wire.roomPeers(), wire.unavailable('p'), { close: 4001, reason: '' }, 'end');
});

test('a relay and a close in one segment: the relay comes before peer-left', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const leaver = await RawClient.connect(server, 'leaver');
  await leaver.joins('lab', ann);
  leaver.together(() => {
    leaver.sendText({ type: 'bye', to: ann.id });
    leaver.sendText('{"type":"bye"}');
    leaver.sendClose(1000);
  });
  const [direct, broadcast] = [JSON.stringify({ type: 'bye', to: ann.id }), '{"type":"bye"}'];
  await ann.reads(wire.peerJoined(leaver), wire.relayed(direct, leaver), wire.relayed(broadcast, leaver),
                  wire.peerLeft(leaver));
});

test('a join and a close in one tick: the answers come, then the close, and the room hears both', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const bob = await Client.connect(server, { name: 'bob' });
  bob.send('{"type":"join-room","room":"lab"}');
  bob.socket.close(1000);
  await bob.reads(wire.roomJoined('lab'), wire.roomPeers(ann));
  await bob.closes(1000);
  await ann.reads(wire.peerJoined(bob), wire.peerLeft(bob));
  await ann.hearsNothingMore();
});

test('what is sent right before a close is delivered before peer-left', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const sent = Array.from({ length: 50 }, (_, i) => `{"type":"note","n":${i}}`);
  for (const message of sent) ann.send(message);
  ann.socket.close(1000);
  await bob.reads(...sent.map((message) => wire.relayed(message, ann)), wire.peerLeft(ann));
});

test('a relay to a peer that has sent its close frame is refused after peer-left', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const leaver = await RawClient.connect(server, 'leaver');
  await leaver.joins('lab', ann);
  await ann.reads(wire.peerJoined(leaver));
  leaver.stopReading();
  leaver.sendClose(1000);
  await ann.reads(wire.peerLeft(leaver));
  ann.send({ type: 'offer', to: leaver.id, offer: {} });
  await ann.reads(wire.unavailable(leaver.id));
});

test('refusals of a relay stream come after the peer-left that explains them', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const leaver = await RawClient.connect(server, 'leaver');
  await leaver.joins('lab', ann);
  await ann.reads(wire.peerJoined(leaver));
  const sent = Array.from({ length: 2000 }, (_, i) => `{"type":"note","to":"${leaver.id}","n":${i}}`);
  leaver.sendClose(1000);
  for (const message of sent) ann.send(message);
  await ann.reads(wire.peerLeft(leaver));
  await leaver.inbox.next((item) => item === 'end', 'end of TCP');
  const delivered = leaver.inbox.all.filter((item) => String(item).startsWith('{"type":"note"'));
  assert.deepEqual(delivered, sent.slice(0, delivered.length).map((message) => wire.relayed(message, ann)));
  assert.deepEqual(leaver.inbox.all.slice(-2), [{ close: 1000, reason: '' }, 'end']);
  ann.send('{"type":"sync","to":"nobody"}');
  await ann.inbox.next((frame) => frame === wire.unavailable('nobody'), 'answer to the last message');
  const refusals = ann.inbox.all.slice(ann.inbox.all.indexOf(wire.peerLeft(leaver)) + 1, -1);
  assert.deepEqual(refusals, refusals.map(() => wire.unavailable(leaver.id)));
  assert.ok(refusals.length > 0 && refusals.length + delivered.length <= sent.length, `${refusals.length} refused`);
});

test('a connection that the server is closing is gone at once, and not heard any more', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const broken = await RawClient.connect(server, 'broken');
  await broken.joins('lab', ann);
  await ann.reads(wire.peerJoined(broken));
  broken.together(() => {
    broken.send(opcode.text, [0xff]);
    broken.sendText({ type: 'note', to: ann.id });
    broken.sendText({ type: 'join-room', room: 'lab' });
  });
  await broken.reads({ close: 1007, reason: 'invalid-utf8' });
  await ann.reads(wire.peerLeft(broken));
  ann.send({ type: 'offer', to: broken.id, offer: {} });
  await ann.reads(wire.unavailable(broken.id));
  const { body } = await curl(`${server.http}/status`);
  assert.equal(body, `{"totalClients":1,"clients":["${ann.id}"],"rooms":{"lab":["${ann.id}"]}}`);

  broken.sendText({ type: 'note', to: ann.id });
  broken.sendText({ type: 'join-room', room: 'lab' });
  broken.sendClose(1007);
  await broken.reads('end');
  await ann.hearsNothingMore();
});

test('a client that vanishes without a close frame is told of as one that left', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  ann.terminate();
  await bob.reads(wire.peerLeft(ann));
  await bob.hearsNothingMore();
});

test('a frame against RFC 6455 closes with 1002', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const broken = await RawClient.connect(server, 'broken');
  await broken.joins('lab', ann);
  broken.send(3, 'reserved');
  await broken.inbox.next((item) => item.close === 1002, 'close frame with 1002');
  await ann.reads(wire.peerJoined(broken), wire.peerLeft(broken));
});
