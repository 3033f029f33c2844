// What becomes of the requests of an extension that is broken: a plain status for the client, a line for the
// operator, and the next request works.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHostProcess } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder(test);
const syntaxError = join(folder, 'syntax-error.mjs');
writeFileSync(syntaxError, 'export function getExtensionVersion( {\n');

const broken = [
  'throws',
  'rejects',
  'throws-string',
  'throws-null',
  'throws-symbol',
  'cyclic-cause',
  'hostile-error',
  'hostile-thenable',
  'returns-garbage',
  'returns-nothing',
  'top-level-throw',
  'version-false',
  'version-throws',
  'version-rejects',
  'version-garbage',
  'no-proc',
  'no-version',
] as const;

const host = await startHostProcess(test, {
  fixtures: ['hello', 'throws-after-output', ...broken],
  extensions: {
    missing: { module: './not-there.mjs', paths: ['/missing'] },
    'syntax-error': { module: syntaxError, paths: ['/syntax-error'] },
  },
  pools: { default: { minThreads: 1, maxThreads: 1 } },
});

interface Case {
  readonly name: string;
  readonly errorCode: string;
  /** What the log has to say. */
  readonly message: RegExp;
}

const failed = 'ISAPI_ERR_EXTENSION_FAILED';
const load = 'ISAPI_ERR_EXTENSION_LOAD';
const version = 'ISAPI_ERR_EXTENSION_VERSION';

const cases: readonly Case[] = [
  { name: 'throws', errorCode: failed, message: /^secret of throws$/ },
  { name: 'rejects', errorCode: failed, message: /^secret of rejects$/ },
  { name: 'throws-string', errorCode: failed, message: /^secret of throws-string$/ },
  { name: 'throws-null', errorCode: failed, message: /^null$/ },
  { name: 'throws-symbol', errorCode: failed, message: /secret of throws-symbol/ },
  { name: 'cyclic-cause', errorCode: failed, message: /^secret of cyclic-cause$/ },
  { name: 'hostile-error', errorCode: failed, message: /an error that cannot be read/ },
  { name: 'hostile-thenable', errorCode: failed, message: /^secret of hostile-thenable$/ },
  { name: 'returns-garbage', errorCode: failed, message: /returned string: expected HSE_STATUS/ },
  {
    name: 'returns-nothing',
    errorCode: failed,
    message: /returned undefined: expected HSE_STATUS/,
  },
  { name: 'missing', errorCode: load, message: /not-there\.mjs does not exist/ },
  {
    name: 'syntax-error',
    errorCode: load,
    message: /syntax-error\.mjs cannot be loaded: SyntaxError/,
  },
  {
    name: 'top-level-throw',
    errorCode: load,
    message: /cannot be loaded: Error: secret of top-lev/,
  },
  { name: 'no-proc', errorCode: load, message: /does not export httpExtensionProc/ },
  { name: 'no-version', errorCode: load, message: /does not export getExtensionVersion/ },
  { name: 'version-false', errorCode: version, message: /version-false\.mjs returned false/ },
  { name: 'version-throws', errorCode: version, message: /threw: Error: secret of version-throws/ },
  {
    name: 'version-rejects',
    errorCode: version,
    message: /threw: Error: secret of version-rejects/,
  },
  { name: 'version-garbage', errorCode: version, message: /expected \{ version: number/ },
];

const EVENTS: Readonly<Record<string, string>> = {
  [failed]: 'ext.throw',
  [load]: 'ext.load',
  [version]: 'ext.version',
};

for (const { name, errorCode, message } of cases) {
  test(`${name}: the client gets a plain 500, the operator the reason, and the next request works`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const response = await client.request(`/${name}`).next();
    const next = await client.request('/hello').next();

    assert.equal(response.statusCode, 500);
    assert.equal(response.text, '{"statusCode":500,"error":"Internal Server Error"}\n');
    assert.equal(next.text, 'hello');
    const line = await host.logs.find({ evt: EVENTS[errorCode], extension: name });
    assert.equal(line.level, 50);
    assert.equal(line['errorCode'], errorCode);
    assert.match((line['error'] as { message: string }).message, message);
    const access = await host.logs.find({ msg: 'request completed', extension: name });
    assert.equal(access['statusCode'], 500);
    assert.equal(access['errorCode'], errorCode);
  });
}

test('a browser gets the error as a page', async (t) => {
  const response = await fetchRaw(t, host.port, '/throws', {
    headers: 'Accept: text/html,*/*\r\n',
  });

  assert.equal(response.statusCode, 500);
  assert.match(response.headers['content-type'] ?? '', /^text\/html/);
  assert.match(response.text, /<h1>500 Internal Server Error<\/h1>/);
});

test('no thread is lost to an extension that throws, rejects or cannot be loaded', async (t) => {
  for (const { name } of cases) await fetchRaw(t, host.port, `/${name}`);

  const lines = host.logs.all.filter(({ msg }) => msg.startsWith('thread'));

  assert.deepEqual(lines, []);
});

test('an extension that throws after its output was sent is cut off', async (t) => {
  const client = await RawClient.connect(t, host.port);

  await assert.rejects(client.request('/throws-after-output').next(), {
    name: 'CutError',
    received: /a part/,
  });

  const line = await host.logs.find({ evt: 'ext.truncated' });
  assert.equal((line['error'] as { message: string }).message, 'secret of throws-after-output');
  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
});
