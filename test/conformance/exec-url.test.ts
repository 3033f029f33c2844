import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import test, { type TestContext } from 'node:test';
import { HSE_EXEC_URL_NO_HEADERS } from '@isapi-host/sdk';
import type { HostOptions } from '../helpers/start-host.ts';
import { CaseHost, conformanceFixtures, testStyles } from './case-host.ts';

// isapi.md 4.6, HSE_REQ_EXEC_URL and HSE_REQ_GET_EXEC_URL_STATUS, and 4.2, HSE_REQ_SEND_URL.

const INVALID = ['ERROR_INVALID_PARAMETER', 87];
const site = fileURLToPath(new URL('../../fixtures/conformance/site/', import.meta.url));

function bodyOf(text: string): unknown {
  return (JSON.parse(text) as { readonly body: unknown }).body;
}

/** `/case` and, in the same pool, `/child`; in another one `/other`. */
function start(t: TestContext, options: HostOptions = {}): Promise<CaseHost> {
  const module = `${conformanceFixtures}child.mjs`;
  return CaseHost.start(t, 'child', {
    site: { root: site },
    pools: { default: { minThreads: 1, maxThreads: 1 }, second: { minThreads: 1, maxThreads: 1 } },
    ...options,
    extensions: {
      child: { module, paths: ['/child'] },
      other: { module, paths: ['/other'], pool: 'second' },
    },
  });
}

function queryOf(info: object, more: Readonly<Record<string, string>> = {}): string {
  return `&${new URLSearchParams({ info: JSON.stringify(info), ...more }).toString()}`;
}

const ECHO = '/child?case=echo';

testStyles('the child answers the client, and its status can be asked', async (t, style) => {
  const host = await start(t);

  const response = await host.fetch('exec', style, {
    query: queryOf({ url: '/page.txt' }, { key: 'k' }),
  });

  assert.deepEqual([response.statusCode, response.text], [200, 'a page\n']);
  const kept = (await host.collect('k')) as { readonly status: unknown; readonly late: unknown };
  assert.deepEqual(kept.status, { value: { statusCode: 200, subStatus: 0, win32Error: 0 } });
  assert.deepEqual(kept.late, INVALID);
});

testStyles('an error of the child is the answer, and a status', async (t, style) => {
  const host = await start(t);

  const response = await host.fetch('exec', style, {
    query: queryOf({ url: '/none' }, { key: 'n' }),
  });

  assert.equal(response.statusCode, 404);
  const { status } = (await host.collect('n')) as { readonly status: unknown };
  assert.deepEqual(status, { value: { statusCode: 404, subStatus: 0, win32Error: 0 } });
});

testStyles('a child that fails answers 500', async (t, style) => {
  const host = await start(t);

  const response = await host.fetch('exec', style, {
    query: queryOf({ url: '/child?case=fails' }),
  });

  assert.equal(response.statusCode, 500);
});

testStyles(
  'method, headers and entity of the child replace those of the parent',
  async (t, style) => {
    const host = await start(t);
    const childHeaders = { 'X-Child': 'yes' };
    const info = { url: ECHO, method: 'PUT', childHeaders, entity: 'given' };

    const { text } = await host.fetch('exec', style, {
      method: 'POST',
      headers: 'X-Parent: yes\r\n',
      body: 'of the parent',
      query: queryOf(info),
    });

    assert.deepEqual(JSON.parse(text), {
      method: 'PUT',
      total: 5,
      raw: 'X-Child: yes\r\n',
      body: 'given',
    });
  },
);

testStyles('the child gets the body that its parent has not read', async (t, style) => {
  const host = await start(t);
  const long = 'x'.repeat(200_000);

  const short = await host.fetch('exec', style, {
    method: 'POST',
    body: 'short',
    query: queryOf({ url: ECHO }),
  });
  const whole = await host.fetch('exec', style, {
    method: 'POST',
    body: long,
    query: queryOf({ url: ECHO }),
  });

  assert.deepEqual([bodyOf(short.text), bodyOf(whole.text)], ['short', 200_000]);
});

testStyles('the child gets the rest of a body that its parent began to read', async (t, style) => {
  const host = await start(t, { limits: { readAheadBytes: 4 } });
  const body = `head${'m'.repeat(6)}${'r'.repeat(300_000)}`;
  const query = `${queryOf({ url: ECHO })}&bytes=6&key=rest`;

  const { text } = await host.fetch('read-then-exec', style, { method: 'POST', body, query });

  const { read } = (await host.collect('rest')) as { readonly read: string };
  const { body: rest } = JSON.parse(text) as { readonly body: number };
  assert.deepEqual([read.slice(0, 6), read.length + rest], ['mmmmmm', 300_006]);
});

