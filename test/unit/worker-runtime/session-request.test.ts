import assert from 'node:assert/strict';
import test from 'node:test';
import { Slab } from '@isapi-host/worker-runtime/protocol';
import { SessionRequest } from '@isapi-host/worker-runtime/internal/session-request';
import { controlBlockInit, encodeInit } from '../../helpers/control-block-init.ts';

const slab = Slab.create({ slots: 1, slotBytes: 8192, threads: 1 });

function requestWith(headers: string, { url = '/', body = '' } = {}): SessionRequest {
  encodeInit(slab, 0, controlBlockInit({ url }), headers, [Buffer.from(body)]);
  return new SessionRequest(slab, 0);
}

const block = [
  'Host: www.example.test',
  'user-agent: curl',
  'X_Odd_Name: underscores',
  'X-Odd-Name: dashes',
  'Cookie: a=1',
  'COOKIE: b=2',
  'Accept: text/html',
  'accept: text/plain',
  'Empty: ',
  'X-Colon: a: b',
  'Last: caf\u00e9',
  '',
].join('\r\n');

test('a header is found by its name in any case', () => {
  const request = requestWith(block);

  assert.equal(request.header('HOST', 'literal'), 'www.example.test');
  assert.equal(request.header('User-Agent', 'literal'), 'curl');
  assert.equal(request.header('LAST', 'literal'), 'caf\u00e9');
});

test('a header that is not there is undefined, and an empty one is empty', () => {
  const request = requestWith(block);

  assert.equal(request.header('Referer', 'literal'), undefined);
  assert.equal(request.header('Hos', 'literal'), undefined);
  assert.equal(request.header('Hostt', 'literal'), undefined);
  assert.equal(request.header('', 'literal'), undefined);
  assert.equal(request.header('Empty', 'literal'), '');
});

test('`cgi` takes _ and - for the same, `literal` tells them apart', () => {
  const request = requestWith(block);

  assert.equal(request.header('USER_AGENT', 'cgi'), 'curl');
  assert.equal(request.header('USER_AGENT', 'literal'), undefined);
  assert.equal(request.header('x-odd-name', 'literal'), 'dashes');
  assert.equal(request.header('x_odd_name', 'literal'), 'underscores');
  assert.equal(request.header('X_ODD_NAME', 'cgi'), 'dashes');
});

test('repeated headers are joined by a comma, cookies by a semicolon', () => {
  const request = requestWith(block);

  assert.equal(request.header('Accept', 'literal'), 'text/html, text/plain');
  assert.equal(request.header('cookie', 'literal'), 'a=1; b=2');
});

test('a colon in a value, and a name within a value, are no names', () => {
  const request = requestWith('A: Host: forged\r\nB: x\r\n');

  assert.equal(request.header('A', 'literal'), 'Host: forged');
  assert.equal(request.header('Host', 'literal'), undefined);
});

test('the name is read from where a prefix ends', () => {
  assert.equal(requestWith(block).header('HTTP_USER_AGENT', 'cgi', 5), 'curl');
});

test('a request without headers has none', () => {
  const request = requestWith('');

  assert.equal(request.headerBlock, '');
  assert.equal(request.header('Host', 'literal'), undefined);
});

const queries = [
  ['/ext', ''],
  ['/ext?', ''],
  ['/ext?a=1', 'a=1'],
  ['/ext?a=1?b=2', 'a=1?b=2'],
  ['/ext?a=%41+%3f', 'a=%41+%3f'],
] as const;

for (const [url, query] of queries) {
  test(`the query of ${url} is ${JSON.stringify(query)}`, () => {
    assert.equal(requestWith('', { url }).queryString, query);
  });
}

test('the read-ahead stays as it was when the slot is used again', () => {
  const request = requestWith('A: b\r\n', { body: 'first' });
  const { readAhead, headerBlock } = request;
  request.detach();

  requestWith('C: d\r\n', { body: 'other' });

  assert.equal(Buffer.from(readAhead).toString(), 'first');
  assert.equal(Buffer.from(request.readAhead).toString(), 'first');
  assert.equal(headerBlock, 'A: b\r\n');
  assert.equal(request.headerBlock, 'A: b\r\n');
});

test('after the end nothing is read from a slot that belongs to the next request', () => {
  const request = requestWith('A: b\r\n', { body: 'first' });
  request.detach();

  requestWith('C: secret\r\n', { body: 'secret' });

  assert.equal(request.headerBlock, '');
  assert.equal(request.readAhead.length, 0);
  assert.equal(request.header('C', 'literal'), undefined);
});
