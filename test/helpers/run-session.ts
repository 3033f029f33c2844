import assert from 'node:assert/strict';
import type { ExtensionControlBlock, HseStatus } from '@isapi-host/sdk';
import { type SessionEnd, SLOT_CANCEL } from '@isapi-host/worker-runtime/protocol';
import type { Session } from '@isapi-host/worker-runtime/internal/session';
import { extensionOf } from './extension-of.ts';
import { FakeThread, type FakeRequest } from './fake-thread.ts';

export type Proc = (ecb: ExtensionControlBlock) => HseStatus | Promise<HseStatus>;

export interface RunningSession {
  readonly thread: FakeThread;
  readonly session: Session;
}

/** Runs a proc until its first wait. */
export function runSession(proc: Proc, request?: FakeRequest): RunningSession {
  const thread = new FakeThread();
  const session = thread.open(request);
  session.run(extensionOf(proc));
  return { thread, session };
}

/** Runs a proc, and what it has set going. */
export async function runToEnd(proc: Proc, request?: FakeRequest): Promise<FakeThread> {
  const { thread } = runSession(proc, request);
  await turn();
  return thread;
}

/** Lets everything run that is ready to. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The one end that a session posted. */
export function postedEnd(thread: FakeThread): SessionEnd | undefined {
  const ends = thread.posted.filter((message) => message.op === 'end');
  assert.ok(ends.length <= 1);
  return ends[0]?.end;
}

/** Cancels a session as the host does: the reason into its slot, then a message. */
export function cancelSession({ thread, session }: RunningSession, reason: number): void {
  thread.slab.words[thread.slab.slotAt(session.slot) + SLOT_CANCEL] = reason;
  session.cancel(reason);
}

/** Takes everything a session posts to the client, until it has posted as many bytes. */
export function takeAll({ thread, session }: RunningSession, bytes: number): void {
  for (let credited = 0; credited < bytes;) {
    const more = thread.written.length - credited;
    assert.ok(more > 0, `the session stands still after ${credited} bytes`);
    credited += more;
    session.writer.credit(more);
  }
}
