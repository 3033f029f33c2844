import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost, startHostProcess } from '../helpers/start-host.ts';

const oneThread = { default: { minThreads: 1, maxThreads: 1 } };

test('what an extension does after the end fails, and reaches no answer', async (t) => {
  const host = await startHost(t, { fixtures: ['writes-late'], pools: oneThread });
  const client = await RawClient.connect(t, host.port);

  const first = await client.request('/writes-late').next();
  const second = await client.request('/writes-late?outcomes').next();

  assert.equal(first.text, 'first answer');
  assert.deepEqual(second.text.split('\n').toSorted(), [
    'done: ERROR_INVALID_PARAMETER',
    'getServerVariable: ERROR_INVALID_PARAMETER',
    'readClient: ERROR_INVALID_PARAMETER',
    'serverSupportFunction: ERROR_INVALID_PARAMETER',
    'writeClient: ERROR_INVALID_PARAMETER',
    'writeClientSync: ERROR_INVALID_PARAMETER',
  ]);
});

test('a rejection that is left behind an answer costs the thread, and nothing that is to come', async (t) => {
  const host = await startHostProcess(t, {
    fixtures: ['late-rejection', 'hello'],
    pools: oneThread,
  });

  const response = await fetchRaw(t, host.port, '/late-rejection');
  const line = await host.logs.find({ msg: 'thread lost' });
  const next = await fetchRaw(t, host.port, '/hello');

  assert.equal(response.text, 'answered');
  assert.equal(line.level, 50);
  assert.equal(line['lost'], 0);
  assert.match(String(line['message']), /late/);
  assert.equal(next.text, 'hello');
});
