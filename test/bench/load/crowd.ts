import type { Workload } from '../workloads.ts';
import { askUntilBegun, type BegunAnswer } from './ask.ts';
import { Connection } from './connection.ts';
import { encodeRequest } from './request.ts';

/** Connections opened, or requests sent, at once: a listener's queue is not endless. */
const AT_ONCE = 100;

/** Many connections, each of which was answered and now waits. */
export interface Crowd {
  /** Rejects if one was closed, or an answer is wrong. */
  askAll(): Promise<void>;
  close(): void;
}

export async function holdConnections(
  port: number,
  workload: Workload,
  count: number,
): Promise<Crowd> {
  const request = encodeRequest(workload);
  const connections: Connection[] = [];
  await inGroups(count, async () => {
    const connection = new Connection(port, workload, request);
    await connection.opened();
    await connection.askOnce();
    connections.push(connection);
  });
  return {
    askAll: () => inGroups(count, async (i) => connections[i]?.askOnce()),
    close: () => {
      for (const connection of connections) connection.close();
    },
  };
}

/** Many sessions that have sent a part of their answer; `/release` lets them send the rest. */
export interface HeldSessions {
  /** Resolves when all were answered rightly. */
  ended(): Promise<void>;
}

export async function holdSessions(port: number, count: number): Promise<HeldSessions> {
  const begun: BegunAnswer[] = [];
  await inGroups(count, async () => {
    const answer = await askUntilBegun(port, '/hold');
    if (answer.start !== 'Hel') throw new Error(`/hold begins with "${answer.start}"`);
    begun.push(answer);
  });
  return {
    ended: async () => {
      for (const { status, text } of await Promise.all(begun.map((answer) => answer.rest()))) {
        if (status !== 200 || text !== 'Hello') throw new Error(`/hold: ${status} "${text}"`);
      }
    },
  };
}

async function inGroups(count: number, one: (i: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - from);
    await Promise.all(Array.from({ length }, (_, i) => one(from + i)));
  }
}
