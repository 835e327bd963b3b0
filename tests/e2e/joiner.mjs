// Starts `p2psig join` in scripted mode, and reads its lines.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { within } from './inbox.mjs';
import { environment, Output } from './server.mjs';
import * as wire from './wire.mjs';

// A finding may take 10 s; the machine may be busy with other tests.
const deadlineMilliseconds = 15_000;
const tsPattern = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const linePattern = new RegExp(`^\\{"ts":"(${tsPattern})",(.*)\\}$`, 's');

// What a line has to be, without its time.
export const opened = (id) => `"event":"open","id":${JSON.stringify(id)}`;
export const incoming = (n, message) => `"dir":"in","n":${n},"msg":${message}`;
export const outgoing = (n, message) => `"dir":"out","n":${n},"msg":${message}`;
export const closed = (code, reason = '') => `"event":"close","code":${code},"reason":${JSON.stringify(reason)}`;

// The line without its time; fails if it is not one of ours.
export function withoutTime(line) {
  const match = linePattern.exec(line);
  assert.ok(match, `not a line of join: ${line}`);
  return match[2];
}

export const timeOf = (line) => Date.parse(linePattern.exec(line)[1]);
export const joinRoom = (room) => `{"type":"join-room","room":${JSON.stringify(room)}}`;
export const observeRoom = (room) => `{"type":"observe-room","room":${JSON.stringify(room)}}`;

export class Joiner {
  // `test` is its context: the joiner ends with it. `stdin` is as for spawn.
  static start(test, server, args, { stdin = 'ignore', stdout = 'pipe', variables = {} } = {}) {
    const joiner = new Joiner(['join', '--url', server.url, ...args], [stdin, stdout, 'pipe'], variables);
    test.after(() => joiner.process.kill('SIGKILL'));
    return joiner;
  }

  // In the room, behind these peers, and all lines about it read.
  static async inRoom(test, server, room, args, peers = [], options = {}) {
    const joiner = Joiner.start(test, server, [room, ...args], options);
    await joiner.readsId();
    await joiner.reads(outgoing(2, joinRoom(room)), incoming(3, wire.roomJoined(room)),
                       incoming(4, wire.roomPeers(...peers)));
    return joiner;
  }

  constructor(args, stdio, variables = {}) {
    assert.ok(process.env.P2PSIG, 'P2PSIG has to name the binary');
    this.started = Date.now();
    this.process = spawn(process.env.P2PSIG, args, { env: environment(variables), stdio });
    this.process.stdin?.on('error', () => {});
    if (this.process.stdout) this.stdout = new Output(this.process.stdout, 'join', deadlineMilliseconds);
    this.stderr = new Output(this.process.stderr, "join's stderr", deadlineMilliseconds);
    this.ended = new Promise((resolve, reject) => {
      this.process.on('error', reject).on('close', (code, signal) => resolve(signal ?? code));
    });
  }

  type(...messages) {
    for (const message of messages) this.process.stdin.write(`${message}\n`);
  }

  endInput() {
    this.process.stdin.end();
  }

  // The next line, without its time.
  async takes(what = 'line') {
    return withoutTime(await this.stdout.lines.take(what));
  }

  async reads(...lines) {
    for (const line of lines) assert.equal(await this.takes(line), line);
  }

  // The first lines are its opening and its id.
  async readsId() {
    const match = /^"event":"open","id":(".*")$/.exec(await this.takes('open'));
    assert.ok(match, 'the first line has no id');
    this.id = JSON.parse(match[1]);
    await this.reads(incoming(1, wire.id(this.id)));
  }

  // Skips what comes before the next finding.
  async finding() {
    return JSON.parse(await this.stdout.lines.next((line) => line.includes('"event":"finding"'), 'finding'));
  }

  // Skips what comes before the line that this is the content of.
  hears(line) {
    return this.stdout.lines.next((each) => withoutTime(each) === line, line);
  }

  // The exit code, or the name of the signal.
  end() {
    const report = () => `\n${this.stdout?.text.slice(-2000)}\n${this.stderr.text}`;
    return within(this.ended, `end of ${this.process.spawnargs.join(' ').slice(0, 300)}`, report, deadlineMilliseconds);
  }

  // Ends with this code, and says why in one sentence; without a pattern in none.
  async ends(code, ...why) {
    assert.equal(await this.end(), code, this.stderr.text);
    if (why.length === 0) return assert.equal(this.stderr.text, '');
    assert.match(this.stderr.text, /^p2psig: [^\n]+\n(?:Run 'p2psig[^\n]+\n)?$/);
    for (const pattern of why) assert.match(this.stderr.text, pattern);
  }

  get lines() {
    return this.stdout.text.split('\n').slice(0, -1).map(withoutTime);
  }
}
