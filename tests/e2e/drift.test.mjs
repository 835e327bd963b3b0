// The command line, as the binary knows it, against everything that describes it: nothing missing, nothing left over.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { runToEnd } from './server.mjs';

const root = new URL('../../', import.meta.url);
const read = (name) => readFileSync(new URL(name, root), 'utf8');
const spec = JSON.parse((await runToEnd(['__spec'])).stdout);
const sorted = (items) => [...new Set(items)].sort();
const optionsOf = (command) => sorted(command.options.flatMap(({ names }) => names));
const inPath = (program) => ['/usr/bin', '/bin', '/usr/local/bin'].find((folder) => existsSync(`${folder}/${program}`));
const output = (program, args, input) => {
  const run = spawnSync(program, args, { input, encoding: 'utf8' });
  assert.equal(run.status, 0, `${program}: ${run.stderr}`);
  return run.stdout;
};

// `.It Fl H , -header Ar X`: the names behind Fl, those with a comma between too.
function optionsOfPage(page) {
  const lines = page.split('\n').filter((line) => line.startsWith('.It Fl '));
  return sorted(lines.flatMap((line) => line.replace(/ (?:Ar|Ns|Op) .*/, '').slice('.It Fl '.length).split(' , ').map((name) => `-${name}`)));
}
function section(page, title) {
  const match = new RegExp(`^\\.Sh ${title}\\n(.*?)(?=^\\.Sh )`, 'ms').exec(page);
  assert.ok(match, `there is no section ${title}`);
  return match[1];
}
const variablesOf = (text) => sorted([...text.matchAll(/^\.It (Ev .*)$/gm)].flatMap(([, line]) => line.match(/[A-Z][A-Z0-9_]+/g)));
const exitCodesOf = (text) => [...text.matchAll(/^\.It (\d+)/gm)].map(([, code]) => Number(code));

describe('man pages', () => {
  const pages = readdirSync(new URL('man/', root));

  test('there is one for the program, each command and the protocol', () => {
    const commands = spec.commands.map(({ name }) => `p2psig-${name}.1`);
    assert.deepEqual(pages.sort(), ['p2psig.1', 'p2psig-protocol.7', ...commands].sort());
  });

  test('mandoc has no warning', { skip: !inPath('mandoc') && 'mandoc is not installed' }, () => {
    for (const page of pages) output('mandoc', ['-T', 'lint', '-W', 'warning', new URL(`man/${page}`, root).pathname]);
  });

  for (const command of spec.commands) {
    const page = read(`man/p2psig-${command.name}.1`);
    test(`p2psig-${command.name}.1 has its options`, () => {
      assert.deepEqual(optionsOfPage(page), optionsOf(command));
    });
    test(`p2psig-${command.name}.1 has its variables`, () => {
      const variables = command.options.map(({ variable }) => variable).filter(Boolean);
      assert.deepEqual(variablesOf(section(page, 'ENVIRONMENT')), sorted([...variables, ...command.variables]));
    });
    test(`p2psig-${command.name}.1 has its exit codes`, () => {
      assert.deepEqual(exitCodesOf(section(page, 'EXIT STATUS')), command.exit_codes);
    });
    test(`p2psig-${command.name}.1 shows which options take a value, and which may leave it out`, () => {
      for (const { names, value, optional } of command.options) {
        const line = page.split('\n').find((each) => each.startsWith('.It Fl ') && optionsOfPage(each).includes(names.at(-1)));
        assert.equal(/ Ar /.test(line), value !== null, line);
        assert.equal(line.includes(' Op = '), optional, line);
      }
    });
    test(`p2psig-${command.name}.1 has the other sections`, () => {
      for (const title of ['EXAMPLES', 'FILES', 'SEE ALSO']) section(`${page}.Sh `, title);
    });
  }

  test('p2psig.1 has the options and exit codes', () => {
    const page = read('man/p2psig.1');
    assert.deepEqual(optionsOfPage(page), optionsOf(spec));
    const codes = new Set(spec.commands.flatMap((command) => command.exit_codes));
    assert.deepEqual(exitCodesOf(section(page, 'EXIT STATUS')), [...codes].sort((a, b) => a - b));
  });
});

