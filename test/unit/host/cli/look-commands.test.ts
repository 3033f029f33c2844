import assert from 'node:assert/strict';
import test from 'node:test';

import { folderWith } from '../config/folder.ts';
import { FakeShell } from './fake-shell.ts';

const config = {
  'hello.isapi.js': '',
  'page.html': '',
  'isapi.config.json': JSON.stringify({
    site: { root: '.', virtualDirectories: { '/scripts': { path: '.', access: ['execute'] } } },
    extensions: {
      hello: { module: 'hello.isapi.js', paths: ['/hello'] },
      gate: { module: 'gate.mjs', wildcard: { under: '/gated' }, pool: 'front' },
      pages: { module: 'pages.mjs', scriptMaps: [{ suffix: '.html', verbs: ['POST'] }] },
    },
    pools: { front: {} },
  }),
};

async function shellWith(t: test.TestContext, args: string): Promise<FakeShell> {
  const shell = new FakeShell(args);
  shell.cwd = await folderWith(t, config);
  return shell;
}

function rowsOf({ printed }: FakeShell): string[][] {
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
}

test('extensions prints what each extension is, answers and says of itself', async (t) => {
  const shell = await shellWith(t, 'extensions');
  const module = `${shell.cwd}/hello.isapi.js`;
  shell.host.findings = [
    { extension: 'hello', module, version: 0x0008_0000, description: 'Says hello' },
    { extension: 'gate', module: '/gate.mjs', problem: 'no such file' },
    { extension: 'pages', module: '/pages.mjs', version: 0x0005_0001, description: '' },
  ];

  const exitCode = await shell.run();

  assert.deepEqual(rowsOf(shell), [
    ['NAME', 'POOL', 'ANSWERS', 'VERSION', 'MODULE', 'DESCRIPTION'],
    ['hello', 'default', '/hello', '8.0', 'hello.isapi.js', 'Says hello'],
    ['gate', 'front', 'all under /gated', '-', '/gate.mjs', 'PROBLEM: no such file'],
    ['pages', 'default', '*.html POST', '5.1', '/pages.mjs'],
  ]);
  assert.deepEqual(
    { exitCode, calls: shell.host.calls },
    { exitCode: 1, calls: ['inspect', 'close'] },
  );
});

test('extensions --json prints the same for programs', async (t) => {
  const shell = await shellWith(t, 'extensions --json');
  shell.host.findings = [
    { extension: 'hello', module: '/h.mjs', version: 0x0008_0000, description: 'Says hello' },
  ];

  const exitCode = await shell.run();

  assert.deepEqual(JSON.parse(shell.printed), [
    {
      name: 'hello',
      module: '/h.mjs',
      pool: 'default',
      answers: ['/hello'],
      version: '8.0',
      description: 'Says hello',
      problem: null,
    },
  ]);
  assert.equal(exitCode, 0);
});

test('routes prints what answers which URLs, in the order they are tried', async (t) => {
  const shell = await shellWith(t, 'routes');

  await shell.run();

  assert.deepEqual(rowsOf(shell), [
    ['ORDER', 'URL', 'ANSWERED BY'],
    ['1 wildcard', '/gated/*', 'extension gate'],
    ['2 path', '/hello, /hello/*', 'extension hello'],
    ['3 module', '/scripts/*', 'listed modules by their file'],
    ['4 script map', '*.html POST', 'extension pages'],
    ['5 file', '/*', shell.cwd],
  ]);
});

const resolved: readonly (readonly [args: string, by: RegExp, why: string, exitCode: number])[] = [
  ['/hello/you?x=1', /^extension hello$/, 'a path in `paths`', 0],
  ['/gated/hello', /^extension gate$/, 'a wildcard map, before all others', 0],
  ['/scripts/hello.isapi.js', /^extension hello$/, 'the URL names the module file', 0],
  ['/page.html --method post', /^extension pages$/, 'a script map: the suffix of the file', 0],
  ['/scripts', /^redirect to \/scripts\/$/, 'it names a folder without a slash at the end', 0],
  ['/nix', /^error 404$/, 'no such file', 1],
];

for (const [args, by, why, code] of resolved) {
  test(`routes ${args} prints what answers it, and why`, async (t) => {
    const shell = await shellWith(t, `routes ${args}`);

    const exitCode = await shell.run();

    const rows = new Map(rowsOf(shell).map(([key = '', value = '']) => [key, value]));
    assert.match(rows.get('answered by') ?? '', by);
    assert.equal(rows.get('because of'), why);
    assert.equal(exitCode, code);
  });
}

test('inject runs a request and prints its answer', async (t) => {
  const shell = await shellWith(t, 'inject post /hello?x=1 -d a=1 --header X-Y:z');

  const exitCode = await shell.run();

  assert.equal(shell.printed, 'HTTP/1.1 200 OK\r\n\r\nhello');
  assert.deepEqual(shell.host.requests, [
    { method: 'POST', url: '/hello?x=1', header: 'X-Y:z', body: Buffer.from('a=1') },
  ]);
  assert.deepEqual(
    { exitCode, calls: shell.host.calls },
    { exitCode: 0, calls: ['inject', 'close'] },
  );
});

test('inject reads its body from standard input, and ends with 1 when the answer is an error', async (t) => {
  const shell = await shellWith(t, 'inject PUT / --data -');
  shell.input = 'from input';
  shell.host.answer = { statusCode: 404, head: '', body: Buffer.from('') };

  const exitCode = await shell.run();

  assert.deepEqual(shell.host.requests[0]?.body, Buffer.from('from input'));
  assert.equal(exitCode, 1);
});
