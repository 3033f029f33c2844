import assert from 'node:assert/strict';
import { test } from 'node:test';

import { consoleFiles } from '@isapi-host/host/internal/admin/console/console-files';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

const admin = { enabled: true, port: 0 };
const token = 'a-token-of-enough-letters';

/** Type by suffix; the page itself has none. */
const types: Readonly<Record<string, string>> = {
  '/': 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

test('every file of the console is served with its type, and may do nothing but be the console', async (t) => {
  const { adminUrl } = await startHost(t, { admin });

  for (const url of consoleFiles.keys()) {
    const answer = await fetch(adminUrl + url);
    const body = await answer.text();

    assert.equal(answer.status, 200, url);
    assert.equal(answer.headers.get('content-type'), types[url.split('.').at(-1) ?? ''], url);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', url);
    assert.equal(answer.headers.get('cache-control'), 'no-cache', url);
    assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'self';/, url);
    assert.ok(body.length > 0, url);
  }
});

test('the page has no inline script or style, and all that it and its modules name is served', async (t) => {
  const { adminUrl } = await startHost(t, { admin });

  const page = await (await fetch(adminUrl)).text();
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
  const reached = new Set<string>(named);
  for (const url of reached) {
    const answer = await fetch(adminUrl + url);
    const text = await answer.text();
    assert.equal(answer.status, 200, url);
    if (!url.endsWith('.js')) continue;
    for (const [, specifier = ''] of text.matchAll(/\bfrom ?["'](\.[^"']+)["']/g)) {
      reached.add(new URL(specifier, adminUrl + url).pathname);
    }
  }

  assert.doesNotMatch(page, /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/);
  assert.deepEqual([...reached, '/'].toSorted(), [...consoleFiles.keys()].toSorted());
});

test('a file that the browser has is not sent again', async (t) => {
  const { adminUrl } = await startHost(t, { admin });
  const first = await fetch(`${adminUrl}/console/main.js`);
  const tag = first.headers.get('etag') ?? '';

  const same = await fetch(`${adminUrl}/console/main.js`, { headers: { 'if-none-match': tag } });
  const other = await fetch(`${adminUrl}/console/main.js`, { headers: { 'if-none-match': '"x"' } });

  assert.deepEqual([same.status, other.status], [304, 200]);
  assert.equal(await same.text(), '');
});

const outside = [
  '/console',
  '/console/',
  '/console/index.html',
  '/console/main.tsx',
  '/console/main.d.ts',
  '/console/tsconfig.json',
  '/console/../package.json',
  '/console/libraries/../../package.json',
  '/console/%2e%2e/package.json',
  '/console/..%2fpackage.json',
  '/console/libraries/preact.mjs',
  '/console/libraries/preact/package.json',
  '/console/libraries/preact.js/../../package.json',
  '/console/libraries/preact.js%00',
  '/console/libraries/uplot/dist/uPlot.cjs.js',
  '/console/libraries//preact.js',
  '/libraries/preact.js',
  '/node_modules/preact/package.json',
  '/preact',
  '/package.json',
];

test('nothing else of the packages can be fetched', async (t) => {
  const { adminUrl } = await startHost(t, { admin });
  const port = Number(new URL(adminUrl).port);

  for (const url of outside) {
    const client = await RawClient.connect(t, port);
    client.send(`GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const { statusCode } = await client.next();
    assert.ok([400, 404].includes(statusCode), `${url}: ${statusCode}`);
  }
});

test('the page needs no token, what it shows does', async (t) => {
  const { adminUrl } = await startHost(t, { admin: { ...admin, token } });

  const page = await fetch(adminUrl);
  const part = await fetch(`${adminUrl}/console/main.js`);
  const faults = await fetch(`${adminUrl}/api/v1/faults`);

  assert.deepEqual([page.status, part.status, faults.status], [200, 200, 401]);
});
