import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  type LoadedMessage,
  type LoadProblem,
  type SessionEnd,
  type ThreadFault,
  type ToHost,
  type ToThread,
  toWireError,
  type WAKE,
} from '@isapi-host/worker-runtime/protocol';
import type { Logger } from '../observe/logger.ts';
import { isIsapiError, WIN32_ERRORS } from '@isapi-host/sdk';
import type { Client } from './client.ts';
import { StartedOperation } from './operation.ts';

/** What the messages of a thread act on. */
export interface PortServer {
  /** The client of a session, if this thread runs it. */
  clientOf(thread: number, slot: number, connId: number): Client | undefined;
  /** Whether the host has answered for the session already. */
  isAbandoned(client: Client): boolean;
  post(client: Client, message: ToThread): void;
  sessionEnded(client: Client, end: SessionEnd): void;
  moduleLoaded(sender: Sender, loaded: LoadedMessage): void;
  loadsDone(thread: number, problems: readonly LoadProblem[]): void;
  threadRetired(thread: number): void;
  /** The thread saw a fault of an extension. */
  faultTold(
    sender: Sender,
    fault: ThreadFault,
    fields: Readonly<Record<string, string | number>>,
  ): void;
}

/** The thread a message came from. */
export interface Sender {
  readonly number: number;
  readonly threadId: number;
}

/** Acts on one message of a thread. */
export function servePort(
  server: PortServer,
  sender: Sender,
  message: ToHost,
  logger: Logger,
): void {
  if (message.op === 'log') {
    logger[message.level]({ threadId: sender.threadId, ...message.fields }, message.message);
    return;
  }
  if (message.op === 'fault') return server.faultTold(sender, message.event, message.fields);
  if (message.op === 'loaded') return server.moduleLoaded(sender, message);
  if (message.op === 'loads-done') return server.loadsDone(sender.number, message.problems);
  if (message.op === 'retired') return server.threadRetired(sender.number);
  const client = server.clientOf(sender.number, message.slot, message.connId);
  // A session that was cancelled and released may still have messages on their way.
  if (client === undefined) return;
  if (message.op === 'end') return server.sessionEnded(client, message.end);
  if (server.isAbandoned(client)) return;
  switch (message.op) {
    case 'head':
      return client.sendHead(message.head);
    case 'write':
      return client.write(message.buffer, message.length);
    case 'read':
      return client.allowBody(message.bytes);
    case 'call':
      return void answerCall(
        server,
        client,
        message.callId,
        client.call(message.code, message.input),
      );
    default:
      return message satisfies never;
  }
}

async function answerCall(
  server: PortServer,
  client: Client,
  callId: number,
  call: Promise<unknown>,
): Promise<void> {
  const { slot, connId } = client;
  try {
    const value = await call;
    const isStarted = value instanceof StartedOperation;
    const outcome = { ok: true, value: isStarted ? undefined : value } as const;
    server.post(client, { op: 'reply', slot, connId, callId, outcome });
    if (isStarted) await reportEnd(server, client, callId, value);
  } catch (error) {
    const outcome = { ok: false, error: toWireError(error) } as const;
    server.post(client, { op: 'reply', slot, connId, callId, outcome });
  }
}

async function reportEnd(
  server: PortServer,
  client: Client,
  callId: number,
  { finished }: StartedOperation,
): Promise<void> {
  const { slot, connId } = client;
  const message = { op: 'completion', slot, connId, callId } as const;
  try {
    const { bytes, value } = await finished;
    server.post(client, { ...message, bytes, error: errorIn(value), value });
  } catch (failure) {
    const error = isIsapiError(failure) ? failure.number : WIN32_ERRORS.ERROR_WRITE_FAULT;
    server.post(client, { ...message, bytes: 0, error, value: undefined });
  }
}

/** A child that could not be run tells why in its outcome. */
function errorIn(value: unknown): number {
  const { win32Error = 0 } = (value ?? {}) as { readonly win32Error?: number };
  return win32Error;
}

/** Receives what lies in a port now, as long as it is to be heard, and does not wait for its event. */
export function drainPort(
  port: MessagePort,
  receive: (message: ToHost | typeof WAKE) => void,
  isHeard: () => boolean,
): void {
  while (isHeard()) {
    const entry = receiveMessageOnPort(port);
    if (entry === undefined) return;
    receive(entry.message as ToHost | typeof WAKE);
  }
}
