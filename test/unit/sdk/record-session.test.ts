import assert from 'node:assert/strict';
import test from 'node:test';
import * as hse from '@isapi-host/sdk';
import { recordControlBlock } from '@isapi-host/sdk/testing';
import { extensionOf } from '../../helpers/extension-of.ts';

const INVALID = { name: 'IsapiError', code: 'ERROR_INVALID_PARAMETER', number: 87 };

test('a pending session ends with its HSE_REQ_DONE_WITH_SESSION', async () => {
  const extension = extensionOf((ecb) => {
    setImmediate(() => {
      ecb.writeClientSync('late');
      ecb.serverSupportFunctionSync(
        hse.HSE_REQ_DONE_WITH_SESSION,
        hse.HSE_STATUS_SUCCESS_AND_KEEP_CONN,
      );
    });
    return hse.HSE_STATUS_PENDING;
  });

  const { status, text } = await recordControlBlock().run(extension);

  assert.deepEqual(
    { status, text },
    { status: hse.HSE_STATUS_SUCCESS_AND_KEEP_CONN, text: 'late' },
  );
});

test('DONE_WITH_SESSION before the proc returns ends the session, whatever the proc returns', async () => {
  for (const returned of [hse.HSE_STATUS_PENDING, hse.HSE_STATUS_ERROR]) {
    const extension = extensionOf(async (ecb) => {
      await ecb.serverSupportFunction(hse.HSE_REQ_DONE_WITH_SESSION);
      return returned;
    });

    const { status } = await recordControlBlock().run(extension);

    assert.equal(status, hse.HSE_STATUS_SUCCESS);
  }
});

test('after the end every member that acts throws ERROR_INVALID_PARAMETER', async () => {
  const { ecb, run } = recordControlBlock();
  await run(extensionOf(() => hse.HSE_STATUS_SUCCESS));

  assert.throws(() => ecb.getServerVariable('URL'), INVALID);
  assert.throws(() => ecb.readClientSync(1), INVALID);
  assert.throws(() => ecb.writeClientSync('x'), INVALID);
  assert.throws(() => ecb.serverSupportFunctionSync(hse.HSE_REQ_IS_CONNECTED), INVALID);
  await assert.rejects(ecb.readClient(1), INVALID);
  await assert.rejects(ecb.writeClient('x'), INVALID);
  await assert.rejects(ecb.serverSupportFunction(hse.HSE_REQ_DONE_WITH_SESSION), INVALID);
});

test('after the end the fields keep their values', async () => {
  const { ecb, run } = recordControlBlock({ method: 'PUT' });

  await run(extensionOf(() => hse.HSE_STATUS_SUCCESS));

  assert.equal(ecb.method, 'PUT');
});

test('what the proc throws comes out of run, and the session has failed', async () => {
  const { response, run } = recordControlBlock();

  await assert.rejects(
    run(
      extensionOf(() => {
        throw new TypeError('a fault');
      }),
    ),
    { name: 'TypeError', message: 'a fault' },
  );

  assert.deepEqual([response.status, response.statusCode], [hse.HSE_STATUS_ERROR, 500]);
});

test('an extension that refuses to start is not called', async () => {
  const extension = hse.defineExtension({
    getExtensionVersion: () => false,
    httpExtensionProc: () => assert.fail('was called'),
  });

  await assert.rejects(recordControlBlock().run(extension), { code: 'ERROR_DLL_INIT_FAILED' });
});

test('the version is asked before the proc is called', async () => {
  const calls: string[] = [];
  const extension = hse.defineExtension({
    async getExtensionVersion() {
      await Promise.resolve();
      calls.push('version');
      return { version: hse.HSE_VERSION, description: '' };
    },
    httpExtensionProc() {
      calls.push('proc');
      return hse.HSE_STATUS_SUCCESS;
    },
  });

  await recordControlBlock().run(extension);

  assert.deepEqual(calls, ['version', 'proc']);
});

test('in the profile classic a client that goes away looks like the end of the body', () => {
  const { ecb, disconnect } = recordControlBlock({
    body: 'abc',
    readAheadBytes: 0,
    profile: 'classic',
  });

  disconnect();

  assert.equal(ecb.readClientSync(3).length, 0);
});

test('a client that goes away aborts the signal, ends reads and fails writes', () => {
  const { ecb, response, disconnect } = recordControlBlock({ body: 'abc', readAheadBytes: 0 });

  disconnect();

  assert.equal(ecb.signal.aborted, true);
  assert.throws(() => ecb.readClientSync(3), { code: 'ERROR_OPERATION_ABORTED' });
  assert.throws(() => ecb.writeClientSync('x'), { code: 'ERROR_NETNAME_DELETED' });
  assert.equal(ecb.serverSupportFunctionSync(hse.HSE_REQ_IS_CONNECTED), false);
  assert.equal(response.isCut, true);
});
