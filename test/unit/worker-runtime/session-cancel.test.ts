import assert from 'node:assert/strict';
import test from 'node:test';
import {
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_IS_CONNECTED,
  HSE_REQ_VECTOR_SEND,
  HSE_STATUS_PENDING,
  HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER,
} from '@isapi-host/sdk';
import {
  CANCEL_CLIENT_GONE,
  CANCEL_DEADLINE,
  CANCEL_SHUTDOWN,
  SLOT_CANCEL,
} from '@isapi-host/worker-runtime/protocol';
import { cancelSession, runSession, turn } from '../../helpers/run-session.ts';

const reasons = [
  ['the client leaves', CANCEL_CLIENT_GONE, 'ERROR_NETNAME_DELETED'],
  ['the deadline passes', CANCEL_DEADLINE, 'ERROR_TIMEOUT'],
  ['the host shuts down', CANCEL_SHUTDOWN, 'ERROR_OPERATION_ABORTED'],
] as const;

for (const [what, reason, code] of reasons) {
  test(`the signal fires when ${what}, with ${code}`, async () => {
    const running = runSession(() => HSE_STATUS_PENDING);
    const { session } = running;
    const { signal } = session.ecb;
    assert.equal(signal.aborted, false);

    cancelSession(running, reason);
    await turn();

    assert.equal(signal.aborted, true);
    assert.equal((signal.reason as { code: string }).code, code);
    assert.equal(await session.ecb.serverSupportFunction(HSE_REQ_IS_CONNECTED), false);
  });

  test(`a signal first asked for after ${what} has fired already`, () => {
    const running = runSession(() => HSE_STATUS_PENDING);
    const { session } = running;

    cancelSession(running, reason);

    assert.equal(session.ecb.signal.aborted, true);
  });
}

test('signal, IS_CONNECTED and every way to write agree before the message of the host is here', async () => {
  const { thread, session } = runSession(() => HSE_STATUS_PENDING);
  const { ecb } = session;
  const gone = { code: 'ERROR_NETNAME_DELETED', number: 64 };
  const elements = [{ type: HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER, buffer: 'x' }] as const;

  thread.slab.words[thread.slab.slotAt(0) + SLOT_CANCEL] = CANCEL_CLIENT_GONE;

  assert.equal(ecb.serverSupportFunctionSync(HSE_REQ_IS_CONNECTED), false);
  await assert.rejects(ecb.writeClient('x'), gone);
  assert.throws(() => ecb.writeClientSync('x'), gone);
  assert.throws(
    () => ecb.serverSupportFunctionSync(HSE_REQ_VECTOR_SEND, { flags: 0, elements }),
    gone,
  );
  assert.equal(ecb.signal.aborted, true);
});

test('when the client leaves, a write that waits and every later one fails', async () => {
  const running = runSession(() => HSE_STATUS_PENDING);
  const { session } = running;
  const write = session.ecb.writeClient(Buffer.alloc(4 * 1024 * 1024));
  const gone = { code: 'ERROR_NETNAME_DELETED', number: 64 };

  cancelSession(running, CANCEL_CLIENT_GONE);

  await assert.rejects(write, gone);
  await assert.rejects(session.ecb.writeClient('x'), gone);
  assert.throws(() => session.ecb.writeClientSync('x'), gone);
});

test('a cancelled session still has to end, and ends once', async () => {
  const running = runSession(() => HSE_STATUS_PENDING);
  const { thread, session } = running;
  cancelSession(running, CANCEL_CLIENT_GONE);
  await turn();
  assert.deepEqual(thread.endings, []);

  await session.ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION);

  assert.equal(thread.endings.length, 1);
});

test('the signal of a session that ended without trouble never fires', async () => {
  const running = runSession(() => HSE_STATUS_PENDING);
  const { thread, session } = running;
  const { signal } = session.ecb;
  await session.ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION);

  thread.slab.words[thread.slab.slotAt(0) + SLOT_CANCEL] = CANCEL_CLIENT_GONE;

  assert.equal(signal.aborted, false);
  assert.equal(session.ecb.signal.aborted, false);
});
