// The hidden command that shells complete rooms with.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client } from './client.mjs';
import { tcpServer } from './nonsense_server.mjs';
import { runToEnd, Server } from './server.mjs';

const silent = { exit: 0, stdout: '', stderr: '' };

describe('__complete', () => {
  test('names the rooms, but for those that could drive a terminal', async (t) => {
    const server = await Server.start(t);
    for (const room of ['lobby', 'a b', '\u202Eevil', '$(touch owned)', 'é']) {
      const client = await Client.connect(server);
      await client.joins(room);
    }
    const { exit, stdout, stderr } = await runToEnd(['__complete', 'rooms', '--url', server.url]);
    assert.deepEqual({ exit, stdout, stderr }, { ...silent, stdout: 'lobby\na b\n$(touch owned)\né\n' });
    assert.deepEqual(await runToEnd(['__complete', 'rooms'], { P2PSIG_URL: server.url }), { exit, stdout, stderr });
  });

  for (const args of [[], ['rooms', '--url'], ['rooms', '--url', 'ftp://x'], ['rooms', '--nonsense'], ['dogs'], ['rooms', '--cacert', '/nowhere'],
                      ['rooms', '--url', 'no-such-host.invalid'], ['rooms', '--url', ':1']])
    test(`is silent whatever is wrong: ${args.join(' ')}`, async () => {
      assert.deepEqual(await runToEnd(['__complete', ...args]), silent);
    });

  for (const [what, behave] of [
    ['never answers', () => {}],
    ['answers drop by drop', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('X: y\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    }],
    ['talks nonsense', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{{{{')],
  ])
    test(`is silent, and done, with a server that ${what}`, async (t) => {
      const { url } = await tcpServer(t, behave);
      assert.deepEqual(await runToEnd(['__complete', 'rooms', '--url', url]), silent);
    });
});
