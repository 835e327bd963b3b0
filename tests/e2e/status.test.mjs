// What `p2psig status` writes for scripts, and the answers it gives them.
import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BaseServer } from './base_server.mjs';
import { Client, roomOf } from './client.mjs';
import { someId, tcpServer } from './nonsense_server.mjs';
import { runToEnd, Server } from './server.mjs';

const status = (server, ...args) => runToEnd(['status', '--url', server.url, ...args]);
const reply = (body, ...lines) => ['HTTP/1.1 200 OK', ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
const answering = (test, text) => tcpServer(test, (socket) => socket.end(text));

async function writes(server, args, stdout, exit = 0) {
  assert.deepEqual(await status(server, ...args), { exit, stdout, stderr: '' });
}

// Ann and Bob in the lab, Cat in a room of her own, and Dan in none.
async function someRooms(test) {
  const server = await Server.start(test);
  const [ann, bob] = await roomOf(server, 'lab', 'ann', 'bob');
  const [cat] = await roomOf(server, 'vidéo "x"', 'cat');
  const dan = await Client.connect(server);
  return { server, ann, bob, cat, dan };
}

describe('output', { concurrency: 6 }, () => {
  test('the table has whole ids, no time and no colour', async (t) => {
    const { server, ann, bob, cat } = await someRooms(t);
    await writes(server, [], `${server.http}   4 clients (1 in no room)   2 rooms\n` +
      'ROOM       PEERS  IDS\n' +
      `lab            2  ${ann.id} ${bob.id}\n` +
      `vidéo "x"      1  ${cat.id}\n`);
    await writes(server, ['--room', 'lab'], `${server.http}   4 clients (1 in no room)   2 rooms\n` +
      `ROOM      PEERS  IDS\nlab           2  ${ann.id} ${bob.id}\n`);
    await writes(server, ['--room', 'la'], `${server.http}   4 clients (1 in no room)   2 rooms\n` +
      'ROOM      PEERS  IDS\nla            0\n');
  });

  test('an empty server', async (t) => {
    const server = await Server.start(t);
    await writes(server, [], `${server.http}   0 clients   0 rooms\n`);
    await writes(server, ['--json'], '{"totalClients":0,"clients":[],"rooms":{}}\n');
    await writes(server, ['--room', 'x', '--json'], '{"room":"x","count":0,"peers":[]}\n');
  });

  test('--json is what the server says', async (t) => {
    const { server, ann, bob, cat, dan } = await someRooms(t);
    const page = await (await fetch(`${server.http}/status`)).text();
    await writes(server, ['--json'], `${page}\n`);
    assert.deepEqual(JSON.parse(page).clients, [ann.id, bob.id, cat.id, dan.id]);
    await writes(server, ['--json', '--room', 'lab'], `{"room":"lab","count":2,"peers":["${ann.id}","${bob.id}"]}\n`);
    await writes(server, ['--json', '--room', 'vidéo "x"'], `{"room":"vidéo \\"x\\"","count":1,"peers":["${cat.id}"]}\n`);
  });

  test('--json keeps what another server writes, but for blanks between tokens', async (t) => {
    const document = '{ "uptime": 1.50e+3,\n "rooms": {"2": ["\\u0061"], "1": [ "b" , "a" ]},\n "clients" : ["b","a"],' +
      ' "x": { " y ": [ null, " \\" " ] }, "totalClients": 2.0 }\n';
    const server = await answering(t, reply(document));
    await writes(server, ['--json'], '{"uptime":1.50e+3,"rooms":{"2":["\\u0061"],"1":["b","a"]},"clients":["b","a"],' +
      '"x":{" y ":[null," \\" "]},"totalClients":2.0}\n');
    await writes(server, ['--json', '--room', '2'], '{"room":"2","count":1,"peers":["\\u0061"]}\n');
  });

  test('--sort orders the table', async (t) => {
    const server = await answering(t, reply('{"totalClients":1,"clients":["1"],"rooms":{"b":["1"],"c":["1","2"],"a":["1"]}}'));
    const order = async (...args) => (await status(server, ...args)).stdout.split('\n').slice(2, -1).map((line) => line[0]).join('');
    assert.equal(await order(), 'bca');
    assert.equal(await order('--sort', 'name'), 'abc');
    assert.equal(await order('--sort', 'peers'), 'cba');
  });

  test('hostile names are escaped in the table, and exact in JSON', async (t) => {
    const document = '{"totalClients":1,"clients":["\\u001b[2J"],"rooms":{"\\u001b]0;x\\u0007\u202e\u009b":["\\u001b[2J"]}}';
    const server = await answering(t, reply(document));
    const { exit, stdout } = await status(server);
    assert.equal(exit, 0);
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.match(stdout, /^\\u001b\]0;x\\u0007\\u202e\\u009b +1  \\u001b\[2J$/m);
    await writes(server, ['--json'], `${document}\n`);
  });

  test('colour is there when it is forced, and never in JSON', async (t) => {
    const server = await answering(t, reply('{"totalClients":0,"clients":[],"rooms":{"a":[]}}'));
    assert.match((await status(server, '--color', 'always')).stdout, /\n\u001b\[2mROOM/);
    assert.doesNotMatch((await status(server, '--color', 'always', '--json')).stdout, /\u001b/);
    const forced = await runToEnd(['status', '--url', server.url], { CLICOLOR_FORCE: '1' });
    assert.match(forced.stdout, /\u001b\[2m/);
  });

  test('it reads the original server too', async (t) => {
    const server = await BaseServer.start(t);
    const ann = await Client.connect(server);
    await ann.joins('lab');
    const { exit, stdout } = await status(server, '--room', 'lab', '--has-peer', ann.id);
    assert.equal(exit, 0);
    assert.match(stdout, new RegExp(`^lab +1  ${ann.id}$`, 'm'));
  });
});

describe('predicates', { concurrency: 6 }, () => {
  test('they are the exit code, and nothing is said', async (t) => {
    const { server, ann, cat } = await someRooms(t);
    const cases = [
      [0, '--room', 'lab', '--min-peers', '2'], [1, '--room', 'lab', '--min-peers', '3'],
      [0, '--room', 'lab', '--max-peers', '2'], [1, '--room', 'lab', '--max-peers', '1'],
      [0, '--room', 'none', '--max-peers', '0'], [1, '--room', 'none', '--min-peers', '1'],
      [0, '--room', 'lab', '--has-peer', ann.id], [1, '--room', 'lab', '--has-peer', cat.id],
      [1, '--room', 'lab', '--has-peer', ann.id.slice(0, 8)], [0, '--room', 'lab'],
      [1, '--room', 'lab', '--has-peer', ann.id, '--min-peers', '3'],
      [0, '--min-clients', '4'], [1, '--min-clients', '5'], [0, '--max-clients', '4'], [1, '--max-clients', '3'],
      [0, '--min-clients', '4', '--max-clients', '4'], [1, '--min-clients', '3', '--max-clients', '3'],
    ];
    for (const [exit, ...args] of cases) await writes(server, ['-q', ...args], '', exit);
  });

  test('true or false, the output is the same as without', async (t) => {
    const { server } = await someRooms(t);
    for (const args of [[], ['--json'], ['--sort', 'name']]) {
      const { stdout } = await status(server, ...args);
      await writes(server, [...args, '--min-clients', '1'], stdout);
      await writes(server, [...args, '--min-clients', '9'], stdout, 1);
      const room = await status(server, ...args, '--room', 'lab');
      await writes(server, [...args, '--room', 'lab', '--min-peers', '1'], room.stdout);
      await writes(server, [...args, '--room', 'lab', '--min-peers', '9'], room.stdout, 1);
    }
  });
});

describe('the request', { concurrency: 6 }, () => {
  // What the server was asked, by a status with these arguments.
  async function requestOf(t, args, variables) {
    let head = '';
    const server = await tcpServer(t, (socket) => socket.end(reply('{"totalClients":0,"clients":[],"rooms":{}}')), (data) => { head += data; });
    const { exit, stderr } = await runToEnd(['status', ...args(server)], variables?.(server));
    assert.equal(exit, 0, stderr);
    return head;
  }

  test('the page is below the prefix of the address, which may be of any scheme', async (t) => {
    assert.match(await requestOf(t, ({ port }) => ['--url', `http://127.0.0.1:${port}/signal`]), /^GET \/signal\/status HTTP\/1\.1\r\n/);
    assert.match(await requestOf(t, ({ port }) => ['--url', `ws://127.0.0.1:${port}`]), /^GET \/status HTTP\/1\.1\r\n/);
    assert.match(await requestOf(t, ({ port }) => ['--url', `:${port}`]), /^GET \/status HTTP\/1\.1\r\n/);
  });

  test('headers and the token are sent, and P2PSIG_URL and P2PSIG_TOKEN are read', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'p2psig-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'token'), ' secret\n');
    const args = ({ url }) => ['--url', url, '-H', 'X-Test: yes', '--token-file', join(folder, 'token')];
    const head = await requestOf(t, args);
    assert.match(head, /^X-Test: yes\r$/m);
    assert.match(head, /^Authorization: Bearer secret\r$/m);
    const other = await requestOf(t, () => [], ({ url }) => ({ P2PSIG_URL: url, P2PSIG_TOKEN: 'other' }));
    assert.match(other, /^Authorization: Bearer other\r$/m);
  });

  test('other options have variables as well, and flags win', async (t) => {
    const server = await answering(t, reply(`{"totalClients":1,"clients":["${someId}"],"rooms":{}}`));
    const run = (variables, ...args) => runToEnd(['status', '--url', server.url, ...args], variables);
    assert.equal((await run({ P2PSIG_MIN_CLIENTS: '2' })).exit, 1);
    assert.equal((await run({ P2PSIG_MIN_CLIENTS: '2' }, '--min-clients', '1')).exit, 0);
    assert.equal((await run({ P2PSIG_MIN_CLIENTS: '' })).exit, 0);
    assert.equal((await run({ P2PSIG_QUIET: '1' })).stdout, '');
    assert.match((await run({ P2PSIG_JSON: 'true' })).stdout, /^\{/);
  });
});
