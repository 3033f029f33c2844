import assert from 'node:assert/strict';
import test from 'node:test';
import * as hse from '@isapi-host/sdk';
import { recordControlBlock, type RecordedRequest } from '@isapi-host/sdk/testing';
import { extensionOf } from '../../helpers/extension-of.ts';

type Proc = (ecb: hse.ExtensionControlBlock) => hse.HseStatus | Promise<hse.HseStatus>;

const echo = extensionOf(async (ecb) => {
  await ecb.serverSupportFunction(hse.HSE_REQ_SEND_RESPONSE_HEADER_EX, {
    status: '200 OK',
    header: { 'Content-Type': ecb.contentType },
    keepConn: true,
  });
  for (let piece = ecb.data; piece.length > 0; piece = await ecb.readClient(16)) {
    await ecb.writeClient(piece);
  }
  return hse.HSE_STATUS_SUCCESS;
});

async function responseOf(proc: Proc, request?: RecordedRequest) {
  return recordControlBlock(request).run(extensionOf(proc));
}

/** Says 3 bytes and sends these. */
const sendSized = (body: string) =>
  responseOf((ecb) => {
    const header = { 'Content-Length': '3' };
    ecb.serverSupportFunctionSync(hse.HSE_REQ_SEND_RESPONSE_HEADER, { header });
    ecb.writeClientSync(body);
    return hse.HSE_STATUS_SUCCESS;
  });

/** Writes its own head. */
const writeRawHead: Proc = (ecb) => {
  ecb.writeClientSync('HTTP/1.1 404 Not Found\r\nX-A: 1\r\n\r\ngone');
  return hse.HSE_STATUS_SUCCESS;
};

/** Answers with another URL. */
const sendUrl = (url: string) =>
  responseOf(async (ecb) => {
    await ecb.serverSupportFunction(hse.HSE_REQ_SEND_URL, url);
    return hse.HSE_STATUS_SUCCESS;
  });

test('an echo gives the whole body back', async () => {
  const request = { body: 'ä'.repeat(100), readAheadBytes: 33, headers: { 'Content-Type': 'a/b' } };

  const response = await recordControlBlock(request).run(echo);

  const { status, statusCode, statusText, headers, text, keepConn, isCut } = response;
  assert.deepEqual(
    { status, statusCode, statusText, headers, text, keepConn, isCut },
    {
      status: hse.HSE_STATUS_SUCCESS,
      statusCode: 200,
      statusText: 'OK',
      headers: { 'content-type': 'a/b' },
      text: request.body,
      keepConn: true,
      isCut: false,
    },
  );
});

test('output is in the order of the calls, awaited or not', async () => {
  const response = await responseOf((ecb) => {
    void ecb.writeClient('a');
    ecb.writeClientSync('b');
    void ecb.writeClient('c');
    return hse.HSE_STATUS_SUCCESS;
  });

  assert.equal(response.text, 'abc');
});

test('writeClient gives the number of bytes, of UTF-8 for a string', async () => {
  const { ecb } = recordControlBlock();

  assert.equal(await ecb.writeClient('äö'), 4);
});

test('bytes are copied before writeClient returns', () => {
  const { ecb, response } = recordControlBlock();
  const bytes = Uint8Array.of(97);

  ecb.writeClientSync(bytes);
  bytes[0] = 98;

  assert.equal(response.text, 'a');
});

test('success without output is an empty 200', async () => {
  const { statusCode, body, isCut } = await responseOf(() => hse.HSE_STATUS_SUCCESS);

  assert.deepEqual(
    { statusCode, body, isCut },
    { statusCode: 200, body: new Uint8Array(), isCut: false },
  );
});

test('HSE_STATUS_ERROR without output is a 500', async () => {
  const { statusCode, isCut } = await responseOf(() => hse.HSE_STATUS_ERROR);

  assert.deepEqual({ statusCode, isCut }, { statusCode: 500, isCut: false });
});

test('HSE_STATUS_ERROR after output cuts the connection', async () => {
  const response = await responseOf((ecb) => {
    ecb.writeClientSync('half');
    return hse.HSE_STATUS_ERROR;
  });

  assert.equal(response.isCut, true);
});

test('a status that ISAPI does not know counts as HSE_STATUS_ERROR', async () => {
  const { status } = await responseOf(() => 200 as hse.HseStatus);

  assert.equal(status, hse.HSE_STATUS_ERROR);
});

test('headers may be lines, pairs or a record, and keep order and case', async () => {
  const forms: hse.HeaderLines[] = [
    'X-A: 1\r\nSet-Cookie: a\nSet-Cookie: b',
    [
      ['X-A', '1'],
      ['Set-Cookie', 'a'],
      ['Set-Cookie', 'b'],
    ],
    { 'X-A': '1', 'Set-Cookie': ['a', 'b'] },
  ];

  for (const header of forms) {
    const { ecb, response } = recordControlBlock();
    ecb.serverSupportFunctionSync(hse.HSE_REQ_SEND_RESPONSE_HEADER, { status: 404, header });

    assert.equal(response.statusCode, 404);
    assert.deepEqual(response.headerFields, [
      ['X-A', '1'],
      ['Set-Cookie', 'a'],
      ['Set-Cookie', 'b'],
    ]);
  }
});

