// What Chromium 156 sent in real sessions.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { roomOf } from './client.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const data = (name) => readFile(new URL(`../data/${name}`, import.meta.url), 'utf8');
const addressed = (line, peer) => line.replace('"to":"@peer"', `"to":"${peer.id}"`);

test("a browser's messages arrive byte for byte, in their order", async (t) => {
  const lines = (await data('chromium-156.jsonl')).split('\n').filter(Boolean);
  assert.equal(lines.length, 42);
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const sent = lines.map((line) => addressed(line, bob));
  for (const message of sent) ann.send(message);
  await bob.reads(...sent.map((message) => wire.relayed(message, ann)));
  await ann.hearsNothingMore();
});

test('an offer of fifty video tracks arrives whole', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const offer = addressed((await data('chromium-156-50-video.json')).trimEnd(), bob);
  assert.ok(Buffer.byteLength(offer) > 200_000);
  ann.send(offer);
  assert.equal(await bob.inbox.take('offer'), wire.relayed(offer, ann));
  await ann.hearsNothingMore();
});

test('the longest message is delivered, and one byte more closes with 1009', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  const message = (bytes) => {
    const [head, tail] = [`{"type":"blob","to":"${bob.id}","data":"`, '"}'];
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
  };
  ann.send(message(262_144));
  assert.equal(await bob.inbox.take('blob'), wire.relayed(message(262_144), ann));
  ann.send(message(262_145));
  await ann.closes(1009, 'message-too-big');
  await bob.reads(wire.peerLeft(ann));
});
