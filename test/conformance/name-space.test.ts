// What answers a URL, and the sub-status an operator finds in the log: reference isapi.md sections 7.1 to 7.8.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHost, startHostProcess } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const MODULE = `
  export const getExtensionVersion = () => ({ version: 0x80000, description: 'told' });
  export function httpExtensionProc(ecb) {
    ecb.writeClientSync(ecb.getServerVariable('SCRIPT_NAME') + ' ' + ecb.pathInfo);
    return 1;
  }
`;

const folder = tempFolder({ after });
for (const [name, text] of Object.entries({
  'index.html': 'start',
  'page.pg': 'source',
  'docs/read.txt': 'text',
  'apps/default.pg': 'source',
  'scripts/listed.isapi.mjs': MODULE,
  'scripts/unlisted.isapi.mjs': MODULE,
  'files/listed.isapi.mjs': MODULE,
  'files/page.pg': 'source',
  'closed/read.txt': 'text',
})) {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const site = {
  root: folder,
  defaultDocuments: ['index.html', 'default.pg'],
  virtualDirectories: {
    '/scripts': { path: join(folder, 'scripts'), access: ['execute'] as const },
    '/files': { path: join(folder, 'files'), access: ['read'] as const },
    '/closed': { path: join(folder, 'closed'), access: [] },
  },
};
const extensions = {
  listed: {
    module: join(folder, 'scripts/listed.isapi.mjs'),
    paths: ['/app'],
    scriptMaps: [{ suffix: '.pg', verbs: ['GET', 'POST'] }],
  },
};
const host = await startHostProcess({ after }, { site, extensions });

/** Method, URL, and what the client and the log say of it. */
const answers: readonly (readonly [string, string, expected: string])[] = [
  // 7.1: the ways to an extension.
  ['GET', '/app', '200.0 /app '],
  ['GET', '/app/more', '200.0 /app /more'],
  ['GET', '/application', '404.0'],
  ['GET', '/scripts/listed.isapi.mjs', '200.0 /scripts/listed.isapi.mjs '],
  ['GET', '/scripts/listed.isapi.mjs/a/b', '200.0 /scripts/listed.isapi.mjs /a/b'],
  ['GET', '/page.pg', '200.0 /page.pg /page.pg'],
  ['GET', '/PAGE.PG', '404.0'],
  ['GET', '/missing.pg', '404.0'],
  // 7.8: the restriction list.
  ['GET', '/scripts/unlisted.isapi.mjs', '404.2'],
  // 7.2: access of the folder.
  ['GET', '/files/listed.isapi.mjs', '403.1'],
  ['GET', '/files/page.pg', '403.1'],
  ['GET', '/closed/read.txt', '403.2'],
  ['GET', '/docs/', '403.14'],
  // 7.3: verbs of a script map.
  ['POST', '/page.pg', '200.0 /page.pg /page.pg'],
  ['PUT', '/page.pg', '405.0 allow GET, POST'],
  ['DELETE', '/docs/read.txt', '405.0 allow GET, HEAD'],
  // Default documents; one may be a script.
  ['GET', '/', '200.0 start'],
  ['GET', '/apps/', '200.0 /apps/default.pg /apps/default.pg'],
  ['GET', '/apps', '301.0'],
  ['GET', '/docs/read.txt', '200.0 text'],
  ['GET', '/.hidden', '404.8'],
  ['GET', '/a%2fb', '400.0'],
];

for (const [method, url, expected] of answers) {
  test(`${method} ${url} is ${expected}`, async (t) => {
    const target = `${url}?${method}`;

    const { statusCode, text, headers } = await fetchRaw(t, host.port, target, { method });
    const line = await host.logs.find({ url: target, msg: 'request completed' });

    const body = statusCode === 200 ? ` ${text}` : '';
    const allow = headers['allow'] === undefined ? '' : ` allow ${headers['allow']}`;
    assert.equal(`${statusCode}.${String(line['subStatus'])}${body}${allow}`, expected);
    assert.equal(line['statusCode'], statusCode);
  });
}

// 7.8, notListedIsapisAllowed.
test('unlistedExtensions runs what the list does not name', async (t) => {
  const open = await startHost(t, { site, extensions, unlistedExtensions: true });

  const { statusCode, text } = await fetchRaw(t, open.port, '/scripts/unlisted.isapi.mjs/x');

  assert.deepEqual([statusCode, text], [200, '/scripts/unlisted.isapi.mjs /x']);
});
