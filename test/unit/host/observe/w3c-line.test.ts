import assert from 'node:assert/strict';
import test from 'node:test';

import type { AccessRecord } from '@isapi-host/host/internal/observe/access-log';
import { w3cHead, w3cLine } from '@isapi-host/host/internal/observe/w3c-line';

const record: AccessRecord = {
  reqId: 'req-1',
  method: 'GET',
  url: '/scripts/hello.isapi.js/a%20b?x=1',
  statusCode: 200,
  subStatus: 0,
  remoteAddress: '127.0.0.1',
  responseTime: 12.6,
  bytesIn: 0,
  bytesOut: 345,
  keepAlive: true,
};
const at = new Date('2026-11-25T03:04:05.678Z');

/** A line by its fields. */
function lineOf(
  changes: Partial<AccessRecord>,
  headers: Record<string, string> = {},
): Map<string, string> {
  const line = w3cLine({ record: { ...record, ...changes }, headers, siteName: 'Site', at });
  const names = w3cHead(at).trimEnd().split('\n').at(-1)?.split(' ').slice(1) ?? [];
  const values = line.trimEnd().split(' ');
  assert.equal(values.length, names.length);
  assert.match(line, /^[!-~ ]+\n$/);
  return new Map(names.map((name, index) => [name, values[index] ?? '']));
}

test('a file begins with what W3C extended log files begin with', () => {
  assert.match(
    w3cHead(at),
    /^#Software: isapi-host\/\S+\n#Version: 1\.0\n#Date: 2026-11-25 03:04:05\n#Fields: date time .*\n$/,
  );
});

test('a line has the fields of the request, and - for what there is not', () => {
  const line = lineOf({});

  assert.deepEqual(
    ['date', 'time', 's-sitename', 'cs-uri-stem', 'cs-uri-query', 'sc-status', 'time-taken'].map(
      (field) => line.get(field),
    ),
    ['2026-11-25', '03:04:05', 'Site', '/scripts/hello.isapi.js/a%20b', 'x=1', '200', '13'],
  );
  assert.equal(line.get('x-extension'), '-');
  assert.equal(line.get('cs(User-Agent)'), '-');
});

test('what an extension logs goes behind the query, its status in the place of the real one', () => {
  const line = lineOf({ logParameter: '&p=1', logData: ' done', logStatus: 302 });

  assert.equal(line.get('cs-uri-query'), 'x=1&p=1+done');
  assert.equal(line.get('sc-status'), '302');
  assert.equal(lineOf({ url: '/a', logData: 'alone' }).get('cs-uri-query'), 'alone');
});

test('no value can end its line, or its field', () => {
  const line = lineOf(
    { logParameter: 'a\r\n2026-01-01 00:00:00\tforged\u0000\u007F', url: '/é\u{1F600}\uD800?' },
    { 'user-agent': 'Mozilla/5.0 (x; y)', referer: 'http://a/\nb' },
  );

  assert.equal(line.get('cs-uri-query'), 'a%0D%0A2026-01-01+00:00:00%09forged%00%7F');
  assert.equal(line.get('cs-uri-stem'), '/%C3%A9%F0%9F%98%80%EF%BF%BD');
  assert.equal(line.get('cs(User-Agent)'), 'Mozilla/5.0+(x;+y)');
  assert.equal(line.get('cs(Referer)'), 'http://a/%0Ab');
});
