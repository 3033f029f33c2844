import assert from 'node:assert/strict';
import test from 'node:test';

import { flagOf, rows, settingKeys } from '@isapi-host/host/internal/config/setting';

import { FakeShell, run } from './fake-shell.ts';

const refused: readonly (readonly [args: string, message: string])[] = [
  [
    'strat',
    'unknown command "strat"; did you mean start? (allowed: start, check, config, extensions, schema, routes, inject, ps, reload, recycle)',
  ],
  [
    'constructor',
    'unknown command "constructor" (allowed: start, check, config, extensions, schema, routes, inject, ps, reload, recycle)',
  ],
  [
    'help strat',
    'unknown command "strat"; did you mean start? (allowed: start, check, config, extensions, schema, routes, inject, ps, reload, recycle)',
  ],
  ['--prot 80', 'unknown flag --prot; did you mean --port? (isapi start --help lists the flags)'],
  [
    'check --prot=80',
    'unknown flag --prot; did you mean --port? (isapi check --help lists the flags)',
  ],
  ['--colour', 'unknown flag --colour (isapi start --help lists the flags)'],
  ['start --json', 'unknown flag --json (isapi start --help lists the flags)'],
  [
    '--poolMaxQueue 1',
    'unknown flag --poolMaxQueue; did you mean --pool-max-queue? (isapi start --help lists the flags)',
  ],
  ['--constructor', 'unknown flag --constructor (isapi start --help lists the flags)'],
  ['-p 80', 'unknown flag -p (isapi start --help lists the flags)'],
  ['start now', 'unexpected argument "now" (isapi start --help lists the flags)'],
  ['start -- now', 'unknown flag -- (isapi start --help lists the flags)'],
  ['inject GET', 'URL is missing (isapi inject --help lists the flags)'],
  ['inject GET / /', 'unexpected argument "/" (isapi inject --help lists the flags)'],
  ['inject GET / -x', 'unknown flag -x (isapi inject --help lists the flags)'],
  ['routes --url /', 'unknown flag --url (isapi routes --help lists the flags)'],
  ['--port', '--port needs a value (isapi start --help lists the flags)'],
  ['--port --host ::1', '--port needs a value (isapi start --help lists the flags)'],
  [
    '--no-port',
    'unknown flag --no-port; did you mean --port? (isapi start --help lists the flags)',
  ],
  [
    '--access-log=maybe',
    '--access-log is "maybe"; expected true or false (isapi start --help lists the flags)',
  ],
  ['--no-access-log=false', '--no-access-log takes no value (isapi start --help lists the flags)'],
];

for (const [args, message] of refused) {
  test(`isapi ${args} is refused: ${message}`, async () => {
    const { shell, exitCode } = await run(args);

    assert.deepEqual(
      { errors: shell.errors, printed: shell.printed, exitCode },
      { errors: `isapi: ${message}\n`, printed: '', exitCode: 2 },
    );
    assert.deepEqual(shell.host.calls, []);
  });
}

for (const args of ['--version', '-v']) {
  test(`isapi ${args} prints the version`, async () => {
    const { shell, exitCode } = await run(args);

    assert.match(shell.printed, /^\d+\.\d+\.\d+\n$/);
    assert.equal(exitCode, 0);
  });
}

for (const args of ['--help', '-h', 'help', '--port 1 --help']) {
  test(`isapi ${args} names every command`, async () => {
    const { shell, exitCode } = await run(args);

    assert.match(shell.printed, /^ +start .*\n +check .*\n +config .*\n/m);
    assert.deepEqual({ exitCode, errors: shell.errors }, { exitCode: 0, errors: '' });
  });
}

for (const args of ['start --help', 'help check', 'config -h']) {
  test(`isapi ${args} has every flag, its default, and what it is for`, async () => {
    const { shell } = await run(args);

    for (const key of settingKeys) {
      const row = shell.printed.split('\n').find((line) => line.includes(`--${flagOf(rows[key])}`));
      assert.ok(row?.includes(rows[key].about), key);
      assert.match(row ?? '', /\[.+\]$/);
    }
    assert.match(shell.printed, / --config=<FILE> /);
  });
}

test('help is coloured on a terminal only, and not with NO_COLOR', async () => {
  const shells = [new FakeShell('--help'), new FakeShell('--help'), new FakeShell('--help')];
  const [, onTerminal, withoutColour] = shells;
  if (onTerminal) onTerminal.isTerminal = true;
  if (withoutColour) Object.assign(withoutColour, { isTerminal: true, env: { NO_COLOR: '1' } });

  for (const shell of shells) await shell.run();

  const [piped, , plain] = shells.map(({ printed }) => printed);
  assert.ok(piped !== undefined && !piped.includes('\u001B') && plain === piped);
});

test('an unexpected error ends with its stack and exit code 70', async () => {
  const shell = new FakeShell('start');
  shell.host.startError = new TypeError('boom');

  const exitCode = await shell.run();

  assert.match(shell.errors, /^isapi: failed: TypeError: boom\n {4}at /);
  assert.equal(exitCode, 70);
});
