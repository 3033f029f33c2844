import { writeSync } from 'node:fs';
import { CLAIM_CELL_BYTES } from './protocol/index.ts';

/** Notes which requests are begun, where the host can read it when this process has died. */
export class ClaimNotes {
  readonly #file: number;
  readonly #connId = new Float64Array(1);
  readonly #bytes = new Uint8Array(this.#connId.buffer);

  /** @param file - descriptor of the host's file */
  constructor(file: number) {
    this.#file = file;
  }

  /**
   * Notes that a request is begun, before it is: what is in the file outlives the process. About 0.8 us.
   *
   * @throws (system error) - an extension has closed the file; the request must not be run
   */
  note(cell: number, connId: number): void {
    this.#connId[0] = connId;
    writeSync(this.#file, this.#bytes, 0, CLAIM_CELL_BYTES, cell * CLAIM_CELL_BYTES);
  }
}
