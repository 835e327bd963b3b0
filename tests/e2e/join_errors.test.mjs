// How a scripted join ends when it cannot go on: its exit code, and one sentence that says why.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { BaseServer } from './base_server.mjs';
import { Client, roomOf } from './client.mjs';
import { closed, incoming, Joiner, joinRoom } from './joiner.mjs';
import { freePort, nonsenseServer, someId, tcpServer, welcome } from './nonsense_server.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const stay = ['--linger', '-1'];
const id = wire.id(someId);

describe('not connected', { concurrency: 12 }, () => {
  test('a port that nobody listens at: 3, and what to do', async (t) => {
    const url = `ws://127.0.0.1:${await freePort()}`;
    const joiner = Joiner.start(t, { url }, ['lab']);
    await joiner.ends(3, new RegExp(`cannot connect to ${url}`), /connection refused/, /p2psig serve/);
    assert.equal(joiner.stdout.text, '');
  });

  test('a name that does not resolve: 3', async (t) => {
    await Joiner.start(t, { url: 'ws://no-such-host.invalid' }, ['lab']).ends(3, /resolve/, /no-such-host\.invalid/);
  });

  test('no reply in time: 3, or 4 when --timeout comes first', async (t) => {
    const server = await tcpServer(t, () => {});
    await Joiner.start(t, server, ['lab', '--connect-timeout', '0.5']).ends(3, /--connect-timeout/);
    const joiner = Joiner.start(t, server, ['lab', '--timeout', '0.5', '--wait-for', 'x']);
    await joiner.ends(4, /--timeout/, /not connected/);
    assert.equal(joiner.stdout.text, '');
  });

  const ends = [
    ['an end without a byte', (socket) => socket.end(), 3],
    ['a reset without a byte', (socket) => socket.resetAndDestroy(), 3],
    ['an end within the head', (socket) => socket.end('HTTP/1.1 101 Switching Pro'), 6],
    ['a reset within the head', (socket) => socket.write('HTTP/1.1 101 Swi', () => setImmediate(() => socket.resetAndDestroy())), 6],
  ];
  for (const [what, behave, code] of ends)
    test(`${what}: ${code}`, async (t) => {
      const joiner = Joiner.start(t, await tcpServer(t, behave), ['lab', '--connect-timeout', '5']);
      await joiner.ends(code, /ws:\/\/127\.0\.0\.1:\d+/);
      assert.equal(joiner.stdout.text, '');
    });

  const head = (status, ...lines) => [`HTTP/1.1 ${status}`, ...lines, 'Content-Length: 0', 'Connection: close', '', ''].join('\r\n');
  const replies = [
    ['another status', head('403 Forbidden'), /403/],
    ['one that is not found', head('404 Not Found'), /404/],
    ['an error of the server', head('500 Oops'), /500/],
    ['a success without an upgrade', head('200 OK'), /200/],
    ['an upgrade without the right key', head('101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade',
                                              'Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA='), /./],
    ['an upgrade without any key', head('101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'), /./],
  ];
  for (const [what, reply, why] of replies)
    test(`a whole reply that is not the protocol's: 5: ${what}`, async (t) => {
      const joiner = Joiner.start(t, await tcpServer(t, (socket) => socket.end(reply)), ['lab']);
      await joiner.ends(5, why);
      assert.equal(joiner.stdout.text, '');
    });

  test('a server that speaks first, something else, and then waits: 5', async (t) => {
    const server = createServer((socket) => socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.2\r\n\r\n'));
    t.after(() => server.close());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const joiner = Joiner.start(t, { url: `ws://127.0.0.1:${server.address().port}` }, ['lab', '--connect-timeout', '1']);
    await joiner.ends(5, /is not an HTTP server: it does not begin with HTTP/);
  });

  for (const status of ['301 Moved Permanently', '302 Found', '307 Temporary Redirect', '308 Permanent Redirect'])
    test(`a redirect is not followed: ${status}`, async (t) => {
      const target = await nonsenseServer(t, welcome('lab'));
      const server = await tcpServer(t, (socket) => socket.end(head(status, `Location: ${target.url.replace('ws', 'http')}/`)));
      await Joiner.start(t, server, ['lab']).ends(5, new RegExp(status.slice(0, 3)), /redirect/);
      assert.deepEqual(target.accepted.all, []);
    });
});

describe('refused', { concurrency: 12 }, () => {
  test('a full room: 5', async (t) => {
    const server = await Server.start(t, '--max-room-peers', '1');
    await roomOf(server, 'lab', 'ann');
    const joiner = Joiner.start(t, server, ['lab', '--linger', '0']);
    await joiner.ends(5, /room-full/, /\blab\b/);
    assert.match(joiner.lines.find((line) => line.includes('error')), /"n":3,.*"room-full"/);
  });

  test('a name that is none: 5', async (t) => {
    await Joiner.start(t, await Server.start(t), ['x'.repeat(129)]).ends(5, /invalid-room-name/);
  });

  test('a room name is sent as it is given', async (t) => {
    const room = 'a "b" \\ é\u202e😀';
    await Joiner.inRoom(t, await Server.start(t), room, stay);
  });

  const codes = [[1000, ''], [1008, 'origin-not-allowed'], [1012, 'service-restart'], [1013, 'server-overloaded'], [4003, 'auth-failed'],
                 [1014, 'bad-gateway'], [4008, 'join-timeout'], [4029, 'rate-limit'], [undefined, '']];
  for (const [code, reason] of codes)
    for (const [when, first] of [['before the id', []], ['after the id', [id]]])
      test(`closed with ${code ?? 'no code'} ${when}: 5`, async (t) => {
        const server = await nonsenseServer(t, (socket) => {
          for (const frame of first) socket.send(frame);
          socket.close(code, reason);
        });
        await Joiner.start(t, server, ['lab']).ends(5, new RegExp(`\\b${code ?? 1005}\\b`), new RegExp(reason));
      });

  const losses = [
    ['closed with 1001', (socket) => socket.close(1001, 'server-shutdown'), /\b1001 server-shutdown/],
    ['ended without a close frame', (socket) => socket._socket.end(), /lost/],
    ['reset', (socket) => setImmediate(() => socket._socket.resetAndDestroy()), /lost/],
  ];
  for (const [what, end, why] of losses) {
    test(`${what} before the room is joined: 6`, async (t) => {
      const joiner = Joiner.start(t, await nonsenseServer(t, (socket) => {
        socket.send(id);
        socket.once('message', () => end(socket));
      }), ['lab']);
      await joiner.ends(6, why);
      assert.match(joiner.lines.at(-1), /"event":"close"/);
    });
    test(`${what} in the room: 6, although a condition waits`, async (t) => {
      const server = await nonsenseServer(t, welcome('lab'));
      const joiner = await Joiner.inRoom(t, server, 'lab', ['--wait-for', 'x']);
      end(await server.accepted.take());
      await joiner.ends(6, why);
    });
  }

  test('the end of p2psig serve: 6', async (t) => {
    const server = await Server.start(t);
    const joiner = await Joiner.inRoom(t, server, 'lab', stay);
    server.signal('SIGTERM');
    await server.end();
    await joiner.ends(6, /1001 server-shutdown/);
    await joiner.reads(closed(1001, 'server-shutdown'));
  });
});

describe('nonsense', { concurrency: 12 }, () => {
  const first = [
    ['text', 'hallo'], ['an empty frame', ''], ['a list', '[{"type":"id","id":"x"}]'], ['a string', '"id"'], ['null', 'null'],
    ['an object without a type', '{}'], ['a type that is no string', '{"type":7}'], ['an id that is no string', '{"type":"id","id":7}'],
    ['no id in it', '{"type":"id"}'], ['two values', `${id}${id}`], ['a byte order mark', `\ufeff${id}`], ['half a message', id.slice(0, -1)],
    ['a room instead of an id', wire.roomJoined('lab')], ['a message instead of an id', '{"type":"x"}'],
    ['an escape sequence', '\u001b[2J\u202e'], ['a control in a string', '{"type":"id","id":"\n"}'],
  ];
  const silent = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
  for (const [what, frame] of first)
    test(`instead of the id comes ${what}: 5`, async (t) => {
      const joiner = Joiner.start(t, await nonsenseServer(t, (socket) => socket.send(frame)), ['lab', '--timeout', '10']);
      await joiner.ends(5, /./);
      assert.doesNotMatch(joiner.stderr.text, silent);
      assert.doesNotMatch(joiner.stdout.text, /"msg"/);
    });

  const later = [
    ['text', 'hallo'], ['an empty frame', ''], ['a list', '[]'], ['a second id', id], ['half a message', '{"type":"x"'],
    ['peers that are no strings', '{"type":"room-peers","peers":[7]}'], ['a peer without an id', '{"type":"peer-joined"}'],
    ['bytes that are no text', Buffer.from([1, 2, 3])], ['a message of 64 KiB of nonsense', 'x'.repeat(65536)],
  ];
  for (const [what, frame] of later)
    test(`in the room comes ${what}: 5, and what came before is written`, async (t) => {
      const joiner = await Joiner.inRoom(t, await nonsenseServer(t, welcome('lab', frame)), 'lab', stay);
      await joiner.ends(5, /./);
      assert.doesNotMatch(joiner.stderr.text, silent);
      assert.match(joiner.lines.at(-1), /"event":"close"/);
    });

  for (const [what, frame] of [['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
                               ['17 MiB', `{"type":"x","a":"${'x'.repeat(17 << 20)}"}`]]) {
    test(`instead of the id come ${what}: 5`, async (t) => {
      const server = await nonsenseServer(t, (socket) => socket.send(frame, { binary: false }));
      await Joiner.start(t, server, ['lab']).ends(5, /./);
    });
    test(`in the room come ${what}: 5`, async (t) => {
      const joiner = await Joiner.inRoom(t, await nonsenseServer(t, welcome('lab', frame)), 'lab', stay);
      await joiner.ends(5, /./);
    });
  }

  test('a server that says nothing, or only its id, is waited for until --timeout', async (t) => {
    const mute = Joiner.start(t, await nonsenseServer(t, () => {}), ['lab', '--timeout', '1']);
    await mute.ends(4, /--timeout/);
    assert.equal(mute.stdout.text, '');
    const idle = Joiner.start(t, await nonsenseServer(t, (socket) => socket.send(id)), ['lab', '--timeout', '1', '--wait-for', 'x']);
    await idle.ends(4, /--timeout/, /room/);
    assert.ok(idle.lines.includes(incoming(1, id)));
  });

  for (const [what, bytes, why] of [['a reserved opcode', '830178', /a frame that RFC 6455 does not allow/],
                                    ['a text that is not UTF-8', '8101ff', /a message that is not UTF-8/]])
    test(`${what}: 5, although the server does not close and nothing is waited for`, async (t) => {
      const server = await nonsenseServer(t, welcome('lab', (socket) => {
        socket.pause();
        socket._socket.write(Buffer.from(bytes, 'hex'));
      }));
      await Joiner.start(t, server, ['lab', '--no-stdin', '--linger', '0.5']).ends(5, why);
    });

  test('a server that opens a WebSocket and sends no id within --connect-timeout: 5', async (t) => {
    const mute = Joiner.start(t, await nonsenseServer(t, () => {}), ['lab', '--connect-timeout', '0.3']);
    await mute.ends(5, /sent no id within 0\.3 s/, /--connect-timeout/);
    assert.equal(mute.stdout.text, '');
  });

  test('a peer may nest deeper than p2psig serve lets it', async (t) => {
    const server = await BaseServer.start(t);
    const joiner = await Joiner.inRoom(t, server, 'lab', ['--count', '1']);
    const ann = await Client.connect(server);
    await ann.joins('lab', joiner);
    ann.send(`{"type":"x","a":${'['.repeat(200)}${']'.repeat(200)}}`);
    await joiner.ends(0);
  });

  // The base protocol reserves nothing: with a `from` it is a peer's own.
  for (const message of ['{"type":"id","id":"x"}', '{"type":"error","reason":"x"}', '{"type":"room-peers"}'])
    test(`what a peer sends is not taken for the server's: ${message}`, async (t) => {
      const server = await BaseServer.start(t);
      const joiner = await Joiner.inRoom(t, server, 'lab', ['--count', '1', '--fail-on-error']);
      const ann = await Client.connect(server);
      await ann.joins('lab', joiner);
      ann.send(message);
      await joiner.ends(0);
      assert.ok(joiner.lines.includes(incoming(6, wire.relayed(message, ann))));
    });
});

describe('errors and signals', { concurrency: 12 }, () => {
  const bad = '{"type":"x","to":"nobody"}';

  test('an error of the server ends it under --fail-on-error: 5', async (t) => {
    const server = await Server.start(t);
    const joiner = Joiner.start(t, server, ['lab', '--send', bad, '--fail-on-error', ...stay]);
    await joiner.ends(5, /target-unavailable-or-different-room/);
    assert.ok(joiner.lines.some((line) => line.includes(wire.unavailable('nobody'))));
  });

  test('and does not without', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['lab', '--send', bad, '--wait-for', 'error']);
    await joiner.ends(0);
  });

  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    test(`${signal} in the room: ${code}, and the server hears of it`, async (t) => {
      const server = await Server.start(t);
      const [ann] = await roomOf(server, 'lab', 'ann');
      const joiner = await Joiner.inRoom(t, server, 'lab', stay, [ann], { stdin: 'pipe' });
      await ann.reads(wire.peerJoined(joiner));
      joiner.process.kill(signal);
      await joiner.ends(code);
      await joiner.reads(closed(1000));
      await ann.reads(wire.peerLeft(joiner));
    });

    test(`${signal} while it connects: ${code}`, async (t) => {
      let connected;
      const reached = new Promise((resolve) => { connected = resolve; });
      const joiner = Joiner.start(t, await tcpServer(t, connected), ['lab']);
      await reached;
      joiner.process.kill(signal);
      await joiner.ends(code);
      assert.equal(joiner.stdout.text, '');
    });
  }

  test('a second signal does not wait for a server that does not answer the close', async (t) => {
    const server = await nonsenseServer(t, welcome('lab', (socket) => socket._socket.pause()));
    const joiner = await Joiner.inRoom(t, server, 'lab', stay);
    joiner.process.kill('SIGTERM');
    joiner.process.kill('SIGINT');
    assert.ok([130, 143].includes(await joiner.end()), joiner.stderr.text);
  });
});

