// The lines that `join` writes: one for each text frame, its bytes as they are.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { BaseServer } from './base_server.mjs';
import { Client, roomOf } from './client.mjs';
import { closed, incoming, Joiner, joinRoom, opened, outgoing, timeOf } from './joiner.mjs';
import { nonsenseServer, someId, welcome } from './nonsense_server.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const stay = ['--linger', '-1'];
const servers = [['p2psig serve', Server], ['a server of the base protocol', BaseServer]];

describe('lines', { concurrency: 12 }, () => {
  for (const [what, kind] of servers)
    test(`one line a text frame, both ways, and one each for the opening and the close: ${what}`, async (t) => {
      const server = await kind.start(t);
      const joiner = await Joiner.inRoom(t, server, 'lab', [], [], { stdin: 'pipe' });
      const ann = await Client.connect(server, { name: 'ann' });
      await ann.joins('lab', joiner);
      const note = `{"type":"note","to":"${joiner.id}","text":"hallo"}`;
      ann.send(note);
      ann.send('{"type":"cry"}');
      await joiner.reads(incoming(5, wire.peerJoined(ann)), incoming(6, wire.relayed(note, ann)),
                         incoming(7, wire.relayed('{"type":"cry"}', ann)));
      const reply = `{"type":"reply","to":"${ann.id}"}`;
      joiner.type(reply, '{"type":"lost","to":"nobody"}');
      await joiner.reads(outgoing(8, reply), outgoing(9, '{"type":"lost","to":"nobody"}'),
                         incoming(10, wire.unavailable('nobody')));
      assert.equal((await joiner.finding()).code, 'undeliverable');
      await ann.reads(wire.relayed(reply, joiner));
      await ann.leaves();
      await joiner.reads(incoming(11, wire.peerLeft(ann)));
      joiner.endInput();
      await joiner.reads(closed(1000));
      await joiner.ends(0);
      assert.deepEqual(joiner.lines.slice(0, 4), [opened(joiner.id), incoming(1, wire.id(joiner.id)),
                                                   outgoing(2, joinRoom('lab')), incoming(3, wire.roomJoined('lab'))]);
    });

  test('times are UTC, and in their order', async (t) => {
    const server = await Server.start(t);
    const joiner = Joiner.start(t, server, ['lab', '--linger', '0'], { variables: { TZ: 'Pacific/Kiritimati' } });
    await joiner.ends(0);
    const times = joiner.stdout.text.split('\n').slice(0, -1).map(timeOf);
    assert.deepEqual(times, [...times].sort((a, b) => a - b));
    assert.ok(times[0] >= joiner.started - 1 && times.at(-1) <= Date.now() + 1, `${times}`);
  });

  test('without a room it is connected, and what is to be sent goes out after the id', async (t) => {
    const server = await Server.start(t);
    const joiner = Joiner.start(t, server, ['--send', '{"type":"join-room","room":"lab"}', '--wait-for', 'room-peers',
                                            '--timeout', '4']);
    await joiner.readsId();
    await joiner.reads(outgoing(2, joinRoom('lab')), incoming(3, wire.roomJoined('lab')), incoming(4, wire.roomPeers()));
    await joiner.ends(0);
  });

  test('without a room and anything to do it stays for a second', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['--json', '--timeout', '4']);
    await joiner.readsId();
    await joiner.reads(closed(1000));
    await joiner.ends(0);
  });

  // What a frame is, and what `msg` has to be.
  const frames = [
    ['odd spacing', ' { "type" : "x" ,\t"a":[ 1 ,2 ] }  '],
    ['line breaks between tokens, which become blanks', '{\r\n"type":"x",\n\n"a":\r1}\n', '{  "type":"x",  "a": 1} '],
    ['escapes', '{"type":"\\u0078","a":"\\u0000\\n\\/\\ud83d\\ude00","\\u0061":"\\uD800"}'],
    ['numbers no double can hold', '{"type":"x","a":[1e999,0.10000000000000000000001,-0,12345678901234567890]}'],
    ['the same member twice', '{"type":"x","a":1,"a":2}'],
    ['controls that JSON allows, and marks that turn text around', '{"type":"x","a":"\u007f\u0085\u009b2J\u2028\u202e\u2066"}'],
    ['text of many scripts', '{"type":"vidéo","ключ":"値😀"}'],
    ['an empty object in it', '{"type":"x","":{}}'],
    ['a `from` in the middle', `{"type":"x","from":"${someId}","a":1}`],
  ];
  for (const [what, frame, msg = frame] of frames)
    test(`msg is exact: ${what}`, async (t) => {
      const server = await nonsenseServer(t, welcome('lab', frame));
      const joiner = await Joiner.inRoom(t, server, 'lab', stay);
      await joiner.reads(incoming(5, msg));
      JSON.parse(joiner.stdout.text.split('\n')[4]);
    });

  test('a message in fragments is one, and a binary frame of text counts as text', async (t) => {
    const server = await nonsenseServer(t, welcome('lab', (socket) => {
      for (const [i, part] of ['{"type"', ':', '"x","a":"é"}'].entries()) socket.send(part, { fin: i === 2 });
      socket.send(Buffer.from('{"type":"y"}'));
    }));
    const joiner = await Joiner.inRoom(t, server, 'lab', stay);
    await joiner.reads(incoming(5, '{"type":"x","a":"é"}'), incoming(6, '{"type":"y"}'));
  });

  test('a message of eight megabytes is one line', async (t) => {
    const frame = `{"type":"x","a":"${'x'.repeat(8 << 20)}"}`;
    const joiner = await Joiner.inRoom(t, await nonsenseServer(t, welcome('lab', frame)), 'lab', stay);
    assert.ok((await joiner.takes()) === incoming(5, frame), 'not the message');
  });

  const hostile = '\u001b]0;x\u0007\u0085\u202e"\\\n';
  test('names and ids of a server go to the lines as they are, and in JSON', async (t) => {
    const server = await nonsenseServer(t, (socket) => {
      socket.send(JSON.stringify({ type: 'id', id: `${hostile}1` }));
      socket.send(JSON.stringify({ type: 'room-joined', room: hostile }));
      socket.send(JSON.stringify({ type: 'room-peers', peers: [hostile, ''] }));
      socket.send(JSON.stringify({ type: 'note', from: hostile }));
    });
    const joiner = Joiner.start(t, server, ['lab', '--count', '1', '--send', '{"type":"hi","to":"@peer"}']);
    await joiner.ends(0);
    const lines = joiner.stdout.text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
    assert.equal(lines[0].id, `${hostile}1`);
    assert.deepEqual(lines.find((line) => line.msg?.type === 'room-peers').msg.peers, [hostile, '']);
    assert.equal(lines.find((line) => line.msg?.type === 'hi').msg.to, hostile);
    assert.doesNotMatch(joiner.stdout.text, /[\u0000-\u0009\u000b-\u001f]/);
  });

  const ends = [
    ['a code and a reason', (socket) => socket.close(1001, 'server-shutdown'), closed(1001, 'server-shutdown')],
    ['a reason that is hostile', (socket) => socket.close(4000, hostile), null],
    ['a code alone', (socket) => socket.close(4029), closed(4029)],
    ['neither', (socket) => socket.close(), closed(1005)],
    ['an end without a close frame', (socket) => socket._socket.end(), closed(1006)],
    ['a reset', (socket) => socket._socket.resetAndDestroy(), closed(1006)],
  ];
  for (const [what, end, line] of ends)
    test(`the last line says how it was closed: ${what}`, async (t) => {
      const server = await nonsenseServer(t, welcome('lab'));
      const joiner = await Joiner.inRoom(t, server, 'lab', stay);
      end(await server.accepted.take());
      const last = await joiner.takes('close');
      if (line) assert.equal(last, line);
      else assert.deepEqual(JSON.parse(`{${last}}`), { event: 'close', code: 4000, reason: hostile });
      await joiner.ends(6, /./);
      assert.doesNotMatch(joiner.stderr.text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    });

  test('a close by the joiner itself is 1000', async (t) => {
    const server = await nonsenseServer(t, welcome('lab'));
    const joiner = Joiner.start(t, server, ['lab', '--linger', '0']);
    await joiner.ends(0);
    assert.equal(joiner.lines.at(-1), closed(1000));
    const socket = await server.accepted.take();
    await socket.frames.expect(joinRoom('lab'), { close: 1000, reason: '' });
  });

  test("a browser's messages come out byte for byte", async (t) => {
    const server = await Server.start(t);
    const joiner = await Joiner.inRoom(t, server, 'lab', stay);
    const [ann] = await roomOf(server, 'other', 'ann');
    await ann.send({ type: 'join-room', room: 'lab' });
    await ann.reads(wire.roomLeft('other'), wire.roomJoined('lab'), wire.roomPeers(joiner));
    await joiner.reads(incoming(5, wire.peerJoined(ann)));
    const text = await readFile(new URL('../data/chromium-156.jsonl', import.meta.url), 'utf8');
    const sent = text.split('\n').filter(Boolean).map((line) => line.replace('@peer', joiner.id));
    for (const message of sent) ann.send(message);
    let n = 6;
    for (const message of sent) await joiner.hears(incoming(n++, wire.relayed(message, ann)));
  });
});
