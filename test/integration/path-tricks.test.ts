import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import test from 'node:test';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { TempTree } from '../unit/host/name-space/temp-site.ts';
import { tricks } from '../unit/host/name-space/tricks.ts';

/*
 * Rows F73 to F79 of the fault matrix, over the wire. Every file that may be sent says PUBLIC, every other says SECRET;
 * extensions say RUN.
 */

const module = (secret: string): string => `// ${secret}
export const getExtensionVersion = () => ({ version: 0x10000, description: 'test' });
export const httpExtensionProc = (ecb) => { ecb.writeClient('RUN'); return 1; };
`;

const tree = new TempTree();
tree.write({
  'secret.txt': 'SECRET',
  'www-secret/secret.txt': 'SECRET',
  'www/index.html': 'PUBLIC',
  'www/a.css': 'PUBLIC',
  'www/sub/b.css': 'PUBLIC',
  'www/a.css.bak/b.css': 'PUBLIC',
  'www/large.bin': 'PUBLIC'.repeat(10_000),
  'www/.env': 'SECRET',
  'www/.git/config': 'SECRET',
  'www/page.asp': 'SECRET',
  'www/sub/Page.Asp': 'SECRET',
  'www/listed.js': module('SECRET'),
  'www/run.isapi.js': module('SECRET'),
  'scripts/run.isapi.js': module('SECRET'),
  'scripts/unlisted.isapi.ts': 'SECRET',
  'scripts/readme.txt': 'SECRET',
  'docs/manual.txt': 'PUBLIC',
  'docs/page.asp': 'SECRET',
  'ext.mjs': module('SECRET'),
  'package.json': '{ "type": "module" }',
});
tree.link({
  'www/link-file.txt': '../secret.txt',
  'www/link-up': '..',
  'www/link-root': '/',
  'www/link-source.txt': 'page.asp',
  'www/link-module.txt': 'listed.js',
  'www/link-hidden.txt': '.env',
  'docs/link-www': '../www',
});

const host = await startHost(test, {
  site: {
    root: tree.at('www'),
    virtualDirectories: {
      '/scripts': { path: tree.at('scripts'), access: ['execute'] },
      '/docs': { path: tree.at('docs'), access: ['read'] },
    },
  },
  extensions: {
    ext: { module: tree.at('ext.mjs'), paths: ['/ext'] },
    run: { module: tree.at('scripts/run.isapi.js') },
    listed: { module: tree.at('www/listed.js') },
    asp: { module: tree.at('ext.mjs'), scriptMaps: [{ suffix: '.asp' }] },
  },
});

/** Requests that are under way at once. */
const LANES = 16;

/** What a target can be, and what a client can write: no blanks, no line ends, one character a byte. */
const sendable = [...new Set(tricks)].filter((trick) => /^[!-~\u0080-\u00FF]+$/.test(trick));
const targets = sendable.flatMap((trick) => [
  trick,
  `${trick}?a=/../../secret.txt`,
  trick.replaceAll('.', '%2e'),
  trick.replaceAll('/', '%2f').replace('%2f', '/'),
]);

/** What is wrong with the answers to the targets that `next` gives, asked over one connection after the other. */
async function faultsOf(t: test.TestContext, next: () => string | undefined): Promise<string[]> {
  const faults: string[] = [];
  let client: RawClient | undefined;
  for (let target = next(); target !== undefined; target = next()) {
    client ??= await RawClient.connect(t, host.port);
    const { statusCode, head, text, headers } = await client.request(target).next();
    const isFine = statusCode >= 200 && statusCode < 500;
    const shows = /SECRET|root:|X-Injected/.test(head + text);
    if (!isFine || shows) faults.push(`${target}: ${statusCode} ${text}`);
    if (headers['connection'] === 'close') client = undefined;
  }
  return faults;
}

test('of more than 8,000 tricks none is answered with a secret, or as a failure of the server', async (t) => {
  const wanted = [...new Set(targets)];
  const left = wanted.values();

  const next = (): string | undefined => left.next().value;
  const faults = await Promise.all(Array.from({ length: LANES }, () => faultsOf(t, next)));

  assert.ok(wanted.length > 8000, `${wanted.length}`);
  assert.deepEqual(faults.flat(), []);
});

test('a link that is switched all the time never leads out', async (t) => {
  const client = await RawClient.connect(t, host.port);
  const over = new AbortController();
  const switching = (async () => {
    for (let round = 0; !over.signal.aborted; round += 1) {
      symlinkSync(round % 2 === 0 ? '../secret.txt' : 'a.css', tree.at(`www/next-${round}`));
      await rename(tree.at(`www/next-${round}`), tree.at('www/switched.css'));
    }
  })();

  const seen = new Set<string>();
  for (let round = 0; round < 300; round += 1) {
    const { statusCode, text } = await client.request('/switched.css').next();
    seen.add(statusCode === 200 ? text : String(statusCode));
  }
  over.abort();
  await switching;

  for (const answer of seen) assert.ok(['PUBLIC', '403', '404', '503'].includes(answer), answer);
});

const size = 60_000;
const ranges: readonly string[] = [
  `bytes=${Array.from({ length: 1000 }, (_, i) => `${i}-`).join(',')}`,
  `bytes=${Array.from({ length: 500 }, () => '0-').join(',')}`,
  'bytes=0-,0-,0-',
  'bytes=-0',
  'bytes=5-1',
  'bytes=--1',
  'bytes=1-2-3',
  'bytes=99999999999999999999-',
  'bytes=0-99999999999999999999',
  'bytes=-99999999999999999999',
  'bytes=NaN-',
  'bytes=0x0-0x9',
  'bytes=1e1-',
  'bytes= 0-1',
  'bytes',
  '=',
  'seconds=0-1',
  'bytes=60000-',
  'bytes=59999-',
];

for (const range of ranges) {
  test(`Range: ${range.slice(0, 40)} is 200, 206 or 416, and no more than the file`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const { statusCode, body } = await client
      .request('/large.bin', { headers: `Range: ${range}\r\n` })
      .next();

    assert.ok([200, 206, 416].includes(statusCode), `${statusCode}`);
    assert.ok(body.length <= size, `${body.length}`);
  });
}

const conditions = [
  'If-Match',
  'If-None-Match',
  'If-Modified-Since',
  'If-Unmodified-Since',
  'If-Range',
];
const values = [
  '*',
  '""',
  'W/',
  '"',
  ',,,',
  'x'.repeat(4000),
  'Sat, 99 Foo 9999 99:99:99 GMT',
  '-1',
  '\u00FF',
];

for (const name of conditions) {
  test(`${name} with garbage is never a failure`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    for (const value of values) {
      const headers = `${name}: ${value}\r\nRange: bytes=0-9\r\n`;
      const { statusCode } = await client.request('/large.bin', { headers }).next();

      assert.ok([200, 206, 304, 412, 416].includes(statusCode), `${value}: ${statusCode}`);
    }
  });
}
