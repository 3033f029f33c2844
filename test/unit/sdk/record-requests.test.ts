import assert from 'node:assert/strict';
import test from 'node:test';
import * as hse from '@isapi-host/sdk';
import { recordControlBlock } from '@isapi-host/sdk/testing';

test('every call is recorded with its input', async () => {
  const { ecb, response } = recordControlBlock();

  await ecb.serverSupportFunction(hse.HSE_REQ_REPORT_UNHEALTHY, 'tired');
  await ecb.serverSupportFunction(hse.HSE_REQ_ABORTIVE_CLOSE);

  assert.deepEqual(response.requests, [
    { code: 1032, input: 'tired' },
    { code: 1014, input: undefined },
  ]);
});

test('a number that is no request throws ERROR_INVALID_PARAMETER', async () => {
  const { ecb } = recordControlBlock();

  for (const code of [0, 5, 1000, 1022, 1051, 'toString']) {
    await assert.rejects(ecb.serverSupportFunction(code as hse.HseRequest), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  }
});

test('a refused request throws ERROR_NOT_SUPPORTED', () => {
  const { ecb } = recordControlBlock();

  const refused = [
    hse.HSE_REQ_GET_SSPI_INFO,
    hse.HSE_REQ_GET_ANONYMOUS_TOKEN,
    hse.HSE_REQ_GET_UNICODE_ANONYMOUS_TOKEN,
    hse.HSE_REQ_GET_PROTOCOL_MANAGER_CUSTOM_INTERFACE_CALLBACK,
    hse.HSE_REQ_GET_CHANNEL_BINDING_TOKEN,
  ] as const;
  for (const code of refused) {
    assert.throws(() => ecb.serverSupportFunctionSync(code), { code: 'ERROR_NOT_SUPPORTED' });
  }
});

test('an answer that is given goes before that of the recorder', async () => {
  const answers = {
    [hse.HSE_REQ_GET_CERT_INFO_EX]: () => ({ der: Uint8Array.of(48), flags: 1 }),
    [hse.HSE_REQ_SEND_CUSTOM_ERROR]: (
      { status }: hse.HseCustomErrorInfo,
      ecb: hse.ExtensionControlBlock,
    ): undefined => {
      ecb.writeClientSync(`page of ${status}`);
      return undefined;
    },
  };
  const { ecb, response } = recordControlBlock({ answers });

  const certificate = await ecb.serverSupportFunction(hse.HSE_REQ_GET_CERT_INFO_EX);
  await ecb.serverSupportFunction(hse.HSE_REQ_SEND_CUSTOM_ERROR, { status: 403, subError: 1 });

  assert.deepEqual(certificate, { der: Uint8Array.of(48), flags: 1 });
  assert.equal(response.text, 'page of 403');
});

test('a vector is headers, memory and files in one', async () => {
  const { ecb, response } = recordControlBlock({ files: { '/a.txt': '0123456789', 3: 'open' } });

  await ecb.serverSupportFunction(hse.HSE_REQ_VECTOR_SEND, {
    flags: hse.HSE_IO_SEND_HEADERS | hse.HSE_IO_FINAL_SEND,
    status: 203,
    headers: { 'X-A': '1' },
    elements: [
      { type: hse.HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER, buffer: 'abc', offset: 1 },
      { type: hse.HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE, file: '/a.txt', offset: 8 },
      { type: hse.HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE, file: { fd: 3 }, size: 2 },
    ],
  });

  assert.deepEqual([response.statusCode, response.text], [203, 'bc89op']);
  assert.throws(() => ecb.writeClientSync('more'), { code: 'ERROR_INVALID_PARAMETER' });
});

test('a vector takes headers with HSE_IO_SEND_HEADERS only, and no empty piece of memory', () => {
  const { ecb, response } = recordControlBlock();
  const empty = { type: hse.HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER, buffer: 'a', size: 0 } as const;
  const bad: hse.HseResponseVector[] = [
    { flags: hse.HSE_IO_SEND_HEADERS, elements: [] },
    { flags: 0, status: 200, headers: '', elements: [] },
    { flags: 0, elements: [empty] },
    { flags: hse.HSE_IO_SYNC | hse.HSE_IO_ASYNC, elements: [] },
  ];

  for (const vector of bad) {
    assert.throws(() => ecb.serverSupportFunctionSync(hse.HSE_REQ_VECTOR_SEND, vector), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  }
  assert.equal(response.text, '');
});

test('TRANSMIT_FILE fails for a file that is not there, and for an offset behind its end', () => {
  const { ecb } = recordControlBlock({ files: { '/a.txt': 'abc' } });
  const send = (info: Partial<hse.HseTransmitFileInfo>) => () =>
    ecb.serverSupportFunctionSync(hse.HSE_REQ_TRANSMIT_FILE, { flags: 0, ...info });

  assert.throws(send({ file: '/b.txt' }), { code: 'ERROR_FILE_NOT_FOUND' });
  assert.throws(send({ file: { fd: 9 } }), { code: 'ERROR_INVALID_HANDLE' });
  assert.throws(send({ file: '/a.txt', offset: 4 }), { code: 'WSAEINVAL' });
  assert.throws(send({ file: '/a.txt', bytesToWrite: 4 }), { code: 'ERROR_HANDLE_EOF' });
});

test('a URL maps below the site and never above it', async () => {
  const { ecb } = recordControlBlock();

  const path = await ecb.serverSupportFunction(hse.HSE_REQ_MAP_URL_TO_PATH, '/a/../../b%20c?x');
  const map = await ecb.serverSupportFunction(hse.HSE_REQ_MAP_URL_TO_PATH_EX, '/docs');

  assert.equal(path, '/site/b c');
  assert.deepEqual(map, { path: '/site/docs', flags: 0x205, matchingPath: 5, matchingUrl: 0 });
  await assert.rejects(ecb.serverSupportFunction(hse.HSE_REQ_MAP_URL_TO_PATH, 'docs'), {
    code: 'ERROR_INVALID_PARAMETER',
  });
});

test('EXEC_URL settles at the end of the child, or reports it to the completion', async () => {
  const { ecb } = recordControlBlock();
  const info = { url: '/other' };
  const invalid = { code: 'ERROR_INVALID_PARAMETER' };

  assert.throws(() => ecb.serverSupportFunctionSync(hse.HSE_REQ_GET_EXEC_URL_STATUS), invalid);
  assert.throws(() => ecb.serverSupportFunctionSync(hse.HSE_REQ_EXEC_URL, info), invalid);
  await ecb.serverSupportFunction(hse.HSE_REQ_EXEC_URL, info);
  const status = ecb.serverSupportFunctionSync(hse.HSE_REQ_GET_EXEC_URL_STATUS);

  assert.deepEqual(status, { statusCode: 200, subStatus: 0, win32Error: 0 });
});
