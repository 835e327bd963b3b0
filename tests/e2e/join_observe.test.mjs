// `join --observe`: what it sees of a room that does not see it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BaseServer } from './base_server.mjs';
import { Client, roomOf } from './client.mjs';
import { closed, incoming, Joiner, observeRoom, opened, outgoing } from './joiner.mjs';
import { nonsenseServer, welcome } from './nonsense_server.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const roomObserved = (room) => `{"type":"room-observed","room":${JSON.stringify(room)}}`;
const observed = (to, message) => `{"type":"observed","to":${to ? `"${to.id}"` : 'null'},"message":${message}}`;
const undeliverable = (message) => `${message.slice(0, -1)},"undeliverable":true}`;
const stay = ['--linger', '-1'];

// Observes the room, which has these peers.
async function observerOf(test, server, room, peers = [], ...args) {
  const observer = Joiner.start(test, server, [room, '--observe', ...args]);
  await observer.readsId();
  await observer.reads(outgoing(2, observeRoom(room)), incoming(3, roomObserved(room)), incoming(4, wire.roomPeers(...peers)));
  return observer;
}

const status = async (server) => (await fetch(`${server.url.replace('ws', 'http')}/status`)).json();

describe('observing', { concurrency: 12 }, () => {
  test('two joins negotiate by script, and the observer has what both have', async (t) => {
    const server = await Server.start(t, '--allow-observers');
    const observer = await observerOf(t, server, 'lab', [], ...stay);
    const offer = '{"type":"offer","to":"@peer","offer":{"type":"offer","sdp":"v=0\\r\\n"}}';
    const answer = '{ "type":"answer", "to":"@peer", "answer":{"type":"answer","sdp":"v=0\\r\\n"} }';
    const done = '{"type":"done"}';
    const callee = await Joiner.inRoom(t, server, 'lab', ['--wait-for', 'done', '--timeout', '15'], [], { stdin: 'pipe' });
    const caller = Joiner.start(t, server, ['lab', '--wait-peers', '1', '--send', offer, '--wait-for', 'answer',
                                            '--timeout', '15'], { stdin: 'pipe' });
    await caller.readsId();
    const [sentOffer, sentAnswer] = [offer.replace('@peer', callee.id), answer.replace('@peer', caller.id)];
    await callee.hears(incoming(6, wire.relayed(sentOffer, caller)));
    callee.type(sentAnswer);
    await caller.hears(outgoing(5, sentOffer));
    await caller.ends(0);
    await callee.hears(incoming(8, wire.peerLeft(caller)));
    const last = await Client.connect(server);
    await last.joins('lab', callee);
    last.send(done);
    await callee.ends(0);

    // Between the members of an answer with blanks the server leaves them as they are.
    const answered = caller.lines.find((line) => line.includes('"dir":"in"') && line.includes('"answer"'));
    const inner = answered.replace(/^.*?"msg":/, '');
    assert.equal(JSON.parse(inner).from, callee.id);
    await observer.reads(incoming(5, wire.peerJoined(callee)), incoming(6, wire.peerJoined(caller)),
                         incoming(7, observed(callee, wire.relayed(sentOffer, caller))),
                         incoming(8, observed(caller, inner)),
                         incoming(9, wire.peerLeft(caller)), incoming(10, wire.peerJoined(last)),
                         incoming(11, observed(null, wire.relayed(done, last))), incoming(12, wire.peerLeft(callee)));
    observer.process.kill('SIGTERM');
    await observer.ends(143);
    await observer.reads(closed(1000));
    assert.equal(observer.lines[0], opened(observer.id));
  });

  test('peers and /status see nothing of it', async (t) => {
    const server = await Server.start(t, '--allow-observers');
    const empty = await observerOf(t, server, 'empty', [], ...stay);
    assert.deepEqual((await status(server)).rooms, {});
    const [ann] = await roomOf(server, 'lab', 'ann');
    const observer = await observerOf(t, server, 'lab', [ann], ...stay);
    const bob = await Client.connect(server, { name: 'bob' });
    await bob.joins('lab', ann);
    await ann.reads(wire.peerJoined(bob));
    const report = await status(server);
    assert.deepEqual(report.rooms, { lab: [ann.id, bob.id] });
    assert.deepEqual(report.clients, [empty.id, ann.id, observer.id, bob.id]);
    bob.send(`{"type":"x","to":"${observer.id}"}`);
    await bob.reads(wire.unavailable(observer.id));
    observer.process.kill('SIGTERM');
    await observer.ends(143);
    await ann.hearsNothingMore();
  });

  test('it sees messages to one, to all, to oneself, and those that reach nobody', async (t) => {
    const server = await Server.start(t, '--allow-observers');
    const [ann, bob] = await roomOf(server, 'lab', 'ann', 'bob');
    const observer = await observerOf(t, server, 'lab', [ann, bob], ...stay);
    const to = (peer) => `{"type":"x","to":"${peer.id}"}`;
    for (const message of [to(bob), '{"type":"y"}', to(ann), to({ id: 'nobody' })]) ann.send(message);
    const told = (peer, message) => observed(peer, wire.relayed(message, ann));
    await observer.reads(incoming(5, told(bob, to(bob))), incoming(6, told(null, '{"type":"y"}')), incoming(7, told(ann, to(ann))),
                         incoming(8, undeliverable(told({ id: 'nobody' }, to({ id: 'nobody' })))));
  });

  test('conditions are met by what is observed', async (t) => {
    const server = await Server.start(t, '--allow-observers');
    const [ann] = await roomOf(server, 'lab', 'ann');
    const observer = await observerOf(t, server, 'lab', [ann], '--wait-peers', '2', '--count', '2', '--wait-for', 'offer,peer-joined');
    const bob = await Client.connect(server, { name: 'bob' });
    await bob.joins('lab', ann);
    ann.send(`{"type":"offer","to":"${bob.id}","offer":{}}`);
    await observer.hears(incoming(6, observed(bob, wire.relayed(`{"type":"offer","to":"${bob.id}","offer":{}}`, ann))));
    assert.equal(observer.process.exitCode, null);
    bob.send('{"type":"x"}');
    await observer.ends(0);
  });

  test('what it missed is a line too', async (t) => {
    const missed = '{"type":"observed-missed","count":12}';
    const server = await nonsenseServer(t, welcome('lab', missed));
    const observer = Joiner.start(t, server, ['lab', '--observe', '--wait-for', 'observed-missed']);
    await observer.ends(0);
    assert.equal(observer.lines.at(-2), incoming(5, missed));
  });

  test('it observes again after a loss', async (t) => {
    const [loss, message] = [(socket) => setImmediate(() => socket.close(1001)), observed(null, '{"type":"x","from":"a"}')];
    let connections = 0;
    const server = await nonsenseServer(t, (socket) => welcome('lab', ++connections === 1 ? loss : message)(socket));
    const observer = Joiner.start(t, server, ['lab', '--observe', '--reconnect=3', '--wait-for', 'x']);
    await observer.hears(closed(1001));
    await observer.hears(outgoing(6, observeRoom('lab')));
    assert.equal(await observer.end(), 0, observer.stderr.text);
    assert.equal(observer.lines.at(-2), incoming(9, message));
  });

  test('a server that does not allow it: 5', async (t) => {
    const server = await Server.start(t);
    const observer = Joiner.start(t, server, ['lab', '--observe']);
    await observer.ends(5, /observers-not-allowed/, /\blab\b/);
  });

  test('a room that is full of observers and peers: 5', async (t) => {
    const server = await Server.start(t, '--allow-observers', '--max-room-peers', '1');
    await roomOf(server, 'lab', 'ann');
    await Joiner.start(t, server, ['lab', '--observe']).ends(5, /room-full/);
  });

  test('a server of the base protocol does not know it: a sentence, 5, and no room hears of it', async (t) => {
    const server = await BaseServer.start(t);
    const [ann] = await roomOf(server, 'lab', 'ann');
    const observer = Joiner.start(t, server, ['lab', '--observe', '--timeout', '10']);
    await observer.ends(5, /observ/, /--allow-observers/);
    assert.deepEqual(observer.lines.slice(0, 3), [observer.lines[0], observer.lines[1], outgoing(2, observeRoom('lab'))]);
    await ann.hearsNothingMore();
  });

  test('nothing can be sent, and no room is no use', async (t) => {
    const server = await nonsenseServer(t, welcome('lab'));
    const send = ['--send', '{"type":"x"}'];
    await Joiner.start(t, server, ['lab', '--observe', ...send]).ends(2, /--observe/, /--send/);
    await Joiner.start(t, server, ['--observe']).ends(2, /--observe/, /room/i);
    assert.deepEqual(server.accepted.all, []);
  });

  test('a message on stdin: 2, and it is not sent', async (t) => {
    const server = await Server.start(t, '--allow-observers');
    const [ann] = await roomOf(server, 'lab', 'ann');
    const observer = Joiner.start(t, server, ['lab', '--observe', ...stay], { stdin: 'pipe' });
    observer.type('', '{"type":"x"}');
    await observer.ends(2, /--observe/, /\bline 2 of stdin\b/);
    await ann.hearsNothingMore();
    assert.doesNotMatch(observer.stdout.text, /"type":"x"/);
  });

  test('blank lines on stdin are none', async (t) => {
    const server = await Server.start(t, '--allow-observers');
    const observer = Joiner.start(t, server, ['lab', '--observe', '--linger', '0'], { stdin: 'pipe' });
    observer.type('', '  ');
    observer.endInput();
    await observer.ends(0);
  });
});
