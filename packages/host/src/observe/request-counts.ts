import type { HostErrorCode } from './host-error.ts';

/** Upper bounds of the buckets that times are counted in, s. */
export const TIME_BOUNDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

/** Status classes by the first digit: index 1 is `1xx`. */
const STATUS_CLASSES = 6;

/** How many times fell in which bucket. */
export interface TimeCounts {
  /** One for each bound, not cumulative, and one for what is longer. */
  readonly buckets: Float64Array;
  /** Ms. */
  sum: number;
}

/** The requests one extension has answered, or the host itself for it. */
export interface ExtensionCounts {
  readonly extension: string;
  readonly pool: string;
  /** By status class. */
  readonly statuses: Float64Array;
  readonly queue: TimeCounts;
  readonly run: TimeCounts;
  /** Requests that failed, by error code. */
  readonly errors: Map<HostErrorCode, number>;
}

/** What is counted of a request when its answer is complete or cut off. */
export interface CountedRequest {
  readonly statusCode: number;
  /** Ms. */
  readonly queueMs: number;
  readonly runMs: number;
  readonly errorCode: HostErrorCode | undefined;
}

/**
 * Counts requests. Every request comes here, so it is counted in plain arrays; they are made text only when somebody
 * asks for the metrics.
 */
export class RequestCounts {
  readonly #extensions = new Map<string, ExtensionCounts>();
  /** What the host answered by itself: files, redirects, errors. */
  readonly #own = newCounts('', '');

  /** Counts a request of an extension. */
  count(extension: string, pool: string, request: CountedRequest): void {
    let counts = this.#extensions.get(extension);
    if (counts === undefined) {
      counts = newCounts(extension, pool);
      this.#extensions.set(extension, counts);
    }
    countStatus(counts, request.statusCode);
    countTime(counts.queue, request.queueMs);
    countTime(counts.run, request.runMs);
    const { errorCode } = request;
    if (errorCode !== undefined) {
      counts.errors.set(errorCode, (counts.errors.get(errorCode) ?? 0) + 1);
    }
  }

  /** Counts a request that no extension answered. */
  countOwn(statusCode: number): void {
    countStatus(this.#own, statusCode);
  }

  /** The host's own answers, under the name '', and those of each extension that has answered. */
  all(): readonly ExtensionCounts[] {
    return [this.#own, ...this.#extensions.values()];
  }
}

function newCounts(extension: string, pool: string): ExtensionCounts {
  return {
    extension,
    pool,
    statuses: new Float64Array(STATUS_CLASSES),
    queue: newTimes(),
    run: newTimes(),
    errors: new Map(),
  };
}

function newTimes(): TimeCounts {
  return { buckets: new Float64Array(TIME_BOUNDS.length + 1), sum: 0 };
}

function countStatus({ statuses }: ExtensionCounts, statusCode: number): void {
  const index = Math.trunc(statusCode / 100);
  const count = statuses[index];
  if (count !== undefined) statuses[index] = count + 1;
}

function countTime(times: TimeCounts, ms: number): void {
  const seconds = ms / 1000;
  let index = 0;
  while (index < TIME_BOUNDS.length && seconds > (TIME_BOUNDS[index] ?? 0)) index += 1;
  times.buckets[index] = (times.buckets[index] ?? 0) + 1;
  times.sum += ms;
}
