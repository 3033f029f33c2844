import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import * as sdk from '@isapi-host/sdk';
import { VARIABLES } from '@isapi-host/worker-runtime/internal/server-variables';

const page = readFileSync(new URL('../../../docs/isapi-map.md', import.meta.url), 'utf8');

/** These two stand for headers, so no table of built-ins has them. */
const HEADERS = ['HTTP_CONTENT_LENGTH', 'HTTP_CONTENT_TYPE'];

/** The first cells of the table in a section, in their order. */
function namesIn(section: string): string[] {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => row.split('|')[1]?.trim().replaceAll('`', '') ?? '');
}

test('isapi-map.md lists every server variable of the sdk, in its order', () => {
  assert.deepEqual(namesIn('Server variables'), [...sdk.SERVER_VARIABLES]);
});

test('the thread gives every server variable of the sdk, and no other', () => {
  const given = [...VARIABLES.keys(), ...HEADERS].toSorted();

  assert.deepEqual(given, [...sdk.SERVER_VARIABLES].toSorted());
});

test('isapi-map.md lists every status of the sdk', () => {
  const statuses = Object.keys(sdk).filter((name) => name.startsWith('HSE_STATUS_'));
  const listed = namesIn('Statuses').map((name) => name.split(' ')[0]);

  const missing = statuses.filter((name) => !listed.includes(name));

  assert.deepEqual(missing, []);
});

test('isapi-map.md lists every flag and number of the sdk', () => {
  const elsewhere = /^HSE_(?:REQ|STATUS)_|^HSE_APPEND_LOG_PARAMETER$/;
  const names = Object.keys(sdk).filter((name) => name.startsWith('HSE_') && !elsewhere.test(name));

  assert.deepEqual(namesIn('Flags and numbers').toSorted(), names.toSorted());
});

test('isapi-map.md lists every group of conformance tests', () => {
  const groups = readdirSync(new URL('../../conformance/', import.meta.url))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.replace('.test.ts', ''));

  assert.deepEqual(namesIn('Where each rule is held'), groups.toSorted());
});

test('isapi-map.md lists every entry point and callback', () => {
  const names = [...namesIn('Entry points'), ...namesIn('Callbacks')];
  const wanted = [
    'GetExtensionVersion',
    'HttpExtensionProc',
    'TerminateExtension',
    'GetServerVariable',
    'ReadClient',
    'WriteClient',
    'ServerSupportFunction',
  ];

  assert.deepEqual(
    wanted.filter((name) => !names.includes(name)),
    [],
  );
});
