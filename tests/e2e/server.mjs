// Starts the real server, and reads what it says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Inbox, within } from './inbox.mjs';

export function environment(extra) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(P2PSIG_.*|HOST|PORT)$/.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}

export class Output {
  constructor(stream, owner, milliseconds) {
    this.text = '';
    this.lines = new Inbox(owner, milliseconds);
    let line = '';
    stream.setEncoding('utf8').on('data', (data) => {
      this.text += data;
      const parts = (line + data).split('\n');
      line = parts.pop();
      for (const part of parts) this.lines.push(part);
    });
  }
}

export class Run {
  constructor(args, variables = {}) {
    assert.ok(process.env.P2PSIG, 'P2PSIG has to name the binary');
    this.args = args;
    this.variables = variables;
    this.process = spawn(process.env.P2PSIG, args, { env: environment(variables), stdio: ['ignore', 'pipe', 'pipe'] });
    this.stdout = new Output(this.process.stdout, 'stdout');
    this.stderr = new Output(this.process.stderr, 'stderr');
    this.ended = new Promise((resolve, reject) => {
      this.process.on('error', reject).on('close', (code, signal) => resolve(signal ?? code));
    });
  }

  // The exit code, or the name of the signal; fails if there is none in time.
  async end() {
    try {
      return await within(this.ended, `end of ${this.process.spawnargs.join(' ')}`, () => `\n${this.stderr.text}`);
    } finally {
      this.process.kill('SIGKILL');
    }
  }
}

// Runs p2psig until it ends by itself.
export async function runToEnd(args, variables) {
  const run = new Run(args, variables);
  return { exit: await run.end(), stdout: run.stdout.text, stderr: run.stderr.text };
}

export class Server {
  // `test` is its context: the server ends with it.
  static start(test, ...options) {
    return Server.startWith(test, ['--host', '127.0.0.1', '--port', '0', ...options]);
  }

  static async startWith(test, options, variables) {
    const server = new Server(new Run(['serve', ...options], variables));
    test.after(() => server.stop());
    await server.#listen();
    return server;
  }

  constructor(run) {
    this.run = run;
    this.clients = [];
    this.exit = null;
  }

  // For a test that ended the server itself: the same once more, on the same port.
  async startAgain() {
    assert.notEqual(this.exit, null, 'it has not ended');
    const { args, variables } = this.run;
    this.run = new Run(args.map((arg, i) => args[i - 1] === '--port' ? String(this.port) : arg), variables);
    this.exit = null;
    await this.#listen();
  }

  async #listen() {
    const line = await Promise.race([this.run.stdout.lines.take('"listening"'), this.run.ended]);
    const match = /^listening (ws:\/\/([^:]+):(\d+))$/.exec(line);
    assert.ok(match, `instead of "listening": ${line}\n${this.log}`);
    [, this.url, this.host, this.port] = match;
    this.port = Number(this.port);
    this.http = this.url.replace('ws:', 'http:');
  }

  get log() {
    return this.run.stderr.text;
  }

  get logLines() {
    return this.run.stderr.lines;
  }

  signal(name) {
    this.run.process.kill(name);
  }

  // For a test that ends the server itself.
  async end() {
    this.exit = await this.run.end();
    return this.exit;
  }

  async stop() {
    if (this.exit !== null) return;
    for (const client of this.clients) client.terminate();
    this.signal('SIGTERM');
    assert.equal(await this.end(), 0, `exit of the server\n${this.log}`);
  }
}
