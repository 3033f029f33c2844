// Server variables: reference isapi.md sections 3.4, 3.5 and 7.4.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SERVER_VARIABLES } from '@isapi-host/sdk';
import { fetchRaw, RawClient, type RequestOptions } from '../helpers/raw-http.ts';
import { fixtures } from '../helpers/fixtures.ts';
import { type StartedHost, startHost } from '../helpers/start-host.ts';

type Values = Readonly<Record<string, string | { readonly code: string }>>;

const t = { after };
const host = await startVariables();

/** A host whose extension `describe` answers in every way a URL can lead to it. */
async function startVariables(
  more: { readonly exposePassword?: boolean } = {},
): Promise<StartedHost> {
  const describing = {
    module: './describe.mjs',
    paths: ['/vdir/app'],
    scriptMaps: [
      { suffix: '.full', fileMustExist: false },
      { suffix: '.extra', fileMustExist: false, pathInfo: 'extra' as const },
    ],
  };
  return startHost(t, {
    site: {
      name: 'Test Site',
      root: '../site',
      virtualDirectories: { '/vdir': { path: '.', access: ['script'] } },
    },
    extensions: { describing, gate: { module: './describe.mjs', wildcard: { under: '/wild' } } },
    ...more,
  });
}

async function variables(
  path: string,
  names: readonly string[],
  options: RequestOptions = {},
  port = host.port,
): Promise<Values> {
  const response = await fetchRaw(t, port, `${path}?${names.join('&')}`, options);
  assert.equal(response.statusCode, 200, response.head);
  return (JSON.parse(response.body.toString()) as { variables: Values }).variables;
}

const absent = { code: 'ERROR_INVALID_INDEX' };
const root = join(fixtures, '..', 'site');
const vdir = fixtures.replace(/\/$/, '');

