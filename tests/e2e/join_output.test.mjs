// Where a scripted join writes, and how it is told what to do.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, roomOf } from './client.mjs';
import { incoming, Joiner, outgoing } from './joiner.mjs';
import { nonsenseServer, welcome } from './nonsense_server.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const stay = ['--linger', '-1'];

function folder(test) {
  const name = mkdtempSync(join(tmpdir(), 'p2psig-'));
  test.after(() => rmSync(name, { recursive: true }));
  return name;
}

describe('output', { concurrency: 12 }, () => {
  test('a closed stdout ends it quietly, as SIGPIPE would', async (t) => {
    const server = await Server.start(t);
    const joiner = await Joiner.inRoom(t, server, 'lab', stay);
    joiner.process.stdout.destroy();
    const ann = await Client.connect(server);
    await ann.joins('lab', joiner);
    await joiner.ends('SIGPIPE');
  });

  test('a full disk under stdout: 7', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['lab', ...stay], { stdout: openSync('/dev/full', 'w') });
    await joiner.ends(7, /cannot write to stdout: No space left on device/);
  });

  test('a full disk under --record: 7', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['lab', '--record', '/dev/full', ...stay]);
    await joiner.ends(7, /cannot write to \/dev\/full: No space left on device/);
  });

  test('a record that cannot be made: 7, and nothing is connected', async (t) => {
    const server = await nonsenseServer(t, welcome('lab'));
    const joiner = Joiner.start(t, server, ['lab', '--record', '/no/such/folder/record']);
    await joiner.ends(7, /\/no\/such\/folder\/record: No such file or directory/);
    assert.deepEqual(server.accepted.all, []);
  });

  test('--record has the lines of stdout, nothing of before, and is for its owner alone', async (t) => {
    const server = await Server.start(t);
    const [ann] = await roomOf(server, 'lab', 'ann');
    const name = join(folder(t), 'record');
    writeFileSync(name, 'x'.repeat(100_000));
    chmodSync(name, 0o644);
    const joiner = Joiner.start(t, server, ['lab', '--record', name, '--send', '{"type":"offer","to":"nobody"}', '--wait-for', 'x']);
    await joiner.finding();
    ann.send('{ "type":"x",\n"a":"é" }');
    await joiner.ends(0);
    assert.equal(readFileSync(name, 'utf8'), joiner.stdout.text);
    assert.match(joiner.stdout.text, /"event":"finding"/);
    assert.match(joiner.stdout.text, /"event":"close"/);
    assert.equal(statSync(name).mode & 0o777, 0o600);
  });

  test('a new record is for its owner alone too', async (t) => {
    const name = join(folder(t), 'record');
    await Joiner.start(t, await Server.start(t), ['lab', '--record', name, '--linger', '0']).ends(0);
    assert.equal(statSync(name).mode & 0o777, 0o600);
  });

  test('a reader that is slow gets everything, in its order', async (t) => {
    const frames = Array.from({ length: 3000 }, (_, i) => `{"type":"x","i":${i},"a":"${'x'.repeat(8000)}"}`);
    const server = await nonsenseServer(t, welcome('lab'));
    const joiner = await Joiner.inRoom(t, server, 'lab', ['--count', '3000']);
    joiner.process.stdout.pause();
    const socket = await server.accepted.take();
    // Four megabytes fit into what the joiner keeps; all of them do not.
    for (const [i, frame] of frames.entries()) socket.send(frame, () => i === 500 && joiner.process.stdout.resume());
    await joiner.ends(0);
    const got = joiner.lines.slice(5, -1);
    assert.equal(got.length, 3000);
    assert.ok(got.every((line, i) => line === incoming(i + 5, frames[i])));
  });

  test('with every flag together it writes what it writes', async (t) => {
    const server = await Server.start(t);
    const ann = await Client.connect(server);
    await ann.joins('lab');
    const name = join(folder(t), 'record');
    const args = ['lab', '--json', '--color', 'always', '-H', 'X-One: 1', '--header', 'X-Two: 2', '-k', '--connect-timeout', '8',
                  '--send', '{"type":"x","to":"@peer"}', '--peers', 'all', '--wait-peers', '1', '--wait-for', 'y,z', '--count', '2',
                  '--linger', '0', '--no-stdin', '--timeout', '15', '--fail-on-error', '--fail-on', 'any', '--reconnect=2', '--record', name];
    const joiner = Joiner.start(t, server, args);
    const x = await ann.inbox.next((frame) => frame.includes('"x"'), 'x');
    ann.send('{"type":"y"}');
    ann.send('{"type":"z"}');
    await joiner.ends(0);
    await joiner.readsId();
    assert.equal(x, wire.relayed(`{"type":"x","to":"${ann.id}"}`, joiner));
    assert.deepEqual(joiner.lines.filter((line) => /"[xyz]"/.test(line)),
                     [outgoing(5, `{"type":"x","to":"${ann.id}"}`), incoming(6, wire.relayed('{"type":"y"}', ann)),
                      incoming(7, wire.relayed('{"type":"z"}', ann))]);
    assert.doesNotMatch(joiner.stdout.text, /\u001b/);
    assert.equal(readFileSync(name, 'utf8'), joiner.stdout.text);
  });
});

