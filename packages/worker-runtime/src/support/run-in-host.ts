import { HSE_REQ_CANCEL_IO, type IsapiError } from '@isapi-host/sdk';
import type { Completion, Operation } from '../async-io.ts';
import type { Session } from '../session.ts';
import { askHost, type Style } from './handler.ts';

/** Something the host carries out at its place among the session's output. */
export interface HostWork {
  readonly code: number;
  readonly input: object;
  readonly transfer?: readonly ArrayBuffer[];
  readonly runsChild?: boolean;
  /** It came to nothing: the call fails. */
  failed(error: IsapiError): void;
  /** It is over. @returns what the call gives, when the caller waited for it */
  ended(value: unknown): unknown;
}

/** Has the host do it, and settles when it is done. */
export function runInHost(session: Session, work: HostWork, style: Style): unknown {
  const given: { output?: unknown } = {};
  const call = {
    code: work.code,
    input: Object.assign(work.input, { replyAt: 'end' }),
    transfer: work.transfer ?? [],
    runsChild: work.runsChild ?? false,
    onReply: (error: IsapiError | undefined, value: unknown): void => {
      if (error === undefined) given.output = work.ended(value);
      else work.failed(error);
    },
  };
  const asked = askHost(session, call, style);
  if (!(asked instanceof Promise)) return outputOf(given.output);
  return asked.then(() => outputOf(given.output));
}

/** Has the host do it as the operation of the session: settles when it has started. */
export function startInHost(
  session: Session,
  work: HostWork,
  style: Style,
  own: Completion | undefined,
): unknown {
  const operation: Operation = session.io.begin(own, () => {
    session.calls.tell({ code: HSE_REQ_CANCEL_IO, input: undefined });
  });
  const call = {
    code: work.code,
    input: Object.assign(work.input, { replyAt: 'start' }),
    transfer: work.transfer ?? [],
    runsChild: work.runsChild ?? false,
    onReply: (error: IsapiError | undefined): void => {
      if (error === undefined) return;
      operation.drop();
      work.failed(error);
    },
    onCompletion: (bytes: number, error: number, value: unknown): void => {
      work.ended(value);
      operation.finish(bytes, error);
    },
  };
  const asked = askHost(session, call, style);
  return asked instanceof Promise ? asked.then(nothing) : undefined;
}

/** Has the host begin it, blocking the thread until then; its end is not waited for. */
export function beginInHost(session: Session, work: HostWork): undefined {
  const onReply = (error: IsapiError | undefined): void => {
    if (error !== undefined) work.failed(error);
  };
  const input = Object.assign(work.input, { replyAt: 'start' });
  session.calls.askSync({ code: work.code, input, onReply });
}

/** An error among the outputs is thrown to the caller. */
function outputOf(output: unknown): unknown {
  if (output instanceof Error) throw output;
  return output;
}

function nothing(): undefined {
  return undefined;
}
