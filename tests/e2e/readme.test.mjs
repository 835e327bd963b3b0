// What the README shows is what there is.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import vm from 'node:vm';
import { Client, WebSocket } from './client.mjs';
import { Inbox, within } from './inbox.mjs';
import { Joiner } from './joiner.mjs';
import { Output, runToEnd, Server } from './server.mjs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({ language, text }));
const block = (language) => blocks.find((each) => each.language === language).text;

// As much of RTCPeerConnection as signaling sees.
class FakePeerConnection {
  createDataChannel() {
    return {};
  }
  async setLocalDescription() {
    this.localDescription = this.remote ? { type: 'answer', sdp: 'mine' } : { type: 'offer', sdp: 'mine' };
    for (const candidate of [{ candidate: 'candidate:1', sdpMid: '0' }, null])
      setImmediate(() => this.onicecandidate({ candidate }));  // never before the description is settled
  }
  async setRemoteDescription(description) {
    this.remote = description;
    this.events.push(`has ${description.type}`);
  }
  async addIceCandidate(candidate) {
    this.events.push(`has ${candidate.candidate}`);
  }
  close() {
    this.events.push('closed');
  }
}

// Runs the README's page, as a tab would.
function openTab(server, name, change = (page) => page) {
  const events = new Inbox(name);
  const log = { textContent: '' };
  let socket;
  class ToTheServer extends WebSocket {
    constructor(url) {
      assert.equal(url, 'ws://localhost:3000');
      super(server.url);
      socket = this;
      server.clients.push(this);
    }
  }
  class Connection extends FakePeerConnection {
    events = events;
  }
  const script = /<script>(.*)<\/script>/s.exec(block('html'))[1];
  vm.runInNewContext(change(script), {
    WebSocket: ToTheServer, RTCPeerConnection: Connection, document: { querySelector: () => log },
  });
  return { events, log, socket };
}

test('the first two blocks are the two commands', () => {
  assert.deepEqual(blocks.slice(0, 2), [
    { language: 'sh', text: './dev run\n' }, { language: 'sh', text: './dev test\n' },
  ]);
});

test('the page of the README makes two tabs exchange offer, answer and candidates', async (t) => {
  const server = await Server.start(t);
  const first = openTab(server, 'the first tab');
  const joined = new Inbox('joined');
  first.socket.on('message', (data) => String(data).includes('room-peers') && joined.push('joined'));
  await joined.take('room-peers');
  const second = openTab(server, 'the second tab');
  await first.events.expect('has offer', 'has candidate:1');
  await second.events.expect('has answer', 'has candidate:1');
  second.socket.close();
  await first.events.expect('closed');
  assert.match(first.log.textContent, /^[0-9a-f-]{36} left\n$/);
});

test('the fault that the README puts into a tab is found', async (t) => {
  const server = await Server.start(t, '--allow-observers');
  const observer = Joiner.start(t, server, ['lobby', '--observe', '--fail-on', 'offer-unanswered', '--linger', '-1']);
  await observer.stdout.lines.next((line) => line.includes('"type":"room-peers"'), 'room-peers');
  const first = openTab(server, 'the faulty tab', (page) =>
    // The candidates, a browser's console complains of.
    page.replace("'offer': async", "'offerr': async").replace('.addIceCandidate', '?.addIceCandidate'));
  await observer.stdout.lines.next((line) => line.includes('"type":"peer-joined"'), 'peer-joined');
  openTab(server, 'the other tab');
  await observer.ends(1, /does [0-9a-f-]{36} handle "offer"\? \(offer-unanswered\)/);
  first.socket.close();
});

