// What a bad message costs: its sender an error, everybody else nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, roomOf } from './client.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

// The next frame is an error of exactly this form; `to` is the sender's bytes.
async function readError(client, code, to) {
  const frame = await client.inbox.take(code);
  const tail = to === undefined ? '}' : `,"to":"${to}"}`;
  const head = `{"type":"error","message":"${code}","detail":`;
  assert.ok(frame.startsWith(head) && frame.endsWith(tail), `${frame} instead of ${head}...${tail}`);
  const detail = frame.slice(head.length, frame.length - tail.length);
  assert.match(detail, /^"[^"\\]{8,120}"$/, frame);
}

// Each row: what it is, the message, and the bytes of the `to` that the error has.
// Sent by a member: it alone hears of it, is still there, and nobody else hears anything.
function refused(code, what, rows) {
  test(`${code}: ${what}`, async (t) => {
    const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
    for (const [row, message, to] of rows)
      await t.test(row, async () => {
        ann.send(message);
        await readError(ann, code, to);
        await ann.hearsNothingMore();
        await bob.hearsNothingMore();
      });
    await ann.joins('lab', bob);
  });
}

const escaped = (text) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
const shortened = (text) => (text.length > 20 ? `${text.slice(0, 20)}... of ${text.length}` : text);

const notJson = {
  'nothing': '',
  'blanks': ' \r\n',
  'words': 'hello',
  'an open brace': '{',
  'an unfinished member': '{"type":"note"',
  'single quotes': "{'type':'note'}",
  'a bare key': '{type:"note"}',
  'a comma at the end': '{"type":"note",}',
  'a comma at the end of an array': '{"type":"note","a":[1,]}',
  'a comma missing': '{"type":"note" "a":1}',
  'a colon missing': '{"type" "note"}',
  'a comment': '{"type":"note"/*x*/}',
  'NaN': '{"type":"note","a":NaN}',
  'undefined': '{"type":"note","a":undefined}',
  'a capital True': '{"type":"note","a":True}',
  'a leading zero': '{"type":"note","a":01}',
  'a plus sign': '{"type":"note","a":+1}',
  'a number without a digit before the point': '{"type":"note","a":.5}',
  'a number without a digit behind the point': '{"type":"note","a":1.}',
  'a number without an exponent': '{"type":"note","a":1e}',
  'a hexadecimal number': '{"type":"note","a":0x1}',
  'a lone minus sign': '{"type":"note","a":-}',
  'an unknown escape': '{"type":"note","a":"\\x41"}',
  'a short escape': '{"type":"note","a":"\\u12"}',
  'a raw line break in a string': '{"type":"note","a":"\n"}',
  'a raw tab in a key': '{"type":"note","\t":1}',
  'a zero byte behind': '{"type":"note"}\0',
  'words behind': '{"type":"note"} x',
  'two objects': '{"type":"note"}{"type":"note"}',
  'a byte order mark': '\ufeff{"type":"note"}',
  'a no-break space': '{\u00a0"type":"note"}',
  'a form feed': '\f{"type":"note"}',
  'the wrong bracket': '{"type":"note","a":[1}]',
};
refused('invalid-message', 'not strict JSON', Object.entries(notJson));

refused('invalid-message', 'not an object',
        ['[]', '[{"type":"note"}]', '"note"', '7', 'null', 'true'].map((message) => [message, message]));

const badTypes = ['7', 'null', '{}', '["note"]', 'true', '""', `"${'x'.repeat(65)}"`, `"${'é'.repeat(33)}"`,
                  `"${escaped('a'.repeat(65))}"`];
refused('invalid-message', 'type missing or not a string of 1 to 64 bytes', [
  ['no members', '{}'],
  ['no type', '{"to":"p","offer":{}}', 'p'],
  ...badTypes.map((type) => [shortened(type), `{"type":${type},"to":"p"}`, 'p']),
]);

const badTargets = ['7', '0', 'true', 'false', '{}', '["x"]'];
refused('invalid-message', '"to" neither string nor null', badTargets.flatMap((to) =>
  ['offer', 'join-room', 'leave-room', 'id', 'observe-room'].map((type) =>
    [`${to} in ${type}`, `{"type":"${type}","room":"lab","to":${to}}`])));

refused('invalid-message', 'deeper than 64 levels', [
  ...[65, 1000, 100_000].map((levels) =>
    [`${levels} levels`, `{"type":"note","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`]),
  ['65 levels of objects', `{"type":"note","a":${'{"a":'.repeat(64)}1${'}'.repeat(64)}}`],
]);