describe('reconnecting', { concurrency: 12 }, () => {
  test('it joins again over a new connection, with a new id, and goes on counting', async (t) => {
    const server = await Server.start(t);
    const args = ['--reconnect', '--wait-for', 'x', '--send', '{"type":"once"}'];
    const joiner = Joiner.start(t, server, ['lab', ...args]);
    await joiner.readsId();
    await joiner.hears(incoming(5, wire.roomPeers()));
    server.signal('SIGTERM');
    await server.end();
    await joiner.reads(closed(1001, 'server-shutdown'));
    await server.startAgain();
    const again = /^"event":"open","id":"(.*)"$/.exec(await joiner.takes('open'));
    assert.notEqual(again[1], joiner.id);
    await joiner.reads(incoming(6, wire.id(again[1])), `"dir":"out","n":7,"msg":${joinRoom('lab')}`,
                       incoming(8, wire.roomJoined('lab')), incoming(9, wire.roomPeers()));
    const ann = await Client.connect(server);
    await ann.joins('lab', { id: again[1] });
    ann.send('{"type":"x"}');
    assert.equal(await joiner.end(), 0, joiner.stderr.text);
    assert.equal(joiner.lines.filter((line) => line.includes('"once"')).length, 1);
    assert.match(joiner.stderr.text, /1001 server-shutdown/);
  });

  test('it does not without --reconnect', async (t) => {
    const server = await nonsenseServer(t, welcome('lab', (socket) => socket.close(1001)));
    await Joiner.start(t, server, ['lab', ...stay]).ends(6, /1001/);
    assert.equal(server.accepted.all.length, 1);
  });

  test('--reconnect=N is used up after N more attempts: 6', async (t) => {
    const server = await nonsenseServer(t, (socket) => {
      socket.send(id);
      socket.once('message', () => socket._socket.end());
    });
    const joiner = Joiner.start(t, server, ['lab', '--reconnect=2']);
    assert.equal(await joiner.end(), 6, joiner.stderr.text);
    assert.equal(server.accepted.all.length, 3);
    assert.equal(joiner.lines.filter((line) => line.startsWith('"event":"open"')).length, 3);
  });

  test('also when nobody listens', async (t) => {
    const joiner = Joiner.start(t, { url: `ws://127.0.0.1:${await freePort()}` }, ['lab', '--reconnect=1']);
    assert.equal(await joiner.end(), 6, joiner.stderr.text);
    assert.match(joiner.stderr.text, /refused/);
  });

  test('N counts attempts in a row', async (t) => {
    let connections = 0;
    const server = await nonsenseServer(t, (socket) => {
      if (++connections < 4) return welcome('lab', () => setImmediate(() => socket.close(1001)))(socket);
      return welcome('lab', '{"type":"x"}')(socket);
    });
    const joiner = Joiner.start(t, server, ['lab', '--reconnect=1', '--wait-for', 'x']);
    assert.equal(await joiner.end(), 0, joiner.stderr.text);
  });

  for (const code of [1012, 1013, 1014])
    test(`after ${code} it does`, async (t) => {
      let connections = 0;
      const server = await nonsenseServer(t, (socket) =>
        welcome('lab', ++connections === 1 ? () => socket.close(code, 'later') : '{"type":"x"}')(socket));
      const joiner = Joiner.start(t, server, ['lab', '--reconnect', '--wait-for', 'x']);
      assert.equal(await joiner.end(), 0, joiner.stderr.text);
      assert.ok(joiner.lines.includes(closed(code, 'later')));
    });

  for (const code of [1008, 4003])
    test(`after ${code} it does not come again`, async (t) => {
      const server = await nonsenseServer(t, welcome('lab', (socket) => socket.close(code, 'no')));
      const joiner = Joiner.start(t, server, ['lab', '--reconnect=2', ...stay]);
      await joiner.ends(6, new RegExp(`${code} no`));
      assert.equal(server.accepted.all.length, 1);
    });

  test('--timeout ends it between two attempts: 4', async (t) => {
    const joiner = Joiner.start(t, { url: `ws://127.0.0.1:${await freePort()}` }, ['lab', '--reconnect', '--timeout', '1.5']);
    assert.equal(await joiner.end(), 4, joiner.stderr.text);
  });

  test('a signal too', async (t) => {
    const joiner = Joiner.start(t, { url: `ws://127.0.0.1:${await freePort()}` }, ['lab', '--reconnect']);
    await joiner.stderr.lines.next((line) => line.includes('again'), 'attempt');
    joiner.process.kill('SIGTERM');
    assert.equal(await joiner.end(), 143);
  });

  test('the room behind --reconnect is the room', async (t) => {
    const joiner = Joiner.start(t, await Server.start(t), ['--reconnect', 'lab', '--linger', '0']);
    await joiner.ends(0);
    assert.ok(joiner.lines.includes(incoming(3, wire.roomJoined('lab'))));
  });
});
