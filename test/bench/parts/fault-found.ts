import { startHost } from '../subjects/host-subject.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';

/** One figure, and what it should be. */
export interface FaultRow {
  readonly fault: string;
  readonly figure: string;
  /** The same without the fault, where there is such a thing. */
  readonly without?: string;
  readonly goal?: string;
}

/** What came of one kind of fault. */
export interface FaultFound {
  readonly rows: readonly FaultRow[];
  readonly wrong?: readonly string[];
  readonly data: unknown;
}

/** How much of everything. */
export interface FaultSize {
  /** Times that a full thread dies. */
  readonly victims: number;
  /** Times that a thread dies and the next is waited for. */
  readonly deaths: number;
  /** Threads that die in a row. */
  readonly storm: number;
  /** Length of each load beside a fault, ms. */
  readonly besideMs: number;
}

/**
 * A host for faults, for as long as it is used.
 *
 * @param site - folder of static files
 */
export async function withHost<Found>(
  threads: number,
  use: (host: RunningSubject) => Promise<Found>,
  site?: string,
): Promise<Found> {
  const host = await startHost({
    proc: 'async',
    threads,
    config: 'faults.config.js',
    ...(site !== undefined && { env: { ISAPI_SITE_ROOT: site } }),
  });
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}
