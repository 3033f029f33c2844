import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchRaw, RawClient } from '../../helpers/raw-http.ts';
import { startSite } from '../../helpers/start-site.ts';

// isapi.md 10.1, samples 7, 8, 14 and 15: ReadCli, AReadCli, UpCaseMap, DumpRequestInfo.

const { port } = await startSite();

const long = 'some <text> & more; '.repeat(8000); // 160,000 bytes: three read-aheads

function shown(text: string): string {
  return text.replaceAll('&', '&#38;').replaceAll('<', '&#60;').replaceAll('>', '&#62;');
}

function preOf(text: string): string | undefined {
  return /<pre>(.*)<\/pre>/s.exec(text)?.[1];
}

test('sync-read shows a body that is longer than the read-ahead', async (t) => {
  const { statusCode, text } = await fetchRaw(t, port, '/ported/sync-read', {
    method: 'POST',
    body: long,
  });

  assert.equal(statusCode, 200);
  assert.equal(preOf(text), shown(long));
});

test('sync-read shows bytes as they are', async (t) => {
  const body = '\xc3\xa4\xff\x00';

  const { text } = await fetchRaw(t, port, '/ported/sync-read', { method: 'POST', body });

  assert.equal(preOf(text), body);
});

test('sync-read shows a form to those who announce nothing', async (t) => {
  const chunked = 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n'; // its end is that of the request

  const get = await fetchRaw(t, port, '/ported/sync-read');
  const post = await fetchRaw(t, port, '/ported/sync-read', { method: 'POST', headers: chunked });

  for (const { statusCode, text } of [get, post]) {
    assert.equal(statusCode, 200);
    assert.match(text, /Expected a body of known length/);
  }
});

test('async-read counts and shows a body', async (t) => {
  const { text } = await fetchRaw(t, port, '/ported/async-read', { method: 'POST', body: long });

  assert.match(text, /Announced: 160000. Read ahead: 49152. Read: 160000./);
  assert.equal(preOf(text), shown(long.slice(0, 64 * 1024)));
});

test('async-read counts a body that was not announced', async (t) => {
  const headers = 'Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n'; // its end is that of the request

  const { text } = await fetchRaw(t, port, '/ported/async-read', { method: 'POST', headers });

  assert.match(text, /Announced: nothing. Read ahead: 6. Read: 6./);
});

for (const body of ['', '12345']) {
  test(`async-read shows a form to a body of ${body.length} bytes`, async (t) => {
    const { text } = await fetchRaw(t, port, '/ported/async-read', { method: 'POST', body });

    assert.match(text, /<form method="post">/);
  });
}

const plain = 'Content-Type: text/plain\r\n';

test('up-case turns a text into upper case before its URL sees it', async (t) => {
  const { text } = await fetchRaw(t, port, '/ported/up-case/async-read', {
    method: 'POST',
    headers: plain,
    body: 'a <Text> of 22 \xe4 bytes',
  });

  assert.match(text, /Announced: 22. Read ahead: 22. Read: 22./);
  assert.match(text, /A &#60;TEXT&#62; OF 22/);
});

test('up-case turns a text that was not announced', async (t) => {
  const headers = `${plain}Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n`; // its end is that of the request

  const { text } = await fetchRaw(t, port, '/ported/up-case/async-read', {
    method: 'POST',
    headers,
  });

  assert.equal(preOf(text), 'ABCDEF');
});

test('up-case turns a text of 64 KiB, and refuses one of a byte more', async (t) => {
  const target = '/ported/up-case/async-read';
  const body = 'x'.repeat(64 * 1024);

  const fits = await fetchRaw(t, port, target, { method: 'POST', headers: plain, body });
  const over = await fetchRaw(t, port, target, {
    method: 'POST',
    headers: plain,
    body: `${body}x`,
  });

  assert.equal(preOf(fits.text), body.toUpperCase());
  assert.equal(over.statusCode, 413);
});

test('up-case passes on what is no text', async (t) => {
  const target = '/ported/up-case/async-read';

  const other = await fetchRaw(t, port, target, { method: 'POST', body: long });
  const none = await fetchRaw(t, port, '/ported/up-case/none');

  assert.equal(preOf(other.text), shown(long.slice(0, 64 * 1024)));
  assert.equal(none.statusCode, 404);
});

test('dump-request-info sends the request as one text of known length, and the connection stays', async (t) => {
  const client = await RawClient.connect(t, port);
  const options = { method: 'POST', headers: 'X-One: 1\r\n', body: 'the body' };

  const first = await client.request('/ported/dump-request-info/extra?q=1', options).next();
  const second = await client.request('/ported/dump-request-info').next();

  assert.equal(first.framing, 'length');
  assert.equal(first.headers['connection'], 'keep-alive');
  for (const part of [
    'method: POST\nqueryString: q=1\npathInfo: /extra\n',
    'totalBytes: 8\ndata: 8 bytes\n',
    '\nSCRIPT_NAME: /ported/dump-request-info\n',
    '\nContent-Length: 8\r\nX-One: 1\r\n\nthe body',
  ]) {
    assert.ok(first.text.includes(part), part);
  }
  assert.match(second.text, /^totalBytes: 0$/m);
});

test('dump-request-info shows a long body, and only says so of a longer one', async (t) => {
  const target = '/ported/dump-request-info';
  const fits = long.slice(0, 120 * 1024);

  const whole = await fetchRaw(t, port, target, { method: 'POST', body: fits });
  const over = await fetchRaw(t, port, target, { method: 'POST', body: `${fits}x` });

  assert.ok(whole.text.endsWith(fits));
  assert.match(over.text, /\(a body of more than 122880 bytes\)\n$/);
});
