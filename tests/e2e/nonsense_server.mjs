// A server that does what the test says, however wrong it is.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { WebSocket } from './client.mjs';
import { Inbox } from './inbox.mjs';
import * as wire from './wire.mjs';

export const someId = '3f2a91c0-0000-4000-8000-000000000001';

async function listen(test, server, sockets) {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

// TCP: `behave` gets each socket once the head of a request has come; `heard` gets what comes.
export async function tcpServer(test, behave, heard = () => {}) {
  const server = createServer((socket) => socket.on('data', heard).once('data', () => behave(socket)));
  const port = await listen(test, server, new Set());
  return { url: `ws://127.0.0.1:${port}`, port };
}

// A port of this host that nobody listens at.
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// WebSocket: `behave` gets each socket, with `frames`, an inbox of what it sends, and the request's headers.
export async function nonsenseServer(test, behave, options = {}) {
  const http = createHttpServer();
  const accepted = new Inbox('the server');
  new WebSocket.Server({ server: http, ...options }).on('connection', (socket, request) => {
    socket.frames = new Inbox('the server');
    socket.on('message', (data) => socket.frames.push(data.toString()));
    socket.on('close', (code, reason) => socket.frames.push({ close: code, reason: reason.toString() }));
    socket.on('error', () => {});
    socket.request = request;
    accepted.push(socket);
    behave(socket);
  });
  const port = await listen(test, http, new Set());
  return { url: `ws://127.0.0.1:${port}`, port, accepted };
}

// What a server says to one who joins; `and` are the frames behind it.
export const welcome = (room, ...and) => (socket) => {
  socket.send(wire.id(someId));
  socket.on('message', (data) => {
    if (!/"(?:join|observe)-room"/.test(data.toString())) return;
    socket.send(data.toString().includes('join-room') ? wire.roomJoined(room)
                                                       : `{"type":"room-observed","room":${JSON.stringify(room)}}`);
    socket.send(wire.roomPeers());
    for (const frame of and) typeof frame === 'function' ? frame(socket) : socket.send(frame, { binary: false });
  });
};
