// Who gets a message, in which order, and as what.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

test('a Buffer whose bytes are UTF-8 is relayed as text', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const direct = `{"type":"offer","to":"${bob.id}","offer":{"sdp":"é€😀"}}`;
  const broadcast = '{"type":"note","data":"é"}';
  ann.send(Buffer.from(direct));
  ann.send(Buffer.from(broadcast));
  await bob.reads(wire.relayed(direct, ann), wire.relayed(broadcast, ann));
});

test('a Buffer may join', async (t) => {
  const client = await Client.connect(await Server.start(t));
  client.send(Buffer.from('{"type":"join-room","room":"lab"}'));
  await client.reads(wire.roomJoined('lab'), wire.roomPeers());
});

test('a Buffer in fragments is relayed as one text message', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const message = `{"type":"note","to":"${bob.id}","data":"€😀"}`;
  for (const byte of Buffer.from(message)) ann.socket.send(Buffer.from([byte]), { fin: false });
  ann.socket.send(Buffer.alloc(0), { fin: true });
  await bob.reads(wire.relayed(message, ann));
});

const notUtf8 = {
  'a lone continuation byte': [0x80],
  'an overlong slash': [0xc0, 0xaf],
  'a surrogate': [0xed, 0xa0, 0x80],
  'a character cut off': [0xe2, 0x82],
  'a code point over U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
};
for (const [what, bytes] of Object.entries(notUtf8))
  test(`a Buffer with ${what} closes with 1007 and reaches nobody`, async (t) => {
    const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
    ann.send(Buffer.concat([Buffer.from('{"type":"note","data":"'), Buffer.from(bytes), Buffer.from('"}')]));
    await ann.closes(1007, 'invalid-utf8');
    await bob.reads(wire.peerLeft(ann));
    await bob.hearsNothingMore();
  });

test('UTF-8 is judged before JSON', async (t) => {
  const client = await Client.connect(await Server.start(t));
  client.send(Buffer.concat([Buffer.from('no JSON '), Buffer.from([0xff])]));
  await client.closes(1007, 'invalid-utf8');
});

test('a hundred candidates at once arrive in order, each once', async (t) => {
  const [ann, bob, cid] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob', 'cid');
  const sent = Array.from({ length: 100 }, (_, i) =>
    `{"type":"ice-candidate","to":"${bob.id}","candidate":{"candidate":"candidate:${i}","sdpMLineIndex":0}}`);
  for (const message of sent) ann.send(message);
  await bob.reads(...sent.map((message) => wire.relayed(message, ann)));
  await ann.hearsNothingMore();
  await bob.hearsNothingMore();
  await cid.hearsNothingMore();
});

test('a message without "to", or with null, reaches every other member, and not its sender', async (t) => {
  const server = await Server.start(t);
  const [ann, bob, cid] = await roomOf(server, 'lab', 'ann', 'bob', 'cid');
  const [dan] = await roomOf(server, 'elsewhere', 'dan');
  const sent = ['{"type":"offer","offer":{}}', '{"type":"bye","to":null}', '{"to" : null,"type":"note"}'];
  for (const message of sent) bob.send(message);
  for (const member of [ann, cid]) await member.reads(...sent.map((message) => wire.relayed(message, bob)));
  await bob.hearsNothingMore();
  await dan.hearsNothingMore();
});

test('broadcasts of several senders reach all in one order', async (t) => {
  const members = await roomOf(await Server.start(t), 'lab', 'ann', 'bob', 'cid', 'dan');
  const [ann, bob, cid, dan] = members;
  const perSender = 50;
  for (let i = 0; i < perSender; i++) for (const sender of [ann, bob]) sender.send(`{"type":"note","n":${i}}`);
  const heard = async (member, count) => {
    const frames = [];
    while (frames.length < count) frames.push(await member.inbox.take(`note ${frames.length}`));
    return frames;
  };
  const order = await heard(cid, 2 * perSender);
  assert.deepEqual(await heard(dan, 2 * perSender), order);
  for (const sender of [ann, bob]) {
    const expected = Array.from({ length: perSender }, (_, i) => wire.relayed(`{"type":"note","n":${i}}`, sender));
    assert.deepEqual(order.filter((frame) => frame.includes(sender.id)), expected);
  }
  for (const member of members) {
    if (member === ann || member === bob) await heard(member, perSender);
    await member.hearsNothingMore();
  }
});

test('a direct message and a broadcast keep their order', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const sent = Array.from({ length: 40 }, (_, i) => `{"type":"note","n":${i}${i % 2 ? `,"to":"${bob.id}"` : ''}}`);
  for (const message of sent) ann.send(message);
  await bob.reads(...sent.map((message) => wire.relayed(message, ann)));
});

test("what a peer sent before it leaves comes before its peer-left, and nothing of it after", async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const message = `{"type":"note","to":"${bob.id}"}`;
  ann.send(message);
  ann.send('{"type":"leave-room"}');
  ann.send(message);
  await bob.reads(wire.relayed(message, ann), wire.peerLeft(ann));
  await ann.reads(wire.roomLeft('lab'), wire.unavailable(bob.id));
  await bob.hearsNothingMore();
});

test('applications may use types of their own', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const types = ['renegotiate', 'bye', 'x'.repeat(64), 'é'.repeat(32), 'Join-Room', '__proto__', ' id', 'from'];
  for (const type of types) {
    const message = `{"type":"${type}","to":"${bob.id}"}`;
    ann.send(message);
    await bob.reads(wire.relayed(message, ann));
  }
  await ann.hearsNothingMore();
});
