// A page's code, with nothing but the standard WebSocket interface.
import assert from 'node:assert/strict';
import test from 'node:test';
import { WebSocket as PackageWebSocket } from './client.mjs';
import { Inbox, within } from './inbox.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const implementations = [['ws', PackageWebSocket]];
if (globalThis.WebSocket) implementations.push(["Node's own", globalThis.WebSocket]);

const candidates = [
  { candidate: 'candidate:1 1 udp 2122260223 192.0.2.7 51234 typ host', sdpMid: '0', sdpMLineIndex: 0 },
  null,
];

// Joins a room, offers to everybody there, answers whoever offers.
function openPage(WebSocket, server, name) {
  const socket = new WebSocket(server.url);
  const page = { name, socket, log: new Inbox(name) };
  server.clients.push({ terminate: () => socket.close() });
  const send = (message) => socket.send(JSON.stringify(message));
  const sendCandidates = (to) => candidates.forEach((candidate) => send({ type: 'ice-candidate', to, candidate }));
  const call = (to) => {
    send({ type: 'offer', to, offer: { type: 'offer', sdp: `v=0\r\ns=${name}\r\n` } });
    sendCandidates(to);
  };
  const pickUp = (to) => {
    send({ type: 'answer', to, answer: { type: 'answer', sdp: `v=0\r\ns=${name}\r\n` } });
    sendCandidates(to);
  };
  socket.onopen = () => send({ type: 'join-room', room: 'lobby' });
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.type === 'id') page.id = message.id;
    page.log.push(event.data);
    if (message.type === 'room-peers') message.peers.forEach(call);
    if (message.type === 'offer') pickUp(message.from);
  };
  return page;
}

const description = (type, to, from) =>
  `{"type":"${type}","to":"${to.id}","${type}":{"type":"${type}","sdp":"v=0\\r\\ns=${from.name}\\r\\n"}` +
  `,"from":"${from.id}"}`;
const candidate = (index, to, from) =>
  `{"type":"ice-candidate","to":"${to.id}","candidate":${JSON.stringify(candidates[index])},"from":"${from.id}"}`;

for (const [implementation, WebSocket] of implementations) {
  test(`two pages find each other and exchange offer, answer and candidates (${implementation})`, async (t) => {
    const server = await Server.start(t);
    const ann = openPage(WebSocket, server, 'ann');
    await ann.log.next((data) => data === wire.roomPeers(), 'room-peers');
    const bob = openPage(WebSocket, server, 'bob');
    await bob.log.next((data) => data === candidate(1, bob, ann), 'last candidate');
    await ann.log.next((data) => data === candidate(1, ann, bob), 'last candidate');

    assert.deepEqual(ann.log.all, [
      wire.id(ann.id), wire.roomJoined('lobby'), wire.roomPeers(), wire.peerJoined(bob),
      description('offer', ann, bob), candidate(0, ann, bob), candidate(1, ann, bob),
    ]);
    assert.deepEqual(bob.log.all, [
      wire.id(bob.id), wire.roomJoined('lobby'), wire.roomPeers(ann),
      description('answer', bob, ann), candidate(0, bob, ann), candidate(1, bob, ann),
    ]);
  });

  test(`a page is told of the other's end and ends cleanly itself (${implementation})`, async (t) => {
    const server = await Server.start(t);
    const ann = openPage(WebSocket, server, 'ann');
    await ann.log.next((data) => data === wire.roomPeers(), 'room-peers');
    const bob = openPage(WebSocket, server, 'bob');
    await ann.log.next((data) => data === candidate(1, ann, bob), 'last candidate');
    bob.socket.close();
    assert.equal(await ann.log.take(), wire.peerLeft(bob));

    const ended = new Promise((resolve) => ann.socket.addEventListener('close', resolve));
    ann.socket.close(1000, 'done');
    const event = await within(ended, 'close event');
    assert.deepEqual([event.code, event.reason, event.wasClean], [1000, 'done', true]);
  });
}

test('messages arrive as text for a page that asks for array buffers', async (t) => {
  const server = await Server.start(t);
  const socket = new PackageWebSocket(server.url);
  server.clients.push({ terminate: () => socket.terminate() });
  socket.binaryType = 'arraybuffer';
  const log = new Inbox('the page');
  socket.addEventListener('open', () => socket.send('{"type":"join-room","room":"lobby"}'));
  socket.addEventListener('message', (event) => log.push(event.data));
  const id = JSON.parse(await log.take('id')).id;
  await log.expect(wire.roomJoined('lobby'), wire.roomPeers());
  const message = `{"type":"note","to":"${id}"}`;
  socket.send(new TextEncoder().encode(message).buffer);
  await log.expect(wire.relayed(message, { id }));
});
