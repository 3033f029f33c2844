import type { FaultMessage, ThreadFault } from './protocol/index.ts';

/** Faults of one kind that are told of an extension within WINDOW_MS; the rest is counted. */
const MAX_TOLD = 10;
const WINDOW_MS = 1000;

interface Note {
  since: number;
  told: number;
  untold: number;
}

/** Tells the host of faults that only the thread sees, without flooding it. */
export class FaultNotes {
  readonly #post: (message: FaultMessage) => void;
  readonly #notes = new Map<string, Note>();

  constructor(post: (message: FaultMessage) => void) {
    this.#post = post;
  }

  /** @param fields - what else the log line says; `untold`: how many of the kind came since the last line */
  tell(
    event: ThreadFault,
    extension: string,
    fields: Readonly<Record<string, string | number>>,
  ): void {
    const key = `${event} ${extension}`;
    const note = this.#notes.get(key) ?? { since: -Infinity, told: 0, untold: 0 };
    this.#notes.set(key, note);
    const now = performance.now();
    if (now - note.since >= WINDOW_MS) {
      note.since = now;
      note.told = 0;
    }
    if (note.told >= MAX_TOLD) {
      note.untold += 1;
      return;
    }
    const { untold } = note;
    note.told += 1;
    note.untold = 0;
    const all = untold === 0 ? { extension, ...fields } : { extension, ...fields, untold };
    this.#post({ op: 'fault', event, fields: all });
  }
}
