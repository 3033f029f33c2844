import type { Blame } from './blame.ts';
import type { FaultNotes } from './fault-notes.ts';
import { createLineStream } from './output-lines.ts';
import { type ToHost, toWireError } from './protocol/index.ts';

/** What a guard tells the host by. */
export interface Guarded {
  readonly blame: Blame;
  readonly faults: FaultNotes;
  post(message: ToHost): void;
}

/**
 * Takes from a thread what would harm the whole process in the hands of an extension. Called before any is loaded.
 * It is a seat belt and no wall: what cannot be stopped in a thread stands in docs/operations.md.
 */
export function guardThread(thread: Guarded): void {
  replaceOutput(thread);
  refuseSignals(thread);
  process.on('uncaughtExceptionMonitor', (error) => {
    const { code, message, stack } = toWireError(error);
    thread.faults.tell('ext.late', thread.blame.of(stack), {
      errorCode: code,
      errorMessage: message,
      stack,
    });
  });
}

/** Node sends a thread's output through the host's event loop, as fast as it comes. */
function replaceOutput(thread: Guarded): void {
  const { blame, faults } = thread;
  for (const [stream, level] of [
    ['stdout', 'info'],
    ['stderr', 'warn'],
  ] as const) {
    const lines = createLineStream({
      line: (text) => {
        const fields = { extension: blame.ofCaller(), stream, text };
        thread.post({ op: 'log', level, message: 'extension output', fields });
      },
      dropped: (dropped) =>
        faults.tell('ext.logflood', blame.ofCaller(), { stream, lines: dropped }),
    });
    Object.defineProperty(process, stream, { get: () => lines, enumerable: true });
  }
}

/** Signals are the process's: one that an extension sends would drain the host or end it. */
function refuseSignals({ blame, faults }: Guarded): void {
  const refuse = (): never => {
    faults.tell('ext.denied', blame.ofCaller(), { call: 'process.kill' });
    // As Node itself refuses process.abort in a thread; it is told already, so not as a missing permission once more.
    throw Object.assign(new Error('process.kill is not available in an extension'), {
      code: 'ERR_WORKER_UNSUPPORTED_OPERATION',
    });
  };
  // `_kill` is what Node's own `kill` calls, and stands beside it for everyone to use.
  for (const name of ['kill', '_kill']) Object.defineProperty(process, name, { value: refuse });
}
