import assert from 'node:assert/strict';
import test from 'node:test';
import * as hse from '@isapi-host/sdk';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHostProcess } from '../helpers/start-host.ts';
import { CaseHost, conformanceFixtures, testStyles } from './case-host.ts';

// isapi.md 4.5 (mapping), 4.7 (identity) and 4.8 (health, logging, diagnostics, configuration).

const INVALID = ['ERROR_INVALID_PARAMETER', 87];
const NOT_SUPPORTED = ['ERROR_NOT_SUPPORTED', 50];

function asking(asked: readonly (readonly unknown[])[]): { readonly query: string } {
  return { query: `&asked=${encodeURIComponent(JSON.stringify(asked))}` };
}

testStyles('codes without a meaning here are refused, unknown ones too', async (t, style) => {
  const host = await CaseHost.start(t, 'misc');
  const refused = [
    [hse.HSE_REQ_GET_SSPI_INFO, NOT_SUPPORTED],
    [hse.HSE_REQ_GET_CERT_INFO_EX, ['ERROR_NO_DATA', 232]],
    [hse.HSE_REQ_EXTENSION_TRIGGER, INVALID],
    [hse.HSE_REQ_GET_ANONYMOUS_TOKEN, NOT_SUPPORTED],
    [hse.HSE_REQ_GET_UNICODE_ANONYMOUS_TOKEN, NOT_SUPPORTED],
    [hse.HSE_REQ_GET_CACHE_INVALIDATION_CALLBACK, NOT_SUPPORTED],
    [hse.HSE_REQ_GET_PROTOCOL_MANAGER_CUSTOM_INTERFACE_CALLBACK, NOT_SUPPORTED],
    [hse.HSE_REQ_GET_CHANNEL_BINDING_TOKEN, NOT_SUPPORTED],
    ...[0, 5, 999, 1000, 1004, 1009, 1013, 1022, 1039, 1051, -1, 1.5, '1016', null, {}].map(
      (code) => [code, INVALID] as const,
    ),
  ] as const;

  const results = await host.result('ask', style, asking(refused.map(([code]) => [code])));

  assert.deepEqual(
    results,
    refused.map(([, error]) => error),
  );
});

testStyles(
  'mapping gives physical paths, permissions and where the root ends',
  async (t, style) => {
    const host = await CaseHost.start(t, 'misc', { site: { root: '/' } });

    const results = await host.result(
      'ask',
      style,
      asking([
        [hse.HSE_REQ_MAP_URL_TO_PATH, '/a/b.txt?x'],
        [hse.HSE_REQ_MAP_UNICODE_URL_TO_PATH, '/a/'],
        [hse.HSE_REQ_MAP_URL_TO_PATH_EX, '/a/b.txt'],
        [hse.HSE_REQ_NORMALIZE_URL, '/a/%2e%2e/b\\c?%41'],
        [hse.HSE_REQ_MAP_URL_TO_PATH, 'a'],
        [hse.HSE_REQ_MAP_URL_TO_PATH, '/../a'],
        [hse.HSE_REQ_MAP_URL_TO_PATH_EX, 7],
        [hse.HSE_REQ_NORMALIZE_URL, null],
      ]),
    );

    assert.deepEqual(results, [
      { value: '/a/b.txt' },
      { value: '/a/' },
      { value: { path: '/a/b.txt', flags: 0x201, matchingPath: 1, matchingUrl: 0 } },
      { value: '/b/c?%41' },
      INVALID,
      INVALID,
      INVALID,
      INVALID,
    ]);
  },
);

testStyles('GET_IMPERSONATION_TOKEN gives what REMOTE_USER and AUTH_TYPE say', async (t, style) => {
  const host = await CaseHost.start(t, 'misc');
  const headers = `Authorization: Basic ${Buffer.from('alice:secret').toString('base64')}\r\n`;

  const result = await host.result('identity', style, { headers });

  assert.deepEqual(result, { token: { name: 'alice', authType: 'Basic' }, isFrozen: true });
});

testStyles('trace information has an id of the request', async (t, style) => {
  const host = await CaseHost.start(t, 'misc');

  assert.deepEqual(await host.result('trace', style), {
    traceRequest: false,
    bytes: 16,
    isSame: true,
    configuration: { providerEnabled: false, verbosity: 0 },
  });
});

