import assert from 'node:assert/strict';
import test from 'node:test';
import { SERVER_VARIABLES } from '@isapi-host/sdk';
import { serverVariable } from '@isapi-host/worker-runtime/internal/server-variables';
import { FakeThread, type FakeRequest } from '../../helpers/fake-thread.ts';

/** The request of the reference's table of server variables. */
const example: FakeRequest = {
  init: {
    method: 'POST',
    url: '/vdir/app.dll/zip/a%20b?x=1&y=%41',
    scriptName: '/vdir/app.dll',
    pathInfo: '/zip/a b',
    scriptTranslated: '/inetpub/vdir/app.dll',
    totalBytes: 3,
  },
  headers: [
    'Host: www.example.test:80',
    'Content-Length: 3',
    'Content-Type: application/x-www-form-urlencoded',
    'User-Agent: curl',
    'Authorization: Basic YWxpY2U6c2VjcmV0',
    'Foo_Bar: underscore',
    'Foo-Bar: dash',
    '',
  ].join('\r\n'),
  body: 'abc',
};

const thread = new FakeThread({
  site: {
    name: 'Default Web Site',
    id: 1,
    root: '/inetpub/wwwroot',
    virtualDirectories: [{ url: '/vdir', path: '/inetpub/vdir', access: ['execute'] }],
  },
});

function variable(name: string, request = example): string {
  return serverVariable(thread.open(request), name);
}

const values: Readonly<Record<string, string>> = {
  ALL_HTTP: [
    'HTTP_HOST:www.example.test:80',
    'HTTP_CONTENT_LENGTH:3',
    'HTTP_CONTENT_TYPE:application/x-www-form-urlencoded',
    'HTTP_USER_AGENT:curl',
    'HTTP_AUTHORIZATION:Basic YWxpY2U6c2VjcmV0',
    'HTTP_FOO_BAR:dash',
    '',
  ].join('\n'),
  ALL_RAW: example.headers ?? '',
  APPL_MD_PATH: '/LM/W3SVC/1/ROOT/vdir',
  APPL_PHYSICAL_PATH: '/inetpub/vdir/',
  APP_POOL_ID: 'default',
  AUTH_TYPE: 'Basic',
  CONTENT_LENGTH: '3',
  CONTENT_TYPE: 'application/x-www-form-urlencoded',
  DOCUMENT_ROOT: '/inetpub/wwwroot',
  GATEWAY_INTERFACE: 'CGI/1.1',
  HTTPS: 'off',
  HTTP_METHOD: 'POST',
  HTTP_URL: '/vdir/app.dll/zip/a%20b?x=1&y=%41',
  HTTP_VERSION: 'HTTP/1.1',
  HTTP_HOST: 'www.example.test:80',
  HTTP_USER_AGENT: 'curl',
  HTTP_CONTENT_LENGTH: '3',
  HTTP_FOO_BAR: 'dash',
  'HEADER_User-Agent': 'curl',
  'HEADER_Foo-Bar': 'dash',
  HEADER_Foo_Bar: 'underscore',
  INSTANCE_ID: '1',
  INSTANCE_META_PATH: '/LM/W3SVC/1',
  INSTANCE_NAME: 'Default Web Site',
  LOCAL_ADDR: '198.51.100.2',
  PATH_INFO: '/zip/a b',
  PATH_TRANSLATED: '/inetpub/wwwroot/zip/a b',
  QUERY_STRING: 'x=1&y=%41',
  REMOTE_ADDR: '192.0.2.7',
  REMOTE_HOST: '192.0.2.7',
  REMOTE_PORT: '51000',
  REQUEST_METHOD: 'POST',
  REQUEST_URI: '/vdir/app.dll/zip/a%20b?x=1&y=%41',
  SCRIPT_NAME: '/vdir/app.dll',
  SCRIPT_TRANSLATED: '/inetpub/vdir/app.dll',
  SERVER_ADDR: '198.51.100.2',
  SERVER_NAME: 'www.example.test',
  SERVER_PORT: '80',
  SERVER_PORT_SECURE: '0',
  SERVER_PROTOCOL: 'HTTP/1.1',
  SERVER_SOFTWARE: 'isapi-host/test',
  UNENCODED_URL: '/vdir/app.dll/zip/a%20b?x=1&y=%41',
  URL: '/vdir/app.dll/zip/a b',
};

