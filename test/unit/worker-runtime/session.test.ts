import assert from 'node:assert/strict';
import test from 'node:test';
import {
  HSE_APPEND_LOG_PARAMETER,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_IS_CONNECTED,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_STATUS_SUCCESS,
  type HseStatus,
} from '@isapi-host/sdk';
import { postedEnd, runSession, runToEnd, turn, type Proc } from '../../helpers/run-session.ts';

const bySlot = [{ slot: 0, by: 'slot' }];
const byPort = [{ slot: 0, by: 'port' }];

test('a small answer lies in its slot when the proc returns, and nothing is posted', () => {
  const { thread } = runSession((ecb) => {
    void ecb.writeClient('hel');
    void ecb.writeClient(Buffer.from('lo'));
    return HSE_STATUS_SUCCESS;
  });

  assert.equal(thread.answer?.body, 'hello');
  assert.deepEqual(thread.posted, []);
  assert.deepEqual(thread.endings, bySlot);
});

test('a proc that is done and has sent nothing is answered empty, with 200', () => {
  const { thread } = runSession(() => HSE_STATUS_SUCCESS);

  assert.equal(thread.answer?.body, '');
  assert.equal(thread.answer.head.statusCode, 200);
});

test('a proc that sent nothing is answered with its httpStatusCode', () => {
  const { thread } = runSession((ecb) => {
    ecb.httpStatusCode = 404;
    return HSE_STATUS_SUCCESS;
  });

  assert.equal(thread.answer?.head.statusCode, 404);
  assert.match(thread.answer.head.text, /^HTTP\/1\.1 404 /);
});

for (const status of [0, HSE_STATUS_SUCCESS, HSE_STATUS_SUCCESS_AND_KEEP_CONN]) {
  test(`${status} from the proc is success`, () => {
    const { thread } = runSession((ecb) => {
      void ecb.writeClient('fine');
      return status as HseStatus;
    });

    assert.equal(thread.answer?.body, 'fine');
    assert.notEqual(thread.answer.end.hseStatus, HSE_STATUS_ERROR);
    assert.deepEqual(thread.endings, bySlot);
  });
}

test('HSE_STATUS_ERROR before any output leaves the answer to the host', () => {
  const { thread } = runSession(() => HSE_STATUS_ERROR);

  assert.deepEqual(
    thread.posted.map(({ op }) => op),
    ['end'],
  );
  assert.equal(postedEnd(thread)?.hseStatus, HSE_STATUS_ERROR);
  assert.deepEqual(thread.endings, byPort);
});

test('HSE_STATUS_ERROR after output sends the output and says ERROR behind it', () => {
  const { thread } = runSession((ecb) => {
    void ecb.writeClient('half');
    return HSE_STATUS_ERROR;
  });

  assert.deepEqual(
    thread.posted.map(({ op }) => op),
    ['head', 'write', 'end'],
  );
  assert.equal(thread.written, 'half');
});

const failures: readonly (readonly [what: string, proc: () => unknown, message: RegExp])[] = [
  [
    'throws',
    () => {
      throw new Error('boom');
    },
    /^boom$/,
  ],
  ['rejects', () => Promise.reject(new Error('boom')), /^boom$/],
  [
    'throws a text',
    () => {
      throw 'boom';
    },
    /^boom$/,
  ],
  ['returns a number that is no status', () => 7, /returned 7: expected HSE_STATUS_SUCCESS/],
  ['returns a text', () => 'ok', /returned string: expected/],
  ['returns nothing', () => undefined, /returned undefined: expected/],
  ['resolves to nothing', () => Promise.resolve(), /returned undefined: expected/],
  ['returns an object', () => ({}), /returned object: expected/],
];

for (const [what, proc, message] of failures) {
  test(`a proc that ${what} ends its session with ERROR and says why`, async () => {
    const thread = await runToEnd(proc as Proc);

    const end = postedEnd(thread);
    assert.equal(end?.hseStatus, HSE_STATUS_ERROR);
    assert.match(end.error?.message ?? '', message);
    assert.deepEqual(thread.endings, byPort);
  });
}

test('a proc that throws after small output sends none of it', () => {
  const { thread } = runSession((ecb) => {
    void ecb.writeClient('half');
    throw new Error('boom');
  });

  assert.deepEqual(
    thread.posted.map(({ op }) => op),
    ['end'],
  );
});

test('a thenable whose `then` throws ends its session', async () => {
  // oxlint-disable-next-line unicorn/no-thenable -- it is what this test is about
  const hostile = Object.defineProperty({}, 'then', {
    get() {
      throw new Error('boom');
    },
  });

  const thread = await runToEnd(() => hostile as Promise<HseStatus>);

  assert.equal(postedEnd(thread)?.hseStatus, HSE_STATUS_ERROR);
});

test('PENDING keeps the session open until DONE_WITH_SESSION', async () => {
  const { thread, session } = runSession(() => HSE_STATUS_PENDING);
  await turn();
  assert.deepEqual(thread.endings, []);

  await session.ecb.writeClient('late');
  await session.ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION);

  assert.equal(thread.answer?.body, 'late');
  assert.deepEqual(thread.endings, bySlot);
});

