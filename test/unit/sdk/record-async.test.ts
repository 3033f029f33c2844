import assert from 'node:assert/strict';
import test from 'node:test';
import * as hse from '@isapi-host/sdk';
import { recordControlBlock, type RecordedRequest } from '@isapi-host/sdk/testing';
import { extensionOf } from '../../helpers/extension-of.ts';

type Completed = readonly [bytes: number, error: number];

/** Starts one operation, and gives what its completion was told. */
function completionOf(
  start: (ecb: hse.ExtensionControlBlock) => unknown,
  request?: RecordedRequest,
): Promise<Completed> {
  const { ecb } = recordControlBlock(request);
  return new Promise((resolve) => {
    ecb.serverSupportFunctionSync(hse.HSE_REQ_IO_COMPLETION, {
      completion: (_ecb, _context, bytes, error) => {
        resolve([bytes, error]);
      },
    });
    start(ecb);
  });
}

test('an asynchronous write tells its completion the bytes, with the context that was registered', async () => {
  const extension = extensionOf(async (ecb) => {
    await ecb.serverSupportFunction(hse.HSE_REQ_IO_COMPLETION, {
      context: 'mine',
      completion: async (same, context, bytes, error) => {
        assert.equal(same, ecb);
        await same.writeClient(JSON.stringify([context, bytes, error]));
        await same.serverSupportFunction(hse.HSE_REQ_DONE_WITH_SESSION);
      },
    });
    await ecb.writeClient('abc', hse.HSE_IO_ASYNC);
    return hse.HSE_STATUS_PENDING;
  });

  const { text } = await recordControlBlock().run(extension);

  assert.equal(text, 'abc["mine",3,0]');
});

test('a completion never runs inside the call that started it, nor before the code behind its await', async () => {
  const { ecb } = recordControlBlock();
  const order: string[] = [];
  const completed = new Promise<void>((resolve) => {
    const completion = (): void => {
      order.push('completion');
      resolve();
    };
    ecb.serverSupportFunctionSync(hse.HSE_REQ_IO_COMPLETION, { completion });
  });

  const written = ecb.writeClient('x', hse.HSE_IO_ASYNC);
  order.push('called');
  await written;
  order.push('settled');
  await completed;

  assert.deepEqual(order, ['called', 'settled', 'completion']);
});

test('an asynchronous operation without a completion is refused', async () => {
  const { ecb, response } = recordControlBlock();
  const buffer = new Uint8Array(4);

  await assert.rejects(ecb.writeClient('x', hse.HSE_IO_ASYNC), { code: 'ERROR_INVALID_PARAMETER' });
  await assert.rejects(
    ecb.serverSupportFunction(hse.HSE_REQ_ASYNC_READ_CLIENT, { buffer, flags: hse.HSE_IO_ASYNC }),
    { code: 'ERROR_INVALID_PARAMETER' },
  );
  assert.equal(response.text, '');
});

test('while an operation is under way every other one is refused', () => {
  const { ecb } = recordControlBlock({ body: 'abc' });
  ecb.serverSupportFunctionSync(hse.HSE_REQ_IO_COMPLETION, { completion: () => undefined });

  ecb.writeClientSync('x', hse.HSE_IO_ASYNC);

  const pending = { code: 'ERROR_IO_PENDING' };
  assert.throws(() => ecb.writeClientSync('y'), pending);
  assert.throws(() => ecb.readClientSync(1), pending);
  assert.throws(() => ecb.serverSupportFunctionSync(hse.HSE_REQ_EXEC_URL, {}), pending);
  assert.throws(() => ecb.serverSupportFunctionSync(hse.HSE_REQ_DONE_WITH_SESSION), {
    code: 'ERROR_INVALID_PARAMETER',
  });
});

test('flags that contradict each other or mean nothing here are refused', () => {
  const { ecb } = recordControlBlock();

  for (const flags of [hse.HSE_IO_SYNC | hse.HSE_IO_ASYNC, hse.HSE_IO_FINAL_SEND, 0x80]) {
    assert.throws(() => ecb.writeClientSync('x', flags), { code: 'ERROR_INVALID_PARAMETER' });
  }
});

test('an asynchronous read fills the buffer it was given', async () => {
  const buffer = new Uint8Array(8);

  const completed = await completionOf(
    (ecb) =>
      ecb.serverSupportFunctionSync(hse.HSE_REQ_ASYNC_READ_CLIENT, {
        buffer,
        size: 2,
        flags: hse.HSE_IO_ASYNC,
      }),
    { body: 'abc', readAheadBytes: 0 },
  );

  assert.deepEqual([completed, String.fromCodePoint(...buffer.subarray(0, 3))], [[2, 0], 'ab\0']);
});

test('an operation under way ends with 995 when it is cancelled', async () => {
  const completed = await completionOf((ecb) => {
    ecb.writeClientSync('x', hse.HSE_IO_ASYNC);
    ecb.serverSupportFunctionSync(hse.HSE_REQ_CANCEL_IO);
  });

  assert.deepEqual(completed, [0, hse.ERROR_OPERATION_ABORTED]);
});

test('an operation under way ends with 64 when the extension closes the connection', async () => {
  const completed = await completionOf((ecb) => {
    ecb.writeClientSync('x', hse.HSE_IO_ASYNC);
    ecb.serverSupportFunctionSync(hse.HSE_REQ_CLOSE_CONNECTION);
  });

  assert.deepEqual(completed, [0, hse.ERROR_NETNAME_DELETED]);
});

test('TRANSMIT_FILE may bring its own completion, which learns the bytes of the file alone', async () => {
  const { ecb, response } = recordControlBlock({ files: { '/a.txt': '0123456789' } });

  const completed = await new Promise((resolve) => {
    ecb.serverSupportFunctionSync(hse.HSE_REQ_TRANSMIT_FILE, {
      file: '/a.txt',
      offset: 2,
      bytesToWrite: 3,
      head: '<',
      tail: '>',
      flags: hse.HSE_IO_ASYNC,
      context: 7,
      completion: (_ecb, context, bytes, error) => {
        resolve([context, bytes, error]);
      },
    });
  });

  assert.deepEqual([completed, response.text], [[7, 3, 0], '<234>']);
});

test('what a completion throws comes out of run', async () => {
  const extension = extensionOf((ecb) => {
    ecb.serverSupportFunctionSync(hse.HSE_REQ_IO_COMPLETION, {
      completion: () => {
        throw new Error('a fault');
      },
    });
    ecb.writeClientSync('x', hse.HSE_IO_ASYNC);
    return hse.HSE_STATUS_PENDING;
  });

  await assert.rejects(recordControlBlock().run(extension), { message: 'a fault' });
});
