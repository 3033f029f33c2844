/** How an operation ended: what its completion learns. */
export interface OperationEnd {
  readonly bytes: number;
  /** What the request code gives, where it gives something. */
  readonly value?: unknown;
}

/** What a request code has begun, and the end of it that is reported later. */
export class StartedOperation {
  readonly finished: Promise<OperationEnd>;

  constructor(finished: Promise<OperationEnd>) {
    this.finished = finished;
  }
}