for (const [name, value] of Object.entries(values)) {
  test(`${name} is ${JSON.stringify(value)}`, () => {
    assert.equal(variable(name), value);
  });
}

for (const name of SERVER_VARIABLES) {
  test(`${name}, a name of the sdk, is a variable of the host`, () => {
    assert.equal(typeof variable(name), 'string');
  });
}

test('names are compared without case', () => {
  assert.equal(variable('path_info'), '/zip/a b');
  assert.equal(variable('Http_User_Agent'), 'curl');
});

test('UNICODE_ before a variable gives the same text', () => {
  assert.equal(variable('UNICODE_URL'), '/vdir/app.dll/zip/a b');
});

for (const name of [
  'NOT_A_VARIABLE',
  'HTTP_NOT_SENT',
  'HEADER_User_Agent',
  'UNICODE_HTTP_USER_AGENT',
]) {
  test(`${name} is ERROR_INVALID_INDEX`, () => {
    assert.throws(() => variable(name), { code: 'ERROR_INVALID_INDEX', number: 1413 });
  });
}

for (const name of ['', 'x'.repeat(257), undefined, 7, {}]) {
  const shown = typeof name === 'string' ? `a name of ${name.length} characters` : typeof name;
  test(`${shown} in place of a name is ERROR_INVALID_PARAMETER`, () => {
    assert.throws(() => variable(name as string), { code: 'ERROR_INVALID_PARAMETER' });
  });
}

test('no header can take the place of a built-in variable', () => {
  const forged = ['Method: FORGED', 'Url: /forged', 'Version: FORGED', ''].join('\r\n');

  const seen = ['HTTP_METHOD', 'HTTP_URL', 'HTTP_VERSION'].map((name) =>
    variable(name, { headers: forged }),
  );

  assert.deepEqual(seen, ['GET', '/ext/info?query', 'HTTP/1.1']);
});

test('without a body CONTENT_LENGTH is 0; of a body without a length there is none', () => {
  assert.equal(variable('CONTENT_LENGTH', {}), '0');
  assert.throws(
    () =>
      variable('CONTENT_LENGTH', {
        init: { totalBytes: undefined },
        headers: 'Transfer-Encoding: chunked\r\n',
      }),
    { code: 'ERROR_INVALID_INDEX' },
  );
});

test('without a Host header the server is named by its address', () => {
  assert.equal(variable('SERVER_NAME', {}), '198.51.100.2');
});

test('an IPv6 host is named without its port', () => {
  assert.equal(variable('SERVER_NAME', { headers: 'Host: [::1]:8080\r\n' }), '[::1]');
});

test('PATH_TRANSLATED without PATH_INFO is the root of the site', () => {
  assert.equal(variable('PATH_TRANSLATED', { init: { pathInfo: '' } }), '/inetpub/wwwroot');
});

test('for a script map the URL is PATH_INFO, and PATH_TRANSLATED the script', () => {
  const request: FakeRequest = {
    init: {
      url: '/docs/page.asp?x',
      scriptName: '/docs/page.asp',
      pathInfo: '/docs/page.asp',
      pathTranslated: '/inetpub/docs/page.asp',
    },
  };

  assert.equal(variable('URL', request), '/docs/page.asp');
  assert.equal(variable('PATH_TRANSLATED', request), '/inetpub/docs/page.asp');
});

test('over TLS the variables say so', () => {
  const request: FakeRequest = { init: { secure: true, localPort: 443 } };

  assert.equal(variable('HTTPS', request), 'on');
  assert.equal(variable('SERVER_PORT_SECURE', request), '1');
});
