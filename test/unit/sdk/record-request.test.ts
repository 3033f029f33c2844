import assert from 'node:assert/strict';
import test from 'node:test';
import { HSE_VERSION } from '@isapi-host/sdk';
import { recordControlBlock, type RecordedRequest } from '@isapi-host/sdk/testing';

const KIB = 1024;

function fieldsOf(request: RecordedRequest): Record<string, unknown> {
  const { ecb } = recordControlBlock(request);
  const { method, queryString, pathInfo, pathTranslated, contentType, totalBytes } = ecb;
  return { method, queryString, pathInfo, pathTranslated, contentType, totalBytes };
}

test('a request that says nothing is a GET of /extension', () => {
  const { ecb } = recordControlBlock();

  assert.equal(ecb.getServerVariable('URL'), '/extension');
  assert.equal(ecb.version, HSE_VERSION);
  assert.deepEqual(fieldsOf({}), {
    method: 'GET',
    queryString: '',
    pathInfo: '',
    pathTranslated: '/site',
    contentType: '',
    totalBytes: 0,
  });
});

test('the fields follow from URL, path info, headers and body', () => {
  const request = {
    url: '/app/a%20b?x=1&y=%41?',
    pathInfo: '/a b',
    headers: { 'content-type': 'text/plain' },
    body: 'äb',
  };

  assert.deepEqual(fieldsOf(request), {
    method: 'POST',
    queryString: 'x=1&y=%41?',
    pathInfo: '/a b',
    pathTranslated: '/site/a b',
    contentType: 'text/plain',
    totalBytes: 3,
  });
});

test('the URL follows from path info and query when it is not given', () => {
  const { ecb } = recordControlBlock({ pathInfo: '/what? b', queryString: 'q' });

  assert.equal(ecb.getServerVariable('HTTP_URL'), '/extension/what%3F%20b?q');
});

test('a body that is not announced has no total and no CONTENT_LENGTH', () => {
  const { ecb } = recordControlBlock({ body: 'abc', isChunked: true });

  assert.equal(ecb.totalBytes, undefined);
  assert.equal(ecb.getServerVariable('HTTP_TRANSFER_ENCODING'), 'chunked');
  assert.throws(() => ecb.getServerVariable('CONTENT_LENGTH'), { code: 'ERROR_INVALID_INDEX' });
});

test('data holds 48 KiB of the body, and readClient gives the rest', async () => {
  const body = Uint8Array.from({ length: 50 * KIB }, (_, index) => index % 251);
  const { ecb } = recordControlBlock({ body });

  const pieces = [ecb.data, await ecb.readClient(KIB), ecb.readClientSync(9 * KIB)];

  assert.deepEqual(
    pieces.map((piece) => piece.length),
    [48 * KIB, KIB, KIB],
  );
  assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), body);
  assert.equal((await ecb.readClient(1)).length, 0);
});

test('readAheadBytes says how much of the body is in data', () => {
  const { ecb } = recordControlBlock({ body: 'abcdef', readAheadBytes: 2 });

  assert.equal(ecb.data.length, 2);
  assert.equal(ecb.readClientSync(2).length, 2);
});

test('readClient refuses a number of bytes that is not whole or below 0', async () => {
  const { ecb } = recordControlBlock({ body: 'abc' });

  for (const maxBytes of [-1, 1.5, NaN]) {
    await assert.rejects(ecb.readClient(maxBytes), { code: 'ERROR_INVALID_PARAMETER', number: 87 });
  }
});

test('a header is found by its CGI name and by its own name, in any case', () => {
  const { ecb } = recordControlBlock({ headers: { 'X-Forwarded-For': ['a', 'b'] } });

  const names = ['HTTP_X_FORWARDED_FOR', 'http_x_forwarded_for', 'HEADER_x-forwarded-for'];
  assert.deepEqual(
    names.map((name) => ecb.getServerVariable(name)),
    ['a, b', 'a, b', 'a, b'],
  );
});

test('HEADER_ keeps hyphen and underscore apart', () => {
  const { ecb } = recordControlBlock({ headers: { Foo_Bar: '1', 'Foo-Bar': '2' } });

  assert.equal(ecb.getServerVariable('HEADER_Foo_Bar'), '1');
  assert.equal(ecb.getServerVariable('HEADER_Foo-Bar'), '2');
});

test('an unknown variable and an absent header throw ERROR_INVALID_INDEX', () => {
  const { ecb } = recordControlBlock();

  for (const name of ['NOPE', 'HTTP_COOKIE', 'HEADER_Cookie', 'HTTP_CONTENT_TYPE']) {
    assert.throws(() => ecb.getServerVariable(name), { code: 'ERROR_INVALID_INDEX' }, name);
  }
});

test('a known variable without a value is empty', () => {
  assert.equal(recordControlBlock().ecb.getServerVariable('CERT_SUBJECT'), '');
});

test('UNICODE_ before a fixed name gives the same value', () => {
  const { ecb } = recordControlBlock({ headers: { Host: 'example.test:81' } });

  assert.equal(ecb.getServerVariable('UNICODE_SERVER_NAME'), 'example.test');
  assert.equal(ecb.getServerVariable('SERVER_PORT'), '81');
});

test('a header cannot pose as a variable, though HTTP_URL is named like one', () => {
  const headers = { 'Remote-User': 'root', Url: '/x', Method: 'PUT', Version: 'HTTP/9' };
  const { ecb } = recordControlBlock({ url: '/own', headers });

  const names = ['REMOTE_USER', 'URL', 'HTTP_URL', 'HTTP_METHOD', 'HTTP_VERSION'];
  assert.deepEqual(
    names.map((name) => ecb.getServerVariable(name)),
    ['', '/own', '/own', 'GET', 'HTTP/1.1'],
  );
});

test('the variables that are given go before those of the request', () => {
  const { ecb } = recordControlBlock({ variables: { REMOTE_ADDR: '192.0.2.7', MY_OWN: 'x' } });

  assert.equal(ecb.getServerVariable('REMOTE_ADDR'), '192.0.2.7');
  assert.equal(ecb.getServerVariable('MY_OWN'), 'x');
});

test('ALL_HTTP and ALL_RAW list the headers in their order', () => {
  const { ecb } = recordControlBlock({ headers: { Host: 'h', 'X-A': '1' } });

  assert.equal(ecb.getServerVariable('ALL_HTTP'), 'HTTP_HOST:h\nHTTP_X_A:1\n');
  assert.equal(ecb.getServerVariable('ALL_RAW'), 'Host: h\r\nX-A: 1\r\n');
});
