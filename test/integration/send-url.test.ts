import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const root = tempFolder(test);
writeFileSync(join(root, 'page.txt'), 'a static page');
writeFileSync(join(root, 'empty.txt'), '');

const host = await startHost(test, {
  fixtures: ['send-url', 'send-url-blocking', 'send-url-late', 'hello', 'describe', 'throws'],
  site: { root },
});

function to(url: string, by = 'send-url'): string {
  return `/${by}?${encodeURIComponent(url)}`;
}

for (const by of ['send-url', 'send-url-blocking']) {
  test(`${by}: another extension answers in place of the first`, async (t) => {
    const response = await fetchRaw(t, host.port, to('/hello', by));

    assert.deepEqual([response.statusCode, response.text], [200, 'hello']);
  });

  test(`${by}: a static file answers, with its type`, async (t) => {
    const response = await fetchRaw(t, host.port, to('/page.txt', by));

    assert.deepEqual([response.statusCode, response.text], [200, 'a static page']);
    assert.match(response.headers['content-type'] ?? '', /^text\/plain/);
  });

  test(`${by}: a URL where nothing is answers 404`, async (t) => {
    assert.equal((await fetchRaw(t, host.port, to('/nothing-here', by))).statusCode, 404);
  });
}

test('the target sees its own URL, GET, and no body', async (t) => {
  const response = await fetchRaw(t, host.port, to('/describe/info?URL&CONTENT_LENGTH'), {
    method: 'POST',
    body: 'the body of the first request',
  });

  const { method, pathInfo, queryString, data, variables } = JSON.parse(response.text) as Record<
    string,
    unknown
  >;
  assert.deepEqual(
    { method, pathInfo, queryString, data, variables },
    {
      method: 'GET',
      pathInfo: '/info',
      queryString: 'URL&CONTENT_LENGTH',
      data: '',
      variables: { URL: '/describe/info', CONTENT_LENGTH: '0' },
    },
  );
});

test('HEAD stays HEAD', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const first = await client.request(to('/page.txt'), { method: 'HEAD' }).next({ method: 'HEAD' });
  const next = await client.request('/hello').next();

  assert.deepEqual([first.statusCode, first.text, next.text], [200, '', 'hello']);
});

test('the connection lives on after the answer', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const texts = [];
  for (const url of ['/hello', '/page.txt', '/empty.txt', '/nothing-here', '/hello']) {
    texts.push((await client.request(to(url)).next()).statusCode);
  }

  assert.deepEqual(texts, [200, 200, 200, 404, 200]);
});

test('a URL that is not local becomes a redirect', async (t) => {
  const response = await fetchRaw(t, host.port, to('https://example.test/elsewhere'));

  assert.equal(response.statusCode, 302);
  assert.equal(response.headers['location'], 'https://example.test/elsewhere');
});

test('an extension that fails in place of the first one is a 500', async (t) => {
  assert.equal((await fetchRaw(t, host.port, to('/throws'))).statusCode, 500);
});

test('URLs that lead to URLs end at the last one', async (t) => {
  const response = await fetchRaw(t, host.port, to(to(to('/hello'))));

  assert.equal(response.text, 'hello');
});

for (const by of ['send-url', 'send-url-blocking']) {
  test(`${by}: URLs that lead to URLs without an end are a 500, and the next request works`, async (t) => {
    const client = await RawClient.connect(t, host.port);
    let url = '/hello';
    for (let i = 0; i < 12; i += 1) url = to(url);

    const response = await client.request(url).next();
    const next = await client.request('/hello').next();

    assert.deepEqual([response.statusCode, next.text], [500, 'hello']);
  });
}

test('after output another URL cannot answer any more', async (t) => {
  const response = await fetchRaw(t, host.port, '/send-url-late');

  assert.equal(response.text, 'begun, ERROR_INVALID_PARAMETER');
});