test('DONE_WITH_SESSION before the proc returns counts, and what the proc returns then does not', async () => {
  const thread = await runToEnd(async (ecb) => {
    await ecb.writeClient('early');
    await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION);
    return HSE_STATUS_ERROR;
  });

  assert.equal(thread.answer?.body, 'early');
  assert.equal(thread.answer.end.hseStatus, HSE_STATUS_SUCCESS);
  assert.deepEqual(thread.endings, bySlot);
});

test('DONE_WITH_SESSION before the proc returns keeps the slot until the proc has returned', async () => {
  let settle: ((status: HseStatus) => void) | undefined;
  const { thread } = runSession(async (ecb) => {
    await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION);
    return new Promise((resolve) => {
      settle = resolve;
    });
  });
  await turn();
  assert.deepEqual(thread.endings, []);

  settle?.(HSE_STATUS_PENDING);
  await turn();

  assert.deepEqual(thread.endings, bySlot);
});

test('DONE_WITH_SESSION carries the status that ends the session', async () => {
  const { thread, session } = runSession(() => HSE_STATUS_PENDING);

  await session.ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, HSE_STATUS_ERROR);

  assert.equal(postedEnd(thread)?.hseStatus, HSE_STATUS_ERROR);
});

test('a session ends once: a second DONE_WITH_SESSION is ERROR_INVALID_PARAMETER', async () => {
  const { thread, session } = runSession(() => HSE_STATUS_PENDING);
  await session.ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION);

  await assert.rejects(session.ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION), {
    code: 'ERROR_INVALID_PARAMETER',
    number: 87,
  });

  assert.deepEqual(thread.endings, bySlot);
});

test('after the end every member that acts throws ERROR_INVALID_PARAMETER', async () => {
  const { session } = runSession(() => HSE_STATUS_SUCCESS);
  const { ecb } = session;
  const dead = { code: 'ERROR_INVALID_PARAMETER', number: 87 };

  await assert.rejects(ecb.writeClient('x'), dead);
  await assert.rejects(ecb.readClient(1), dead);
  await assert.rejects(ecb.serverSupportFunction(HSE_REQ_IS_CONNECTED), dead);
  assert.throws(() => ecb.writeClientSync('x'), dead);
  assert.throws(() => ecb.readClientSync(1), dead);
  assert.throws(() => ecb.serverSupportFunctionSync(HSE_REQ_IS_CONNECTED), dead);
  assert.throws(() => ecb.getServerVariable('URL'), dead);
});

test('after the end the fields keep their values, though the slot belongs to the next request', () => {
  const { thread, session } = runSession(() => HSE_STATUS_SUCCESS, {
    init: { method: 'PUT', url: '/ext/a?q=1', pathInfo: '/a' },
  });
  thread.open({ init: { method: 'GET', url: '/other', pathInfo: '/other', connId: 2 } });

  const { connId, method, queryString, pathInfo, totalBytes } = session.ecb;

  assert.deepEqual(
    { connId, method, queryString, pathInfo, totalBytes },
    { connId: 1, method: 'PUT', queryString: 'q=1', pathInfo: '/a', totalBytes: 0 },
  );
});

test('a call that nobody awaits and that fails does no harm', async () => {
  const thread = await runToEnd((ecb) => {
    void ecb.readClient(-1);
    void ecb.writeClient(7 as never);
    void ecb.serverSupportFunction(4711 as never);
    return HSE_STATUS_SUCCESS;
  });

  assert.deepEqual(thread.endings, bySlot);
});

test('log data is kept to 79 bytes, in whole characters and on one line', () => {
  const { session } = runSession(() => HSE_STATUS_PENDING);

  session.ecb.logData = `a\r\nb\0${'\u00fc'.repeat(100)}`;

  assert.equal(session.ecb.logData, `a b ${'\u00fc'.repeat(37)}`);
  assert.ok(Buffer.byteLength(session.ecb.logData) <= 79);
});

test('log texts and the log status come with the end of the session', async () => {
  const thread = await runToEnd(async (ecb) => {
    ecb.httpStatusCode = 201;
    ecb.logData = 'note';
    await ecb.serverSupportFunction(HSE_APPEND_LOG_PARAMETER, 'one');
    await ecb.serverSupportFunction(HSE_APPEND_LOG_PARAMETER, '&two\n');
    await ecb.writeClient('x');
    return HSE_STATUS_SUCCESS;
  });

  assert.deepEqual(thread.answer?.end, {
    hseStatus: HSE_STATUS_SUCCESS,
    logStatus: 201,
    logData: 'note',
    logParameter: 'one&two ',
    error: undefined,
  });
});

for (const status of [Number.NaN, -1, 1000, 200.5, 'x']) {
  test(`httpStatusCode ${String(status)} is taken for none`, () => {
    const { session } = runSession(() => HSE_STATUS_PENDING);

    session.ecb.httpStatusCode = status as number;

    assert.equal(session.ecb.httpStatusCode, 0);
  });
}

test('an unknown request code is ERROR_INVALID_PARAMETER', async () => {
  const { session } = runSession(() => HSE_STATUS_PENDING);

  for (const code of [0, 9999, -1, Number.NaN, 'x']) {
    await assert.rejects(session.ecb.serverSupportFunction(code as never), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  }
});
