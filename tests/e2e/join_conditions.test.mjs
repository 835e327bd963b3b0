// What a scripted join sends, when, and when it is done.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BaseServer } from './base_server.mjs';
import { Client, roomOf } from './client.mjs';
import { incoming, Joiner, outgoing, timeOf } from './joiner.mjs';
import { nonsenseServer, welcome } from './nonsense_server.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

// The name of a new file with this in it.
function file(test, text) {
  const folder = mkdtempSync(join(tmpdir(), 'p2psig-'));
  test.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'file'), text);
  return join(folder, 'file');
}

const sent = (joiner) => joiner.lines.filter((line) => line.startsWith('"dir":"out"')).slice(1)
                                     .map((line) => line.replace(/^.*?"msg":/, ''));
const type = (name, to) => `{"type":"${name}"${to ? `,"to":"${to}"` : ''}}`;
const stay = ['--linger', '-1'];

// A room with these in it, who are all told of the joiner that comes last.
async function roomWith(test, names, args, options) {
  const server = await Server.start(test);
  const peers = await roomOf(server, 'lab', ...names);
  const joiner = Joiner.start(test, server, ['lab', ...args], options);
  await joiner.readsId();
  for (const peer of peers) await peer.reads(wire.peerJoined(joiner));
  return { server, peers, joiner };
}