describe('completions', () => {
  const file = (name) => new URL(`completions/${name}`, root).pathname;

  for (const command of spec.commands) {
    test(`bash offers the options of ${command.name}`, () => {
      const script = `source '${file('p2psig.bash')}'; COMP_LINE='p2psig ${command.name} -'; COMP_POINT=\${#COMP_LINE}
        COMP_WORDS=(p2psig ${command.name} -); COMP_CWORD=2; _p2psig p2psig; printf '%s\\n' "\${COMPREPLY[@]}"`;
      assert.deepEqual(sorted(output('bash', ['-c', script]).trim().split('\n')), optionsOf(command));
    });

    test(`bash knows which of them have a value, and which`, () => {
      const script = `source '${file('p2psig.bash')}'; _p2psig_options ${command.name}; printf '%s\\n' "\${known[@]}"`;
      const known = new Map(output('bash', ['-c', script]).trim().split('\n').map((each) => {
        const [, again, name, kind] = /^(\*?)([^=]+)(?:=(.*))?$/.exec(each);
        return [name, { again: again === '*', kind }];
      }));
      for (const { names, value, optional, repeatable } of command.options)
        for (const name of names) {
          const { again, kind } = known.get(name);
          assert.equal(kind !== undefined, value !== null, `the value of ${name}`);
          assert.equal(again, repeatable, `whether ${name} comes again`);
          assert.equal(kind?.startsWith('?') ?? false, optional, `whether ${name} needs a value`);
          if (/^[a-z|]+$/.test(value ?? '')) assert.equal(kind, value, `the values of ${name}`);
          if (value === 'FILE') assert.equal(kind, 'FILE', `the value of ${name}`);
        }
    });

    test(`fish offers the options of ${command.name}`, { skip: !inPath('fish') && 'fish is not installed' }, () => {
      const offered = (word) => output('fish', ['--no-config', '-c', `source '${file('p2psig.fish')}'; complete -C 'p2psig ${command.name} ${word}'`])
        .split('\n').map((line) => line.split('\t')[0]).filter((each) => each.startsWith('-'));
      const [short, long] = [offered('-'), offered('--')];
      assert.deepEqual(sorted([...short.filter((each) => each.length === 2), ...long]), optionsOf(command));
    });

    test(`zsh offers the options of ${command.name}`, () => {
      const text = read('completions/_p2psig');
      const part = new RegExp(`^        ${command.name}\\)\n(.*?);;`, 'ms').exec(text)[1];
      const shared = [...part.matchAll(/\$([a-z]+)/g)].map(([, name]) => new RegExp(`local -a ${name}=\\((.*?)\\)\n`, 's').exec(text)[1]).join('\n');
      const names = [...`${part}\n${shared}`.matchAll(/(?:'\*?|[{,])(--?[a-zA-Z-]+)(?=[=[,}])/g)].map(([, name]) => name.replace(/-$/, ''));
      assert.deepEqual(sorted(names), optionsOf(command));
    });
  }

  test('all know the findings', async () => {
    const codes = (await runToEnd(['join', '--fail-on', 'x'])).stderr.match(/none of (.*)/)[1].split(', ');
    assert.equal(codes.length, 14);
    for (const name of ['p2psig.bash', '_p2psig', 'p2psig.fish'])
      for (const code of codes) assert.ok(read(`completions/${name}`).includes(code), `${name}: ${code}`);
    for (const code of codes.slice(1)) assert.ok(read('man/p2psig-join.1').includes(`.It Cm ${code} `), code);
  });
});

test('the hidden commands stay hidden', async () => {
  const { stderr } = await runToEnd([]);
  assert.doesNotMatch(stderr, /__/);
  assert.doesNotMatch((await runToEnd(['--help'])).stdout, /__/);
  assert.doesNotMatch((await runToEnd(['__spek'])).stderr, /mean/);
});

describe('the README', () => {
  const readme = read('README.md');
  const all = new Set([spec, ...spec.commands].flatMap(optionsOf));

  test('names no option that there is not', () => {
    const shown = [...readme.matchAll(/`([^`]*)`/g), ...readme.matchAll(/^(?:\$ )?(p2psig .*)$/gm)].map(([, code]) => code)
      .filter((code) => /^(?:--|p2psig |\.\/dev run )/.test(code));
    const named = shown.flatMap((code) => code.match(/(?<=^|[ /])--[a-z-]+/g) ?? []);
    assert.ok(named.length > 30, `${named.length} were found`);
    assert.deepEqual(named.filter((name) => !all.has(name)), []);
  });

  test('has the exit codes of join and of status', () => {
    const codes = (name) => spec.commands.find((command) => command.name === name).exit_codes.filter((code) => code < 128);
    const said = (pattern) => [...pattern.exec(readme)[1].matchAll(/(?:^|[,;] )(\d)(?=\s)/g)].map(([, code]) => Number(code));
    assert.deepEqual(said(/says how it went: ([^.]*)\./), codes('join'));
    assert.deepEqual(said(/Exit codes: ([^.]*)\./), codes('status'));
  });
});
