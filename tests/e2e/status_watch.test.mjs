// `p2psig status` that looks more than once: --watch and --wait.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client, roomOf } from './client.mjs';
import { freePort, tcpServer } from './nonsense_server.mjs';
import { Run, Server } from './server.mjs';

const ts = '\\{"ts":"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z",';
const often = '--watch=0.1';
const reply = (body) => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function start(test, server, ...args) {
  const run = new Run(['status', '--url', server.url, ...args]);
  test.after(() => run.process.kill('SIGKILL'));
  return run;
}

// A server that says what `pages` holds at the time, a page or a way to treat the socket.
async function changingServer(test, first) {
  const state = { page: first, requests: 0 };
  const server = await tcpServer(test, (socket) => {
    ++state.requests;
    return typeof state.page === 'function' ? state.page(socket) : socket.end(reply(state.page));
  });
  return { ...server, state };
}

const empty = '{"totalClients":0,"clients":[],"rooms":{}}';
const lines = (run, pattern) => run.stdout.lines.next((line) => pattern.test(line), String(pattern));

describe('watch', { concurrency: 8 }, () => {
  test('piped it appends tables, a blank line between them', async (t) => {
    const server = await Server.start(t);
    const run = start(t, server, often);
    await run.stdout.lines.expect(`${server.http}   0 clients   0 rooms`, '');
    const [ann] = await roomOf(server, 'lab', 'ann');
    await lines(run, new RegExp(`^lab           1  ${ann.id}$`));
    assert.match(run.stdout.text, /rooms\n\nhttp:.*1 client   1 room\nROOM      PEERS  IDS\nlab  /);
    run.process.kill('SIGTERM');
    assert.equal(await run.end(), 143);
    assert.equal(run.stderr.text, '');
  });

  test('with --json each line begins with its time', async (t) => {
    const server = await Server.start(t);
    const all = start(t, server, often, '--json');
    const room = start(t, server, often, '--json', '--room', 'lab');
    await lines(all, new RegExp(`^${ts}"totalClients":0,"clients":\\[\\],"rooms":\\{\\}\\}$`));
    await lines(room, new RegExp(`^${ts}"room":"lab","count":0,"peers":\\[\\]\\}$`));
    const [ann] = await roomOf(server, 'lab', 'ann');
    await lines(all, new RegExp(`^${ts}"totalClients":1,"clients":\\["${ann.id}"\\],"rooms":\\{"lab":\\["${ann.id}"\\]\\}\\}$`));
    await lines(room, new RegExp(`^${ts}"room":"lab","count":1,"peers":\\["${ann.id}"\\]\\}$`));
    for (const run of [all, room]) {
      run.process.kill('SIGINT');
      assert.equal(await run.end(), 130);
      const times = run.stdout.text.trim().split('\n').map((line) => JSON.parse(line).ts);
      assert.deepEqual(times, [...new Set(times)].sort());
    }
  });

  test('a server that goes away is told of once, and when it is back', async (t) => {
    const server = await Server.start(t);
    const run = start(t, server, often, '--json');
    await lines(run, /totalClients/);
    server.signal('SIGTERM');
    await server.end();
    assert.match(await run.stderr.lines.take('note'), /^p2psig: (cannot connect|the reply).*; trying again$/);
    await server.startAgain();
    assert.equal(await run.stderr.lines.take('note'), `p2psig: ${server.http} answers again`);
    await lines(run, /totalClients/);
    run.process.kill('SIGTERM');
    assert.equal(await run.end(), 143);
    assert.equal(run.stderr.text.split('\n').length, 3, run.stderr.text);
  });

  const faults = {
    'another status': 'HTTP/1.1 502 Bad Gateway\r\n\r\n', 'no status': reply('<html>'), 'half a reply': reply(empty).slice(0, -1),
    'no byte': '',
  };
  for (const [what, bytes] of Object.entries(faults))
    test(`so is one that answers with ${what}, for as long as it does`, async (t) => {
      const server = await changingServer(t, empty);
      const run = start(t, server, often, '--json');
      await lines(run, /totalClients/);
      const before = server.state.requests;
      const again = new Promise((resolve) => {
        server.state.page = (socket) => {
          socket.end(bytes);
          if (server.state.requests > before + 3) resolve();
        };
      });
      assert.match(await run.stderr.lines.take('note'), /; trying again$/);
      await again;
      server.state.page = empty;
      assert.match(await run.stderr.lines.take('note'), / answers again$/);
      await lines(run, /totalClients/);
    });

  test('--timeout ends it: 4', async (t) => {
    const run = start(t, await Server.start(t), '--watch', '--timeout', '0.5');
    assert.equal(await run.end(), 4);
    assert.equal(run.stderr.text, 'p2psig: --timeout expired\n');
    assert.match(run.stdout.text, /0 clients/);
  });

  test('-q writes nothing but what goes wrong', async (t) => {
    const server = await changingServer(t, empty);
    const run = start(t, server, often, '-q');
    await new Promise((resolve) => {
      server.state.page = (socket) => {
        socket.end(reply(empty));
        if (server.state.requests > 2) resolve();
      };
    });
    server.state.page = (socket) => socket.end();
    assert.match(await run.stderr.lines.take('note'), /trying again$/);
    assert.equal(run.stdout.text, '');
  });

  test('a server that cannot be reached at all is not watched: 3', async (t) => {
    const run = start(t, { url: `ws://127.0.0.1:${await freePort()}` }, '--watch');
    assert.equal(await run.end(), 3);
    assert.match(run.stderr.text, /connection refused/);
  });
});

