import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startSite } from '../helpers/start-site.ts';

const { port, url: site } = await startSite();

test('form shows a form, which posts to itself', async () => {
  const response = await fetch(`${site}/samples/form`);

  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(await response.text(), /<form method="post">/);
});

test('form shows the fields of a body far larger than the read-ahead', async () => {
  const long = 'ü&='.repeat(50_000);

  const response = await fetch(`${site}/samples/form`, {
    method: 'POST',
    body: new URLSearchParams([
      ['<b>', '"1" & \'2\''],
      ['long', long],
      ['long', ''],
    ]),
  });

  const rows = Array.from((await response.text()).matchAll(/<tr>.*<\/tr>/g), ([row]) => row);
  assert.deepEqual(rows, [
    '<tr><th>&#60;b&#62;</th><td>&#34;1&#34; &#38; &#39;2&#39;</td></tr>',
    `<tr><th>long</th><td>${long.replaceAll('&', '&#38;')}</td></tr>`,
    '<tr><th>long</th><td></td></tr>',
  ]);
});

test('form refuses a body that is no form', async () => {
  const response = await fetch(`${site}/samples/form`, { method: 'POST', body: 'a=b' });

  assert.equal(response.status, 415);
});

test('form refuses a form that is too large', async (t) => {
  const response = await fetchRaw(t, port, '/samples/form', {
    method: 'POST',
    headers: 'Content-Type: application/x-www-form-urlencoded\r\n',
    body: 'x'.repeat(2 * 1024 * 1024),
  });

  assert.equal(response.statusCode, 413);
});

for (const name of ['upload', 'upload-blocking']) {
  for (const length of [0, 1, 49_152, 49_153, 20 * 1024 * 1024 + 1]) {
    test(`${name} answers the SHA-256 of ${length} bytes`, async () => {
      const body = someBytes(length);

      const response = await fetch(`${site}/samples/${name}`, { method: 'POST', body });

      assert.equal(await response.text(), sha256(body));
    });
  }

  test(`${name} answers the SHA-256 of a body of unknown length`, async () => {
    const body = someBytes(5_000_000);

    const response = await fetch(`${site}/samples/${name}`, {
      method: 'POST',
      body: new Blob([body]).stream(),
      duplex: 'half',
    });

    assert.equal(await response.text(), sha256(body));
  });
}

test('upload-blocking holds up nobody outside of its pool while it waits', async (t) => {
  const client = await RawClient.connect(t, port);
  client.send(
    'POST /samples/upload-blocking HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n',
  );
  client.send(new Uint8Array(60_000));

  const hello = await fetchRaw(t, port, '/samples/hello');
  const upload = await client.send(new Uint8Array(40_000)).next();

  assert.equal(hello.text, 'Hello');
  assert.equal(upload.text, sha256(new Uint8Array(100_000)));
});

for (const length of [0, 1, 251, 5_000_001]) {
  test(`download of ${length} bytes has the bytes that were promised`, async (t) => {
    const response = await fetchRaw(t, port, `/samples/download?bytes=${length}`);

    const expected = Buffer.alloc(length).map((_, i) => i % 251);
    assert.equal(response.headers['content-length'], `${length}`);
    assert.equal(response.framing, 'length');
    assert.ok(response.body.equals(expected));
  });
}

test('download answers HEAD with the length and sends nothing', async (t) => {
  const client = await RawClient.connect(t, port);

  const head = await client
    .request('/samples/download?bytes=1099511627776', { method: 'HEAD' })
    .next({ method: 'HEAD' });
  const hello = await client.request('/samples/hello').next();

  assert.equal(head.headers['content-length'], '1099511627776');
  assert.equal(hello.text, 'Hello');
});

for (const query of ['', '?n=1', '?bytes=', '?bytes=-1', '?bytes=1e3', '?bytes=1099511627777']) {
  test(`download refuses the query "${query}"`, async (t) => {
    const response = await fetchRaw(t, port, `/samples/download${query}`);

    assert.equal(response.statusCode, 400);
    assert.equal(response.headers['content-type'], 'text/plain');
    assert.equal(response.text, 'Expected ?bytes=N, a whole number from 0 to 1099511627776\n');
  });
}

test('a client that leaves in the middle of a download costs nobody else', async (t) => {
  const client = await RawClient.connect(t, port);
  client.request('/samples/download?bytes=1000000000000');
  await client.nextHead();
  await client.read(1_000_000);
  client.reset();

  const response = await fetchRaw(t, port, '/samples/download?bytes=1000000');

  assert.equal(response.body.length, 1_000_000);
});

/** Bytes in no order that could hide a piece that is missing, doubled or in the wrong place. */
function someBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, state = 1; i < length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
