import type { FaultMessage, ThreadFault } from './protocol/index.ts';

/** A fault of one kind is told of an extension at most this often, ms; in between it is counted. */
const TELL_EVERY_MS = 1000;

interface Note {
  toldAt: number;
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
    const note = this.#notes.get(key) ?? { toldAt: -Infinity, untold: 0 };
    this.#notes.set(key, note);
    const now = performance.now();
    if (now - note.toldAt < TELL_EVERY_MS) {
      note.untold += 1;
      return;
    }
    const { untold } = note;
    note.toldAt = now;
    note.untold = 0;
    const all = untold === 0 ? { extension, ...fields } : { extension, ...fields, untold };
    this.#post({ op: 'fault', event, fields: all });
  }
}
