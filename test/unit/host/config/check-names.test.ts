import assert from 'node:assert/strict';
import test from 'node:test';

import { checkNames } from '@isapi-host/host/internal/config/check-names';
import type { UserConfig, UserExtension } from '@isapi-host/host/internal/config/user-config';

function problemsOf(one: Partial<UserExtension>, other: Partial<UserExtension>): string[] {
  const extensions = { one: { module: 'one.js', ...one }, other: { module: 'other.js', ...other } };
  return checkNames({ extensions, pools: { front: {} } }, 'f');
}

test('an extension names a pool that exists', () => {
  assert.deepEqual(problemsOf({ pool: 'default' }, { pool: 'frnt' }), [
    'f: extensions.other.pool is "frnt", not a pool; did you mean front? (allowed: default, front)',
  ]);
});

test('two extensions cannot answer one path, whatever its case', () => {
  assert.deepEqual(problemsOf({ paths: ['/a', '/b'] }, { paths: ['/c', '/B'] }), [
    'f: extensions.other.paths[1] answers "/B", as extensions.one.paths[1] does; allowed once',
  ]);
});

test('two script maps cannot take one suffix and method', () => {
  const maps = [{ suffix: '.asp', verbs: ['GET', 'HEAD'] }];

  assert.deepEqual(
    problemsOf({ scriptMaps: maps }, { scriptMaps: [{ suffix: '.ASP', verbs: ['head'] }] }),
    [
      'f: extensions.other.scriptMaps[0] answers ".ASP" and these methods, as extensions.one.scriptMaps[0] does; allowed once',
    ],
  );
  assert.equal(problemsOf({ scriptMaps: maps }, { scriptMaps: [{ suffix: '.asp' }] }).length, 1);
  assert.deepEqual(
    problemsOf({ scriptMaps: maps }, { scriptMaps: [{ suffix: '.asp', verbs: ['POST'] }] }),
    [],
  );
});

test('two virtual directories cannot have one prefix, whatever its case', () => {
  const virtualDirectories = { '/Scripts': { path: 'a' }, '/scripts': { path: 'b' } };
  const user: UserConfig = { site: { virtualDirectories } };

  assert.deepEqual(checkNames(user, 'f'), [
    'f: site.virtualDirectories["/scripts"] answers below "/scripts", as site.virtualDirectories["/Scripts"] does; allowed once',
  ]);
});