describe('a reader that does not read', { concurrency: 8 }, () => {
  const id = '3f2a91c0-0000-4000-8000-000000000001';
  const ids = Array(10_000).fill(id);  // six times what a pipe holds
  const large = `{"totalClients":0,"clients":[],"rooms":{"a":["${ids.join('","')}"]}}`;

  // Started, with more to write than a pipe takes.
  async function stuck(t, ...args) {
    const server = await changingServer(t, large);
    const run = start(t, server, ...args);
    run.process.stdout.pause();
    return { run, server };
  }

  for (const args of [[], ['--json'], [often], [often, '--json']]) {
    test(`a signal ends it at once: status ${args.join(' ')}`, async (t) => {
      const server = await changingServer(t, '');
      const asked = new Promise((resolve) => {
        server.state.page = (socket) => socket.end(reply(large), resolve);
      });
      const run = start(t, server, ...args);
      run.process.stdout.pause();
      await asked;
      run.process.kill('SIGTERM');
      run.process.once('exit', () => run.process.stdout.resume());
      assert.equal(await run.end(), 143);
    });

    test(`and so does --timeout: status ${args.join(' ')}`, async (t) => {
      const { run } = await stuck(t, '--timeout', '1', ...args);
      run.process.once('exit', () => run.process.stdout.resume());
      assert.equal(await run.end(), 4, run.stderr.text);
      assert.match(run.stderr.text, /^p2psig: --timeout expired/);
    });
  }

  test('what it reads later is whole', async (t) => {
    for (const args of [[], ['--json']]) {
      const { run, server } = await stuck(t, ...args);
      while (server.state.requests === 0) await new Promise(setImmediate);
      run.process.stdout.resume();
      assert.equal(await run.end(), 0);
      assert.equal(run.stdout.text, args.length !== 0 ? `${large}\n`
        : `${server.url.replace('ws', 'http')}   0 clients   1 room\nROOM      PEERS  IDS\na         10000  ${ids.join(' ')}\n`);
    }
  });
});

describe('wait', { concurrency: 8 }, () => {
  test('it ends once it is true, with the output of then', async (t) => {
    const server = await Server.start(t);
    const runs = [['--room', 'lab', '--min-peers', '2', '--json'], ['--min-clients', '2'], ['-q', '--min-clients', '2'],
                  ['-q', '--room', 'lab', '--min-peers', '2']]
      .map((args) => start(t, server, '--wait', ...args));
    const [ann] = await roomOf(server, 'lab', 'ann');
    const one = start(t, server, '--wait', '-q', '--room', 'lab', '--has-peer', ann.id);
    assert.equal(await one.end(), 0);
    for (const run of runs) assert.equal(run.process.exitCode, null);
    const bob = await Client.connect(server);
    await bob.joins('lab', ann);
    for (const run of runs) assert.equal(await run.end(), 0, run.stderr.text);
    assert.equal(runs[0].stdout.text, `{"room":"lab","count":2,"peers":["${ann.id}","${bob.id}"]}\n`);
    assert.match(runs[1].stdout.text, /^http:.* 2 clients /);
    assert.equal(runs[2].stdout.text + runs[3].stdout.text, '');
    for (const run of runs) assert.equal(run.stderr.text, '');
  });

  test('also for somebody to leave', async (t) => {
    const server = await Server.start(t);
    const [ann] = await roomOf(server, 'lab', 'ann');
    const run = start(t, server, '-q', '--room', 'lab', '--max-peers', '0', '--wait');
    ann.socket.close();
    assert.equal(await run.end(), 0);
  });

  test('also for a server that is started later, which is said once, and not with -q', async (t) => {
    const port = await freePort();
    const server = { url: `ws://127.0.0.1:${port}` };
    const loud = start(t, server, '--min-clients', '0', '--wait');
    const quiet = start(t, server, '-q', '--min-clients', '0', '--wait');
    assert.match(await loud.stderr.lines.take('note'), /^p2psig: cannot connect to .*; trying again$/);
    await Server.startWith(t, ['--host', '127.0.0.1', '--port', String(port)]);
    assert.equal(await loud.end(), 0);
    assert.equal(await quiet.end(), 0);
    assert.equal(loud.stderr.text.split('\n').length, 2);
    assert.equal(quiet.stderr.text, '');
  });

  test('not in time: 4, and how it is instead', async (t) => {
    const server = await Server.start(t);
    const cases = [
      [['--min-clients', '1'], 'there are 0 clients'], [['--room', 'lab', '--min-peers', '2'], 'lab has 0 peers'],
      [['--room', '\u001b[2J', '--has-peer', 'x'], '\\u001b[2J has 0 peers, without x'],
    ];
    await Promise.all(cases.map(async ([args, state]) => {
      const run = start(t, server, '--wait', '--timeout', '0.5', ...args);
      assert.equal(await run.end(), 4);
      assert.equal(run.stderr.text, `p2psig: --timeout expired: ${state}\n`);
      assert.equal(run.stdout.text, '');
    }));
    const run = start(t, { url: `ws://127.0.0.1:${await freePort()}` }, '-q', '--min-clients', '0', '--wait', '--timeout', '0.5');
    assert.equal(await run.end(), 4);
    assert.match(run.stderr.text, /^p2psig: --timeout expired: cannot connect to .*\n$/);
  });

  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]])
    test(`${signal}: ${code}`, async (t) => {
      const server = await changingServer(t, empty);
      const asked = new Promise((resolve) => { server.state.page = (socket) => socket.end(reply(empty), resolve); });
      const run = start(t, server, '--min-clients', '1', '--wait');
      await asked;
      run.process.kill(signal);
      assert.equal(await run.end(), code);
      assert.equal(run.stdout.text + run.stderr.text, '');
    });
});
