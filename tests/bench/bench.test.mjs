// That the benchmark measures p2psig, and that it does not let a server pass that is wrong.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';
import { FaultyServer } from './faulty_server.mjs';

const program = process.env.P2PSIG_BENCH;
assert.ok(program, 'P2PSIG_BENCH has to name the binary');
const briefly = ['--secs', '0.2', '--rounds', '1'];

function run(command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60000, killSignal: 'SIGKILL' });
  const result = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'])
    child[stream].setEncoding('utf8').on('data', (data) => { result[stream] += data; });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ ...result, exit: signal ?? code }));
  });
}

const bench = (...args) => run(program, ...args);

async function measured(...args) {
  const { exit, stdout, stderr } = await bench(...briefly, '--json', ...args);
  assert.equal(exit, 0, stderr + stdout);
  assert.equal(stderr, '');
  const report = JSON.parse(stdout);
  assert.equal(report.ok, true);
  assert.equal(report.secs, 0.2);
  assert.equal(report.rounds, 1);
  return report;
}

function assertPositive(figures, ...keys) {
  for (const key of keys) assert.ok(figures[key] > 0, `${key} of ${JSON.stringify(figures)}`);
}

const latencies = ['p50_us', 'p99_us', 'p999_us'];

test('it measures p2psig', async () => {
  const { workloads } = await measured('relay', 'burst200', 'room50', 'churn', 'connect');
  assert.deepEqual(Object.keys(workloads), ['relay', 'burst200', 'room50', 'churn', 'connect']);
  for (const [name, figures] of Object.entries(workloads)) {
    assert.equal(figures.ok, true);
    assert.equal(figures.fault, null);
    assert.equal(figures.unit, name === 'connect' ? 'connection' : 'delivery');
    assertPositive(figures, 'cpu_us', 'per_second', 'server_load', 'client_load', ...latencies);
    assert.equal(figures.ratio, null);
    assert.equal(figures.rounds.length, 1);
    assert.equal(figures.rounds[0].cpu_us, figures.cpu_us);
    assert.ok(figures.p50_us <= figures.p99_us && figures.p99_us <= figures.p999_us);
  }
  assertPositive(workloads.connect, 'rss_bytes');
  assert.equal(workloads.relay.rss_bytes, null);
});

test('it tells what the default limits cost', async () => {
  const { workloads } = await measured('relay1000', '--default-limits');
  assertPositive(workloads.relay1000, 'ratio', 'cpu_us');
});

// Of a slow server: a figure of one that keeps the load generator at its limit has a mark behind it.
test('the table has a row for each workload', async (t) => {
  const server = await FaultyServer.start(t);
  const { exit, stdout, stderr } = await bench(...briefly, 'relay', 'churn', '--url', server.url, '--pid', process.pid);
  assert.equal(exit, 0, stderr);
  assert.match(stdout, /^ +CPU us +per second .*\nrelay +\d+\.\d\d +\d+ .*\nchurn +\d+\.\d\d +\d+ /);
});

test('it hands options to the server, and says so when that does not start', async () => {
  const fine = await bench(...briefly, 'relay', '--', '--log-level', 'error');
  assert.equal(fine.exit, 0, fine.stdout);
  const { exit, stdout } = await bench(...briefly, 'relay', '--', '--no-such-option');
  assert.equal(exit, 1);
  assert.match(stdout, /^relay +FAILED in round 1: .*p2psig serve .*--no-such-option$/m);
});

test('another server that is right passes, without figures of its process', async (t) => {
  const server = await FaultyServer.start(t);
  const report = await measured('relay', 'burst200', 'room50', 'churn', '--url', server.url);
  assert.equal(report.url, server.url);
  for (const figures of Object.values(report.workloads)) {
    assertPositive(figures, 'per_second', ...latencies);
    assert.equal(figures.cpu_us, null);
  }
});

test('with its process there are figures of it', async (t) => {
  const server = await FaultyServer.start(t);
  const { workloads } = await measured('relay', '--url', server.url, '--pid', String(process.pid));
  assertPositive(workloads.relay, 'cpu_us', 'server_load');
});