test('text after the empty line of raw headers begins the body', () => {
  const { ecb, response } = recordControlBlock();

  ecb.serverSupportFunctionSync(hse.HSE_REQ_SEND_RESPONSE_HEADER, {
    header: 'A: 1\r\n\r\none\n\n',
  });
  ecb.writeClientSync('two');

  assert.deepEqual(response.headers, { a: '1' });
  assert.equal(response.text, 'one\n\ntwo');
});

test('headers are refused with CR or LF in a value, a bad name or a bad status', () => {
  const bad: hse.HseSendHeaderInfo[] = [
    { header: [['X-A', '1\r\nX-B: 2']] },
    { header: { 'X A': '1' } },
    { header: 'no colon' },
    { status: 'OK' },
    { status: 99 },
  ];

  for (const info of bad) {
    const { ecb } = recordControlBlock();
    assert.throws(() => ecb.serverSupportFunctionSync(hse.HSE_REQ_SEND_RESPONSE_HEADER, info), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  }
});

test('headers are refused a second time, and after a write', async () => {
  const again = recordControlBlock().ecb;
  await again.serverSupportFunction(hse.HSE_REQ_SEND_RESPONSE_HEADER);
  const late = recordControlBlock().ecb;
  await late.writeClient('x');

  for (const ecb of [again, late]) {
    await assert.rejects(ecb.serverSupportFunction(hse.HSE_REQ_SEND_RESPONSE_HEADER), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  }
});

test('framing headers of the extension are not passed through', () => {
  const { ecb, response } = recordControlBlock();
  const header = { Connection: 'close', 'Transfer-Encoding': 'chunked', 'X-A': '1' };

  ecb.serverSupportFunctionSync(hse.HSE_REQ_SEND_RESPONSE_HEADER, { header });

  assert.deepEqual(response.headers, { 'x-a': '1' });
});

test('a body longer than its Content-Length is cut to it, a shorter one cuts the connection', async () => {
  const [long, short] = [await sendSized('abcd'), await sendSized('ab')];

  assert.deepEqual([long.text, long.isCut, short.text, short.isCut], ['abc', false, 'ab', true]);
});

test('a HEAD request gets no body', async () => {
  const response = await recordControlBlock({ method: 'HEAD', body: 'x' }).run(echo);

  assert.equal(response.body.length, 0);
});

test('a raw head through writeClient is a head in the classic profile only', async () => {
  const classic = await responseOf(writeRawHead, { profile: 'classic' });
  const modern = await responseOf(writeRawHead);

  assert.deepEqual(
    [classic.statusCode, classic.headers, classic.text],
    [404, { 'x-a': '1' }, 'gone'],
  );
  assert.equal(modern.statusCode, 200);
});

test('a redirect is a complete 302', async () => {
  const response = await responseOf(async (ecb) => {
    await ecb.serverSupportFunction(hse.HSE_REQ_SEND_URL_REDIRECT_RESP, 'https://example.test/');
    await assert.rejects(ecb.writeClient('x'), { code: 'ERROR_INVALID_PARAMETER' });
    return hse.HSE_STATUS_SUCCESS;
  });

  assert.deepEqual(
    [response.statusCode, response.headers, response.redirectedTo],
    [302, { location: 'https://example.test/' }, 'https://example.test/'],
  );
});

test('SEND_URL records a local URL, and redirects to any other', async () => {
  const [local, remote] = [await sendUrl('/other'), await sendUrl('https://example.test/')];

  assert.deepEqual([local.sentUrl, local.redirectedTo], ['/other', undefined]);
  assert.deepEqual([remote.sentUrl, remote.redirectedTo], [undefined, 'https://example.test/']);
});

test('the log gets status, 79 bytes of log data and every log parameter', async () => {
  const response = await responseOf((ecb) => {
    ecb.httpStatusCode = 418;
    ecb.logData = 'ä'.repeat(60);
    ecb.serverSupportFunctionSync(hse.HSE_APPEND_LOG_PARAMETER, 'a=1');
    ecb.serverSupportFunctionSync(hse.HSE_APPEND_LOG_PARAMETER, 'b=2');
    ecb.writeClientSync('x');
    return hse.HSE_STATUS_SUCCESS;
  });

  const { statusCode, httpStatusCode, logData, logParameters } = response;
  assert.deepEqual(
    { statusCode, httpStatusCode, logData, logParameters },
    {
      statusCode: 200,
      httpStatusCode: 418,
      logData: 'ä'.repeat(39),
      logParameters: ['a=1', 'b=2'],
    },
  );
});