testStyles(
  'HSE_EXEC_URL_NO_HEADERS puts the body of the child into the answer',
  async (t, style) => {
    const host = await start(t);
    const info = { url: '/page.txt', flags: HSE_EXEC_URL_NO_HEADERS };

    const page = await host.fetch('embed', style, { query: queryOf(info, { head: '1' }) });
    const bare = await host.fetch('embed', style, { query: queryOf(info) });
    const first = await host.fetch('embed-first', style, { query: queryOf(info) });

    const { statusCode, text, headers } = page;
    assert.deepEqual(
      [statusCode, text, headers['content-type']],
      [201, '[a page\n]', 'text/x-page'],
    );
    assert.deepEqual([bare.text, first.text], ['[a page\n]', 'a page\n]']);
  },
);

testStyles('a child behind output that is out gives its body only', async (t, style) => {
  const host = await start(t);
  const info = { url: ECHO, method: 'GET' };

  const { text } = await host.fetch('embed', style, { query: queryOf(info) });

  assert.match(text, /^\[\{"method":"GET".*\}\]$/);
});

testStyles(
  'a child of another pool is refused with 403.18, and the parent may answer',
  async (t, style) => {
    const host = await start(t);

    const result = await host.result('refused', style, {
      query: queryOf({ url: '/other?case=echo' }),
    });

    const { end, status } = result as { readonly end: unknown; readonly status: unknown };
    assert.deepEqual(status, { statusCode: 403, subStatus: 18, win32Error: 5 });
    const told = { bytes: 0, error: 5, isInside: false, isSame: true, context: 'context' };
    assert.deepEqual(end, style === 'blocking' ? told : ['ERROR_ACCESS_DENIED', 5]);
  },
);

testStyles('a thread that may hold one session runs the children of that one', async (t, style) => {
  const host = await start(t, {
    site: { root: site, errorPages: { '410': { url: '/child?case=echo' } } },
    pools: {
      default: { minThreads: 1, maxThreads: 1, sessionsPerThread: 1 },
      second: { minThreads: 0, maxThreads: 1 },
    },
  });
  const grandchild = `/child?case=exec&style=${style}${queryOf({ url: ECHO })}`;
  const page = queryOf({ status: 410, subError: 0 });

  const once = await host.fetch('exec', style, { query: queryOf({ url: ECHO }) });
  const twice = await host.fetch('exec', style, { query: queryOf({ url: grandchild }) });
  const sent = await host.fetch('send-url', style, { query: `&url=${encodeURIComponent(ECHO)}` });
  const error = await host.fetch('custom-error', style, { query: page });

  for (const { text } of [once, twice, sent, error]) assert.match(text, /^\{"method":"GET"/);
});

test('URLs that lead to each other end after ten', async (t) => {
  const host = await start(t);

  const { text } = await host.fetch('loop');

  assert.equal(text, 'stopped: ERROR_INVALID_PARAMETER');
});

testStyles('without a child there is no status', async (t, style) => {
  const host = await start(t);

  assert.deepEqual(await host.result('status', style), INVALID);
});

test('a blocking call needs a completion', async (t) => {
  const host = await start(t);
  const query = `&infos=${encodeURIComponent('[{}]')}`;

  assert.deepEqual(await host.result('errors', 'blocking', { query }), [INVALID]);
});

testStyles('what cannot be run is refused', async (t, style) => {
  const host = await start(t);
  const infos = [
    null,
    7,
    { url: 1 },
    { url: 'page' },
    { url: 'http://x/' },
    { url: '/a b' },
    { url: '/\r\nx' },
    { method: 'A B' },
    { method: 1 },
    { flags: 1 },
    { flags: -1 },
    { flags: '2' },
    { entity: 'text' },
    { childHeaders: { 'a\nb': 'c' } },
    { childHeaders: 7 },
    { userInfo: 7 },
  ];
  const query = `&complete=1&${new URLSearchParams({ infos: JSON.stringify(infos) }).toString()}`;

  assert.deepEqual(
    await host.result('errors', style, { query }),
    infos.map(() => INVALID),
  );
});

testStyles('SEND_URL answers with a local URL, and redirects to another', async (t, style) => {
  const host = await start(t, {
    pools: { default: { minThreads: 1, maxThreads: 2 }, second: { minThreads: 1, maxThreads: 1 } },
  });

  const file = await host.fetch('send-url', style, { query: '&url=/page.txt' });
  const child = await host.fetch('send-url', style, { query: `&url=${encodeURIComponent(ECHO)}` });
  const far = await host.fetch('send-url', style, { query: '&url=http://example.com/' });

  assert.deepEqual(
    [file.text, far.statusCode, far.headers['location']],
    ['a page\n', 302, 'http://example.com/'],
  );
  assert.match(child.text, /^\{"method":"GET"/);
});
