import assert from 'node:assert/strict';
import test from 'node:test';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

// Rows F21 to F27 of the fault matrix: what an extension may say of its answer.

const host = await startHost(test, {
  fixtures: ['respond', 'hello', 'done-twice'],
  limits: { maxUrlBytes: 60_000, maxHeaderBytes: 100_000 },
});

function targetOf(answer: object): string {
  return `/respond?${encodeURIComponent(JSON.stringify(answer))}`;
}

const header = (...pairs: readonly (readonly [string, string])[]): object => ({ header: pairs });

const refused: readonly (readonly [what: string, head: object])[] = [
  ...[
    0,
    99,
    100,
    101,
    103,
    199,
    200.7,
    600,
    1e9,
    -200,
    '',
    'NaN',
    '20',
    '200.5 OK',
    '200 a\r\nb',
  ].map((status) => [`the status ${JSON.stringify(status)}`, { status }] as const),
  ['no name', header(['', 'a'])],
  ['a blank in a name', header(['a b', 'c'])],
  ['a colon in a name', header(['a:', 'b'])],
  ['CR LF in a name', header(['a\r\nb', 'c'])],
  ['a name beyond ASCII', header(['\u00E9', 'a'])],
  ['CR LF in a value', header(['a', 'b\r\nX: y'])],
  ['LF in a value', header(['a', 'b\nX: y'])],
  ['CR in a value', header(['a', 'b\rc'])],
  ['NUL in a value', header(['a', 'b\0c'])],
  ['a value beyond U+00FF', header(['a', '\u0416'])],
  ['101 fields', header(...Array.from({ length: 101 }, (_, i) => [`X-${i}`, 'a'] as const))],
  ['a head above 16 KiB', header(['a', 'b'.repeat(17_000)])],
  ['two lengths', header(['Content-Length', '1'], ['Content-Length', '2'])],
  ['a length that is none', header(['Content-Length', '+1'])],
];

for (const [what, head] of refused) {
  test(`${what} is refused: the client gets a plain 500, and the connection lives on`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const response = await client.request(targetOf({ head, writes: ['x'] })).next();
    const next = await client.request('/hello').next();

    assert.equal(response.statusCode, 500);
    assert.deepEqual(JSON.parse(response.text), {
      statusCode: 500,
      error: 'Internal Server Error',
    });
    assert.equal(response.headers['x'], undefined);
    assert.equal(next.text, 'hello');
  });
}

test('headers that frame or belong to the connection do not go out as an extension gave them', async (t) => {
  const client = await RawClient.connect(t, host.port);
  const head = {
    keepConn: true,
    header: [
      ['Transfer-Encoding', 'gzip, chunked'],
      ['Connection', 'upgrade'],
      ['Keep-Alive', 'timeout=99'],
      ['Upgrade', 'h2c'],
      ['TE', 'trailers'],
      ['X-Own', 'kept'],
    ],
  };

  const { headers, text } = await client.request(targetOf({ head, writes: ['body'] })).next();

  assert.deepEqual(
    [
      headers['transfer-encoding'],
      headers['connection'],
      headers['keep-alive'],
      headers['upgrade'],
    ],
    [undefined, 'keep-alive', 'timeout=5', undefined],
  );
  assert.deepEqual([headers['te'], headers['x-own'], text], [undefined, 'kept', 'body']);
});

test('a session that ends twice is answered once', async (t) => {
  const client = await RawClient.connect(t, host.port);

  await client.request('/done-twice').next();
  const next = await client.request('/hello').next();

  assert.equal(next.text, 'hello');
});
