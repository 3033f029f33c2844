import { toWireError } from '@isapi-host/worker-runtime/protocol';
import type { Client } from '../callbacks/client.ts';
import { StartedOperation } from '../callbacks/operation.ts';
import type { CallEnd, CallReply, FromPoolProcess } from './process-messages.ts';

/** Runs a call of a session in a pool process, and tells the process what comes of it. Never rejects. */
export async function answerCall(
  client: Client,
  { callId, code, input }: Extract<FromPoolProcess, { readonly op: 'call' }>,
  send: (message: CallReply | CallEnd) => void,
): Promise<void> {
  const reply = { op: 'reply', callId, error: undefined } as const;
  let started: StartedOperation;
  try {
    const value = await client.call(code, input);
    if (!(value instanceof StartedOperation)) return send({ ...reply, isStarted: false, value });
    started = value;
  } catch (error) {
    return send({ ...reply, error: toWireError(error), isStarted: false, value: undefined });
  }
  send({ ...reply, isStarted: true, value: undefined });
  const end = { op: 'call-end', callId, error: undefined } as const;
  try {
    const { bytes, value } = await started.finished;
    send({ ...end, bytes, value });
  } catch (error) {
    send({ ...end, error: toWireError(error), bytes: 0, value: undefined });
  }
}