const sometimes = (wrong) => (text, peer, count, from) => count % 100 === 0 ? wrong(text, peer, from) : [text];
const isList = (text) => text.includes('"room-peers"');
let lists = 0;
const late = [];
const faults = [
  ['loses a message', 'burst200', { relay: sometimes(() => []) }, /which is lost or late/],
  ['loses the only one on its way', 'relay', { relay: sometimes(() => []) }, /lost: .* did not within/],
  ['loses a broadcast', 'room50', { relay: sometimes(() => []) }, /lost: .* did not within/],
  ['sends a message twice', 'relay', { relay: sometimes((text) => [text, text]) }, /twice/],
  ['sends a broadcast twice', 'room50', { relay: sometimes((text) => [text, text]) }, /twice/],
  ['alters a byte', 'relay', { relay: sometimes((text) => [text.replace('46154 typ', '46155 typ')]) },
   /not as it was sent: at byte \d+ '5 typ .* instead of '4 typ/],
  ['cuts a message short', 'room50', { relay: sometimes((text) => [text.replace('candidate', '')]) },
   /not as it was sent/],
  ['names another sender', 'relay',
   { relay: sometimes((text, peer, from) => [text.replace(`"from":"${from.id}"`, `"from":"${peer.id}"`)]) },
   /not as it was sent/],
  ['sends a message to its sender, too', 'room50',
   { relay: sometimes((text, peer, from) => { from.socket.send(text); return [text]; }) }, /back to its sender/],
  ['lets one overtake another', 'burst200',
   { relay: (text, peer, count) => {
     if (count === 100) late.push(peer, text);
     else if (late[0] === peer) return [text, late.splice(0)[1]];
     return count === 100 ? [] : [text];
   } }, /which is lost or late/],
  ['refuses a message', 'relay', { relay: sometimes(() => [JSON.stringify({ type: 'error', message: 'no' })]) },
   /"message":"no"/],
  ['closes a connection', 'relay',
   { relay: sometimes((text, peer) => { peer.socket.close(4000, 'enough'); return []; }) }, /closed .*4000 'enough'/],
  ['drops a connection', 'relay',
   { relay: sometimes((text, peer) => { peer.socket.terminate(); return []; }) }, /ended a connection|reset by peer/],
  ['does not tell of one who leaves', 'churn',
   { notice: (text, peer, count) => text.includes('peer-left') && count % 7 === 0 ? [] : [text] },
   /peer-joined.* came instead of .*peer-left/],
  ['leaves one out of a list', 'churn',
   { notice: (text) => [isList(text) && ++lists > 500 ? text.replace(/\["[^"]*",/, '[') : text] },
   /not everybody else/],
  ['has one twice in a list', 'room50',
   { notice: (text) => [isList(text) ? text.replace(/\[("[^"]*"),"[^"]*"/, '[$1,$1') : text] },
   /not told of each of its peers once/],
  ['gives an id twice', 'connect', { id: () => '01234567-89ab-4def-8123-456789abcdef' },
   /two connections have the id/],
  ['gives an id that is no UUID', 'connect', { id: () => 'ann' }, /no UUID: 'ann'/],
  ['greets twice', 'connect', { greet: (text) => [text, text] }, /came, and nobody did anything/],
];
for (const [wrong, workload, behaviour, reason] of faults)
  test(`a server fails that ${wrong}`, async (t) => {
    const server = await FaultyServer.start(t, behaviour);
    const { exit, stdout, stderr } = await bench(...briefly, '--json', workload, '--url', server.url);
    assert.equal(exit, 1, stdout + stderr);
    const report = JSON.parse(stdout);
    assert.equal(report.ok, false);
    assert.equal(report.workloads[workload].ok, false);
    assert.match(report.workloads[workload].fault, reason);
    assert.match(stderr, new RegExp(`^p2psig_bench: ${workload}: `));
  });

test('a server that is not there fails', async () => {
  const { exit, stdout } = await bench(...briefly, 'relay', '--url', 'ws://127.0.0.1:1');
  assert.equal(exit, 1);
  assert.match(stdout, /FAILED in round 1: connect to 127\.0\.0\.1:1: Connection refused/);
});

const unusable = [
  [['relais'], /no workload 'relais'/],
  [['--fast'], /no option --fast/],
  [['--secs'], /--secs wants a value/],
  [['--secs', 'ten'], /--secs has no use for 'ten'/],
  [['--rounds', '0'], /--rounds has no use for '0'/],
  [['relay', '--default-limits'], /'relay' goes beyond the default rates/],
  [['--pid', '1'], /--pid goes with --url/],
  [['--url', 'ws://127.0.0.1:1', '--pid', '999999999'], /no process 999999999/],
  [['--url', 'http://127.0.0.1:1'], /does not begin with ws:/],
  [['--url', 'ws://127.0.0.1'], /has no port/],
  [['--url', 'ws://127.0.0.1:1', '--default-limits'], /its options are its own/],
];
for (const [args, reason] of unusable)
  test(`refused: ${args.join(' ')}`, async () => {
    const { exit, stderr } = await bench(...args);
    assert.equal(exit, 2, stderr);
    assert.match(stderr, reason);
  });

test('too few descriptors are said before anything runs', async () => {
  const limited = ['-c', 'ulimit -n 500 && exec "$@"', 'sh', program];
  const { exit, stdout, stderr } = await run('sh', ...limited, 'relay', 'connect');
  assert.equal(exit, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /'connect' needs 4257 descriptors, and the hard limit is 500/);
});

test('the help names all workloads', async () => {
  const { exit, stdout } = await bench('--help');
  assert.equal(exit, 0);
  const relays = ['relay', 'burst2k', 'burst200', 'relay1000'];
  for (const name of [...relays, 'room50', 'room1000', 'churn', 'connect', 'memory', 'idle'])
    assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
});
