// What cannot be written to stdout ends the program, and says so.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { within } from './inbox.mjs';
import { Server } from './server.mjs';

// A pipe that nobody reads any more, from the start.
function closedPipe() {
  const folder = mkdtempSync(join(tmpdir(), 'p2psig-'));
  const name = join(folder, 'pipe');
  execFileSync('mkfifo', [name]);
  const reader = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(name, constants.O_WRONLY);
  closeSync(reader);
  rmSync(folder, { recursive: true });
  return writer;
}

async function runWith(stdout, ...args) {
  const run = spawn(process.env.P2PSIG, args, { stdio: ['ignore', stdout, 'pipe'] });
  let stderr = '';
  run.stderr.on('data', (data) => { stderr += data; });
  closeSync(stdout);
  try {
    const ended = new Promise((resolve) => run.on('close', (code, signal) => resolve(signal ?? code)));
    return { exit: await within(ended, 'end', () => stderr), stderr };
  } finally {
    run.kill('SIGKILL');
  }
}

for (const args of [['serve', '--host', '127.0.0.1', '--port', '0'], ['--help'], ['--version']]) {
  test(`a full disk under stdout: ${args[0]}`, async () => {
    const { exit, stderr } = await runWith(openSync('/dev/full', 'w'), ...args);
    assert.equal(exit, 7);
    assert.match(stderr, /^p2psig: cannot write to stdout: No space left on device$/m);
  });

  test(`a closed pipe ends it quietly: ${args[0]}`, async () => {
    const { exit, stderr } = await runWith(closedPipe(), ...args);
    assert.equal(exit, 'SIGPIPE');
    assert.equal(stderr, '');
  });
}

for (const args of [[], ['--json'], ['--watch=0.1'], ['--watch=0.1', '--json', '--room', 'x']]) {
  test(`a full disk under stdout: status ${args.join(' ')}`, async (t) => {
    const { url } = await Server.start(t);
    const { exit, stderr } = await runWith(openSync('/dev/full', 'w'), 'status', '--url', url, ...args);
    assert.equal(exit, 7);
    assert.equal(stderr, 'p2psig: cannot write to stdout: No space left on device\n');
  });

  test(`a closed pipe ends it quietly: status ${args.join(' ')}`, async (t) => {
    const { url } = await Server.start(t);
    const { exit, stderr } = await runWith(closedPipe(), 'status', '--url', url, ...args);
    assert.equal(exit, 'SIGPIPE');
    assert.equal(stderr, '');
  });
}

// Node cannot leave stdout out.
function runWithoutStdout(...args) {
  const run = spawn('/bin/sh', ['-c', 'exec "$0" "$@" >&-', process.env.P2PSIG, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  run.stderr.on('data', (text) => { stderr += text; });
  return { run, ended: new Promise((resolve) => run.on('close', (exit) => resolve({ exit, stderr }))) };
}

test('without a stdout nothing can be written', async (t) => {
  const { url } = await Server.start(t);
  const failed = { exit: 7, stderr: 'p2psig: cannot write to stdout: Bad file descriptor\n' };
  for (const args of [['--version'], ['join', '--help'], ['status', '--url', url], ['join', 'lab', '--url', url]])
    assert.deepEqual(await runWithoutStdout(...args).ended, failed, args.join(' '));
  assert.deepEqual(await runWithoutStdout('status', '-q', '--url', url).ended, { exit: 0, stderr: '' });
});

test('a server does without', async () => {
  const { run, ended } = runWithoutStdout('serve', '--host', '127.0.0.1', '--port', '0');
  await once(run.stderr, 'data');
  run.kill('SIGTERM');
  assert.equal((await ended).exit, 0);
});

test('status -q writes nothing, wherever stdout goes', async (t) => {
  const { url } = await Server.start(t);
  for (const stdout of [openSync('/dev/full', 'w'), closedPipe()])
    assert.deepEqual(await runWith(stdout, 'status', '--url', url, '-q', '--max-clients', '0'), { exit: 0, stderr: '' });
});
