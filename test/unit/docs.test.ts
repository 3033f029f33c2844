import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { createCommands } from '@isapi-host/host/internal/cli/commands';
import { Metrics } from '@isapi-host/host/internal/admin/metrics';
import { exitCodes } from '@isapi-host/host/internal/cli/shell';
import {
  allowedText,
  fallbackText,
  rows,
  settingKeys,
} from '@isapi-host/host/internal/config/setting';
import { configJsonSchema } from '@isapi-host/host/internal/config/user-schema';
import { configFrom } from '@isapi-host/host/internal/config/resolve-config';
import { HostCore } from '@isapi-host/host/internal/host';
import { createLogger } from '@isapi-host/host/internal/observe/logger';
import { w3cHead } from '@isapi-host/host/internal/observe/w3c-line';
import {
  hostErrors,
  statusOf,
  type HostErrorCode,
} from '@isapi-host/host/internal/observe/host-error';
import { signals } from '@isapi-host/host/internal/supervisor/signals';

const operations = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

/** The rows of the table below a heading of operations.md, without its head; code marks are dropped. */
function tableBelow(heading: string): string[][] {
  const [, section = ''] = operations.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const lines = own.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => line.split('|').slice(1, -1).map(textOf));
}

/** The text of a cell, when it starts or ends with code too. */
function textOf(cell: string): string {
  return cell.trim().replaceAll(/^`|`$/g, '');
}

test('operations.md lists every command', () => {
  const commands = [...createCommands()].map(([name, { about }]) => [`isapi ${name}`, about]);

  assert.deepEqual(tableBelow('Commands'), commands);
});

test('operations.md lists every setting, in the order of the table in the code', () => {
  const settings = settingKeys.map((key) => {
    const setting = rows[key];
    return [key, setting.variable, fallbackText(setting), allowedText(setting), setting.about];
  });

  assert.deepEqual(tableBelow('Settings'), settings);
});

test('operations.md lists every signal that is heard', () => {
  const listed = tableBelow('Signals').map(([signal]) => signal);

  assert.deepEqual(listed, signals);
});

test('operations.md lists every exit code', () => {
  const listed = tableBelow('Exit codes').map(([code]) => Number(code));

  assert.deepEqual(listed, Object.values(exitCodes));
});

test('operations.md lists every error code', () => {
  const codes = Object.entries(hostErrors).map(([code, { cause, action }]) => {
    const status = statusOf(code as HostErrorCode);
    return [code, status === undefined ? '–' : String(status), textOf(cause), textOf(action)];
  });

  assert.deepEqual(tableBelow('Error codes'), codes);
});

test('operations.md lists every metric', async (t) => {
  const config = await configFrom({ log: { level: 'silent' } }, '.');
  const metrics = new Metrics(new HostCore(config, await createLogger(config.log, undefined)));
  t.after(() => metrics.close());

  const listed = tableBelow('Metrics').map(([name, type, , help]) => [name, type, help]);

  const known = metrics.all.map(({ name, type, help }) => [name, type, help]);
  assert.deepEqual(listed, known);
});

test('the JSON schema that is shipped is that of the code', () => {
  const file = new URL('../../../packages/host/schema/isapi.config.schema.json', import.meta.url);
  const hint = 'isapi schema > packages/host/schema/isapi.config.schema.json, then npm run format';

  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), configJsonSchema(), hint);
});

test('operations.md has the fields of the W3C access log', () => {
  const fields = w3cHead(new Date())
    .split('\n')
    .find((line) => line.startsWith('#Fields'));

  assert.ok(operations.includes(`\n${fields ?? ''}\n`));
});
