import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import test, { type TestContext } from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { CaseHost, conformanceFixtures, testStyles } from './case-host.ts';

// isapi.md 4.3, HSE_REQ_SEND_CUSTOM_ERROR, and 4.6, HSE_EXEC_URL_DISABLE_CUSTOM_ERROR.

const root = fileURLToPath(new URL('../../fixtures/conformance/site/', import.meta.url));

function start(t: TestContext): Promise<CaseHost> {
  return CaseHost.start(t, 'child', {
    site: {
      root,
      errorPages: {
        '404': { text: '<p>not here</p>' },
        '403': { file: `${root}page.txt` },
        '403.18': { url: '/child?case=echo' },
        '500': { text: 'the page of 500' },
        '410': { file: `${root}missing.html` },
        '409': { url: '/none' },
      },
    },
    extensions: { child: { module: `${conformanceFixtures}child.mjs`, paths: ['/child'] } },
  });
}

function queryOf(info: object, key = ''): string {
  return `&${new URLSearchParams({ info: JSON.stringify(info), ...(key === '' ? {} : { key }) }).toString()}`;
}

testStyles(
  'the page of a status is text, a file or a URL; sub-status goes first',
  async (t, style) => {
    const host = await start(t);
    const ask = async (info: object): Promise<unknown> => {
      const { statusCode, reason, text } = await host.fetch('custom-error', style, {
        query: queryOf(info),
      });
      return [statusCode, reason, text.slice(0, 15)];
    };

    assert.deepEqual(await ask({ status: 404, subError: 2 }), [
      404,
      'Not Found',
      '<p>not here</p>',
    ]);
    assert.deepEqual(await ask({ status: '403 No', subError: 1 }), [403, 'No', 'a page\n']);
    assert.deepEqual(await ask({ status: 403, subError: 18 }), [
      403,
      'Forbidden',
      '{"method":"GET"',
    ]);
  },
);

testStyles('it is the whole response', async (t, style) => {
  const host = await start(t);

  await host.fetch('custom-error', style, { query: queryOf({ status: 404, subError: 0 }, 'k') });

  const late = ['ERROR_INVALID_PARAMETER', 87];
  assert.deepEqual(await host.collect('k'), { end: { value: null }, late });
});

testStyles('with `async` its end goes to the completion', async (t, style) => {
  const host = await start(t);
  const info = { status: 404, subError: 0, isAsync: true };

  const { text } = await host.fetch('custom-error', style, { query: queryOf(info, 'a') });

  const { end } = (await host.collect('a')) as { readonly end: unknown };
  assert.equal(text, '<p>not here</p>');
  assert.deepEqual(end, { bytes: 0, error: 0, isInside: false, isSame: true, context: 'context' });
});

testStyles(
  'without a page it fails with ERROR_FILE_NOT_FOUND, and the extension answers',
  async (t, style) => {
    const host = await start(t);

    const info = queryOf({ status: 418, subError: 0 });
    const { statusCode, text } = await host.fetch('custom-error', style, { query: info });

    assert.deepEqual([statusCode, text], [200, '["ERROR_FILE_NOT_FOUND",2]']);
  },
);

testStyles('a status or sub-status that is none is refused', async (t, style) => {
  const host = await start(t);

  for (const info of [
    {},
    { status: 99, subError: 0 },
    { status: 404 },
    { status: 404, subError: -1 },
  ]) {
    const { text } = await host.fetch('custom-error', style, { query: queryOf(info) });
    assert.equal(text, '["ERROR_INVALID_PARAMETER",87]');
  }
});

test('errors of the host have the configured pages', async (t) => {
  const host = await start(t);

  const missing = await fetchRaw(t, host.port, '/none');
  const failed = await fetchRaw(t, host.port, '/child?case=fails');

  assert.deepEqual([missing.statusCode, missing.text], [404, '<p>not here</p>']);
  assert.deepEqual([failed.statusCode, failed.text], [500, 'the page of 500']);
});

test('a page that cannot be had becomes the generic one', async (t) => {
  const host = await start(t);

  for (const status of [410, 409]) {
    const response = await host.fetch('custom-error', 'promise', {
      query: queryOf({ status, subError: 0 }),
    });
    assert.equal(response.statusCode, status);
    assert.equal((JSON.parse(response.text) as { readonly statusCode: number }).statusCode, status);
  }
});

testStyles(
  'HSE_EXEC_URL_DISABLE_CUSTOM_ERROR keeps the generic page of a child',
  async (t, style) => {
    const host = await start(t);

    const own = await host.fetch('exec', style, { query: queryOf({ url: '/none' }) });
    const plain = await host.fetch('exec', style, {
      query: queryOf({ url: '/none', flags: 0x20 }),
    });

    assert.equal(own.text, '<p>not here</p>');
    assert.deepEqual(
      [plain.statusCode, plain.text],
      [404, '{"statusCode":404,"error":"Not Found"}\n'],
    );
  },
);