// 3.5: the example request of the table, on our paths.
test('every variable of a request to a path has its documented meaning', async () => {
  const names = SERVER_VARIABLES.filter((name) => name !== 'ALL_RAW' && name !== 'ALL_HTTP');
  const path = '/vdir/app/zip/a%20b';
  const query = names.join('&');

  const { REMOTE_PORT, SERVER_SOFTWARE, ...values } = await variables(path, names, {
    method: 'POST',
    headers: 'Content-Type: text/plain\r\n',
    body: 'abc',
  });

  assert.match(REMOTE_PORT as string, /^\d+$/);
  assert.match(SERVER_SOFTWARE as string, /^isapi-host\//);
  assert.deepEqual(values, {
    APPL_MD_PATH: '/LM/W3SVC/1/ROOT/vdir',
    APPL_PHYSICAL_PATH: `${vdir}/`,
    APP_POOL_CONFIG: '',
    APP_POOL_ID: 'default',
    AUTH_PASSWORD: '',
    AUTH_TYPE: '',
    AUTH_USER: '',
    CACHE_URL: `http://127.0.0.1:${host.port}${path}`,
    CERT_COOKIE: '',
    CERT_FLAGS: '0',
    CERT_ISSUER: '',
    CERT_KEYSIZE: '',
    CERT_SECRETKEYSIZE: '',
    CERT_SERIALNUMBER: '',
    CERT_SERVER_ISSUER: '',
    CERT_SERVER_SUBJECT: '',
    CERT_SUBJECT: '',
    CONTENT_LENGTH: '3',
    CONTENT_TYPE: 'text/plain',
    CRYPT_CIPHER_ALG_ID: '',
    CRYPT_HASH_ALG_ID: '',
    CRYPT_KEYEXCHANGE_ALG_ID: '',
    CRYPT_PROTOCOL: '',
    DOCUMENT_ROOT: root,
    FORWARDED_URL: '',
    GATEWAY_INTERFACE: 'CGI/1.1',
    HTTPS: 'off',
    HTTPS_KEYSIZE: '',
    HTTPS_SECRETKEYSIZE: '',
    HTTPS_SERVER_ISSUER: '',
    HTTPS_SERVER_SUBJECT: '',
    HTTP_CFG_ENC_CAPS: '',
    HTTP_CONTENT_LENGTH: '3',
    HTTP_CONTENT_TYPE: 'text/plain',
    HTTP_METHOD: 'POST',
    HTTP_URL: `${path}?${query}`,
    HTTP_VERSION: 'HTTP/1.1',
    INSTANCE_ID: '1',
    INSTANCE_META_PATH: '/LM/W3SVC/1',
    INSTANCE_NAME: 'Test Site',
    LOCAL_ADDR: '127.0.0.1',
    LOGON_USER: '',
    MANAGED_PIPELINE_MODE: 'Classic',
    PATH_INFO: '/zip/a b',
    PATH_TRANSLATED: join(root, 'zip/a b'),
    QUERY_STRING: query,
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_HOST: '127.0.0.1',
    REMOTE_USER: '',
    REQUEST_FILENAME: join(vdir, 'app/zip/a b'),
    REQUEST_FLAGS: '0',
    REQUEST_METHOD: 'POST',
    REQUEST_URI: `${path}?${query}`,
    SCRIPT_FILENAME: join(vdir, 'app/zip/a b'),
    SCRIPT_NAME: '/vdir/app',
    SCRIPT_TRANSLATED: join(fixtures, 'describe.mjs'),
    SERVER_ADDR: '127.0.0.1',
    SERVER_NAME: 'test',
    SERVER_PORT: String(host.port),
    SERVER_PORT_SECURE: '0',
    SERVER_PROTOCOL: 'HTTP/1.1',
    UNENCODED_URL: `${path}?${query}`,
    UNMAPPED_REMOTE_USER: '',
    URL: '/vdir/app/zip/a b',
  });
});

const SPLIT = ['SCRIPT_NAME', 'PATH_INFO', 'PATH_TRANSLATED', 'URL'] as const;

// 7.4: the PATH_INFO split.
for (const [path, name, info, translated, url] of [
  ['/vdir/app', '/vdir/app', '', root, '/vdir/app'],
  ['/vdir/app/vdir/app/x', '/vdir/app', '/vdir/app/x', join(vdir, 'app/x'), '/vdir/app/vdir/app/x'],
  ['/vdir/p.full', '/vdir/p.full', '/vdir/p.full', join(vdir, 'p.full'), '/vdir/p.full'],
  [
    '/vdir/p.full/zip',
    '/vdir/p.full',
    '/vdir/p.full/zip',
    join(vdir, 'p.full'),
    '/vdir/p.full/zip',
  ],
  ['/vdir/p.extra', '/vdir/p.extra', '', join(vdir, 'p.extra'), '/vdir/p.extra'],
  ['/vdir/p.extra/zip', '/vdir/p.extra', '/zip', join(vdir, 'p.extra'), '/vdir/p.extra/zip'],
  ['/wild/proc', '/wild/proc', '/wild/proc', join(root, 'wild/proc'), '/wild/proc'],
] as const) {
  test(`${path} is split into SCRIPT_NAME ${name} and PATH_INFO '${info}'`, async () => {
    const values = await variables(path, SPLIT);

    assert.deepEqual(Object.values(values), [name, info, translated, url]);
  });
}

// 3.5, ALL_HTTP and ALL_RAW: as received, in their order, repeated ones too.
test('ALL_RAW gives the headers as received, ALL_HTTP their names as variables', async () => {
  const headers = 'X-b: 1\r\nx_a: two words\r\nX-B: 2\r\nEmpty:\r\n';

  const values = await variables('/vdir/app', ['ALL_RAW', 'ALL_HTTP'], { headers });

  assert.deepEqual(values, {
    ALL_RAW: 'Host: test\r\nX-b: 1\r\nx_a: two words\r\nX-B: 2\r\nEmpty: \r\n',
    ALL_HTTP: 'HTTP_HOST:test\nHTTP_X_B:1\nHTTP_X_A:two words\nHTTP_X_B:2\nHTTP_EMPTY:\n',
  });
});

// 3.5, HTTP_ and HEADER_.
test('HTTP_ takes dash and underscore for the same, HEADER_ does not', async () => {
  const headers = 'Foo-Bar: dash\r\nFoo_Bar: underscore\r\n';
  const names = ['HTTP_FOO_BAR', 'HTTP_FOO-BAR', 'HEADER_Foo-Bar', 'HEADER_foo_bar'];

  const values = await variables('/vdir/app', names, { headers });

  assert.deepEqual(values, {
    HTTP_FOO_BAR: 'dash',
    'HTTP_FOO-BAR': 'dash',
    'HEADER_Foo-Bar': 'dash',
    HEADER_foo_bar: 'underscore',
  });
});

test('repeated headers are joined by a comma, cookies by a semicolon', async () => {
  const headers = 'X-A: 1\r\nCookie: a=1\r\nX-A: 2\r\nCookie: b=2\r\n';

  const values = await variables('/vdir/app', ['HTTP_X_A', 'HTTP_COOKIE'], { headers });

  assert.deepEqual(values, { HTTP_X_A: '1, 2', HTTP_COOKIE: 'a=1; b=2' });
});

// 3.4: a known variable without a value is empty, an absent header 1413.
test('an absent header and an unknown name are ERROR_INVALID_INDEX', async () => {
  const names = [
    'HTTP_ACCEPT',
    'HEADER_Accept',
    'HTTP_',
    'HEADER_',
    'NO_SUCH',
    'SERVER',
    'UNICODE_',
  ];

  const values = await variables('/vdir/app', names);

  assert.deepEqual(values, Object.fromEntries(names.map((name) => [name, absent])));
});

test('a name of more than 256 characters is ERROR_INVALID_PARAMETER', async () => {
  const [longest, tooLong] = [`HTTP_${'X'.repeat(251)}`, `HTTP_${'X'.repeat(252)}`] as const;

  const values = await variables('/vdir/app', [longest, tooLong]);

  assert.deepEqual(Object.values(values), [absent, { code: 'ERROR_INVALID_PARAMETER' }]);
});

test('names are compared without case', async () => {
  const names = ['url', 'Request_Method', 'http_host', 'header_HOST', 'http_url', 'unicode_url'];

  const values = await variables('/vdir/app', names);

  assert.deepEqual(Object.values(values), [
    '/vdir/app',
    'GET',
    'test',
    'test',
    `/vdir/app?${names.join('&')}`,
    '/vdir/app',
  ]);
});

// 3.4: UNICODE_HTTP_ACCEPT is no variable.
test('UNICODE_ stands before built-ins, not before headers', async () => {
  const names = ['UNICODE_URL', 'UNICODE_HTTP_HOST', 'UNICODE_HEADER_Host', 'UNICODE_UNICODE_URL'];

  const values = await variables('/vdir/app', names);

  assert.deepEqual(Object.values(values), ['/vdir/app', absent, absent, absent]);
});

// 3.5, security rules: no header shadows a built-in.
test('a header does not become the built-in of its name', async () => {
  const headers = 'Url: /evil\r\nMethod: EVIL\r\nVersion: 9\r\nCfg-Enc-Caps: 1\r\nProxy: evil\r\n';
  const names = [
    'HTTP_URL',
    'HTTP_METHOD',
    'HTTP_VERSION',
    'HTTP_CFG_ENC_CAPS',
    'HEADER_Url',
    'ALL_HTTP',
    'HTTP_PROXY',
  ];

  const values = await variables('/vdir/app', names, { headers });

  assert.deepEqual(Object.values(values), [
    `/vdir/app?${names.join('&')}`,
    'GET',
    'HTTP/1.1',
    '',
    '/evil',
    'HTTP_HOST:test\nHTTP_PROXY:evil\n',
    'evil',
  ]);
});

// 2.1: the length of a chunked body is not announced.
test('CONTENT_LENGTH is 0 without a body and ERROR_INVALID_INDEX for a chunked one', async () => {
  const names = ['CONTENT_LENGTH', 'HTTP_TRANSFER_ENCODING'];
  const client = await RawClient.connect(t, host.port);

  const without = await variables('/vdir/app', names);
  const chunked = await client
    .send(
      `POST /vdir/app?${names.join('&')} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    )
    .next();

  assert.deepEqual(without, { CONTENT_LENGTH: '0', HTTP_TRANSFER_ENCODING: absent });
  assert.deepEqual((JSON.parse(chunked.text) as { variables: Values }).variables, {
    CONTENT_LENGTH: absent,
    HTTP_TRANSFER_ENCODING: 'chunked',
  });
});

const USER = [
  'AUTH_TYPE',
  'AUTH_USER',
  'REMOTE_USER',
  'UNMAPPED_REMOTE_USER',
  'LOGON_USER',
  'AUTH_PASSWORD',
];

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

// 3.5, AUTH_*: the name as the client sent it.
for (const [authorization, type, user] of [
  [basic('alice:secret:more'), 'Basic', 'alice'],
  [basic('jos\u00E9:x').replace('Basic', 'bAsIc'), 'bAsIc', 'jos\u00E9'],
  [`Basic ${Buffer.from('jos\u00E9:x', 'latin1').toString('base64')}`, 'Basic', 'jos\u00E9'],
  [basic('no colon'), 'Basic', ''],
  [basic('bad\r\nline:x'), 'Basic', ''],
  ['Basic !!', 'Basic', ''],
  ['Bearer YWxpY2U6eA==', 'Bearer', ''],
] as const) {
  test(`Authorization: ${authorization} names the user '${user}', and no password`, async () => {
    const values = await variables('/vdir/app', USER, {
      headers: `Authorization: ${authorization}\r\n`,
    });

    assert.deepEqual(Object.values(values), [type, user, user, user, user, '']);
  });
}

test('with exposePassword, AUTH_PASSWORD is the password of Basic credentials', async () => {
  const exposing = await startVariables({ exposePassword: true });
  const headers = `Authorization: ${basic('alice:secret:more')}\r\n`;

  const values = await variables('/vdir/app', ['AUTH_PASSWORD'], { headers }, exposing.port);

  assert.deepEqual(values, { AUTH_PASSWORD: 'secret:more' });
});

// RFC 9112 section 3.2.2.
test('an absolute target is a URL as sent, and its path and host count', async () => {
  const names = ['HTTP_URL', 'REQUEST_URI', 'URL', 'SERVER_NAME', 'PATH_INFO'];
  const query = names.join('&');

  const values = await variables('http://test/vdir/app/x', names);

  assert.deepEqual(Object.values(values), [
    `http://test/vdir/app/x?${query}`,
    `/vdir/app/x?${query}`,
    '/vdir/app/x',
    'test',
    '/x',
  ]);
});

// Row F66 of the fault matrix: who names it with `_` does not pass for the proxy in front.
test('a header named with underscores does not get into the variable of its twin with dashes', async () => {
  const names = ['HTTP_X_REAL_IP', 'HTTP_X_ALONE', 'ALL_HTTP'];
  const headers = 'X_Real_IP: forged\r\nX-Real-IP: true\r\nX-Real_IP: forged\r\nX_Alone: here\r\n';

  const values = await variables('/vdir/app', names, { headers });

  assert.deepEqual([values['HTTP_X_REAL_IP'], values['HTTP_X_ALONE']], ['true', 'here']);
  assert.doesNotMatch(JSON.stringify(values['ALL_HTTP']), /forged/);
});
