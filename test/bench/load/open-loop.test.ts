import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { buildWorkloads, type Workload } from '../workloads.ts';
import { runOpenLoop } from './open-loop.ts';

const hello = buildWorkloads(0)[0] as Workload;

/** @param stallMs - how long the first answer is held back */
async function startServer(t: TestContext, stallMs: number): Promise<number> {
  let isFirst = true;
  const server = createServer((_, response) => {
    if (isFirst) setTimeout(() => answer(response), stallMs);
    else answer(response);
    isFirst = false;
  });
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
  response.end('Hello');
}

test('as many requests are sent and answered as the rate asks for', async (t) => {
  const port = await startServer(t, 0);

  const seen = await runOpenLoop({ port, workload: hello, connections: 4, burstMs: 50 }, 1000);

  assert.deepEqual([seen.answers, seen.wrong], [50, []]);
});

test('what was due while the server stalled is charged with the wait', async (t) => {
  const port = await startServer(t, 100);

  const seen = await runOpenLoop({ port, workload: hello, connections: 1, burstMs: 5 }, 1000);

  assert.equal(seen.answers, 5);
  assert.ok((seen.p50Us ?? 0) > 90_000, 'the third was due 2 ms after the first');
});

test('wrong answers end a burst and are told', async (t) => {
  const port = await startServer(t, 0);
  const workload = { ...hello, answer: { unit: Buffer.from('Other'), bytes: 5 } };

  const seen = await runOpenLoop({ port, workload, connections: 2, burstMs: 50 }, 1000);

  assert.match(seen.wrong.join(), /wrong body/);
});
