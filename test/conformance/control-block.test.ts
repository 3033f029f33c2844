// The control block's fields: reference isapi.md sections 2 and 2.1.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { HSE_VERSION } from '@isapi-host/sdk';
import { RawClient, type RequestOptions } from '../helpers/raw-http.ts';
import { outcomesOf, scriptUrl, type Step, type StepOutcome } from '../helpers/script.ts';
import { startHostProcess } from '../helpers/start-host.ts';

const READ_AHEAD = 49_152;

const host = await startHostProcess(
  { after },
  { fixtures: ['script'], pools: { default: { minThreads: 1, maxThreads: 1 } } },
);
let lastId = 0;

/** Runs steps of the extension `script` and gives what came of them. */
async function outcomes(
  t: Parameters<typeof RawClient.connect>[0],
  steps: readonly Step[],
  options: RequestOptions = {},
): Promise<readonly StepOutcome[]> {
  lastId += 1;
  const id = String(lastId);
  const client = await RawClient.connect(t, host.port);
  await client.request(scriptUrl({ id, steps }), options).next();
  return outcomesOf(client, id);
}

function values(...expected: readonly unknown[]): readonly StepOutcome[] {
  return expected.map((value) => ({ value }));
}

test('the fields of a request without a body', async (t) => {
  const steps = [['version'], ['method'], ['pathInfo'], ['contentType'], ['totalBytes'], ['data']];

  const seen = await outcomes(t, steps as unknown as readonly Step[], { method: 'DELETE' });

  assert.deepEqual(seen, values(HSE_VERSION, 'DELETE', '', '', 0, ''));
});

test('the fields of a request with a body', async (t) => {
  const headers = 'Content-Type: text/plain; charset=utf-8\r\n';

  const seen = await outcomes(t, [['contentType'], ['totalBytes'], ['data']], {
    method: 'POST',
    headers,
    body: 'some text',
  });

  assert.deepEqual(seen, values('text/plain; charset=utf-8', 9, 'some text'));
});

// 2.1: cbAvailable is min(cbTotalBytes, read-ahead), waited for.
for (const [length, ahead] of [
  [READ_AHEAD - 1, READ_AHEAD - 1],
  [READ_AHEAD, READ_AHEAD],
  [READ_AHEAD + 1, READ_AHEAD],
] as const) {
  test(`of a body of ${length} bytes ${ahead} are read ahead, and ReadClient gives the rest`, async (t) => {
    const body = 'x'.repeat(length);

    const [total, data, rest] = await outcomes(
      t,
      [['totalBytes'], ['data'], ['readClient', 100], ['readClient', 100]],
      { method: 'POST', body },
    );

    assert.deepEqual(total, { value: length });
    assert.deepEqual(data, { value: body.slice(0, ahead) });
    assert.deepEqual(rest, { value: body.slice(ahead) });
  });
}

test('a chunked body has no announced length, and is taken out of its chunks', async (t) => {
  const client = await RawClient.connect(t, host.port);
  const url = scriptUrl({ id: 'chunked', steps: [['totalBytes'], ['data'], ['readClient', 100]] });

  await client
    .send(`POST ${url} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n`)
    .send('3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n')
    .next();

  assert.deepEqual(await outcomesOf(client, 'chunked'), values(null, 'abcde', ''));
});

test('every request has a connId of its own, on one connection too', async (t) => {
  const client = await RawClient.connect(t, host.port);
  const seen = [];

  for (const id of ['first', 'second']) {
    await client.request(scriptUrl({ id, steps: [['connId']] })).next();
    seen.push(...(await outcomesOf(client, id)));
  }

  assert.equal(new Set(seen.map((outcome) => 'value' in outcome && outcome.value)).size, 2);
});
