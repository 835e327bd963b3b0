// How `p2psig status` ends when there is no status: its exit code, and one sentence that says why.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { within } from './inbox.mjs';
import { freePort, nonsenseServer, tcpServer } from './nonsense_server.mjs';
import { Run } from './server.mjs';

const longest = 20_000;  // what may take the whole ten seconds does
const good = '{"totalClients":0,"clients":[],"rooms":{}}';
const reply = (status, body, ...lines) =>
  [`HTTP/1.1 ${status}`, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
const answering = (test, bytes) => tcpServer(test, (socket) => socket.end(bytes));

// Nothing on stdout, and one sentence without control characters.
async function ends(server, args, code, ...why) {
  const run = new Run(['status', '--url', server.url, ...args]);
  const exit = await within(run.ended, `end of status ${args.join(' ')}`, () => run.stderr.text, longest);
  assert.equal(exit, code, run.stderr.text);
  assert.equal(run.stdout.text, '');
  assert.match(run.stderr.text, /^p2psig: [^\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+\n$/);
  for (const pattern of why) assert.match(run.stderr.text, pattern);
}

describe('no answer', { concurrency: 12 }, () => {
  test('a port that nobody listens at: 3, and what to do', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await ends({ url }, [], 3, new RegExp(`cannot connect to ${url}/status: connection refused`), /p2psig serve/);
  });

  test('a name that does not resolve: 3', async () => {
    await ends({ url: 'ws://no-such-host.invalid' }, [], 3, /resolve/, /no-such-host\.invalid/);
  });

  test('an end, or a reset, without a byte: 3', async (t) => {
    await ends(await answering(t, ''), [], 3);
    await ends(await tcpServer(t, (socket) => socket.resetAndDestroy()), [], 3);
  });

  test('silence: 3 after --connect-timeout, 4 after --timeout', async (t) => {
    const silent = await tcpServer(t, () => {});
    await ends(silent, ['--connect-timeout', '0.3'], 3, /no answer within 0\.3 s/, /--connect-timeout/);
    await ends(silent, ['--timeout', '0.3'], 4, /--timeout expired: http:\/\/127\.0\.0\.1:\d+ has not answered/);
    await ends(silent, ['--timeout', '0.3', '--wait', '--min-clients', '0'], 4, /--timeout expired/, /not answered/);
  });

  test('silence, or a reply that never ends, without any option: 3 and 6 after ten seconds', async (t) => {
    const drip = await tcpServer(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n{');
      const timer = setInterval(() => socket.write(' '), 50);
      socket.on('close', () => clearInterval(timer));
    });
    await Promise.all([
      ends(await tcpServer(t, () => {}), [], 3, /no answer within 10 s/),
      ends(drip, [], 6, /did not end within 10 s/),
      ends(drip, ['--timeout', '0.5'], 4, /--timeout/),
    ]);
  });

  test('no TLS where it is wanted: 3', async (t) => {
    const server = await answering(t, reply('200 OK', good));
    await ends({ url: server.url.replace('ws:', 'wss:') }, [], 3, /https:/);
  });
});

describe('half an answer', { concurrency: 12 }, () => {
  const replies = {
    'half a head': 'HTTP/1.1 20', 'a head and no body': reply('200 OK', good).slice(0, -good.length),
    'half a body': reply('200 OK', good).slice(0, -3), 'half a chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{',
  };
  for (const [what, bytes] of Object.entries(replies))
    test(`${what}: 6`, async (t) => ends(await answering(t, bytes), [], 6, /cut short/));
});

describe('another answer', { concurrency: 12 }, () => {
  for (const [status, hint] of [['204 No Content'], ['301 Moved Permanently', /redirects are not followed/],
                                ['302 Found', /redirects/], ['307 Temporary Redirect', /redirects/],
                                ['308 Permanent Redirect', /redirects/], ['401 Unauthorized', /--token-file/],
                                ['404 Not Found', /path/], ['500 Oops'], ['503 Service Unavailable']])
    test(`${status}: 5`, async (t) => {
      const target = await nonsenseServer(t, () => {});
      const server = await answering(t, reply(status, good, `Location: ${target.url.replace('ws', 'http')}/status`));
      await ends(server, [], 5, new RegExp(`answered ${status.slice(0, 3)}`), hint ?? /./);
      assert.deepEqual(target.accepted.all, []);
    });

  test('a wrong path is not waited for, and a proxy without its server is', async (t) => {
    const wait = ['--wait', '--min-clients', '0', '--timeout', '0.5'];
    await ends(await answering(t, reply('404 Not Found', '')), wait, 5, /404/);
    await ends(await answering(t, reply('200 OK', '[]')), wait, 5, /not a JSON object/);
    await ends(await answering(t, reply('503 Not Now', '')), ['-q', ...wait], 4, /--timeout expired: .*503/);
  });

  for (const [what, bytes] of [['SSH', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'], ['HTTP/2', '\0\0\x12\x04\0\0\0\0\0'], ['nonsense', '\x1b[2J\x1b]0;x\x07'],
                               ['an endless head', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`],
                               ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'],
                               ['a huge length', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx']])
    test(`not HTTP, ${what}: 5`, async (t) => ends(await answering(t, bytes), [], 5, /is not an HTTP server/));

  test('more than 64 MiB: 5', async (t) => {
    await ends(await answering(t, `HTTP/1.1 200 OK\r\nContent-Length: ${(64 << 20) + 1}\r\n\r\n{`), [], 5, /larger than 64 MiB/);
    const endless = await tcpServer(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n{');
      const piece = Buffer.alloc(1 << 20, ' ');
      const more = () => { while (!socket.destroyed && socket.write(piece)); };
      socket.on('drain', more);
      more();
    });
    await ends(endless, [], 5, /larger than 64 MiB/);
  });
});

describe('not a status', { concurrency: 12 }, () => {
  const documents = [
    ['nothing', '', /not a JSON object/], ['HTML', '<html>', /not a JSON object/], ['a list', '[]', /not a JSON object/],
    ['half of it', good.slice(0, -1), /not JSON, from byte 41/], ['two of it', good + good, /not JSON/],
    ['a byte order mark', `\ufeff${good}`, /not a JSON object/], ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff]), /not UTF-8/],
    ['depth', `{"x":${'['.repeat(100)}${']'.repeat(100)}}`, /deeper than 64/], ['no rooms', '{"totalClients":0,"clients":[]}', /rooms is missing/],
    ['a room that is no list', '{"totalClients":0,"clients":[],"rooms":{"lobby":7}}', /rooms\["lobby"\] is not an array/],
    ['a peer that is no string', '{"totalClients":0,"clients":[],"rooms":{"lobby":["a",7]}}', /rooms\["lobby"\]\[1\] is not a string/],
    ['a wrong total', '{"totalClients":3,"clients":[],"rooms":{}}', /totalClients is not 0/],
    ['a room twice', '{"totalClients":0,"clients":[],"rooms":{"a":[],"\\u0061":[]}}', /rooms\["a"\] is there twice/],
    ['a hostile name', '{"totalClients":0,"clients":[],"rooms":{"\\u001b[2J\\u009b\u202e\u009b":7}}', /\\u001b\[2J/],
    ['a million empty names', `{"totalClients":0,"rooms":{},"clients":[${'"",'.repeat(3e6)}""]}`, /too many tiny names/],
  ];
  for (const [what, document, why] of documents)
    test(`${what}: 5, and what is wrong where, whatever is wanted of it`, async (t) => {
      const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(document)}\r\n\r\n`;
      const server = await answering(t, Buffer.concat([Buffer.from(head), Buffer.from(document)]));
      for (const args of [[], ['--json'], ['--room', 'lobby', '--json'], ['-q', '--min-clients', '0'], ['--watch']])
        await ends(server, args, 5, /what http:\/\/127\.0\.0\.1:\d+ answered is not a status: /, why);
    });
});
