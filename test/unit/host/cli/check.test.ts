import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { folderWith } from '../config/folder.ts';
import { FakeShell, run } from './fake-shell.ts';

test('check prints ok when there is nothing to tell, and listens nowhere', async () => {
  const { shell, exitCode } = await run('check');

  assert.deepEqual(
    { exitCode, printed: shell.printed, calls: shell.host.calls },
    { exitCode: 0, printed: 'ok\n', calls: ['inspect', 'close'] },
  );
});

test('check prints each extension that would not run', async () => {
  const shell = new FakeShell('check');
  shell.host.findings = [
    { extension: 'hello', module: '/e/hello.js', problem: 'no such file' },
    { extension: 'gate', module: '/e/gate.js', problem: 'httpExtensionProc is missing' },
  ];

  const exitCode = await shell.run();

  assert.equal(
    shell.printed,
    'extensions.hello (/e/hello.js): no such file\nextensions.gate (/e/gate.js): httpExtensionProc is missing\n',
  );
  assert.equal(exitCode, 1);
});

test('check prints each folder and file of the site that is not there', async (t) => {
  const shell = new FakeShell('check');
  const cwd = await folderWith(t, {
    'page.html': '',
    'isapi.config.json': JSON.stringify({
      site: {
        root: 'page.html',
        virtualDirectories: { '/s': { path: 's' }, '/t': { path: '.' } },
        errorPages: {
          404: { file: 'page.html' },
          500: { file: 'none.html' },
          503: { text: 'later' },
        },
      },
    }),
  });
  shell.cwd = cwd;

  const exitCode = await shell.run();

  assert.deepEqual(shell.printed.split('\n'), [
    `site.root: there is no folder ${join(cwd, 'page.html')}`,
    `site.virtualDirectories["/s"]: there is no folder ${join(cwd, 's')}`,
    `site.errorPages.500: there is no file ${join(cwd, 'none.html')}`,
    '',
  ]);
  assert.equal(exitCode, 1);
});

test('check tells a wrong configuration, and warnings, as start does', async () => {
  const shell = new FakeShell('check --port x');
  const warned = new FakeShell('check');
  warned.env = { ISAPI_PROT: '80' };

  assert.equal(await shell.run(), 1);
  assert.equal(await warned.run(), 0);

  assert.match(shell.errors, /^isapi: invalid configuration: flag --port is "x"; /);
  assert.equal(
    warned.errors,
    'isapi: warning: env ISAPI_PROT is not a setting and has no effect; did you mean ISAPI_PORT?\n',
  );
});
