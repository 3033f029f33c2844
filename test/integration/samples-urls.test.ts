import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startSite } from '../helpers/start-site.ts';

const { port, config } = await startSite();

test('a module in a folder with execute access answers by its file', async (t) => {
  const { text } = await fetchRaw(t, port, '/scripts/hello.isapi.js/and/more%20?x=1');

  assert.match(
    text,
    /^SCRIPT_NAME: \/scripts\/hello.isapi.js\nPATH_INFO: \/and\/more \nPATH_TRANSLATED: .*\nQUERY_STRING: x=1\n$/,
  );
});

test('a module in TypeScript is loaded as it stands, once', async (t) => {
  const first = await fetchRaw(t, port, '/scripts/visits.isapi.ts');
  const second = await fetchRaw(t, port, '/scripts/visits.isapi.ts');

  const [, thread] = /^Visit 1 of thread (\d+)\n$/.exec(first.text) ?? [];
  assert.notEqual(thread, undefined);
  assert.equal(second.text, `Visit 2 of thread ${thread}\n`);
});

test('a page in Markdown comes as HTML, with the first heading as its title', async (t) => {
  const { headers, text } = await fetchRaw(t, port, '/pages/index.md');

  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.match(text, /<title>Pages by script map<\/title>/);
  assert.match(text, /<h1>Pages by script map<\/h1>/);
  assert.match(text, /<a href="road.md">/);
});

test('HTML in a page is shown as text, and no script runs in it', async (t) => {
  const { headers, text } = await fetchRaw(t, port, '/pages/index.md');

  assert.match(text, /&#60;b&#62;not bold&#60;\/b&#62;/);
  assert.match(headers['content-security-policy'] ?? '', /^default-src 'none';/);
});

test('a folder is answered with its page', async (t) => {
  const page = await fetchRaw(t, port, '/pages/index.md');

  const folder = await fetchRaw(t, port, '/pages/');

  assert.equal(folder.text, page.text);
});

test('a page that is not there is not found', async (t) => {
  const response = await fetchRaw(t, port, '/pages/none.md');

  assert.equal(response.statusCode, 404);
});

test('a page refuses methods that its script map does not have', async (t) => {
  const response = await fetchRaw(t, port, '/pages/index.md', { method: 'POST', body: 'x' });

  assert.equal(response.statusCode, 405);
  assert.equal(response.headers['allow'], 'GET, HEAD');
});

/** What a form on the start page would add. */
const queries: Readonly<Record<string, string>> = {
  '/samples/redirect': '?to=/',
  '/samples/download': '?bytes=1',
  '/samples/pending': '?ms=1',
  '/ported/keep-alive-with-threads': '?ms=1',
  '/ported/worker-thread': '?ms=1',
};

test('the start page leads to every extension, and every link on it answers', async (t) => {
  const page = await fetchRaw(t, port, '/');
  const links = Array.from(
    page.text.matchAll(/(?:href|src|action)="(\/[^"]*)"/g),
    ([, link]) => link ?? '',
  );

  const answers = await Promise.all(
    [...new Set(links)].map(async (link) => {
      const { statusCode } = await fetchRaw(t, port, link + (queries[link] ?? ''));
      return [link, statusCode] as const;
    }),
  );

  const paths = Object.values(config.extensions).flatMap((extension) => extension.paths);
  assert.deepEqual(
    paths.filter((path) => !links.includes(path)),
    [],
  );
  assert.deepEqual(
    answers.filter(([, status]) => status !== 200 && status !== 302),
    [],
  );
});
