import assert from 'node:assert/strict';
import test from 'node:test';
import { StartedOperation } from '@isapi-host/host/internal/callbacks/operation';
import {
  type PortServer,
  type Sender,
  servePort,
} from '@isapi-host/host/internal/callbacks/serve-port';
import type { Client } from '@isapi-host/host/internal/callbacks/client';
import { createLogger } from '@isapi-host/host/internal/observe/logger';
import { IsapiError } from '@isapi-host/sdk';
import type {
  AnswerHead,
  LoadedMessage,
  LoadProblem,
  SessionEnd,
  ThreadFault,
  ToHost,
  ToThread,
} from '@isapi-host/worker-runtime/protocol';
import { FakeClient } from '../../../helpers/fake-client.ts';

const logger = await createLogger(
  { level: 'silent', format: 'json', access: false, accessFormat: 'json', accessFile: '' },
  undefined,
);
const sender: Sender = { number: 1, threadId: 11 };

/** A pool with one session, of thread number 1 in slot 5. */
class FakeServer implements PortServer {
  readonly client = new FakeClient(7);
  readonly posted: ToThread[] = [];
  readonly ends: SessionEnd[] = [];
  readonly loads: unknown[] = [];
  readonly retired: number[] = [];
  readonly faults: unknown[] = [];
  hasAnswered = false;

  constructor() {
    this.client.slot = 5;
  }

  clientOf(thread: number, slot: number, connId: number): Client | undefined {
    return thread === 1 && slot === 5 && connId === 7 ? this.client : undefined;
  }

  isAbandoned(): boolean {
    return this.hasAnswered;
  }

  post(_client: Client, message: ToThread): void {
    this.posted.push(message);
  }

  sessionEnded(_client: Client, end: SessionEnd): void {
    this.ends.push(end);
  }

  moduleLoaded({ threadId }: Sender, { module }: LoadedMessage): void {
    this.loads.push([threadId, module]);
  }

  loadsDone(thread: number, problems: readonly LoadProblem[]): void {
    this.loads.push([thread, problems]);
  }

  threadRetired(thread: number): void {
    this.retired.push(thread);
  }

  faultTold({ threadId }: Sender, event: ThreadFault, fields: object): void {
    this.faults.push([threadId, event, fields]);
  }

  /** Serves messages as if its thread had sent them. */
  receive(...messages: readonly ToHost[]): void {
    for (const message of messages) servePort(this, sender, message, logger);
  }
}

const session = { slot: 5, connId: 7 };
const head: AnswerHead = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: true,
  hasDate: false,
  hasServer: false,
};
const end: SessionEnd = {
  hseStatus: 1,
  logStatus: 0,
  logData: '',
  logParameter: '',
  error: undefined,
};

function write(text: string): ToHost {
  const buffer = new Uint8Array(Buffer.from(text)).buffer;
  return { op: 'write', ...session, buffer, length: buffer.byteLength };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('head and bytes go to the client in the order they came, the end to the pool', () => {
  const server = new FakeServer();

  server.receive({ op: 'head', ...session, head }, write('ab'), write('cd'));
  server.receive({ op: 'end', ...session, end });

  assert.deepEqual(server.client.events, ['head', 'write', 'write']);
  assert.equal(server.client.text, 'abcd');
  assert.deepEqual(server.ends, [end]);
});

test('body bytes that the thread allows are allowed to the client', () => {
  const server = new FakeServer();

  server.receive({ op: 'read', ...session, bytes: 100 });

  assert.equal(server.client.allowedBody, 100);
});

const strangers = [
  ['of a session that is over', { slot: 5, connId: 6 }],
  ["of another thread's slot", { slot: 4, connId: 7 }],
] as const;

for (const [what, other] of strangers) {
  test(`messages ${what} reach nobody`, () => {
    const server = new FakeServer();

    server.receive({ op: 'head', ...other, head }, { op: 'end', ...other, end });

    assert.deepEqual(server.client.events, []);
    assert.deepEqual(server.ends, []);
  });
}

test('a thread speaks for no session of another thread', () => {
  const server = new FakeServer();

  servePort(server, { number: 2, threadId: 12 }, { op: 'end', ...session, end }, logger);

  assert.deepEqual(server.ends, []);
});

test('of a session that the host has answered for, only the end counts', () => {
  const server = new FakeServer();
  server.hasAnswered = true;

  server.receive({ op: 'head', ...session, head }, write('ab'));
  server.receive({ op: 'end', ...session, end });

  assert.deepEqual(server.client.events, []);
  assert.deepEqual(server.ends, [end]);
});

test('a request code that needs the host is answered with its value', async () => {
  const server = new FakeServer();
  server.client.onCall = (code, input) => `${code} ${String(input)}`;

  server.receive({ op: 'call', ...session, callId: 3, code: 2, input: '/hello' });
  await turn();

  assert.deepEqual(server.posted, [
    { op: 'reply', ...session, callId: 3, outcome: { ok: true, value: '2 /hello' } },
  ]);
});

test('a request code that fails is answered with the code of the error', async () => {
  const server = new FakeServer();
  server.client.onCall = () => {
    throw new IsapiError('ERROR_FILE_NOT_FOUND', 'no such page');
  };

  server.receive({ op: 'call', ...session, callId: 3, code: 1028, input: undefined });
  await turn();

  const [reply] = server.posted;
  assert.ok(reply?.op === 'reply' && !reply.outcome.ok);
  assert.equal(reply.outcome.error.code, 'ERROR_FILE_NOT_FOUND');
  assert.equal(reply.outcome.error.message, 'no such page');
});

test('an operation that was started is answered at once, and its end follows', async () => {
  const server = new FakeServer();
  server.client.onCall = () => new StartedOperation(Promise.resolve({ bytes: 42 }));

  server.receive({ op: 'call', ...session, callId: 3, code: 1006, input: undefined });
  await turn();

  const [reply, completion] = server.posted;
  assert.deepEqual(reply, {
    op: 'reply',
    ...session,
    callId: 3,
    outcome: { ok: true, value: undefined },
  });
  assert.ok(completion?.op === 'completion');
  assert.deepEqual([completion.bytes, completion.error], [42, 0]);
});

test('a thread that retires is noted', () => {
  const server = new FakeServer();

  server.receive({ op: 'retired' });

  assert.deepEqual(server.retired, [1]);
});

test('a fault that the thread saw is told, with the thread', () => {
  const server = new FakeServer();

  server.receive({ op: 'fault', event: 'ext.late', fields: { extension: 'a' } });

  assert.deepEqual(server.faults, [[11, 'ext.late', { extension: 'a' }]]);
});
