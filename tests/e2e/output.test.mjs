// What cannot be written to stdout ends the program, and says so.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import test from 'node:test';
import { within } from './inbox.mjs';

async function runWith(stdout, ...args) {
  const run = spawn(process.env.P2PSIG, args, { stdio: ['ignore', stdout, 'pipe'] });
  let stderr = '';
  run.stderr.on('data', (data) => { stderr += data; });
  if (stdout === 'pipe') run.stdout.destroy();
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
    const { exit, stderr } = await runWith('pipe', ...args);
    assert.equal(exit, 'SIGPIPE');
    assert.equal(stderr, '');
  });
}
