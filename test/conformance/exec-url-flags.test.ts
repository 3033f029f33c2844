import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import {
  HSE_EXEC_URL_DISABLE_CUSTOM_ERROR,
  HSE_EXEC_URL_HTTP_CACHE_ELIGIBLE,
  HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE,
  HSE_EXEC_URL_SSI_CMD,
} from '@isapi-host/sdk';
import type { HostOptions } from '../helpers/start-host.ts';
import { CaseHost, conformanceFixtures, testStyles } from './case-host.ts';

// isapi.md 4.6, the flags of HSE_REQ_EXEC_URL and its pUserInfo. NO_HEADERS: exec-url.test.ts,
// IGNORE_CURRENT_INTERCEPTOR: wildcard.test.ts.

const site = fileURLToPath(new URL('../../fixtures/conformance/site/', import.meta.url));

function start(t: TestContext, options: HostOptions = {}): Promise<CaseHost> {
  const module = `${conformanceFixtures}child.mjs`;
  return CaseHost.start(t, 'child', {
    ...options,
    site: { root: site, ...options.site },
    extensions: { child: { module, paths: ['/child'] } },
  });
}

function queryOf(info: object): string {
  return `&${new URLSearchParams({ info: JSON.stringify(info) }).toString()}`;
}

const conditions = 'Range: bytes=0-0\r\nIf-Match: "none"\r\nX-If-Match: stays\r\n';

testStyles('HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE gives the whole file', async (t, style) => {
  const host = await start(t);
  const headers = 'Range: bytes=0-0\r\n';
  const flags = HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE;

  const part = await host.fetch('exec', style, { headers, query: queryOf({ url: '/page.txt' }) });
  const whole = await host.fetch('exec', style, {
    headers,
    query: queryOf({ url: '/page.txt', flags }),
  });

  assert.deepEqual(
    [part.statusCode, part.text, whole.statusCode, whole.text],
    [206, 'a', 200, 'a page\n'],
  );
});

for (const [whose, more] of [
  ['the parent', {}],
  ['its own', { childHeaders: conditions }],
] as const) {
  testStyles(
    `HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE takes conditions of ${whose} from a child extension`,
    async (t, style) => {
      const host = await start(t);
      const flags = HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE;
      const query = queryOf({ url: '/child?case=echo', flags, ...more });

      const { text } = await host.fetch('exec', style, { headers: conditions, query });

      const { raw } = JSON.parse(text) as { readonly raw: string };
      assert.equal(raw, 'X-If-Match: stays\r\n');
    },
  );
}

testStyles('HSE_EXEC_URL_DISABLE_CUSTOM_ERROR leaves out the configured page', async (t, style) => {
  const host = await start(t, { site: { errorPages: { '404': { text: 'configured' } } } });
  const flags = HSE_EXEC_URL_DISABLE_CUSTOM_ERROR;

  const page = await host.fetch('exec', style, { query: queryOf({ url: '/none' }) });
  const none = await host.fetch('exec', style, { query: queryOf({ url: '/none', flags }) });

  assert.deepEqual([page.statusCode, page.text, none.statusCode], [404, 'configured', 404]);
  assert.notEqual(none.text, 'configured');
});

testStyles('HSE_EXEC_URL_SSI_CMD runs an extension, and sends no file', async (t, style) => {
  const host = await start(t);
  const flags = HSE_EXEC_URL_SSI_CMD;

  const run = await host.fetch('exec', style, {
    query: queryOf({ url: '/child?case=echo', flags }),
  });
  const file = await host.fetch('exec', style, { query: queryOf({ url: '/page.txt', flags }) });

  assert.equal(run.statusCode, 200);
  assert.equal(file.statusCode, 403);
});

testStyles('HSE_EXEC_URL_HTTP_CACHE_ELIGIBLE changes nothing', async (t, style) => {
  const host = await start(t);
  const flags = HSE_EXEC_URL_HTTP_CACHE_ELIGIBLE;

  const { text } = await host.fetch('exec', style, { query: queryOf({ url: '/page.txt', flags }) });

  assert.equal(text, 'a page\n');
});

const basic = `Authorization: Basic ${Buffer.from('ada:secret').toString('base64')}\r\n`;

for (const [rule, userInfo, seen] of [
  ['without one the child has the user of its parent', null, ['Basic', 'ada', 'secret']],
  [
    'its name and type replace those',
    { customUserName: 'eve', customAuthType: 'Own' },
    ['Own', 'eve', ''],
  ],
  ['a name alone leaves the type', { customUserName: 'eve' }, ['Basic', 'eve', '']],
  ['a type alone leaves the name', { customAuthType: 'Own' }, ['Own', 'ada', 'secret']],
] as const) {
  testStyles(`userInfo: ${rule}`, async (t, style) => {
    const host = await start(t, { exposePassword: true });
    const query = queryOf({ url: '/child?case=user', userInfo });

    const { text } = await host.fetch('exec', style, { headers: basic, query });

    const [type, name, password] = seen;
    assert.deepEqual(JSON.parse(text), [type, name, name, name, name, password, name, type]);
  });
}

testStyles('the user of a child is that of its own children', async (t, style) => {
  const host = await start(t);
  const inner = new URLSearchParams({
    case: 'exec',
    style,
    info: JSON.stringify({ url: '/child?case=user', userInfo: { customAuthType: 'Own' } }),
  });
  const info = { url: `/child?${inner.toString()}`, userInfo: { customUserName: 'eve' } };

  const { text } = await host.fetch('exec', style, { query: queryOf(info) });

  assert.deepEqual(JSON.parse(text), ['Own', 'eve', 'eve', 'eve', 'eve', '', 'eve', 'Own']);
});
