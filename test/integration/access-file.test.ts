import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { postJson } from '../helpers/admin-client.ts';
import { startHost } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const admin = { enabled: true, port: 0 };

test('a W3C access log has a head and a line for each request', async (t) => {
  const accessFile = join(tempFolder(t), 'logs', 'access.log');
  const log = { level: 'silent', accessFormat: 'w3c', accessFile } as const;
  const host = await startHost(t, { fixtures: ['hello', 'throws'], log });

  for (const path of ['/hello?a=b', '/throws', '/nix']) await fetch(host.url + path);
  await host.close();

  const [software, version, , fields = '', ...lines] = readFileSync(accessFile, 'utf8').split('\n');
  const names = fields.split(' ').slice(1);
  const column = (name: string): (string | undefined)[] =>
    lines.slice(0, -1).map((line) => line.split(' ')[names.indexOf(name)]);
  assert.match(software ?? '', /^#Software: isapi-host\//);
  assert.equal(version, '#Version: 1.0');
  assert.deepEqual(column('cs-uri-stem'), ['/hello', '/throws', '/nix']);
  assert.deepEqual(column('cs-uri-query'), ['a=b', '-', '-']);
  assert.deepEqual(column('sc-status'), ['200', '500', '404']);
  assert.deepEqual(column('x-extension'), ['hello', 'throws', '-']);
});

test('a file that was moved away is begun anew when the host is told', async (t) => {
  const accessFile = join(tempFolder(t), 'access.log');
  const log = { level: 'silent', accessFile } as const;
  const host = await startHost(t, { fixtures: ['hello'], admin, log });

  await fetch(`${host.url}/hello?first`);
  renameSync(accessFile, `${accessFile}.1`);
  const { body } = await postJson(`${host.adminUrl}/api/v1/reopen-log`);
  await fetch(`${host.url}/hello?second`);
  await host.close();

  const text = [`${accessFile}.1`, accessFile].map((file) => readFileSync(file, 'utf8')).join('');
  const urls = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { url: string }).url);
  assert.deepEqual(body, { reopened: true });
  assert.deepEqual(urls, ['/hello?first', '/hello?second']);
  assert.match(readFileSync(accessFile, 'utf8'), /second/);
});

test('a file that cannot be opened stops the start', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const accessFile = join(folder, 'file', 'access.log');

  await assert.rejects(startHost(t, { log: { level: 'silent', accessFile } }), {
    code: 'ISAPI_ERR_CONFIG',
    message: /log\.accessFile is ".*access\.log"; it cannot be opened: /,
  });
});
