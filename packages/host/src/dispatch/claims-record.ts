import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLAIM_CELL_BYTES } from '@isapi-host/worker-runtime/protocol';

/** Where the file is made: in memory, where there is such a folder. */
const FOLDERS = ['/dev/shm', tmpdir()];
/** Cells the file grows by: one page. */
const STEP_CELLS = 4096 / CLAIM_CELL_BYTES;
const EMPTY_CELLS = new Uint8Array(STEP_CELLS * CLAIM_CELL_BYTES);

/**
 * What one pool process has begun, in a file without a name that outlives it; `claim-cell.ts` says what is in it.
 *
 * A cell is given to one request at a time. As long as the process might begin a request, its cell goes to no other:
 * one that is over for the host, but not for the process, keeps it until the process says so.
 */
export class ClaimsRecord {
  /** Descriptor of the file; `undefined`: there can be none here, so every request counts as begun. */
  readonly file: number | undefined = openNameless();
  readonly #free: number[] = [];
  #cells = 0;
  /** Cells by the connIds of requests that are over for the host only. */
  readonly #kept = new Map<number, number>();

  /** Takes a cell for a request that is about to be sent. */
  take(): number {
    const cell = this.#free.pop();
    if (cell !== undefined) return cell;
    if (this.#cells % STEP_CELLS === 0) this.#grow();
    this.#cells += 1;
    return this.#cells - 1;
  }

  /** Gives the cell of a request back that is over for the process, too. */
  give(cell: number): void {
    this.#free.push(cell);
  }

  /** The request is over for the host. */
  keep(cell: number, connId: number): void {
    this.#kept.set(connId, cell);
  }

  /** The request is over for the process. */
  release(connId: number): void {
    const cell = this.#kept.get(connId);
    if (cell === undefined) return;
    this.#kept.delete(connId);
    this.give(cell);
  }

  /** Whether a thread has begun the request. For sure once the process is dead. */
  hasBegun(cell: number, connId: number): boolean {
    if (this.file === undefined) return true;
    const found = new Float64Array(1);
    readSync(this.file, found, 0, CLAIM_CELL_BYTES, cell * CLAIM_CELL_BYTES);
    return found[0] === connId;
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
  }

  /** The host makes the room, so that no thread meets a full disk. */
  #grow(): void {
    if (this.file === undefined) return;
    writeSync(this.file, EMPTY_CELLS, 0, EMPTY_CELLS.length, this.#cells * CLAIM_CELL_BYTES);
  }
}

function openNameless(): number | undefined {
  for (const folder of FOLDERS) {
    try {
      const path = join(folder, `isapi-claims-${process.pid}-${process.hrtime.bigint()}`);
      const file = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      return file;
    } catch {
      // No such folder, or not ours to write in.
    }
  }
  return undefined;
}