testStyles(
  'the configuration is a copy without the values of the environment',
  async (t, style) => {
    const pools = { default: { minThreads: 1, maxThreads: 1, env: { SECRET: 'hidden' } } };
    const host = await CaseHost.start(t, 'misc', { pools });

    const { text } = await host.fetch('config', style);

    const { config, pool } = JSON.parse(text) as {
      readonly config: {
        readonly profile: string;
        readonly pools: Readonly<Record<string, unknown>>;
      };
      readonly pool: { readonly name: string; readonly env: unknown; readonly maxThreads: number };
    };
    assert.deepEqual([config.profile, config.pools['default']], ['modern', pool]);
    assert.deepEqual([pool.name, pool.maxThreads, pool.env], ['default', 1, ['SECRET']]);
    assert.equal(text.includes('hidden'), false);
  },
);

testStyles('REFRESH_ISAPI_ACL takes the module of a listed extension', async (t, style) => {
  const host = await CaseHost.start(t, 'misc');

  const results = await host.result(
    'ask',
    style,
    asking([
      [hse.HSE_REQ_REFRESH_ISAPI_ACL, `${conformanceFixtures}misc.mjs`],
      [hse.HSE_REQ_REFRESH_ISAPI_ACL, '/none.mjs'],
      [hse.HSE_REQ_REFRESH_ISAPI_ACL, 7],
    ]),
  );

  assert.deepEqual(results, [{ value: null }, ['ERROR_FILE_NOT_FOUND', 2], INVALID]);
});

testStyles('bad input of the services is refused', async (t, style) => {
  const host = await CaseHost.start(t, 'misc');
  const asked = [
    [hse.HSE_APPEND_LOG_PARAMETER, 7],
    [hse.HSE_REQ_REPORT_UNHEALTHY, 7],
    [hse.HSE_REQ_RAISE_TRACE_EVENT],
    [hse.HSE_REQ_RAISE_TRACE_EVENT, {}],
    [hse.HSE_REQ_RAISE_TRACE_EVENT, { eventName: 'x', verbosity: 9 }],
    [hse.HSE_REQ_RAISE_TRACE_EVENT, { eventName: 'x', eventItems: { a: {} } }],
    [hse.HSE_REQ_SET_FLUSH_FLAG, 1],
    [hse.HSE_REQ_DONE_WITH_SESSION, 3],
    [hse.HSE_REQ_SEND_RESPONSE_HEADER_EX],
    [hse.HSE_REQ_SEND_RESPONSE_HEADER_EX, { status: 200 }],
    [hse.HSE_REQ_SEND_RESPONSE_HEADER_EX, { status: {}, keepConn: true }],
    [hse.HSE_REQ_SEND_RESPONSE_HEADER, 'text'],
    [hse.HSE_REQ_SEND_URL_REDIRECT_RESP, ''],
    [hse.HSE_REQ_SEND_URL_REDIRECT_RESP, 'http://x/\r\nX: y'],
    [hse.HSE_REQ_SEND_URL],
  ];

  assert.deepEqual(
    await host.result('ask', style, asking(asked)),
    asked.map(() => INVALID),
  );
});

test('log data, parameters and trace events reach the log', async (t) => {
  const host = await startHostProcess(t, {
    extensions: { case: { module: `${conformanceFixtures}misc.mjs`, paths: ['/case'] } },
  });

  await fetchRaw(t, host.port, '/case?case=log');

  const access = await host.logs.find({ msg: 'request completed' });
  const event = await host.logs.find({ msg: 'trace event' });
  assert.deepEqual([access['logData'], access['logParameter']], ['log data', 'one&two ']);
  assert.deepEqual(
    [event.level, event['event'], event['items'], event['extension']],
    [40, 'seen', { number: 1, text: 'x', yes: 'true' }, 'case'],
  );
});

testStyles(
  'REPORT_UNHEALTHY lets a new thread take over, and loses no request',
  async (t, style) => {
    const host = await CaseHost.start(t, 'misc');
    const old = (await host.result('unhealthy', style)) as { readonly threadId: number };

    // The old thread serves until the new one is there.
    let now = old;
    for (let request = 0; now.threadId === old.threadId && request < 10_000; request += 1) {
      now = (await host.result('thread')) as { readonly threadId: number };
    }

    assert.notEqual(now.threadId, old.threadId);
  },
);
