import assert from 'node:assert/strict';
import test from 'node:test';
import {
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_SEND_URL_REDIRECT_RESP,
  HSE_REQ_SET_FLUSH_FLAG,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
} from '@isapi-host/sdk';
import { postedEnd, runSession, runToEnd, takeAll, turn } from '../../helpers/run-session.ts';

/** More than may be under way to a client. */
const BIG = 4 * 1024 * 1024;

test('output that fills the slot goes out in call order, all of it', async () => {
  const thread = await runToEnd(async (ecb) => {
    for (let i = 0; i < 200; i += 1) void ecb.writeClient(`${i};`.repeat(200));
    return HSE_STATUS_SUCCESS;
  });

  const expected = Array.from({ length: 200 }, (_, i) => `${i};`.repeat(200)).join('');
  assert.equal(thread.posted[0]?.op, 'head');
  assert.equal(thread.posted.at(-1)?.op, 'end');
  assert.equal(thread.written, expected);
  assert.deepEqual(thread.endings, [{ slot: 0, by: 'port' }]);
});

test('bytes are copied before writeClient returns', async () => {
  const thread = await runToEnd(async (ecb) => {
    const big = Buffer.alloc(200_000, 'a');
    void ecb.writeClient(big);
    big.fill('b');
    return HSE_STATUS_SUCCESS;
  });

  assert.equal(thread.written, 'a'.repeat(200_000));
});

test('a view of a larger buffer sends its own bytes and leaves the buffer to the extension', async () => {
  const thread = await runToEnd(async (ecb) => {
    const big = Buffer.alloc(300_000, 'x');
    await ecb.writeClient(big.subarray(10, 200_010));
    assert.equal(big.length, 300_000);
    return HSE_STATUS_SUCCESS;
  });

  assert.equal(thread.written.length, 200_000);
});

test('writeClient says how many bytes it took, a text in UTF-8', async () => {
  const { session } = runSession(() => HSE_STATUS_PENDING);

  assert.equal(await session.ecb.writeClient('\u00fc\u20ac'), 5);
  assert.equal(await session.ecb.writeClient(new Uint8Array(3)), 3);
  assert.equal(await session.ecb.writeClient(''), 0);
});

for (const data of [undefined, null, 5, {}, ['a'], new ArrayBuffer(2)]) {
  test(`writeClient refuses ${Object.prototype.toString.call(data)}`, async () => {
    const { session } = runSession(() => HSE_STATUS_PENDING);

    await assert.rejects(session.ecb.writeClient(data as never), {
      code: 'ERROR_INVALID_PARAMETER',
    });
    assert.throws(() => session.ecb.writeClientSync(data as never), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  });
}

for (const size of [-1, 1.5, Number.NaN, Infinity, '5', undefined]) {
  test(`readClient refuses ${String(size)} (${typeof size}) bytes`, async () => {
    const { session } = runSession(() => HSE_STATUS_PENDING);

    await assert.rejects(session.ecb.readClient(size as never), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  });
}

test('writeClient waits once the window is full, and goes on when the client has taken bytes', async () => {
  const running = runSession(() => HSE_STATUS_PENDING);
  const write = running.session.ecb.writeClient(Buffer.alloc(BIG));
  await turn();
  assert.ok(running.thread.written.length < BIG);

  takeAll(running, BIG);

  assert.equal(await write, BIG);
});

test('a session that is done with output under way ends once all of it is on its way', () => {
  const running = runSession((ecb) => {
    void ecb.writeClient(Buffer.alloc(BIG, 'z'));
    return HSE_STATUS_SUCCESS;
  });
  assert.equal(postedEnd(running.thread), undefined);

  takeAll(running, BIG);

  assert.equal(running.thread.posted.at(-1)?.op, 'end');
  assert.equal(running.thread.endings.length, 1);
});

test('the flush flag sends what was held back, and everything from then on at once', async () => {
  const { thread, session } = runSession(() => HSE_STATUS_PENDING);
  await session.ecb.writeClient('a');
  assert.deepEqual(thread.posted, []);

  await session.ecb.serverSupportFunction(HSE_REQ_SET_FLUSH_FLAG, true);
  assert.equal(thread.written, 'a');

  await session.ecb.writeClient('b');
  assert.equal(thread.written, 'ab');
});

test('a head can be sent once', async () => {
  const { session } = runSession(() => HSE_STATUS_PENDING);
  const head = { status: '201 Created', header: { A: '1' }, keepConn: true };
  await session.ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, head);

  await assert.rejects(session.ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, head), {
    code: 'ERROR_INVALID_PARAMETER',
  });
});

test('a head cannot be sent after output', async () => {
  const { session } = runSession(() => HSE_STATUS_PENDING);
  await session.ecb.writeClient('x');

  await assert.rejects(
    session.ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { keepConn: true }),
    { code: 'ERROR_INVALID_PARAMETER' },
  );
});

test('a redirect is a whole answer: 302, Location and a page with the link', async () => {
  const thread = await runToEnd(async (ecb) => {
    await ecb.serverSupportFunction(HSE_REQ_SEND_URL_REDIRECT_RESP, '/a?b=1&c=<2>');
    return HSE_STATUS_SUCCESS;
  });

  assert.equal(thread.answer?.head.statusCode, 302);
  assert.match(thread.answer.head.text, /^Location: \/a\?b=1&c=<2>\r$/m);
  assert.doesNotMatch(thread.answer.body, /<2>/);
  assert.equal(thread.answer.end.logStatus, 302);
});

for (const url of ['/a\r\nSet-Cookie: x', '/a\nb', '/a\0b', '']) {
  test(`a redirect to ${JSON.stringify(url)} is refused`, async () => {
    const { session } = runSession(() => HSE_STATUS_PENDING);

    await assert.rejects(session.ecb.serverSupportFunction(HSE_REQ_SEND_URL_REDIRECT_RESP, url), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  });
}

test('an answer that breaks its own Content-Length goes by the port, where the host cuts it', async () => {
  const thread = await runToEnd(async (ecb) => {
    const head = { header: { 'Content-Length': '5' }, keepConn: true };
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, head);
    await ecb.writeClient('abc');
    return HSE_STATUS_SUCCESS;
  });

  assert.deepEqual(
    thread.posted.map(({ op }) => op),
    ['head', 'write', 'end'],
  );
});

test('a blocking write waits for the client to take bytes', () => {
  const running = runSession(() => HSE_STATUS_PENDING);
  const { thread, session } = running;
  let credited = 0;
  thread.whileBlocked = () => {
    const more = thread.written.length - credited;
    credited += more;
    session.writer.credit(more);
  };

  assert.equal(session.ecb.writeClientSync(Buffer.alloc(BIG)), BIG);

  assert.equal(thread.written.length, BIG);
});