refused('invalid-message', 'given twice', [
  ['type', '{"type":"note","type":"note","to":"p"}', 'p'],
  ['type, once with escapes', '{"type":"note","\\u0074ype":"note"}'],
  ['to', '{"type":"note","to":"p","to":"p"}'],
  ['to, once null', '{"type":"note","to":"p","to":null}'],
  ['to, once with escapes', '{"type":"note","t\\u006f":"p","to":"q"}'],
  ['room', '{"type":"join-room","room":"a","room":"b","to":"p"}', 'p'],
  ['room in a relayed message', '{"type":"note","room":1,"room":2}'],
  ['from', '{"type":"note","from":"a","from":"b","to":"p"}', 'p'],
  ['from, once with escapes', '{"type":"note","from":"a","fr\\u006fm":"b"}'],
  ['from, three times', '{"type":"note","from":"a","from":"b","from":"c"}'],
]);

const badNames = ['null', '7', '{}', '[]', 'true', '""', `"${'r'.repeat(129)}"`, `"${'é'.repeat(65)}"`,
                  '"\\n"', '"a\\u0000"', '"\\u001f"', '"\u007f"', '"\\u007F"', '"\u0085"', '"a\\u009f"',
                  '"\\ud800"', '"\\udc00a"', '"a\\ud83d"', '"\\udc00\\ud800"'];
refused('invalid-room-name', 'not a string of 1 to 128 bytes without control characters and lone surrogates', [
  ['no room', '{"type":"join-room"}'],
  ...badNames.map((name) => [shortened(JSON.stringify(name)), `{"type":"join-room","room":${name}}`]),
  ...badNames.map((name) => [`${shortened(JSON.stringify(name))} and a "to"`,
                             `{"to":"p\\u0041","type":"join-room","room":${name}}`, 'p\\u0041']),
]);

const reserved = ['id', 'room-joined', 'room-left', 'room-peers', 'peer-joined', 'peer-left', 'error', 'room-observed',
                  'observed', 'observed-missed'];
refused('reserved-type', "the server's own types", reserved.flatMap((type) => [
  [`${type} to all`, `{"type":"${type}","peerId":"x"}`],
  [`${type} to one`, `{"type":"${type}","to":"p"}`, 'p'],
  [`${type} in escapes`, `{"type":"${escaped(type)}","to":null}`],
]));

refused('observers-not-allowed', 'without --allow-observers', [
  ['without a "to"', '{"type":"observe-room","room":"lab"}'],
  ['with a "to"', '{"type":"observe-room","room":"attic","to":"p"}', 'p'],
]);

test('not-in-room: a broadcast outside any room', async (t) => {
  const server = await Server.start(t);
  const client = await Client.connect(server);
  for (const message of ['{"type":"offer","offer":{}}', '{"type":"note","to":null}', '{"type":"bye","room":7}']) {
    client.send(message);
    await readError(client, 'not-in-room');
  }
  await client.joins('lab');
  client.send('{"type":"leave-room"}');
  client.send('{"type":"note"}');
  await client.reads(wire.roomLeft('lab'));
  await readError(client, 'not-in-room');
});

test('a message to one peer outside any room has the base error, without a detail', async (t) => {
  const client = await Client.connect(await Server.start(t));
  client.send('{"type":"offer","to":"p"}');
  await client.reads('{"type":"error","message":"target-unavailable-or-different-room","to":"p"}');
});

test('of several faults the first in the order of the contract is told', async (t) => {
  const client = await Client.connect(await Server.start(t));
  const order = [
    ['{"type":"id","type":"id"', 'invalid-message'],
    ['{"type":"id","to":7,"to":"p"}', 'invalid-message'],
    ['{"type":"","to":"p","room":1,"room":2}', 'invalid-message', 'p'],
    ['{"type":7,"to":7}', 'invalid-message'],
    ['{"type":"id","to":7}', 'invalid-message'],
    ['{"type":"id","to":"p","room":7}', 'reserved-type', 'p'],
    ['{"type":"id"}', 'reserved-type'],
    ['{"type":"join-room","room":7,"to":"p"}', 'invalid-room-name', 'p'],
  ];
  for (const [message, code, to] of order) {
    client.send(message);
    await readError(client, code, to);
  }
});

test('a thousand bad messages cost a thousand errors, not the connection', async (t) => {
  const [ann, bob] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob');
  for (let i = 0; i < 1000; i++) ann.send('{"type":"id"}');
  for (let i = 0; i < 1000; i++) await readError(ann, 'reserved-type');
  await bob.hearsNothingMore();
});