describe('how it is told', { concurrency: 12 }, () => {
  const usage = [
    ['an unknown flag', ['--nonsense'], /--nonsense/],
    ['a second room', ['lobby'], /lobby/],
    ['--send that is not JSON', ['--send', 'nonsense'], /--send/],
    ['--send that is a list', ['--send', '[1]'], /JSON/],
    ['--send of two values', ['--send', '{"type":"x"} {"type":"y"}'], /JSON/],
    ['--send of a file that is not there', ['--send', '@/no/such/file'], /\/no\/such\/file/],
    ['--send of a file that is not JSON', ['--send', '@/etc/hostname'], /\/etc\/hostname/],
    ['--send of a file without end', ['--send', '@/dev/zero'], /\/dev\/zero/],
    ['--peers of another kind', ['--peers', 'both'], /both/],
    ['--wait-peers of no number', ['--wait-peers', 'x'], /--wait-peers/],
    ['--wait-for of nothing', ['--wait-for', ','], /--wait-for/],
    ['--count of 0', ['--count', '0'], /--count/],
    ['--linger of no number', ['--linger', '-2'], /--linger/],
    ['--timeout of no number', ['--timeout', 'nan'], /--timeout/],
    ['--reconnect of no number', ['--reconnect=x'], /--reconnect/],
    ['--header that is none', ['-H', 'nonsense'], /nonsense/],
    ['--color that is none', ['--color', 'red'], /red/],
    ['--token-file that is not there', ['--token-file', '/no/such/file'], /\/no\/such\/file/],
    ['--cacert without a certificate', ['--cacert', '/etc/hostname'], /\/etc\/hostname/],
  ];
  for (const [what, args, why] of usage)
    test(`a usage error is found before anything is connected: ${what}`, async (t) => {
      const server = await nonsenseServer(t, welcome('lab'));
      const joiner = Joiner.start(t, server, ['lab', ...args]);
      assert.equal(await joiner.end(), 2, joiner.stderr.text);
      assert.match(joiner.stderr.text, why);
      assert.match(joiner.stderr.text, /--help/);
      const lines = joiner.stderr.text.split('\n').length - 1;
      assert.ok(lines >= 2 && lines <= 3, joiner.stderr.text);
      assert.equal(joiner.stdout.text, '');
      assert.deepEqual(server.accepted.all, []);
    });

  // Without --url, and with what the environment says.
  const start = (t, args, variables) => {
    const joiner = new Joiner(['join', ...args], ['ignore', 'pipe', 'pipe'], variables);
    t.after(() => joiner.process.kill('SIGKILL'));
    return joiner;
  };

  test('variables stand for flags, and flags win', async (t) => {
    const server = await Server.start(t);
    const variables = { P2PSIG_URL: server.url, P2PSIG_LINGER: '0', P2PSIG_TIMEOUT: '', P2PSIG_PORT: 'nonsense' };
    await start(t, ['lab'], variables).ends(0);
    await start(t, ['lab', '--linger', '-1', '--timeout', '1'], variables).ends(4, /--timeout/);
    await start(t, ['lab', '--url', server.url], { P2PSIG_URL: 'ws://127.0.0.1:1', P2PSIG_LINGER: '0' }).ends(0);
  });

  test('a bad variable is named', async (t) => {
    for (const [name, value] of [['P2PSIG_TIMEOUT', 'x'], ['P2PSIG_PEERS', 'both'], ['P2PSIG_URL', 'ftp://x'], ['P2PSIG_FAIL_ON', 'x']])
      await start(t, ['lab'], { [name]: value }).ends(2, new RegExp(`\\b${name}\\b`));
  });

  test('an address may be short, and have any path', async (t) => {
    const server = await Server.start(t);
    for (const url of [`:${server.port}`, `127.0.0.1:${server.port}`, `localhost:${server.port}`, server.http,
                       `${server.url}/a/path?with=query`])
      await Joiner.start(t, { url }, ['lab', '--linger', '0']).ends(0);
  });

  test('path, headers and token go into the upgrade', async (t) => {
    const server = await nonsenseServer(t, welcome('lab'));
    const name = join(folder(t), 'token');
    writeFileSync(name, '  secret-1\n');
    const url = `${server.url}/signal?x=1`;
    await Joiner.start(t, { url }, ['lab', '--linger', '0', '--token-file', name, '-H', 'X-One: a b', '-H', 'Cookie: c=1']).ends(0);
    const { request } = await server.accepted.take();
    assert.equal(request.url, '/signal?x=1');
    assert.equal(request.headers.authorization, 'Bearer secret-1');
    assert.equal(request.headers['x-one'], 'a b');
    assert.equal(request.headers.cookie, 'c=1');
    await start(t, ['lab', '--linger', '0'], { P2PSIG_URL: url, P2PSIG_TOKEN: ' secret-2 ' }).ends(0);
    assert.equal((await server.accepted.take()).request.headers.authorization, 'Bearer secret-2');
  });
});
