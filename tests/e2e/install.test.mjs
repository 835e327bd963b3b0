// What `cmake --install` puts where.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';

const files = (folder, below = '') =>
  readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = join(below, entry.name);
    return entry.isDirectory() ? files(folder, name) : [name];
  });

test('an installation has the program, its pages, completions, units and license, and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'p2psig-install-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = spawnSync('cmake', ['--install', dirname(process.env.P2PSIG), '--prefix', '/opt/p2psig'],
                        { env: { ...process.env, DESTDIR: folder }, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(files(folder).sort(), [
    'bin/p2psig',
    'lib/systemd/system/p2psig.service',
    'lib/systemd/system/p2psig.socket',
    'share/bash-completion/completions/p2psig',
    'share/doc/p2psig/changelog.gz',
    'share/doc/p2psig/copyright',
    'share/fish/vendor_completions.d/p2psig.fish',
    'share/man/man1/p2psig-join.1.gz',
    'share/man/man1/p2psig-serve.1.gz',
    'share/man/man1/p2psig-status.1.gz',
    'share/man/man1/p2psig.1.gz',
    'share/man/man7/p2psig-protocol.7.gz',
    'share/zsh/site-functions/_p2psig',
  ].map((name) => `opt/p2psig/${name}`));
  assert.match(readFileSync(join(folder, 'opt/p2psig/lib/systemd/system/p2psig.service'), 'utf8'), /^ExecStart=\/opt\/p2psig\/bin\/p2psig serve$/m);
  for (const name of files(folder))
    assert.equal(statSync(join(folder, name)).mode & 0o777, name.endsWith('bin/p2psig') ? 0o755 : 0o644, name);
});
