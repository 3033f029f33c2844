import assert from 'node:assert/strict';
import test from 'node:test';
import { RawClient } from '../helpers/raw-http.ts';
import { CaseHost, testStyles } from './case-host.ts';

// isapi.md 4.4 (IO_COMPLETION, CANCEL_IO, CLOSE_CONNECTION) and 6 (asynchronous processing).

const INVALID = ['ERROR_INVALID_PARAMETER', 87];
const PENDING = ['ERROR_IO_PENDING', 997];
const GONE = ['ERROR_NETNAME_DELETED', 64];

/** A request whose body never comes. */
const WAITING = 'Content-Length: 100000\r\n';

testStyles(
  'a completion learns block, context, bytes and error, after its call',
  async (t, style) => {
    const host = await CaseHost.start(t, 'io-completion');

    const { text } = await host.fetch('async-write', style);

    const told = { bytes: 12, error: 0, isInside: false, isSame: true, context: 'context' };
    assert.equal(text, `twelve bytes${JSON.stringify(told)}`);
  },
);

testStyles('an asynchronous call without a completion is refused', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion');

  assert.deepEqual(await host.result('no-completion', style), {
    before: INVALID,
    removed: INVALID,
  });
});

testStyles('the completion registered last is told', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion');

  assert.deepEqual(await host.result('last-registered', style), { told: [] });
});

testStyles('one operation at a time: input, output and DONE wait for its end', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion', { limits: { readAheadBytes: 0 } });
  const client = await RawClient.connect(t, host.port);

  client.request(host.target('one-outstanding', style), { method: 'POST', headers: WAITING });

  const { text } = await client.next();
  assert.deepEqual(JSON.parse(text), {
    errors: [PENDING, PENDING, PENDING, PENDING, PENDING, PENDING, INVALID, ['value']],
    end: { bytes: 0, error: 995, isInside: false, isSame: true, context: 'context' },
  });
});

testStyles('CANCEL_IO without an operation does nothing', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion');

  assert.deepEqual(await host.result('cancel-nothing', style), { value: null });
});

for (const name of ['throws', 'rejects']) {
  test(`a completion that ${name} ends its session with HSE_STATUS_ERROR`, async (t) => {
    const host = await CaseHost.start(t, 'io-completion');

    const { statusCode } = await host.fetch(name);

    assert.equal(statusCode, 500);
  });
}

testStyles('the next operation starts from the completion of the last', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion');

  const { text } = await host.fetch('chain', style);

  assert.equal(text, 'begin;4;3;2;1;');
});

testStyles('a client that leaves ends the operation with 995', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion', { limits: { readAheadBytes: 0 } });
  const client = await RawClient.connect(t, host.port);
  const key = `gone-${style}`;
  client.request(host.target('client-gone', style, `&key=${key}`), {
    method: 'POST',
    headers: WAITING,
  });
  await client.nextHead();

  client.reset();

  assert.deepEqual(await host.collect(key), {
    end: { bytes: 0, error: 995, isInside: false, isSame: true, context: 'context' },
    write: GONE,
  });
});

test('a write that its client never takes ends with 995 when the client leaves', async (t) => {
  const host = await CaseHost.start(t, 'io-completion');
  const client = await RawClient.connect(t, host.port);
  client.request(host.target('slow-client', 'promise', '&key=slow'));
  await client.nextHead();

  client.reset();

  const end = { bytes: 0, error: 995, isInside: false, isSame: true, context: 'context' };
  assert.deepEqual(await host.collect('slow'), end);
});

testStyles('CLOSE_CONNECTION ends the operation with 64, and the connection', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion', { limits: { readAheadBytes: 0 } });
  const client = await RawClient.connect(t, host.port);
  const key = `close-${style}`;

  client.request(host.target('close-connection', style, `&key=${key}`), {
    method: 'POST',
    headers: WAITING,
  });

  await client.untilClosed();
  assert.deepEqual(await host.collect(key), {
    end: { bytes: 0, error: 64, isInside: false, isSame: true, context: 'context' },
    connected: false,
    write: GONE,
  });
});

testStyles('CLOSE_CONNECTION without an operation sends what was written', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion');
  const client = await RawClient.connect(t, host.port);

  client.request(host.target('close-idle', style, '&key=idle'));

  const { rest } = await client.untilClosed();
  assert.match(rest.toString(), /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n5\r\nbegun\r\n$/s);
  assert.deepEqual(await host.collect('idle'), { again: { value: null } });
});

testStyles('writeClient refuses flags that are not its own', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion');

  assert.deepEqual(
    await host.result('bad-flags', style),
    Array.from({ length: 8 }, () => INVALID),
  );
});

testStyles('IO_COMPLETION refuses what is no function and not null', async (t, style) => {
  const host = await CaseHost.start(t, 'io-completion');

  assert.deepEqual(
    await host.result('bad-completion', style),
    Array.from({ length: 7 }, () => INVALID),
  );
});
