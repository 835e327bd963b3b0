// What is wrong between two peers, as `join` finds it: one test a code, and none for what is right.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Client } from './client.mjs';
import { incoming, Joiner } from './joiner.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const text = await readFile(new URL('../data/chromium-156.jsonl', import.meta.url), 'utf8');
const lines = text.split('\n').filter(Boolean);
// Real ones: audio, video and a channel with host candidates; a channel with .local ones; and one that restarts.
const [offer, answer] = [lines[0], lines[7]];
const hosts = { ofOffer: lines.slice(1, 7), ofAnswer: lines.slice(8, 10) };
const channel = { offer: lines[12], answer: lines[13], ofOffer: lines.slice(14, 16), ofAnswer: lines.slice(16, 18) };
const end = '{"type":"ice-candidate","to":"@peer","candidate":null}';
const publicHost = (ufrag) => '{"type":"ice-candidate","to":"@peer","candidate":{"candidate":' +
  `"candidate:1 1 udp 1677729535 203.0.113.7 40000 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag ${ufrag}",` +
  `"sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"${ufrag}"}}`;

const edited = (message, edit) => {
  const copy = JSON.parse(message);
  const part = copy.offer ?? copy.answer;
  const sdp = edit(part.sdp);
  assert.notEqual(sdp, part.sdp, 'nothing was edited');
  part.sdp = sdp;
  return JSON.stringify(copy);
};

let server;
let rooms = 0;

// Two peers in a room of their own, and a joiner that watches them.
async function watched(test, ...args) {
  const room = `room ${++rooms}`;
  const ann = await Client.connect(server, { name: 'ann' });
  await ann.joins(room);
  const bob = await Client.connect(server, { name: 'bob' });
  await bob.joins(room, ann);
  const joiner = Joiner.start(test, server, [room, '--observe', '--linger', '-1', ...args]);
  await joiner.hears(incoming(4, wire.roomPeers(ann, bob)));
  const say = (from, to, ...messages) => {
    for (const message of messages) from.send(message.replace('@peer', to.id));
  };
  return { room, ann, bob, joiner, say };
}

// Sends, waits until the joiner has seen as many as were sent, and asks it to go.
async function findingsOf(joiner, sent) {
  for (let i = 0; i < sent; i++) await joiner.stdout.lines.next((line) => line.includes('"type":"observed"'), 'message');
  joiner.process.kill('SIGTERM');
  assert.equal(await joiner.end(), 143, joiner.stderr.text);
  return joiner.lines.filter((line) => line.includes('"event":"finding"')).map((line) => JSON.parse(`{${line}}`).code);
}

// The finding of this code: of these two, about so many messages, in a sentence that --fail-on ends with.
async function finds({ joiner }, code, level, from, to, messages) {
  const found = await joiner.finding();
  assert.deepEqual([found.code, found.level, found.pair], [code, level, [from.id, to.id]]);
  assert.deepEqual(Object.keys(found), ['ts', 'event', 'level', 'code', 'pair', 'messages', 'detail']);
  assert.equal(found.messages.length, messages, found.detail);
  for (const number of found.messages) assert.ok(joiner.stdout.text.includes(`"dir":"in","n":${number},`), found.detail);
  assert.ok(found.detail.length > 40 && !/[{}\n]/.test(found.detail), found.detail);
  await joiner.ends(1, new RegExp(code));
  return found;
}

