import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

/** So many requests a second, for so long. */
export interface Phase {
  readonly ratePerSecond: number;
  readonly ms: number;
}

/** One request and what came of it. Times are ms since the start. */
export interface PacedAnswer {
  readonly phase: number;
  readonly dueMs: number;
  readonly doneMs: number;
  /** 0: its connection failed. */
  readonly status: number;
}

/**
 * Sends requests when they are due, however many are under way: one that finds no free connection opens one. For servers
 * that are asked for more than they can do, whose refusals are answers too.
 *
 * @returns every request, in the order of their ends
 */
export async function askInPhases(
  port: number,
  path: string,
  phases: readonly Phase[],
): Promise<readonly PacedAnswer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, scheduling: 'lifo' });
  const due = dueTimes(phases);
  const answers: PacedAnswer[] = [];
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    const ask = (one: Due): void => {
      const { phase, dueMs } = one;
      const settle = (status: number): void => {
        answers.push({ phase, dueMs, doneMs: performance.now() - startedAt, status });
        if (answers.length === due.length) resolve();
      };
      const asked = request({ host: '127.0.0.1', port, path, agent }, (answer) => {
        answer.resume();
        answer.once('end', () => settle(answer.statusCode ?? 0));
      });
      // The host may close an idle connection at the moment it is used again.
      asked.once('error', () => (asked.reusedSocket ? ask(one) : settle(0)));
      asked.end();
    };
    let sent = 0;
    const tick = (): void => {
      const now = performance.now() - startedAt;
      for (let next = due[sent]; next !== undefined && next.dueMs <= now; next = due[sent]) {
        sent += 1;
        ask(next);
      }
      if (sent < due.length) setTimeout(tick, 1);
    };
    tick();
  });
  agent.destroy();
  return answers;
}

interface Due {
  readonly phase: number;
  readonly dueMs: number;
}

function dueTimes(phases: readonly Phase[]): Due[] {
  const due: Due[] = [];
  let from = 0;
  for (const [phase, { ratePerSecond, ms }] of phases.entries()) {
    const requests = Math.max(1, Math.round((ratePerSecond * ms) / 1000));
    for (let i = 0; i < requests; i += 1) due.push({ phase, dueMs: from + (i * ms) / requests });
    from += ms;
  }
  return due;
}
