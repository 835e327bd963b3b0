// The base of the protocol and nothing beyond it, as a plain Node server has it: no limits, no observing, no reserved
// types; what it does not know is relayed.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocket } from './client.mjs';

export class BaseServer {
  // `test` is its context: the server ends with it.
  static async start(test) {
    const server = new BaseServer();
    test.after(() => server.stop());
    server.http.listen(0, '127.0.0.1');
    await once(server.http, 'listening');
    server.url = `ws://127.0.0.1:${server.http.address().port}`;
    return server;
  }

  constructor() {
    this.clients = [];
    this.sockets = new Map();  // by id
    this.rooms = new Map();    // sets of ids, by name
    this.http = createServer((request, response) => this.#answer(request, response));
    new WebSocket.Server({ server: this.http }).on('connection', (socket) => this.#admit(socket));
  }

  stop() {
    for (const socket of [...this.clients, ...this.sockets.values()]) socket.terminate();
    this.http.close();
    this.http.closeAllConnections();
  }

  #answer(request, response) {
    const rooms = Object.fromEntries([...this.rooms].map(([room, ids]) => [room, [...ids]]));
    const clients = [...this.sockets.keys()];
    response.writeHead(request.url === '/status' ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ totalClients: clients.length, clients, rooms }));
  }

  #admit(socket) {
    const id = randomUUID();
    this.sockets.set(id, socket);
    this.#tell(id, { type: 'id', id });
    socket.on('message', (data) => this.#take(id, data.toString()));
    socket.on('close', () => {
      this.#leave(id);
      this.sockets.delete(id);
    });
  }

  #take(id, text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return this.#broadcast(id, text);
    }
    if (message.type === 'join-room') return this.#join(id, message.room);
    if (message.type === 'leave-room') return this.#leave(id, true);
    const relayed = JSON.stringify({ ...message, from: id });
    if (!message.to) return this.#broadcast(id, relayed);
    const room = this.#roomOf(id);
    if (room && this.rooms.get(room).has(String(message.to))) return this.sockets.get(String(message.to)).send(relayed);
    this.#tell(id, { type: 'error', message: 'target-unavailable-or-different-room', to: message.to });
  }

  #join(id, room) {
    this.#leave(id, true);
    const others = [...(this.rooms.get(room) ?? [])];
    this.rooms.set(room, new Set([...others, id]));
    this.#tell(id, { type: 'room-joined', room });
    this.#tell(id, { type: 'room-peers', peers: others });
    for (const other of others) this.#tell(other, { type: 'peer-joined', peerId: id });
  }

  #leave(id, isAsked = false) {
    const room = this.#roomOf(id);
    if (!room) return;
    const members = this.rooms.get(room);
    members.delete(id);
    if (members.size === 0) this.rooms.delete(room);
    for (const member of members) this.#tell(member, { type: 'peer-left', peerId: id });
    if (isAsked) this.#tell(id, { type: 'room-left', room });
  }

  #broadcast(id, text) {
    for (const member of this.rooms.get(this.#roomOf(id)) ?? [])
      if (member !== id) this.sockets.get(member).send(text);
  }

  #roomOf(id) {
    return [...this.rooms].find(([, members]) => members.has(id))?.[0];
  }

  #tell(id, message) {
    this.sockets.get(id)?.send(JSON.stringify(message));
  }
}
