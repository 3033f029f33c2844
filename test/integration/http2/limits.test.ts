import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import { test } from 'node:test';
import { startSecureHost } from '../../helpers/secure-host.ts';

const fixtures = ['hello'];

test('a request with too many headers is refused, and its connection carries on', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures, limits: { maxHeaders: 20 } });
  const client = await connect();
  const headers = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x-${i}`, 'a']));

  const refused = await client.fetch('/hello', { headers });
  const next = await client.fetch('/hello');

  assert.equal(refused.rstCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  assert.equal(next.text, 'hello');
});

// Node's nghttp2 knows this rule, so no 400 as over HTTP/1. RFC 9113 section 8.3.1.
test('the target * of a GET is refused with PROTOCOL_ERROR, and its connection carries on', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures });
  const client = await connect();

  const refused = await client.fetch('*');
  const next = await client.fetch('/hello');

  assert.deepEqual(
    [refused.status, refused.rstCode],
    [undefined, constants.NGHTTP2_PROTOCOL_ERROR],
  );
  assert.equal(next.text, 'hello');
});

// RFC 9113 section 8.3.1. The nghttp2 of Node 22 and later knows this rule too.
test('a request with a user in its authority is refused', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures });
  const headers = { ':authority': 'user@a.test' };

  const { status, rstCode } = await (await connect()).fetch('/hello', { headers });

  if (status === undefined) assert.equal(rstCode, constants.NGHTTP2_PROTOCOL_ERROR);
  else assert.equal(status, 400);
});

const judged = [
  {
    what: 'a Host that is not its authority',
    headers: { ':authority': 'a.test', host: 'b.test' },
    status: 400,
  },
  {
    what: 'a header that could be taken for Content-Length',
    headers: { content_length: '5' },
    status: 400,
  },
  { what: 'the method TRACE', headers: { ':method': 'TRACE' }, status: 405 },
  { what: 'an expectation that nobody knows', headers: { expect: 'tea' }, status: 417 },
  { what: 'a target that is too long', headers: { ':path': `/${'a'.repeat(9000)}` }, status: 414 },
];

for (const { what, headers, status } of judged) {
  test(`a request with ${what} is answered with ${status}`, async (t) => {
    const { connect } = await startSecureHost(t, { fixtures });

    const answer = await (await connect()).fetch('/hello', { headers });

    assert.equal(answer.status, status);
  });
}
