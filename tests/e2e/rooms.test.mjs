// Joining, leaving, and what the members hear of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { curl } from './curl.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

test('a joiner gets room-joined and at once room-peers, the oldest member first', async (t) => {
  const server = await Server.start(t);
  const [ann, bob, cid] = await roomOf(server, 'lab', 'ann', 'bob', 'cid');
  const dan = await Client.connect(server, { name: 'dan' });
  dan.send('{"type":"join-room","room":"lab"}');
  await dan.reads('{"type":"room-joined","room":"lab"}',
                  `{"type":"room-peers","peers":["${ann.id}","${bob.id}","${cid.id}"]}`);
  for (const member of [ann, bob, cid]) {
    await member.reads(`{"type":"peer-joined","peerId":"${dan.id}"}`);
    await member.hearsNothingMore();
  }
  await dan.hearsNothingMore();
});

test('a member who leaves and comes back is the youngest', async (t) => {
  const [ann, bob, cid] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob', 'cid');
  ann.send('{"type":"leave-room"}');
  await ann.reads(wire.roomLeft('lab'));
  await ann.joins('lab', bob, cid);
  await bob.reads(wire.peerLeft(ann), wire.peerJoined(ann));
  await bob.joins('lab', cid, ann);
});

test('joining another room leaves the first: room-left, then room-joined', async (t) => {
  const server = await Server.start(t);
  const [ann, bob] = await roomOf(server, 'lab', 'ann', 'bob');
  const [cid] = await roomOf(server, 'attic', 'cid');
  ann.send('{"type":"join-room","room":"attic"}');
  await ann.reads(wire.roomLeft('lab'), wire.roomJoined('attic'), wire.roomPeers(cid));
  await bob.reads(wire.peerLeft(ann));
  await cid.reads(wire.peerJoined(ann));
  bob.send('{"type":"note"}');
  await bob.hearsNothingMore();
  await ann.hearsNothingMore();
});

test("joining one's own room again is quiet and keeps one's place", async (t) => {
  const server = await Server.start(t);
  const [ann, bob, cid] = await roomOf(server, 'lab', 'ann', 'bob', 'cid');
  await ann.joins('lab', bob, cid);
  ann.send('{"type":"join-room","room":"\\u006c\\u0061b"}');
  await ann.reads(wire.roomJoined('lab'), wire.roomPeers(bob, cid));
  await bob.hearsNothingMore();
  const dan = await Client.connect(server);
  await dan.joins('lab', ann, bob, cid);
});

test('leave-room outside any room does nothing', async (t) => {
  const client = await Client.connect(await Server.start(t));
  client.send('{"type":"leave-room"}');
  client.send('{"type":"leave-room","room":"lab","to":"x"}');
  await client.hearsNothingMore();
  await client.joins('lab');
});

test('leave-room tells the leaver and the members', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  ann.send('{"type":"leave-room"}');
  await ann.reads(wire.roomLeft('lab'));
  await bob.reads(wire.peerLeft(ann));
  bob.send({ type: 'note', to: ann.id });
  await bob.reads(wire.unavailable(ann.id));
  await ann.hearsNothingMore();
});

test('a join that is refused leaves its sender where it was', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  ann.send('{"type":"join-room","room":""}');
  assert.match(await ann.inbox.take('error'), /^\{"type":"error","message":"invalid-room-name",/);
  await bob.hearsNothingMore();
  ann.send('{"type":"note"}');
  await bob.reads(wire.relayed('{"type":"note"}', ann));
  await ann.joins('lab', bob);
});

test('a peer of another room, or of none, is not reached, and the error has the "to" that was sent', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  const [bob] = await roomOf(server, 'attic', 'bob');
  const cid = await Client.connect(server, { name: 'cid' });
  const targets = [bob.id, cid.id, ann.id.toUpperCase(), `${ann.id} `, ann.id.slice(0, -1), 'nobody', 'é"\\'];
  for (const to of targets) {
    ann.send({ type: 'offer', to, offer: {} });
    await ann.reads(`{"type":"error","message":"target-unavailable-or-different-room","to":${JSON.stringify(to)}}`);
  }
  await bob.hearsNothingMore();
  await cid.hearsNothingMore();
});

