import type { Resolution } from '../name-space/resolution.ts';
import type { RequestFailure, Turn } from './connection.ts';
import { STATUS_OF_FAILURE } from './failure-codes.ts';
import type { OwnAnswer } from './request-rules.ts';
import type { Responder } from './responder.ts';
import { streamFile } from './stream-file.ts';

/** What the host answers by itself. */
export type PlainResolution = Exclude<Resolution, { kind: 'extension' }> | OwnAnswer;

/** One request that no extension answers: a file, a redirect, or a refusal. */
export class PlainExchange implements Turn {
  readonly responder: Responder;
  /** Its body is nothing to it. */
  readonly intake = 'over';
  readonly bytesIn = 0;
  /** The client left before it had everything. */
  isClientGone = false;
  readonly #resolution: PlainResolution;

  constructor(responder: Responder, resolution: PlainResolution) {
    this.responder = responder;
    this.#resolution = resolution;
  }

  start(): void {
    const { responder } = this;
    const resolution = this.#resolution;
    if (!('kind' in resolution)) return responder.error(resolution.statusCode, resolution.headers);
    switch (resolution.kind) {
      case 'file':
        streamFile(responder, resolution, responder.request).catch(() => responder.error(500));
        return;
      case 'redirect':
        return responder.error(301, { Location: resolution.location });
      case 'refused': {
        const { statusCode, subStatus, allow } = resolution;
        return responder.error(statusCode, allow === undefined ? {} : { Allow: allow }, subStatus);
      }
      default:
        return resolution satisfies never;
    }
  }

  clientGone(): void {
    this.isClientGone = true;
    this.responder.closed();
  }

  requestFailed(failure: RequestFailure): void {
    this.responder.error(STATUS_OF_FAILURE[failure]);
  }
}
