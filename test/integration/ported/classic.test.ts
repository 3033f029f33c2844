import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fetchRaw, RawClient } from '../../helpers/raw-http.ts';
import { startSite } from '../../helpers/start-site.ts';

// isapi.md 10.1, samples 9 and 11: FTrans and CTETEST, with the profile classic.

const { port } = await startSite('packages/sdk/examples/ported/isapi.config.js');

const file = readFileSync(
  new URL('../../../../packages/sdk/examples/site/style.css', import.meta.url),
  'latin1',
);

test('file-transmission sends a file behind the head it wrote, and closes', async (t) => {
  const client = await RawClient.connect(t, port);

  const response = await client.request('/file-transmission?/style.css').next();
  const { by } = await client.untilClosed();

  assert.match(response.head, /^HTTP\/1.1 200 OK\r\nContent-Type: text\/plain\r\n/);
  assert.equal(response.framing, 'close');
  assert.equal(response.text, file);
  assert.equal(by, 'end');
});

for (const [query, page] of [
  ['', /File not specified/],
  ['?/none.css', /error 2\./],
  ['?style.css', /error 87\./],
  ['?/../package.json', /error \d+\./],
  ['?/%zz', /not UTF-8/],
  ['?/', /error 6\./],
] as const) {
  test(`file-transmission answers "${query}" with a page`, async (t) => {
    const { statusCode, text } = await fetchRaw(t, port, `/file-transmission${query}`);

    assert.equal(statusCode, 200);
    assert.match(text, page);
  });
}

for (const [query, size] of [
  ['', 1024],
  ['+chunksize=1000', 1000],
  ['+chunksize=65536', 65536],
] as const) {
  test(`chunked sends a file in chunks of ${size} bytes, and the connection stays`, async (t) => {
    const client = await RawClient.connect(t, port);

    const first = await client.request(`/chunked?file=/style.css${query}`).next();
    const second = await client.request(`/chunked?file=/style.css${query}`).next();

    assert.equal(first.framing, 'chunked');
    assert.equal(first.text, file);
    assert.equal(first.chunks[0], Math.min(size, file.length));
    assert.equal(second.text, file);
  });
}

for (const query of ['', '?file=style.css', '?file=/style.css+chunksize=0', '?chunksize=1']) {
  test(`chunked explains itself to "${query}"`, async (t) => {
    const { statusCode, text } = await fetchRaw(t, port, `/chunked${query}`);

    assert.equal(statusCode, 200);
    assert.match(text, /Expected <code>\?file=/);
  });
}

test('chunked fails when there is no such file', async (t) => {
  const { statusCode } = await fetchRaw(t, port, '/chunked?file=/none.css');

  assert.equal(statusCode, 500);
});
