// The log: what is in it, what is not, and that nobody else can write its lines.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { curlUpgrade } from './curl.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const ts = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const formats = ['logfmt', 'json'];

// Each line as an object, whatever the format; fails at a line that is not of it.
function parse(log, format) {
  const lines = log.split('\n');
  assert.equal(lines.pop(), '', 'the last line is not whole');
  return lines.map((line) => (format === 'json' ? JSON.parse(line) : parseLogfmt(line)));
}

function parseLogfmt(line) {
  const entry = {};
  const pair = /([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"=]+))(?: (?!$)|$)/y;
  for (let match; pair.lastIndex < line.length;) {
    match = pair.exec(line);
    assert.ok(match, `not logfmt: ${line}`);
    const [, key, quoted, bare] = match;
    assert.ok(!(key in entry), `${key} twice: ${line}`);
    entry[key] = quoted === undefined ? bare : JSON.parse(`"${quoted}"`);
  }
  return entry;
}

// A session with hostile words everywhere, and the log of it.
const hostile = '\nts=2026-01-01T00:00:00.000Z level=error event=forged "\\ \r\t\u0000\u001b[31m\u007f\u0085\u2028';
const right = 'a\u202eb\u2066"c=d';
const byHand = [hostile.slice(0, 60), hostile.slice(-12), right, '"}\n{"event":"forged"}', '\\', '\\n', '\\u000a'];

async function hostileSession(t, format) {
  const server = await Server.start(t, '--log-format', format, '--log-level', 'debug');
  const [ann, bob] = await roomOf(server, 'a"b\\\u202ec=d', 'ann', 'bob');
  for (const type of byHand) ann.send({ type, to: bob.id });
  for (const type of byHand) await bob.reads(wire.relayed(JSON.stringify({ type, to: bob.id }), ann));
  ann.send({ type: 'join-room', room: hostile });
  await ann.inbox.take('error');
  ann.send({ type: 'note', to: hostile });
  await ann.reads(wire.unavailable(hostile));
  ann.socket.close(4001, hostile);
  await ann.inbox.take('close');
  await bob.reads(wire.peerLeft(ann));
  await curlUpgrade(`${server.http}/${encodeURIComponent(hostile)}`, { Upgrade: 'a"b', Origin: 'x"y=z\\' });
  await bob.leaves();
  await server.stop();
  return { entries: parse(server.log, format), log: server.log, ann, bob };
}

for (const format of formats) {
  test(`hostile words cannot forge a line of ${format}`, async (t) => {
    const { entries, log, ann } = await hostileSession(t, format);
    for (const entry of entries) {
      assert.match(entry.ts, new RegExp(`^${ts}$`));
      assert.match(entry.level, /^(error|warn|info|debug)$/);
      assert.match(entry.event, /^(connect|join|leave|relay|close|reject|note)$/);
    }
    const types = entries.filter((entry) => entry.event === 'relay').map((entry) => entry.type);
    assert.deepEqual(types, byHand);
    const [close] = entries.filter((entry) => entry.event === 'close' && entry.client === ann.id);
    assert.deepEqual([Number(close.code), close.reason], [4001, hostile]);
    const joins = entries.filter((entry) => entry.event === 'join').map((entry) => entry.room);
    assert.deepEqual(joins, ['a"b\\\u202ec=d', 'a"b\\\u202ec=d']);
    assert.doesNotMatch(log, /[\u0000-\u0009\u000b-\u001f]/);
  });

  test(`each event is one line of ${format}, with the same keys`, async (t) => {
    const server = await Server.start(t, '--log-format', format, '--log-level', 'debug');
    const [ann, bob] = await roomOf(server, 'lobby', 'ann', 'bob');
    const message = JSON.stringify({ type: 'offer', to: bob.id, offer: {} });
    ann.send(message);
    await bob.reads(wire.relayed(message, ann));
    ann.send('{"type":"id"}');
    await ann.inbox.take('error');
    ann.send('{"type":"leave-room"}');
    await ann.reads(wire.roomLeft('lobby'));
    ann.socket.close(4001, 'done');
    await ann.inbox.take('close');
    await server.stop();
    const own = parse(server.log, format).filter((entry) => entry.client === ann.id);
    assert.deepEqual(own.map((entry) => entry.event), ['connect', 'join', 'relay', 'reject', 'leave', 'close']);
    const [, join, relay, reject, leave, close] = own;
    const plain = (entry) => Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
    const rest = ({ ts: _, ...entry }) => plain(entry);
    assert.deepEqual(rest(join), { level: 'info', event: 'join', client: ann.id, room: 'lobby', peers: '1' });
    assert.deepEqual(rest(relay), { level: 'debug', event: 'relay', client: ann.id, to: bob.id, type: 'offer',
                                    bytes: String(message.length) });
    assert.deepEqual([reject.level, reject.code, leave.level, leave.room], ['info', 'reserved-type', 'info', 'lobby']);
    assert.deepEqual([close.level, String(close.code), close.reason], ['info', '4001', 'done']);
    assert.match(String(close.seconds), /^\d+(\.\d+)?$/);
    const number = format === 'json' ? 'number' : 'string';
    for (const value of [join.peers, relay.bytes, close.code]) assert.equal(typeof value, number);
  });

  test(`bodies are never in the log as ${format}, not even of messages that are refused`, async (t) => {
    const server = await Server.start(t, '--log-format', format, '--log-level', 'debug');
    const [ann, bob] = await roomOf(server, 'lab', 'ann', 'bob');
    const text = await readFile(new URL('../data/chromium-156.jsonl', import.meta.url), 'utf8');
    const lines = text.split('\n').filter(Boolean);
    for (const line of lines) {
      ann.send(line.replace('@peer', bob.id));
      ann.send(line.slice(0, -1));
      ann.send(line.replace('"type":', '"typ":'));
      ann.send(line);
    }
    await bob.reads(...lines.map((line) => wire.relayed(line.replace('@peer', bob.id), ann)));
    await server.stop();
    const secrets = text.matchAll(/(?:ice-pwd:|ice-ufrag:|ufrag |candidate:|IN IP4 |"usernameFragment":")([^\s\\"]+)/g);
    const words = new Set(['candidate:', 'v=0', 'ice-pwd', 'sdpMid', '192.0.2.2', 'fd00::2', '.local']);
    for (const [, secret] of secrets) if (secret.length >= 4 && !secret.startsWith('127.')) words.add(secret);
    assert.ok(words.size > 30);
    assert.deepEqual([...words].filter((word) => server.log.includes(word)), []);
    const relays = parse(server.log, format).filter((entry) => entry.event === 'relay');
    assert.equal(relays.length, lines.length);
  });
}

test('in logfmt nothing can turn the order of what is shown', async (t) => {
  const { log } = await hostileSession(t, 'logfmt');
  assert.doesNotMatch(log, /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/);
  assert.match(log, /\\u202e/);
});

test('what is not a terminal gets logfmt without colour', async (t) => {
  const server = await Server.start(t);
  const [ann] = await roomOf(server, 'lobby', 'ann');
  await server.logLines.next((line) => new RegExp(
    `^ts=${ts} level=info event=join client=${ann.id} room="lobby" peers=1$`).test(line), 'join');
  assert.doesNotMatch(server.log, /\u001b/);
});

test('a level leaves out what is less important', async (t) => {
  const message = '{"type":"note"}';
  for (const [level, events] of [['error', []], ['warn', []], ['info', ['connect', 'join', 'connect', 'join']]]) {
    const server = await Server.start(t, '--log-level', level, '--log-format', 'json');
    const [ann, bob] = await roomOf(server, 'lab', 'ann', 'bob');
    ann.send(message);
    await bob.reads(wire.relayed(message, ann));
    await server.stop();
    const told = parse(server.log, 'json').map((entry) => entry.event);
    assert.deepEqual(told.filter((event) => event !== 'note' && event !== 'close'), events, level);
  }
});

const neglects = [['nobody reads', (stderr) => stderr.pause()], ['is closed', (stderr) => stderr.destroy()]];
for (const [what, neglect] of neglects)
  test(`a log that ${what} stops nothing`, async (t) => {
    const server = await Server.start(t, '--log-level', 'debug');
    const [ann, bob] = await roomOf(server, 'lab', 'ann', 'bob');
    neglect(server.run.process.stderr);
    const message = `{"type":"${'t'.repeat(64)}","to":"${bob.id}"}`;
    for (let i = 0; i < 1900; i++) ann.send(message);
    for (let i = 0; i < 1900; i++) await bob.reads(wire.relayed(message, ann));
    assert.equal((await Client.connect(server)).socket.readyState, 1);
    server.run.process.stderr.resume();
  });