describe('sending', { concurrency: 12 }, () => {
  test('--send goes out in its order, before stdin, once in the room', async (t) => {
    const messages = ['one', 'two', 'three', 'four'].map((name) => type(name));
    const stdin = openSync(file(t, `${messages[2]}\n${messages[3]}\n`));
    const args = ['--send', messages[0], '--send', messages[1], '--linger', '0'];
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], args, { stdin });
    await ann.reads(...messages.map((message) => wire.relayed(message, joiner)));
    await joiner.ends(0);
    assert.deepEqual(sent(joiner), messages);
    assert.ok(joiner.lines.indexOf(incoming(3, wire.roomJoined('lab'))) < joiner.lines.indexOf(outgoing(4, messages[0])));
  });

  for (const [what, kind] of [['p2psig serve', Server], ['a server of the base protocol', BaseServer]])
    test(`--send @FILE and stdin are sent byte for byte, but for the peer: ${what}`, async (t) => {
      const [head, tail] = ['{ "type" : "x" ,\t"to":', ',"a":[1e999, "@peer", "\\u0040peer" ],\n"to2":"@peer" }'];
      const server = await kind.start(t);
      const frames = [];
      const ann = await Client.connect(server);
      await ann.joins('lab');
      const stdin = openSync(file(t, `${head} "@peer"${tail.replace('\n', ' ')}`));
      const name = file(t, `${head} "@peer"${tail}`);
      const joiner = Joiner.start(t, server, ['lab', '--send', `@${name}`], { stdin });
      await joiner.ends(0);
      frames.push(...sent(joiner));
      const blank = `${head} "${ann.id}"${tail.replace('\n', ' ')}`;
      assert.deepEqual(frames, [blank, blank]);
      await ann.inbox.next((frame) => frame.includes('"x"'), 'message');
    });

  test('line breaks between the tokens of a file reach the server', async (t) => {
    const server = await nonsenseServer(t, welcome('lab'));
    const text = '{\r\n"type":\n"x"\n}';
    await Joiner.start(t, server, ['lab', '--send', `@${file(t, text)}`]).ends(0);
    const socket = await server.accepted.take();
    await socket.frames.expect('{"type":"join-room","room":"lab"}', text);
  });

  test('"@peer" is the first peer that is present, and each with --peers all', async (t) => {
    const { peers, joiner } = await roomWith(t, ['ann', 'bob', 'eve'], ['--send', type('x', '@peer'), '--linger', '0']);
    await joiner.ends(0);
    assert.deepEqual(sent(joiner), [type('x', peers[0].id)]);
    await peers[0].reads(wire.relayed(type('x', peers[0].id), joiner), wire.peerLeft(joiner));
    for (const peer of peers.slice(1)) await peer.reads(wire.peerLeft(joiner));

    const all = Joiner.start(t, { url: peers[0].socket.url }, ['lab', '--send', type('x', '@peer'), '--peers', 'all',
                                                               '--send', type('y', '@peer'), '--linger', '0']);
    await all.ends(0);
    const ids = peers.map((peer) => peer.id);
    assert.deepEqual(sent(all), [...ids.map((id) => type('x', id)), ...ids.map((id) => type('y', id))]);
  });

  for (const who of ['first', 'all'])
    test(`--peers ${who} waits for a peer, and what is behind it too`, async (t) => {
      const server = await Server.start(t);
      const args = ['--peers', who, '--send', type('x', '@peer'), '--send', type('y')];
      const joiner = await Joiner.inRoom(t, server, 'lab', [...args, '--linger', '0']);
      const ann = await Client.connect(server);
      await ann.joins('lab', joiner);
      await ann.reads(wire.relayed(type('x', ann.id), joiner), wire.relayed(type('y'), joiner), wire.peerLeft(joiner));
      await joiner.ends(0);
      assert.deepEqual(sent(joiner), [type('x', ann.id), type('y')]);
    });

  test('--wait-peers holds back --send and stdin until so many others are there', async (t) => {
    const args = ['--wait-peers', '2', '--send', type('x')];
    const { server, peers: [ann], joiner } = await roomWith(t, ['ann'], args, { stdin: 'pipe' });
    joiner.type(type('y'));
    joiner.endInput();
    await ann.hearsNothingMore();
    const bob = await Client.connect(server, { name: 'bob' });
    bob.send({ type: 'join-room', room: 'lab' });
    await ann.reads(wire.peerJoined(bob), wire.relayed(type('x'), joiner), wire.relayed(type('y'), joiner));
    await joiner.ends(0);
    const lines = joiner.lines;
    assert.ok(lines.findIndex((line) => line.includes('peer-joined')) < lines.findIndex((line) => line.includes('"x"')));
  });

  test('peers that are there already count', async (t) => {
    const { joiner } = await roomWith(t, ['ann', 'bob'], ['--wait-peers', '2']);
    await joiner.ends(0);
  });

  test('lines may come one by one, with blank ones between, with any line end, and the last without', async (t) => {
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], [], { stdin: 'pipe' });
    joiner.process.stdin.write(`\n  \n${type('x')}\r\n\r\n`);
    await ann.reads(wire.relayed(type('x'), joiner));
    joiner.process.stdin.write(' \t{"type":');
    joiner.process.stdin.end('"y"}');
    assert.match(await ann.inbox.take('y'), /^\s*\{"type":"y","from":/);
    await joiner.ends(0);
    assert.equal(sent(joiner)[0], type('x'));
  });

  test('a message of 200 kB goes through a pipe', async (t) => {
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], [], { stdin: 'pipe' });
    const message = `{"type":"x","a":"${'é'.repeat(100_000)}"}`;
    joiner.type(message);
    joiner.endInput();
    await ann.reads(wire.relayed(message, joiner));
    await joiner.ends(0);
  });

  test('two thousand lines come in their order', async (t) => {
    const lines = Array.from({ length: 1990 }, (_, i) => `{"type":"x","i":${i}}`);
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], [], { stdin: openSync(file(t, lines.join('\n'))) });
    await joiner.ends(0);
    await ann.reads(...lines.map((line) => wire.relayed(line, joiner)));
  });

  const bad = [['not JSON', 'nonsense'], ['cut short', '{"type":"x"'], ['two values', '{"type":"x"}{"type":"y"}'],
               ['no object', '[1,2]'], ['a single quote', "{'type':'x'}"], ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])]];
  const withBadLine = (line) => Buffer.concat([Buffer.from(`${type('x')}\n\n${type('y')}\n`), Buffer.from(line),
                                              Buffer.from(`\n${type('z')}\n`)]);
  async function refusesLine4(joiner, ann) {
    await joiner.ends(2, /\bline 4 of stdin\b/);
    assert.deepEqual(sent(joiner), [type('x'), type('y')]);
    await ann.reads(wire.relayed(type('x'), joiner), wire.relayed(type('y'), joiner), wire.peerLeft(joiner));
  }
  for (const [what, line] of bad)
    test(`a bad line is named by its number, and what came before it was sent: ${what}`, async (t) => {
      const { peers: [ann], joiner } = await roomWith(t, ['ann'], stay, { stdin: 'pipe' });
      joiner.process.stdin.write(withBadLine(line));
      await refusesLine4(joiner, ann);
    });

  test('a bad line in a file does not keep back those before it', async (t) => {
    const stdin = openSync(file(t, withBadLine('nonsense')));
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], stay, { stdin });
    await refusesLine4(joiner, ann);
  });

  test('what comes before a bad line is sent although it has to wait for a peer', async (t) => {
    const server = await Server.start(t);
    const joiner = await Joiner.inRoom(t, server, 'lab', ['--wait-peers', '1', '--timeout', '10'], [], { stdin: 'pipe' });
    joiner.type(type('x'), 'nonsense');
    const ann = await Client.connect(server);
    ann.send({ type: 'join-room', room: 'lab' });
    await joiner.ends(2, /\bline 2 of stdin\b/);
    assert.deepEqual(sent(joiner), [type('x')]);
  });

  test('with --no-stdin a pipe is not read', async (t) => {
    const { joiner, peers: [ann] } = await roomWith(t, ['ann'], ['--no-stdin'], { stdin: 'pipe' });
    joiner.type(type('x'), 'nonsense');
    await ann.reads(wire.peerLeft(joiner));
    await joiner.ends(0);
    assert.deepEqual(sent(joiner), []);
  });

  test('a closed stdin is one without lines', async (t) => {
    const server = await Server.start(t);
    const shell = spawn('sh', ['-c', 'exec "$P2PSIG" join lab --url "$1" --linger 0 <&-', 'sh', server.url]);
    t.after(() => shell.kill('SIGKILL'));
    const [code] = await new Promise((resolve) => shell.on('close', (...ended) => resolve(ended)));
    assert.equal(code, 0);
  });
});

