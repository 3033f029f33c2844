import { fileURLToPath } from 'node:url';
import {
  type ControlBlockSource,
  monotonicMs,
  packConnection,
  packScript,
  type SessionEnd,
  type SlotAnswer,
} from '@isapi-host/worker-runtime/protocol';
import { HSE_STATUS_SUCCESS } from '@isapi-host/sdk';
import type { Client, Loss, RequestIdentity } from '../callbacks/client.ts';
import type { Pool } from '../dispatch/pool.ts';

/** Module that the threads run for a probe. */
const probeModule: string = fileURLToPath(new URL('./ready-extension.js', import.meta.url));

/** Why a pool does not answer; `undefined`: it does. */
export type ProbeProblem = string | undefined;

/** Longest wait for the answer of a pool, ms. */
const PROBE_MS = 5000;

/** Sends a request through a pool, to an extension that does nothing, and says what came of it. */
export function probe(pool: Pool): Promise<ProbeProblem> {
  return new Promise((resolve) => {
    const client = new ProbeClient((problem) => {
      clearTimeout(timer);
      resolve(problem);
    });
    const timer = setTimeout(() => {
      pool.cancel(client, 'deadline');
      client.lose('deadline');
    }, PROBE_MS);
    const submission = pool.submit(client, controlBlock, '', []);
    if (submission !== 'queued') client.refused(submission);
  });
}

/** The client of a request that came over no connection. One of its ends is called, once or more. */
class ProbeClient implements Client {
  /** No exchange has this number. */
  readonly connId: number = 0;
  readonly extension: string = '';
  readonly identity: RequestIdentity = { requestId: 'probe', extension: '', url: '/readyz' };
  readonly deadline: number = monotonicMs() + PROBE_MS;
  slot = -1;
  queuedAt = 0;
  threadId: number | undefined;
  queueMs = 0;
  runMs = 0;
  readonly #settle: (problem: ProbeProblem) => void;

  constructor(settle: (problem: ProbeProblem) => void) {
    this.#settle = settle;
  }

  refused(why: string): void {
    this.#settle(why);
  }

  answer({ end }: SlotAnswer): void {
    this.end(end);
  }

  end({ hseStatus, error }: SessionEnd): void {
    this.#settle(hseStatus === HSE_STATUS_SUCCESS ? undefined : (error?.code ?? 'failed'));
  }

  lose(loss: Loss): void {
    this.#settle(loss);
  }

  // It sends no body, takes no output, and serves no request codes.

  sendHead(): void {
    // Not looked at.
  }

  write(): void {
    // Not looked at.
  }

  allowBody(): void {
    // It has none.
  }

  async call(): Promise<unknown> {
    return undefined;
  }
}

const controlBlock: ControlBlockSource = {
  script: packScript({
    extension: '',
    module: probeModule,
    scriptName: '/readyz',
    pathInfo: '',
    pathTranslated: '',
    scriptTranslated: probeModule,
  }),
  connection: packConnection({
    remoteAddress: '127.0.0.1',
    remotePort: 0,
    localAddress: '127.0.0.1',
    localPort: 0,
    secure: false,
  }),
  request: {
    connId: 0,
    requestId: 'probe',
    method: 'GET',
    url: '/readyz',
    httpVersion: '1.1',
    totalBytes: 0,
    bodyEnded: true,
    keepConn: false,
    user: undefined,
  },
};
