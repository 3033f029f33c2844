// What a pool with `isolation: 'process'` runs its threads in. The host talks to it over the stream with number 3.
import { Socket } from 'node:net';
import {
  bytesOf,
  FRAME_REQUEST,
  FrameReader,
  FrameWriter,
  unpackMessage,
} from '@isapi-host/worker-runtime/protocol';
import { pino } from 'pino';
import { PoolServer } from './dispatch/pool-server.ts';
import type { StartMessage, ToPoolProcess } from './dispatch/process-messages.ts';
import { Faults } from './observe/faults.ts';

const HOST_STREAM = 3;

// A terminal or a service manager signals the host's whole group: the host says when it is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) {
  process.on(signal, () => undefined);
}

const socket = new Socket({ fd: HOST_STREAM });
const writer = new FrameWriter(socket);
let server: PoolServer | undefined;
let drainMs = 0;
let isLeaving = false;

const reader = new FrameReader((frame) => {
  if (frame.kind === FRAME_REQUEST) return server?.submit(frame);
  const message = unpackMessage(frame) as ToPoolProcess;
  if (message.op === 'start') {
    drainMs = message.drainMs;
    server = startServer(message);
  } else if (message.op === 'close') {
    void leave(message.ms);
  } else {
    server?.receive(message, bytesOf(frame));
  }
});

socket.on('data', (data) => reader.push(data));
socket.on('error', () => undefined);
socket.on('close', () => {
  // The host is gone, and with it every client.
  server?.cancelAll();
  void leave(drainMs);
});

function startServer(start: StartMessage): PoolServer {
  const write = (line: string): void => writer.send({ op: 'log', line });
  const logger = pino({ level: start.logLevel, base: null }, { write });
  // The host tells of faults; here they are only sent on.
  return new PoolServer(start, writer, logger, new Faults(pino({ level: 'silent' })));
}

async function leave(ms: number): Promise<void> {
  if (isLeaving) return;
  isLeaving = true;
  await server?.close(ms);
  socket.end(() => process.exit(0));
  if (socket.destroyed) process.exit(0);
}