describe('findings', { concurrency: 16 }, () => {
  before(async () => {
    server = await Server.start({ after() {} }, '--allow-observers');
  });
  after(() => server.stop());

  test('a good negotiation has none', async (t) => {
    const { ann, bob, joiner, say } = await watched(t);
    say(ann, bob, offer, ...hosts.ofOffer, publicHost('nSdu'));
    await bob.inbox.next((frame) => frame.includes('srflx'), 'candidates');
    say(bob, ann, answer, ...hosts.ofAnswer, publicHost('rHt1'), end);
    await ann.inbox.next((frame) => frame.includes('null'), 'end');
    say(ann, bob, end);
    assert.deepEqual(await findingsOf(joiner, hosts.ofOffer.length + hosts.ofAnswer.length + 6), []);
  });

  test('nor has one that this side takes part in', async (t) => {
    const room = `room ${++rooms}`;
    const ann = await Client.connect(server, { name: 'ann' });
    await ann.joins(room);
    const args = [offer, publicHost('nSdu'), end].flatMap((message) => ['--send', message]);
    const joiner = Joiner.start(t, server, [room, ...args, '--count', '3', '--fail-on', 'any', '--timeout', '15']);
    const joined = JSON.parse(await ann.inbox.next((frame) => frame.includes('peer-joined'), 'joiner')).peerId;
    await ann.inbox.next((frame) => frame.includes('null'), 'end');
    for (const message of [answer, publicHost('rHt1'), end]) ann.send(message.replace('@peer', joined));
    await joiner.ends(0);
    assert.doesNotMatch(joiner.stdout.text, /"finding"/);
  });

  test('offer-unanswered', async (t) => {
    const all = await watched(t, '--fail-on', 'offer-unanswered');
    const { ann, bob, say } = all;
    say(ann, bob, offer);
    const found = await finds(all, 'offer-unanswered', 'warning', ann, bob, 1);
    assert.match(found.detail, /\b5 s\b/);
  });

  test('offer-unanswered, of this side', async (t) => {
    const room = `room ${++rooms}`;
    const ann = await Client.connect(server, { name: 'ann' });
    await ann.joins(room);
    const joiner = Joiner.start(t, server, [room, '--send', offer, '--wait-for', 'answer', '--fail-on', 'any']);
    await joiner.readsId();
    const found = await joiner.finding();
    assert.deepEqual([found.code, found.pair], ['offer-unanswered', [joiner.id, ann.id]]);
    await joiner.ends(1, /offer-unanswered/);
  });

  test('answer-without-offer', async (t) => {
    const all = await watched(t, '--fail-on', 'answer-without-offer');
    all.say(all.bob, all.ann, answer);
    await finds(all, 'answer-without-offer', 'error', all.bob, all.ann, 1);
  });

  test('glare', async (t) => {
    const all = await watched(t, '--fail-on', 'glare');
    all.say(all.ann, all.bob, offer);
    await all.bob.inbox.next((frame) => frame.includes('"offer"'), 'offer');
    all.say(all.bob, all.ann, channel.offer);
    await finds(all, 'glare', 'warning', all.ann, all.bob, 2);
  });

  test('candidate-before-description', async (t) => {
    const all = await watched(t, '--fail-on', 'candidate-before-description');
    all.say(all.ann, all.bob, hosts.ofOffer[0]);
    await finds(all, 'candidate-before-description', 'warning', all.ann, all.bob, 1);
  });

  test('stale-ufrag', async (t) => {
    const all = await watched(t, '--fail-on', 'stale-ufrag');
    all.say(all.ann, all.bob, offer, publicHost('old1'));
    await finds(all, 'stale-ufrag', 'warning', all.ann, all.bob, 1);
  });

  const misfits = [
    ['answer-mismatch', channel.answer, 'another offer answered'],
    ['answer-mismatch', edited(answer, (sdp) => sdp.replace(/a=ice-ufrag:.*\r\n/g, '')), 'no ufrag'],
    ['no-common-codec', edited(answer, (sdp) => sdp.replace(/(a=rtpmap:\d+ )[^\/]+/g, '$1nonsense')), 'codecs'],
  ];
  for (const [code, bad, what] of misfits)
    test(`${code}: ${what}`, async (t) => {
      const all = await watched(t, '--fail-on', code);
      all.say(all.ann, all.bob, offer);
      await all.bob.inbox.next((frame) => frame.includes('"offer"'), 'offer');
      all.say(all.bob, all.ann, bad);
      await finds(all, code, 'error', all.bob, all.ann, 2);
    });

  test('setup-clash', async (t) => {
    const all = await watched(t, '--fail-on', 'setup-clash');
    all.say(all.ann, all.bob, edited(offer, (sdp) => sdp.replaceAll('a=setup:actpass', 'a=setup:active')));
    await all.bob.inbox.next((frame) => frame.includes('"offer"'), 'offer');
    all.say(all.bob, all.ann, answer);
    await finds(all, 'setup-clash', 'error', all.bob, all.ann, 2);
  });

  test('to leave by oneself, or to lose the server, is none of a peer', async (t) => {
    const own = await Server.start(t);
    for (const ends of [(joiner) => joiner.process.kill('SIGTERM'), () => { own.signal('SIGKILL'); return own.end(); }]) {
      const joiner = await Joiner.inRoom(t, own, 'lab', ['--send', offer, '--linger', '-1']);
      const bob = await Client.connect(own, { name: 'bob' });
      await bob.joins('lab', joiner);
      await joiner.stdout.lines.next((line) => line.includes('"dir":"out"') && line.includes('"offer"'), 'offer');
      await ends(joiner);
      assert.notEqual(await joiner.end(), 0);
      assert.deepEqual(joiner.lines.filter((line) => line.includes('"finding"')), []);
      bob.terminate();
    }
  });

  test('left-mid-negotiation', async (t) => {
    const all = await watched(t, '--fail-on', 'left-mid-negotiation');
    all.say(all.ann, all.bob, offer);
    await all.bob.inbox.next((frame) => frame.includes('"offer"'), 'offer');
    await all.bob.leaves();
    await finds(all, 'left-mid-negotiation', 'warning', all.bob, all.ann, 1);
  });

  test('undeliverable', async (t) => {
    const all = await watched(t, '--fail-on', 'undeliverable');
    await all.bob.leaves();
    await all.joiner.hears(incoming(5, wire.peerLeft(all.bob)));
    all.say(all.ann, all.bob, offer);
    const found = await finds(all, 'undeliverable', 'warning', all.ann, all.bob, 1);
    assert.match(found.detail, /left/);
  });

  test('only-host-candidates', async (t) => {
    const all = await watched(t, '--fail-on', 'only-host-candidates');
    all.say(all.ann, all.bob, offer, ...hosts.ofOffer, end);
    await all.bob.inbox.next((frame) => frame.includes('null'), 'end');
    all.say(all.bob, all.ann, answer);
    await finds(all, 'only-host-candidates', 'hint', all.ann, all.bob, 1);
  });

  test('only-mdns-candidates', async (t) => {
    const all = await watched(t, '--fail-on', 'only-mdns-candidates');
    all.say(all.ann, all.bob, channel.offer, ...channel.ofOffer, end);
    await all.bob.inbox.next((frame) => frame.includes('null'), 'end');
    all.say(all.bob, all.ann, channel.answer);
    await finds(all, 'only-mdns-candidates', 'hint', all.ann, all.bob, 1);
  });

  test('no-candidates', async (t) => {
    const all = await watched(t, '--fail-on', 'no-candidates');
    all.say(all.ann, all.bob, channel.offer, end);
    await all.bob.inbox.next((frame) => frame.includes('null'), 'end');
    all.say(all.bob, all.ann, channel.answer);
    await finds(all, 'no-candidates', 'hint', all.ann, all.bob, 1);
  });

  for (const [code, level, provoke] of [
    ['answer-without-offer', 'error', ({ say, ann, bob }) => say(bob, ann, answer)],
    ['stale-ufrag', 'warning', ({ say, ann, bob }) => say(ann, bob, offer, publicHost('old1'))],
  ]) {
    test(`--fail-on any ends with 1 at ${level}s`, async (t) => {
      const all = await watched(t, '--fail-on', 'any');
      provoke(all);
      await all.joiner.ends(1, new RegExp(code));
    });

    test(`--fail-on of another code, or none, goes on after ${code}`, async (t) => {
      for (const args of [['--fail-on', 'glare,no-common-codec'], []]) {
        const all = await watched(t, '--wait-for', 'done', ...args);
        provoke(all);
        all.say(all.ann, all.bob, '{"type":"done","to":"@peer"}');
        assert.equal((await all.joiner.finding()).code, code);
        await all.joiner.ends(0);
      }
    });
  }

  test('what is wrong counts for more than that it was waited for', async (t) => {
    for (const condition of [['--wait-for', 'answer'], ['--count', '1'], ['--wait-for', 'answer', '--count', '1']]) {
      const room = `room ${++rooms}`;
      const ann = await Client.connect(server, { name: 'ann' });
      await ann.joins(room);
      const joiner = await Joiner.inRoom(t, server, room, ['--fail-on', 'any', '--no-stdin', ...condition], [ann]);
      ann.send(answer.replace('@peer', joiner.id));
      await joiner.ends(1, /answer-without-offer/);
    }
  });

  test('one of several codes of --fail-on is enough', async (t) => {
    const all = await watched(t, '--fail-on', 'glare,answer-without-offer,undeliverable');
    all.say(all.bob, all.ann, answer);
    await all.joiner.ends(1, /answer-without-offer/);
  });

  test('a code that there is none of is a usage error that names those there are', async (t) => {
    const joiner = Joiner.start(t, server, ['lab', '--fail-on', 'glare,nonsense']);
    await joiner.ends(2, /nonsense/, /offer-unanswered/, /no-candidates/);
  });

  test('a finding is told after the message that it is about', async (t) => {
    const all = await watched(t, '--fail-on', 'any');
    all.say(all.bob, all.ann, answer);
    await all.joiner.ends(1, /./);
    const about = all.joiner.lines.findIndex((line) => line.startsWith('"dir":"in","n":5,'));
    assert.match(all.joiner.lines[about + 1], /"event":"finding".*"messages":\[5\]/);
    assert.match(all.joiner.lines[about + 2], /"event":"close"/);
  });
});
