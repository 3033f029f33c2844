/** A request as the subjects that use Piscina literally send it to a thread: an object, cloned. */
export interface ThreadRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly remoteAddress: string;
  readonly body: Uint8Array | undefined;
}

/** The answer, cloned on its way back. */
export interface ThreadAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}