describe('being done', { concurrency: 12 }, () => {
  // Milliseconds between being in the room and closing.
  const stayed = (joiner) => {
    const lines = joiner.stdout.text.split('\n');
    return timeOf(lines.at(-2)) - timeOf(lines.find((line) => line.includes('"room-joined"')));
  };

  test('without a condition it stays a second after the end of stdin', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['lab']);
    await joiner.ends(0);
    assert.ok(stayed(joiner) >= 950 && stayed(joiner) < 5000, `${stayed(joiner)} ms`);
  });

  test('and while stdin is open', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['lab', '--timeout', '2'], { stdin: 'pipe' });
    await joiner.ends(4, /--timeout/);
  });

  test('--linger says how long', async (t) => {
    const server = await Server.start(t);
    const none = Joiner.start(t, server, ['lab', '--linger', '0']);
    await none.ends(0);
    assert.ok(stayed(none) < 900, `${stayed(none)} ms`);
    const some = Joiner.start(t, server, ['lab', '--linger', '0.3']);
    await some.ends(0);
    assert.ok(stayed(some) >= 280, `${stayed(some)} ms`);
  });

  test('--linger -1 is for ever', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['lab', '--linger', '-1', '--timeout', '2']);
    await joiner.ends(4, /--timeout/);
  });

  test('what comes in while it lingers is shown', async (t) => {
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], ['--linger', '3']);
    ann.send(type('x'));
    await joiner.hears(incoming(5, wire.relayed(type('x'), ann)));
  });

  test('--wait-for waits for all of them, in any order, beyond the end of stdin, without lingering', async (t) => {
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], ['--wait-for', 'x,y', '--linger', '0']);
    ann.send(type('y'));
    await joiner.hears(incoming(5, wire.relayed(type('y'), ann)));
    ann.send(type('z'));
    ann.send(type('y'));
    await joiner.hears(incoming(7, wire.relayed(type('y'), ann)));
    assert.equal(joiner.process.exitCode, null);
    ann.send(type('x'));
    await joiner.ends(0);
    assert.equal(joiner.lines.at(-2), incoming(8, wire.relayed(type('x'), ann)));
  });

  test('--wait-for takes the types of the server too, and only after joining', async (t) => {
    const server = await Server.start(t);
    const joiner = await Joiner.inRoom(t, server, 'lab', ['--wait-for', 'peer-joined,error,peer-left']);
    const ann = await Client.connect(server);
    await ann.joins('lab', joiner);
    await ann.leaves();
    await joiner.hears(incoming(6, wire.peerLeft(ann)));
    assert.equal(joiner.process.exitCode, null);
    joiner.process.kill('SIGTERM');
    await joiner.ends(143);
    const early = Joiner.start(t, server, ['lab', '--wait-for', 'id', '--timeout', '1.5']);
    await early.ends(4, /--timeout expired: still waiting for id\n/);
  });

  test('a type is compared by its meaning', async (t) => {
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], ['--wait-for', 'vidéo']);
    ann.send('{"t\\u0079pe":"vid\\u00e9o"}');
    await joiner.ends(0);
  });

  test('what it sends itself meets no condition', async (t) => {
    const { joiner } = await roomWith(t, ['ann'], ['--wait-for', 'x', '--count', '1', '--send', type('x'), '--timeout', '1.5']);
    await joiner.ends(4, /--timeout/);
  });

  test('a message to oneself does', async (t) => {
    const { joiner } = await roomWith(t, ['ann'], ['--count', '1'], { stdin: 'pipe' });
    joiner.type(type('x', joiner.id));
    await joiner.ends(0);
  });

  test('--count counts relayed messages alone', async (t) => {
    const { server, peers: [ann], joiner } = await roomWith(t, ['ann'], ['--count', '2', '--send', type('x', 'nobody')]);
    const bob = await Client.connect(server, { name: 'bob' });
    await bob.joins('lab', ann, joiner);
    await bob.leaves();
    ann.send(type('x'));
    await joiner.hears(incoming(9, wire.relayed(type('x'), ann)));
    assert.equal(joiner.process.exitCode, null);
    ann.send(type('y'));
    await joiner.ends(0);
  });

  test('of several conditions all have to be met', async (t) => {
    const args = ['--count', '2', '--wait-for', 'x', '--wait-peers', '2'];
    const { server, peers: [ann], joiner } = await roomWith(t, ['ann'], args);
    ann.send(type('x'));
    ann.send(type('y'));
    await joiner.hears(incoming(6, wire.relayed(type('y'), ann)));
    assert.equal(joiner.process.exitCode, null);
    const bob = await Client.connect(server, { name: 'bob' });
    await bob.joins('lab', ann, joiner);
    await joiner.ends(0);
  });

  test('conditions that are met in time win over --timeout', async (t) => {
    const { peers: [ann], joiner } = await roomWith(t, ['ann'], ['--wait-for', 'x', '--timeout', '15']);
    ann.send(type('x'));
    await joiner.ends(0);
  });

  test('--timeout runs without a condition too, and from the start of the process', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['lab', '--linger', '-1', '--timeout', '1']);
    await joiner.ends(4, /--timeout/);
    const took = Date.now() - joiner.started;
    assert.ok(took >= 950 && took < 8000, `${took} ms`);
  });

  test('two joins do an offer and its answer by script', async (t) => {
    const server = await Server.start(t);
    const wait = ['--timeout', '15', '--no-stdin'];
    const offer = '{"type":"offer","to":"@peer","offer":{"type":"offer","sdp":"v=0"}}';
    const answer = '{"type":"answer","to":"@peer","answer":{"type":"answer","sdp":"v=0"}}';
    const caller = Joiner.start(t, server, ['lab', '--wait-peers', '1', '--send', offer, '--wait-for', 'answer', ...wait]);
    const callee = Joiner.start(t, server, ['lab', '--wait-peers', '1', '--wait-for', 'offer', ...wait, '--send', answer]);
    assert.deepEqual([await caller.end(), await callee.end()], [0, 0], caller.stderr.text + callee.stderr.text);
  });
});
