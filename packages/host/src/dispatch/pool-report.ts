import { monotonicMs, type Slab } from '@isapi-host/worker-runtime/protocol';
import type { RequestStatus, ThreadState, ThreadStatus } from './pool-status.ts';
import type { RequestTable } from './request-table.ts';
import type { ThreadLink } from './thread-crew.ts';

/**
 * The threads of a pool, as an operator sees them.
 *
 * @param starting - `threadId`s of those that have not joined yet
 */
export function reportThreads(
  slab: Slab,
  links: readonly ThreadLink[],
  starting: readonly number[],
): ThreadStatus[] {
  const joined = links.map((link) => {
    const sessions = slab.openSessions(link.number);
    return {
      threadId: link.threadId,
      state: stateOf(link, sessions),
      sessions,
      claims: slab.claims(link.number),
    };
  });
  const state = 'starting';
  return [
    ...joined,
    ...starting.map((threadId) => ({ threadId, state, sessions: 0, claims: 0 }) as const),
  ];
}

/** Requests that threads have taken since the slab was made. */
export function countServed(slab: Slab): number {
  let served = 0;
  for (let thread = 0; thread < slab.threads; thread += 1) served += slab.claims(thread) >>> 0;
  return served;
}

/** The requests that somebody waits for. */
export function reportRequests(
  requests: RequestTable,
  threadIdOf: (slot: number) => number | undefined,
): RequestStatus[] {
  const now = monotonicMs();
  const found: RequestStatus[] = [];
  for (const client of requests.all()) {
    const { slot, connId, queuedAt, identity } = client;
    if (requests.isAbandoned(slot)) continue;
    const threadId = threadIdOf(slot);
    const stage = threadId === undefined ? 'queued' : 'running';
    found.push({ ...identity, connId, stage, ageMs: Math.round(now - queuedAt), threadId });
  }
  return found;
}

function stateOf({ isRetiring, isStalled }: ThreadLink, sessions: number): ThreadState {
  if (isRetiring) return 'retiring';
  if (isStalled && sessions > 0) return 'blocked';
  return sessions > 0 ? 'busy' : 'idle';
}
