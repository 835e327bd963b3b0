// A relay is the sender's bytes, plus the server's word on who sent them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { roomOf } from './client.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

async function pair(t) {
  return roomOf(await Server.start(t), 'lab', 'ann', 'bob');
}

// Messages whose delivery is fixed to the byte: no whitespace stands between the members.
const kept = {
  'white space inside members': '"type" \t:\r\n "note","data" : { "a" : [ 1 , 2 ]\t, "b":{ } }',
  'escapes': '"type":"note","sdp":"v=0\\r\\n\\u0041\\u00e9\\/\\b\\f\\t\\"\\\\ \\ud83d\\ude00"',
  'an escaped type and an escaped key': '"\\u0074ype":"n\\u006fte","d\\u0061ta":1',
  'raw characters of every length': '"type":"note","data":"aé€😀\u007f\u0085\u202e\u2028\ufeff"',
  'lone surrogate escapes': '"type":"note","data":"\\ud800 \\udc00\\ud800","\\udfff":1',
  'an escaped zero': '"type":"note","data":"a\\u0000b","k\\u0000":0',
  'numbers that no double holds':
    '"type":"note","n":[123456789012345678901234567890,-0,-0.0,1.0,1E400,1e-400,0.1000000000000000055511151231257827]',
  'unknown members in their order': '"z":1,"a":{"to":"x","from":"y","type":7},"type":"note","m":[null,true,false,""]',
  'members twice below the top': '"type":"note","data":{"type":1,"type":2,"from":3,"from":4,"a":1,"a":1}',
  'unknown members twice at the top': '"type":"note","a":1,"a":2,"a":1',
  'keys that only resemble ours': '"type":"note","To":1,"FROM":"x","Type":2,"from ":3,"":4,"\\u0000from":5,"fromm":6',
  'a room': '"type":"note","room":{"a":1}',
  'a deep value': `"type":"note","data":${'['.repeat(63)}${']'.repeat(63)}`,
};

for (const [what, members] of Object.entries(kept)) {
  test(`${what} arrive as they were sent, to one peer and to all`, async (t) => {
    const [ann, bob] = await pair(t);
    const messages = [`{${members},"to":"${bob.id}"}`, `{"to":"${bob.id}",${members}}`, `{${members}}`];
    for (const message of messages) ann.send(message);
    await bob.reads(...messages.map((message) => wire.relayed(message, ann)));
    await ann.hearsNothingMore();
  });
}

test('white space around members is no obstacle, and each member keeps its bytes', async (t) => {
  const [ann, bob] = await pair(t);
  const members = ['"type"\n:\t"note"', `"to" : "${bob.id}"`, '"data":[ 1,\r\n2 ]'];
  ann.send(` \r\n\t{ \n${members.join(' ,\t')} \r\n } \n`);
  const delivered = await bob.inbox.take('note');
  let end = 0;
  for (const member of [...members, `"from":"${ann.id}"`]) {
    const begin = delivered.indexOf(member, end);
    assert.ok(begin >= 0, `${member} is not behind byte ${end} of ${delivered}`);
    assert.match(delivered.slice(end, begin), end === 0 ? /^\s*\{\s*$/ : /^\s*,\s*$/);
    end = begin + member.length;
  }
  assert.match(delivered.slice(end), /^\s*\}\s*$/);
});

const forged = '11111111-1111-4111-8111-111111111111';
const spellings = ['"from":', '"fr\\u006fm":', '"\\u0066\\u0072\\u006F\\u006D":'];
const values = [`"${forged}"`, 'null', '{"from":[1,"}"]}', '"a\\"},{\\"from\\":\\"x"'];
const places = {
  first: (from, to) => [`{${from},"type":"note","to":"${to}","n":1}`, `{"type":"note","to":"${to}","n":1}`],
  'in the middle': (from, to) => [`{"type":"note",${from},"to":"${to}","n":1}`, `{"type":"note","to":"${to}","n":1}`],
  last: (from, to) => [`{"type":"note","to":"${to}","n":1,${from}}`, `{"type":"note","to":"${to}","n":1}`],
};

for (const [place, message] of Object.entries(places)) {
  test(`a "from" written by the sender ${place} is not delivered, however it is spelled`, async (t) => {
    const [ann, bob] = await pair(t);
    for (const key of spellings)
      for (const value of values) {
        const [sent, rest] = message(key + value, bob.id);
        ann.send(sent);
        await bob.reads(wire.relayed(rest, ann));
      }
    await ann.hearsNothingMore();
  });
}

test('a "from" is not delivered to a whole room either', async (t) => {
  const [ann, bob, cid] = await roomOf(await Server.start(t), 'lab', 'ann', 'bob', 'cid');
  ann.send(`{"type":"note","from":"${bob.id}","data":1}`);
  ann.send(`{"from":"${bob.id}","type":"note"}`);
  const delivered = ['{"type":"note","data":1}', '{"type":"note"}'].map((message) => wire.relayed(message, ann));
  await bob.reads(...delivered);
  await cid.reads(...delivered);
});

test('a "to" written with escapes finds its peer', async (t) => {
  const [ann, bob] = await pair(t);
  const escaped = [...bob.id].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const message = `{"type":"note","\\u0074o":"${escaped}"}`;
  ann.send(message);
  await bob.reads(wire.relayed(message, ann));
});

test('a type of a lone surrogate is a type like any other', async (t) => {
  const [ann, bob] = await pair(t);
  const message = `{"type":"\\ud800","to":"${bob.id}"}`;
  ann.send(message);
  await bob.reads(wire.relayed(message, ann));
});
