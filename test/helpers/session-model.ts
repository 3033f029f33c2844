import * as fc from 'fast-check';
import type { Step, StepOutcome } from './script.ts';

/** What a session's calls are told of their request. */
export interface ModelRequest {
  /** Value of its header `X-Token`, and its body: no other request has them. */
  readonly token: string;
}

/** A call, and what the model expects of it. */
export interface ModelStep {
  readonly step: Step;
  readonly expect: (session: SessionModel, request: ModelRequest) => StepOutcome;
}

const INVALID: StepOutcome = { code: 'ERROR_INVALID_PARAMETER', number: 87 };
const ABSENT: StepOutcome = { code: 'ERROR_INVALID_INDEX', number: 1413 };
const UNDER_WAY: StepOutcome = { code: 'ERROR_IO_PENDING', number: 997 };
const NOTHING: StepOutcome = { value: null };

/** The states of a session, as reference isapi.md section 6 has them, as far as its output shows them. */
export class SessionModel {
  isDone = false;
  hasHead = false;
  /** A whole response was sent. */
  isSealed = false;
  /** The body, as far as it was accepted. */
  body = '';
  status = 200;
  doneWith: number | undefined;
  hasCompletion = false;
  /** An asynchronous operation has started; its completion comes when the proc has returned. */
  isUnderWay = false;
}

/** A call that has the same outcome in every state but the end. */
function always(step: Step, outcome: StepOutcome): ModelStep {
  return { step, expect: (session) => (session.isDone ? INVALID : outcome) };
}

/** A call that is no good while an operation is under way. */
function whenIdle(step: Step, expect: (session: SessionModel) => StepOutcome): ModelStep {
  return {
    step,
    expect: (session) => {
      if (session.isDone) return INVALID;
      return session.isUnderWay ? UNDER_WAY : expect(session);
    },
  };
}

function ssf(code: unknown, ...input: readonly unknown[]): Step {
  return ['serverSupportFunction', code, ...input];
}

function write(text: string): ModelStep {
  return whenIdle(['writeClient', text], (session) => {
    if (session.isSealed) return INVALID;
    session.body += text;
    session.hasHead ||= text !== '';
    return { value: text.length };
  });
}

function startWrite(text: string): ModelStep {
  const { expect } = write(text);
  return whenIdle(['writeClient', text, 2], (session) => {
    if (!session.hasCompletion) return INVALID;
    const outcome = expect(session, { token: '' });
    session.isUnderWay = outcome !== INVALID;
    return outcome;
  });
}

function head(step: Step, status: number): ModelStep {
  return whenIdle(step, (session) => {
    if (session.hasHead) return INVALID;
    session.hasHead = true;
    session.status = status;
    return NOTHING;
  });
}

const redirect = whenIdle(ssf(1, '/elsewhere'), (session) => {
  if (session.hasHead) return INVALID;
  session.hasHead = true;
  session.isSealed = true;
  session.status = 302;
  return NOTHING;
});

/** At the end of the body, so the operation ends with no bytes. */
const startRead: ModelStep = {
  step: ssf(1010, { buffer: 'hex:00', flags: 2 }),
  expect: (session) => {
    if (session.isDone || !session.hasCompletion) return INVALID;
    if (session.isUnderWay) return UNDER_WAY;
    session.isUnderWay = true;
    return NOTHING;
  },
};

function register(completion: unknown): ModelStep {
  return {
    step: ssf(1005, completion),
    expect: (session) => {
      if (session.isDone) return INVALID;
      session.hasCompletion = completion === 'function:';
      return NOTHING;
    },
  };
}

function done(status: number | undefined): ModelStep {
  return {
    step: status === undefined ? ssf(4) : ssf(4, status),
    expect: (session) => {
      if (session.isDone || session.isUnderWay) return INVALID;
      session.isDone = true;
      session.doneWith = status ?? 1;
      return NOTHING;
    },
  };
}

const valid: readonly ModelStep[] = [
  write('abc'),
  write('x'.repeat(3000)),
  write(''),
  head(
    ssf(1016, { status: '404 Not Here', header: { 'Content-Type': 'text/plain' }, keepConn: true }),
    404,
  ),
  head(ssf(1016, { status: 200, header: 'A: b\r\n\r\n', keepConn: false }), 200),
  head(ssf(3, { status: 201 }), 201),
  redirect,
  done(undefined),
  done(2),
  register('function:'),
  register('function:'),
  register({ completion: null }),
  startWrite('async'),
  startWrite(''),
  startRead,
  always(ssf(1049), NOTHING),
  whenIdle(['readClient', 100], () => ({ value: '' })),
  whenIdle(['readClient', 0], () => ({ value: '' })),
  always(ssf(1043, true), NOTHING),
  always(ssf(1043, false), NOTHING),
  always(ssf(1008), { value: true }),
  always(ssf(1018), { value: true }),
  always(ssf(1003, 'text'), NOTHING),
  always(['getServerVariable', 'REQUEST_METHOD'], { value: 'POST' }),
  always(['getServerVariable', 'HTTP_ABSENT'], ABSENT),
  always(['getServerVariable', 'NO_SUCH'], ABSENT),
  {
    step: ['getServerVariable', 'HTTP_X_TOKEN'],
    expect: (session, { token }) => (session.isDone ? INVALID : { value: token }),
  },
  // Fields stay as they are, after the end too.
  { step: ['method'], expect: () => ({ value: 'POST' }) },
];

const garbage: readonly Step[] = [
  ['writeClient', 5],
  ['writeClient', null],
  ['writeClient', { length: 1e9 }],
  ['writeClient', 'abc', 4096 * 16],
  ['writeClient', 'abc', 'flags'],
  ['writeClient', 'abc', 3],
  ssf(1005),
  ssf(1005, { completion: 7 }),
  ssf(1010),
  ssf(1010, { buffer: 'text', flags: 2 }),
  ssf(1010, { buffer: 'hex:00', flags: 1 }),
  ['readClient', -1],
  ['readClient', 1.5],
  ['readClient', '5'],
  ['readClient', null],
  ['getServerVariable', ''],
  ['getServerVariable', 7],
  ['getServerVariable', 'X'.repeat(257)],
  ssf(4711),
  ssf(-1),
  ssf(null),
  ssf('1016'),
  ssf({}),
  ssf(1016),
  ssf(1016, null),
  ssf(1016, { status: 'no status', keepConn: true }),
  ssf(1016, { status: 99, keepConn: true }),
  ssf(1016, { status: 200, header: { A: 'b\r\nEvil: c' }, keepConn: true }),
  ssf(1016, { status: 200, header: 'no colon', keepConn: true }),
  ssf(1016, { status: 200 }),
  ssf(1, ''),
  ssf(1, 5),
  ssf(1, '/a\r\nEvil: b'),
  ssf(4, 3),
  ssf(4, 'done'),
  ssf(1043, 'yes'),
  ssf(1003, 5),
  ssf(1001, 'no slash'),
];

/** Steps in any order, valid and not. */
export const anySteps: fc.Arbitrary<readonly ModelStep[]> = fc.array(
  fc.oneof(
    { arbitrary: fc.constantFrom(...valid), weight: 3 },
    {
      arbitrary: fc.constantFrom(...garbage).map((step) => ({ step, expect: () => INVALID })),
      weight: 2,
    },
  ),
  { maxLength: 12 },
);
