// A client made of Node's `ws`, which knows nothing of the server.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { Inbox, within } from './inbox.mjs';
import * as wire from './wire.mjs';

// Debian's package is where only Debian's own `require` looks.
function findPackage(name) {
  const require = createRequire(import.meta.url);
  const parents = [process.cwd(), fileURLToPath(new URL('../../build/npm', import.meta.url))];
  const nodePath = (process.env.NODE_PATH ?? '').split(delimiter).filter(Boolean);
  const direct = [...nodePath, '/usr/share/nodejs'].map((folder) => join(folder, name));
  for (const place of direct.filter(existsSync)) return require(place);
  return require(require.resolve(name, { paths: parents }));
}

export const WebSocket = findPackage('ws');

export class Client {
  // Connects and reads the id.
  static async connect(server, options = {}) {
    const client = Client.open(server, options);
    await client.readsId();
    return client;
  }

  // Connects and waits for nothing.
  static open(server, { name = 'the client', path = '', protocols = [], ...options } = {}) {
    const socket = new WebSocket(server.url + path, protocols, { perMessageDeflate: false, ...options });
    const client = new Client(socket, name);
    server.clients.push(client);
    return client;
  }

  constructor(socket, name) {
    this.socket = socket;
    this.inbox = new Inbox(name);
    this.pings = new Inbox(`${name}'s pings`);
    socket.on('message', (data, isBinary) => this.inbox.push(isBinary ? { binary: data } : data.toString()));
    socket.on('close', (code, reason) => this.inbox.push({ close: code, reason: reason.toString() }));
    socket.on('error', (error) => this.inbox.push({ error: error.message }));
    socket.on('upgrade', (response) => {
      this.response = response;
    });
    socket.on('ping', (data) => this.pings.push(data));
  }

  // Text and Buffers as they are, else an object.
  send(message) {
    const raw = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(raw ? message : JSON.stringify(message));
  }

  // The next frame is the first one of all.
  async readsId() {
    const frame = await this.inbox.take('id');
    const match = new RegExp(`^\\{"type":"id","id":"(${wire.uuidPattern})"\\}$`).exec(frame);
    assert.ok(match, `the first frame is ${inspect(frame)}`);
    this.id = match[1];
  }

  // The next frames are exactly these, in this order.
  reads(...frames) {
    return this.inbox.expect(...frames);
  }

  // What the room says to one who joins, or joins again.
  async joins(room, ...peers) {
    this.send({ type: 'join-room', room });
    await this.reads(wire.roomJoined(room), wire.roomPeers(...peers));
  }

  // The answer to a message to nobody comes next: everything sent before was dealt with, and nothing else came of it.
  async hearsNothingMore() {
    this.send('{"type":"sync","to":"nobody"}');
    await this.reads(wire.unavailable('nobody'));
  }

  // The next thing is the end of the connection.
  closes(code, reason = '') {
    return this.inbox.expect({ close: code, reason });
  }

  async leaves() {
    this.socket.close(1000);
    await this.closes(1000);
  }

  opened() {
    return within(new Promise((resolve) => this.socket.once('open', resolve)), 'open');
  }

  terminate() {
    this.socket.terminate();
  }
}

// Clients that are in `room` and have read all that was said about it, in the order of joining.
export async function roomOf(server, room, ...names) {
  const members = [];
  for (const name of names) {
    const newcomer = await Client.connect(server, { name });
    await newcomer.joins(room, ...members);
    for (const member of members) await member.reads(wire.peerJoined(newcomer));
    members.push(newcomer);
  }
  return members;
}
