// A client that does nothing by itself: it answers no ping and no close frame.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Inbox } from './inbox.mjs';
import * as wire from './wire.mjs';

export const opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const mask = Buffer.from([0x5a, 0x00, 0xff, 0x13]);

function encode(code, payload) {
  const bytes = payload.length;
  const length = bytes < 126 ? [0x80 | bytes] : [0x80 | 126, bytes >> 8, bytes & 255];
  const masked = payload.map((byte, i) => byte ^ mask[i % 4]);
  return Buffer.concat([Buffer.from([0x80 | code, ...length]), mask, masked]);
}

// The first whole frame in `bytes`, and how many bytes it has.
function decode(bytes) {
  if (bytes.length < 2) return null;
  let [length, start] = [bytes[1], 2];
  if (length === 126) {
    if (bytes.length < 4) return null;
    [length, start] = [bytes.readUInt16BE(2), 4];
  } else if (length === 127) {
    if (bytes.length < 10) return null;
    [length, start] = [Number(bytes.readBigUInt64BE(2)), 10];
  }
  if (bytes.length < start + length) return null;
  return { code: bytes[0] & 15, payload: bytes.subarray(start, start + length), bytes: start + length };
}

export class RawClient {
  // Connects and reads the id.
  static async connect(server, name = 'the raw client') {
    const client = new RawClient(server, name);
    server.clients.push(client);
    const head = await client.inbox.take('reply to the upgrade');
    assert.match(head, /^HTTP\/1\.1 101 /);
    client.id = JSON.parse(await client.inbox.take('id')).id;
    return client;
  }

  constructor(server, name) {
    this.inbox = new Inbox(name);
    this.bytes = Buffer.alloc(0);
    this.socket = connect(server.port, server.host);
    this.socket.on('data', (data) => this.#take(data));
    this.socket.on('end', () => this.inbox.push('end'));
    this.socket.on('error', (error) => this.inbox.push(error.code));
    this.socket.write(`GET / HTTP/1.1\r\nHost: ${server.host}:${server.port}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  }

  #take(data) {
    this.bytes = Buffer.concat([this.bytes, data]);
    if (!this.upgraded) {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.upgraded = true;
      this.inbox.push(this.bytes.toString('latin1', 0, end));
      this.bytes = this.bytes.subarray(end + 4);
    }
    for (let frame = decode(this.bytes); frame; frame = decode(this.bytes)) {
      this.bytes = this.bytes.subarray(frame.bytes);
      this.#push(frame);
    }
  }

  #push({ code, payload }) {
    const closed = () => ({ close: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) });
    if (code === opcode.text) this.inbox.push(payload.toString());
    else this.inbox.push(code === opcode.close ? closed() : { code });
  }

  send(code, payload) {
    this.socket.write(encode(code, Buffer.from(payload)));
  }

  sendText(message) {
    this.send(opcode.text, typeof message === 'string' ? message : JSON.stringify(message));
  }

  sendClose(code) {
    this.send(opcode.close, [code >> 8, code & 255]);
  }

  // What `send` sends goes out in one segment.
  together(send) {
    this.socket.cork();
    send();
    this.socket.uncork();
  }

  reads(...frames) {
    return this.inbox.expect(...frames);
  }

  async joins(room, ...peers) {
    this.sendText({ type: 'join-room', room });
    await this.reads(wire.roomJoined(room), wire.roomPeers(...peers));
  }

  stopReading() {
    this.socket.pause();
  }

  terminate() {
    this.socket.destroy();
  }
}
