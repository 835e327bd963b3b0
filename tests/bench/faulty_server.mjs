// A small room server of Node's ws, which is right unless it is told what to do wrong.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from '../e2e/client.mjs';
import * as wire from '../e2e/wire.mjs';

export const right = {
  id: () => randomUUID(),
  greet: (text) => [text],
  // What goes out instead of a message that `peer` is to get, the `count`th of its kind: any number of texts.
  relay: (text) => [text],
  notice: (text) => [text],
};

export class FaultyServer {
  // `test` is its context: the server ends with it.
  static async start(test, faults = {}) {
    const listening = new WebSocket.Server({ host: '127.0.0.1', port: 0, perMessageDeflate: false, backlog: 1000 });
    await once(listening, 'listening');
    test.after(() => {
      for (const client of listening.clients) client.terminate();
      listening.close();
    });
    return new FaultyServer(listening, { ...right, ...faults });
  }

  constructor(listening, behaviour) {
    this.url = `ws://127.0.0.1:${listening.address().port}`;
    this.behaviour = behaviour;
    this.rooms = new Map();
    this.counts = { greet: 0, relay: 0, notice: 0 };
    listening.on('connection', (socket) => this.#welcome(socket));
  }

  #welcome(socket) {
    const peer = { socket, id: this.behaviour.id(), room: null };
    socket.on('message', (data) => this.#handle(peer, data.toString()));
    socket.on('close', () => this.#leave(peer));
    socket.on('error', () => {});
    this.#send('greet', wire.id(peer.id), peer);
  }

  #send(kind, text, peer, from) {
    for (const each of this.behaviour[kind](text, peer, ++this.counts[kind], from)) peer.socket.send(each);
  }

  #others(peer) {
    return [...(this.rooms.get(peer.room) ?? [])].filter((other) => other !== peer);
  }

  #leave(peer) {
    for (const other of this.#others(peer)) this.#send('notice', wire.peerLeft(peer), other);
    this.rooms.get(peer.room)?.delete(peer);
    peer.room = null;
  }

  #join(peer, room) {
    peer.room = room;
    if (!this.rooms.has(room)) this.rooms.set(room, new Set());
    const others = this.#others(peer);
    this.rooms.get(room).add(peer);
    peer.socket.send(wire.roomJoined(room));
    this.#send('notice', wire.roomPeers(...others), peer);
    for (const other of others) this.#send('notice', wire.peerJoined(peer), other);
  }

  #handle(peer, text) {
    const message = JSON.parse(text);
    if (message.type === 'join-room') return this.#join(peer, message.room);
    if (message.type === 'leave-room') {
      peer.socket.send(wire.roomLeft(peer.room));
      return this.#leave(peer);
    }
    for (const other of this.#others(peer))
      if (!message.to || message.to === other.id) this.#send('relay', wire.relayed(text, peer), other, peer);
  }
}