test('the script of the README gets its answer, and says so if none comes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'p2psig-readme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  symlinkSync(process.env.P2PSIG, join(folder, 'p2psig'));
  const script = blocks.find(({ text }) => text.includes('call.jsonl')).text;
  const server = await Server.start(t);
  const run = () => {
    const child = spawn('sh', ['-c', script], {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${folder}:/usr/bin:/bin`, P2PSIG_URL: server.url },
    });
    const streams = [new Output(child.stdout, 'stdout', 15_000), new Output(child.stderr, 'stderr', 15_000)];
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, stdout: streams[0].text, stderr: streams[1].text }));
    });
  };
  const callee = await Client.connect(server);
  const takes = async (type) =>
    JSON.parse(await callee.inbox.next((text) => text.includes(`"type":"${type}"`), type));
  await callee.joins('lobby');
  const answered = run();
  const caller = await takes('peer-joined');
  const { offer } = await takes('offer');
  const answer = { type: 'answer', sdp: offer.sdp.replace('actpass', 'active') };
  callee.send(JSON.stringify({ type: 'answer', to: caller.peerId, answer }));
  const result = await answered;
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^\{"ts":.*"type":"answer"/);

  const failed = run();
  await takes('peer-left');
  await takes('offer');
  callee.terminate();
  const failure = await failed;
  assert.equal(failure.code, 1);
  assert.match(failure.stderr, /no answer: exit code 1\n/);
});

test('the page has 30 lines of JavaScript, or a few more', () => {
  const lines = /<script>\n(.*)<\/script>/s.exec(block('html'))[1].trimEnd().split('\n');
  assert.ok(lines.length <= 32, `${lines.length} lines`);
});

test('the messages of the README are valid, and compact', () => {
  for (const { text } of blocks.filter(({ language }) => language === 'json'))
    for (const line of text.trim().split('\n')) assert.equal(JSON.stringify(JSON.parse(line)), line);
});

test('the options of the README are those of --help, both ways', async () => {
  const names = (text) => [...text.matchAll(/^\s*(?:-h,)?(--[a-z-]+)/gm)].map(([, name]) => name).sort();
  const help = await runToEnd(['serve', '--help']);
  assert.equal(help.exit, 0);
  assert.deepEqual(names(block('text')), names(help.stdout).filter((name) => name !== '--help'));
});

test('the questions of the README are answered', async (t) => {
  const script = blocks.find(({ text }) => text.includes('status -q')).text;
  const server = await Server.start(t);
  const run = (variables, timeout = '30') => {
    const child = spawn('sh', ['-c', `p2psig() { "$P2PSIG" "$@"; }\n${script.replace('--timeout 30', `--timeout ${timeout}`)}`], {
      env: { PATH: '/usr/bin:/bin', P2PSIG: process.env.P2PSIG, P2PSIG_URL: server.url, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    const [stdout, stderr] = [new Output(child.stdout, 'stdout'), new Output(child.stderr, 'stderr')];
    const ended = new Promise((resolve) => child.on('close', (code) => resolve(code)));
    return within(ended.then((code) => ({ code, stdout: stdout.text, stderr: stderr.text })), 'end', () => stderr.text);
  };
  const ann = await Client.connect(server);
  await ann.joins('lobby');
  assert.deepEqual(await run({ GUEST: ann.id }, '0.3'),
                   { code: 4, stdout: '', stderr: 'p2psig: --timeout expired: lobby has 1 peer\n' });
  const waits = run({ GUEST: 'nobody' });
  const bob = await Client.connect(server);
  await bob.joins('lobby', ann);
  const peers = `{"room":"lobby","count":2,"peers":["${ann.id}","${bob.id}"]}\npeer ${ann.id}\npeer ${bob.id}\n`;
  assert.deepEqual(await waits, { code: 0, stdout: `${peers}the guest has left\n`, stderr: '' });
  assert.deepEqual(await run({ GUEST: bob.id }), { code: 0, stdout: peers, stderr: '' });
});

test('the package of the README has the name of this version', async () => {
  const [, version] = /^p2psig (\S+)$/m.exec((await runToEnd(['--version'])).stdout);
  assert.match(readme, new RegExp(`/p2psig_${version.replaceAll('.', '\\.')}_amd64\\.deb$`, 'm'));
});