test("the \"to\" in the error is the sender's bytes", async (t) => {
  const [ann] = await roomOf(await Server.start(t), 'lab', 'ann');
  for (const to of ['\\u0061\\/b', '\\ud800', '\\u0000', '€', 'x'.repeat(10_000)]) {
    ann.send(`{"type":"offer","to":"${to}"}`);
    await ann.reads(`{"type":"error","message":"target-unavailable-or-different-room","to":"${to}"}`);
  }
});

test('an empty "to" is nobody', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  ann.send('{"type":"offer","to":""}');
  await ann.reads('{"type":"error","message":"target-unavailable-or-different-room","to":""}');
  await bob.hearsNothingMore();
});

test('one may send to oneself, in a room only', async (t) => {
  const client = await Client.connect(await Server.start(t));
  const message = `{"type":"note","to":"${client.id}"}`;
  client.send(message);
  await client.reads(wire.unavailable(client.id));
  await client.joins('lab');
  client.send(message);
  await client.reads(wire.relayed(message, client));
  await client.hearsNothingMore();
});

test('a room without members does not exist', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lab', 'ann');
  ann.send('{"type":"leave-room"}');
  await ann.reads(wire.roomLeft('lab'));
  assert.equal((await curl(`${server.http}/status`)).body, `{"totalClients":1,"clients":["${ann.id}"],"rooms":{}}`);
});

const names = [' ', 'r'.repeat(128), 'é'.repeat(64), '😀'.repeat(32), 'a"b\\c/d', '__proto__', '0', 'null',
               '\u202e\u2028', '<script>', '../lab', '%00'];
for (const name of names)
  test(`a room may be called ${JSON.stringify(name.slice(0, 20))}, ${Buffer.byteLength(name)} bytes`, async (t) => {
    const [ann, bob] = await roomOf(await Server.start(t), name, 'ann', 'bob');
    ann.send('{"type":"leave-room"}');
    await ann.reads(wire.roomLeft(name));
    await bob.reads(wire.peerLeft(ann));
  });

test('names that differ in case, in normal form or at the end are different rooms', async (t) => {
  const server = await Server.start(t);
  for (const name of ['lab', 'Lab', 'lab ', '\u00e9', 'e\u0301']) await roomOf(server, name, 'ann');
});

test("everybody's own account of a room adds up to the truth, however they come and go", async (t) => {
  const server = await Server.start(t);
  const clients = [];
  for (let i = 0; i < 8; i++) clients.push(await Client.connect(server, { name: `client ${i}` }));
  let seed = 20_261_124;
  const random = (below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 16) % below;
  };
  for (let i = 0; i < 400; i++) {
    const room = ['lab', 'attic', null][random(3)];
    clients[random(8)].send(room ? { type: 'join-room', room } : { type: 'leave-room' });
  }
  // In the first round the server deals with all that was sent, in the second all that it said has arrived.
  for (const round of ['first', 'second']) {
    for (const client of clients) client.send({ type: 'sync', to: round });
    for (const client of clients) await client.inbox.next((frame) => frame === wire.unavailable(round), round);
  }
  const { rooms } = JSON.parse((await curl(`${server.http}/status`)).body);
  for (const client of clients) {
    let [room, members] = [null, []];
    for (const message of client.inbox.all.map((frame) => JSON.parse(frame))) {
      if (message.type === 'room-joined') room = message.room;
      if (message.type === 'room-left') [room, members] = [null, []];
      if (message.type === 'room-peers') members = message.peers;
      if (message.type === 'peer-joined') members.push(message.peerId);
      if (message.type === 'peer-left') members.splice(members.indexOf(message.peerId), 1);
    }
    const truth = room === null ? [] : rooms[room].filter((id) => id !== client.id);
    assert.deepEqual(members, truth, client.inbox.owner);
    assert.equal(Object.values(rooms).flat().includes(client.id), room !== null);
  }
});
