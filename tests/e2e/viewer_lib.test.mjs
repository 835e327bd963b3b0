// Plays the scenarios of viewer_lib.scenario, where it is said what the steps mean.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from './client.mjs';
import { curl } from './curl.mjs';
import { Inbox } from './inbox.mjs';
import { Server } from './server.mjs';
import * as wire from './wire.mjs';

const reconnectMilliseconds = 3000;

// A page with the library, as far as connections go: what it sends on them is in the scenario.
class Page {
  constructor(server, name) {
    this.server = server;
    this.name = name;
    this.connections = [];
    this.ends = new Inbox(name);  // when a connection was over that another one follows
    this.over = new Set();
    this.reconnecting = true;
  }

  // As browsers do, with an origin, and offering compression.
  connect() {
    const name = `${this.name}.${this.connections.length + 1}`;
    const connection = Client.open(this.server, { name, perMessageDeflate: true, origin: 'http://localhost:5173' });
    connection.socket.on('close', () => this.#isOver(connection));
    this.connections.push(connection);
  }

  disconnect() {
    this.reconnecting = false;
    this.#closeLatest();
  }

  reconnectAtOnce() {
    this.#closeLatest();
    this.connect();
  }

  async reconnect() {
    await this.ends.take('end of a connection');
    this.connect();
  }

  async waitAndReconnect() {
    const end = await this.ends.take('end of a connection');
    await delay(end + reconnectMilliseconds - performance.now());
    this.connect();
  }

  lose(connection) {
    connection.socket.pause();
    this.#isOver(connection);
  }

  #closeLatest() {
    this.connections.at(-1).socket.close();
  }

  #isOver(connection) {
    if (this.reconnecting && !this.over.has(connection)) this.ends.push(performance.now());
    this.over.add(connection);
  }
}

class Stage {
  constructor(test) {
    this.test = test;
    this.pages = new Map();
  }

  async startServer(options) {
    if (this.server) await this.server.startAgain();
    else this.server = await Server.start(this.test, ...options.split(' ').filter(Boolean));
  }

  page(name) {
    if (!this.pages.has(name)) this.pages.set(name, new Page(this.server, name));
    return this.pages.get(name);
  }

  connection(name) {
    const [page, number] = name.split('.');
    const connection = this.page(page).connections[number - 1];
    assert.ok(connection, `there is no ${name}`);
    return connection;
  }

  withIds(text) {
    return text.replace(/@(\w+\.\d+)/g, (_, name) => this.connection(name).id);
  }

  // Nobody has got anything more.
  async end() {
    const connections = [...this.pages.values()].flatMap((page) => page.connections);
    for (const { inbox, socket } of connections)
      if (socket.readyState === socket.CLOSED) assert.deepEqual(inbox.unread, [], `for ${inbox.owner}`);
    for (const connection of connections)
      if (connection.socket.readyState === connection.socket.OPEN) await connection.hearsNothingMore();
  }
}

function sendWhenOpen(connection, text) {
  if (connection.socket.readyState === connection.socket.OPEN) connection.send(text);
  else connection.socket.once('open', () => connection.send(text));
}

async function readFrame(stage, name, text) {
  const connection = stage.connection(name);
  if (text === wire.id(`@${name}`)) await connection.readsId();
  else await connection.reads(stage.withIds(text));
}

async function readError(connection, code) {
  const frame = await connection.inbox.take(code);
  const { detail } = JSON.parse(frame);
  assert.ok(detail);
  assert.equal(frame, JSON.stringify({ type: 'error', message: code, detail }));
}

async function isRefused(connection) {
  assert.match((await connection.inbox.take('refusal')).error, /ECONNREFUSED/);
  await connection.closes(1006);
}

const steps = [
  [/^server starts ?(.*)$/, (stage, options) => stage.startServer(options)],
  [/^server is told to stop$/, ({ server }) => server.signal('SIGTERM')],
  [/^server ends$/, async ({ server }) => assert.equal(await server.end(), 0, server.log)],
  [/^status (.+)$/, async (stage, json) =>
    assert.equal((await curl(`${stage.server.http}/status`)).body, stage.withIds(json))],

  [/^(\w+) connects$/, (stage, page) => stage.page(page).connect()],
  [/^(\w+) disconnects$/, (stage, page) => stage.page(page).disconnect()],
  [/^(\w+) reconnects at once$/, (stage, page) => stage.page(page).reconnectAtOnce()],
  [/^(\w+) reconnects$/, (stage, page) => stage.page(page).reconnect()],
  [/^(\w+) waits 3 s and reconnects$/, (stage, page) => stage.page(page).waitAndReconnect()],

  [/^(\S+) > (.+)$/, (stage, name, text) => sendWhenOpen(stage.connection(name), stage.withIds(text))],
  [/^(\S+) < (.+)$/, readFrame],
  [/^(\S+) gets its id$/, (stage, name) => stage.connection(name).readsId()],
  [/^(\S+) joins (\S+)(?: with (.+))?$/, (stage, name, room, peers = '') =>
    stage.connection(name).joins(room, ...peers.split(' ').filter(Boolean).map((peer) => stage.connection(peer)))],
  [/^(\S+) is told (\S+)$/, (stage, name, code) => readError(stage.connection(name), code)],
  [/^(\S+) closed (\d+) ?(.*)$/, (stage, name, code, reason) =>
    stage.connection(name).closes(Number(code), reason)],
  [/^(\S+) refused$/, (stage, name) => isRefused(stage.connection(name))],
  [/^(\S+) breaks$/, (stage, name) => stage.connection(name).terminate()],
  [/^(\w+)(\.\d+) is lost$/, (stage, page, number) => stage.page(page).lose(stage.connection(page + number))],
];

async function play(stage, { text, place }) {
  try {
    const [pattern, action] = steps.find(([pattern]) => pattern.test(text)) ?? assert.fail('no such step');
    await action(stage, ...pattern.exec(text).slice(1));
  } catch (error) {
    error.message = `${place}: ${text}\n${error.message}`;
    throw error;
  }
}

const file = 'viewer_lib.scenario';
const scenarios = [];
for (const [i, text] of readFileSync(new URL(file, import.meta.url), 'utf8').split('\n').entries()) {
  if (text.startsWith('== ')) scenarios.push({ name: text.slice('== '.length), lines: [] });
  else if (text && !text.startsWith('#')) scenarios.at(-1).lines.push({ text, place: `${file}:${i + 1}` });
}

for (const { name, lines } of scenarios)
  test(name, async (t) => {
    const stage = new Stage(t);
    for (const line of lines) await play(stage, line);
    await stage.end();
  });
