import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');
const reliability = readFileSync(new URL('docs/reliability.md', root), 'utf8');

test('every file and folder that architecture.md names is there', () => {
  const named = [...page.matchAll(/`((?:packages|test)\/[^`]+)`/g)].map(([, path = '']) => path);

  const missing = named.filter((path) => !existsSync(new URL(path, root)));

  assert.ok(named.length > 20);
  assert.deepEqual(missing, []);
});

test('architecture.md has a sentence for every stage of the host', () => {
  const stages = readdirSync(new URL('packages/host/src/', root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `packages/host/src/${name}`);

  const missing = stages.filter((stage) => !page.includes(`| \`${stage}\` `));

  assert.deepEqual(missing, []);
});

test('every test that reliability.md names is there', () => {
  const named = [...reliability.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);

  const missing = named.filter((path) => !existsSync(new URL(path, root)));

  assert.ok(named.length > 5);
  assert.deepEqual(missing, []);
});
