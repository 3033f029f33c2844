import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchRaw, RawClient } from '../../helpers/raw-http.ts';
import { startSite } from '../../helpers/start-site.ts';

// isapi.md 10.1, samples 1 to 4: Simple, DumpVars, Redirect, KeepAlive.

const { port } = await startSite();

for (const [method, target] of [
  ['GET', '/ported/simple'],
  ['POST', '/ported/simple'],
  ['PROPFIND', '/ported/simple/and/more?a=b'],
] as const) {
  test(`simple answers ${method} ${target} with its page and closes`, async (t) => {
    const client = await RawClient.connect(t, port);

    const response = await client.request(target, { method }).next();
    const { rest } = await client.untilClosed();

    assert.deepEqual(
      [response.statusCode, response.headers['content-type'], response.headers['connection']],
      [200, 'text/html; charset=utf-8', 'close'],
    );
    assert.match(response.text, /<h1>Simple<\/h1>/);
    assert.equal(rest.length, 0);
  });
}

test('dump-vars has 38 lines, with values, errors by their names, and no markup of the client', async (t) => {
  const { headers, text } = await fetchRaw(t, port, '/ported/dump-vars/extra?q=1', {
    method: 'POST',
    headers: 'X-One: <b>\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n', // its end is that of the request
  });

  const lines = text.split('<br>\n').slice(0, -1);
  assert.equal(lines.length, 38);
  for (const line of [
    'QUERY_STRING: q=1',
    'PATH_INFO: /extra',
    'SCRIPT_NAME: /ported/dump-vars',
    'REQUEST_METHOD: POST',
    'CONTENT_LENGTH: ERROR_INVALID_INDEX',
    'AUTH_USER: ',
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.match(text, /HTTP_X_ONE:&#60;b&#62;/);
  assert.equal(headers['connection'], 'close');
});

for (const query of ['', '?', '?hello', '?ftp://example.com/', '?javascript:1']) {
  test(`redirect explains itself to "${query}"`, async (t) => {
    const { statusCode, headers, text } = await fetchRaw(t, port, `/ported/redirect${query}`);

    assert.equal(statusCode, 200);
    assert.equal(headers['content-length'], String(text.length));
    assert.match(text, /Expected a URL/);
  });
}

test('redirect sends the client to an http URL', async (t) => {
  const { statusCode, headers } = await fetchRaw(t, port, '/ported/redirect?http://a.test/b?c=d');

  assert.deepEqual([statusCode, headers['location']], [302, 'http://a.test/b?c=d']);
});

test('redirect answers with a URL of this server', async (t) => {
  const own = await fetchRaw(t, port, '/ported/redirect?/samples/hello');
  const none = await fetchRaw(t, port, '/ported/redirect?/none');

  assert.deepEqual([own.statusCode, own.text], [200, 'Hello']);
  assert.equal(none.statusCode, 404);
});

test('keep-alive answers as often as it is asked over one connection', async (t) => {
  const client = await RawClient.connect(t, port);

  for (let count = 0; count < 3; count += 1) {
    const { headers, text } = await client.request('/ported/keep-alive').next();

    assert.equal(headers['connection'], 'keep-alive');
    assert.equal(headers['content-length'], String(text.length));
    assert.match(text, /<form method="post">/);
  }
});
