import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { folderWith } from '../config/folder.ts';
import { FakeShell, run } from './fake-shell.ts';

test('config prints each value with where it came from', async (t) => {
  const shell = new FakeShell('config --port 99');
  shell.env = { ISAPI_LOG_LEVEL: 'warn', ISAPI_POOL_MAX_THREADS: '3' };
  shell.cwd = await folderWith(t, {
    'isapi.config.json': '{ "extensions": { "a": { "module": "a.js", "paths": ["/a"] } } }',
  });

  const exitCode = await shell.run();

  const rows = shell.printed.split('\n').map((line) => line.split(/ {2,}/));
  const wanted = ['listen.host', 'listen.port', 'log.level', 'trustProxy', 'extensions.a.paths'];
  assert.deepEqual(
    wanted.map((key) => rows.find(([first]) => first === key)),
    [
      ['listen.host', '127.0.0.1', 'default'],
      ['listen.port', '99', 'flag --port'],
      ['log.level', 'warn', 'env ISAPI_LOG_LEVEL'],
      ['trustProxy', '""', 'default'],
      ['extensions.a.paths', '["/a"]', 'file isapi.config.json'],
    ],
  );
  assert.deepEqual({ exitCode, hosts: shell.configs }, { exitCode: 0, hosts: [] });
});

test('config does not show the token of the admin server, nor does an error', async () => {
  const { shell } = await run('config --admin-token sixteen-letters-or-more');
  const { shell: wrong } = await run('config --admin-token too-short');

  assert.match(shell.printed, /^admin\.token +\(not shown\) +flag --admin-token$/m);
  assert.doesNotMatch(shell.printed, /sixteen/);
  assert.match(wrong.errors, /flag --admin-token is not allowed; expected 16 to 256/);
  assert.doesNotMatch(wrong.errors, /too-short/);
});

test('an admin server that others reach needs a token', async () => {
  const { shell, exitCode } = await run('config --admin-host 0.0.0.0');

  assert.equal(exitCode, 1);
  assert.match(
    shell.errors,
    /admin\.host is "0\.0\.0\.0" \(flag --admin-host\) and admin\.token is empty/,
  );
});

test('config --json prints the same for programs', async (t) => {
  const shell = new FakeShell('config --json');
  const cwd = await folderWith(t, { 'isapi.config.json': '{ "listen": { "port": 81 } }' });
  shell.cwd = cwd;

  await shell.run();

  const { file, values } = JSON.parse(shell.printed) as {
    readonly file: string;
    readonly values: Readonly<Record<string, unknown>>;
  };
  assert.equal(file, join(cwd, 'isapi.config.json'));
  assert.deepEqual(values['listen.port'], { value: 81, origin: 'file isapi.config.json' });
  assert.deepEqual(values['log.access'], { value: true, origin: 'default' });
});

test('a switch can be turned on and off by its flag', async () => {
  const lines = [];
  for (const flag of [
    '--access-log',
    '--no-access-log',
    '--access-log=false',
    '--unlisted-extensions',
  ]) {
    const { shell } = await run(`config ${flag}`);
    lines.push(...shell.printed.split('\n').filter((line) => line.includes('flag ')));
  }

  assert.deepEqual(
    lines.map((line) => line.split(/ {2,}/)),
    [
      ['log.access', 'true', 'flag --access-log'],
      ['log.access', 'false', 'flag --access-log'],
      ['log.access', 'false', 'flag --access-log'],
      ['unlistedExtensions', 'true', 'flag --unlisted-extensions'],
    ],
  );
});

test('config prints nothing but the error of a wrong configuration', async () => {
  const { shell, exitCode } = await run('config --json --port x');

  assert.deepEqual({ exitCode, printed: shell.printed }, { exitCode: 1, printed: '' });
});

test('a W3C access log needs a file', async () => {
  const { shell, exitCode } = await run('config --access-log-format w3c');

  assert.equal(exitCode, 1);
  assert.match(shell.errors, /log\.accessFormat is w3c \(flag --access-log-format\)/);
});
