// The README's script about rooms does what is said there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Client } from './client.mjs';
import { within } from './inbox.mjs';
import { Output, Server } from './server.mjs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const script = /^```sh\n((?:(?!```)[^])*status -q[^]*?)^```$/m.exec(readme)[1];

test('the questions of the README are answered', async (t) => {
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
