import { write } from 'node:fs';

/** pino's numbers. */
const levels = { info: 30, warn: 40, error: 50, fatal: 60 } as const;

type Level = keyof typeof levels;

/** Lines that may wait for standard output; more are dropped. */
const MAX_WAITING = 64;

/** Standard output and standard error. */
const OUT = 1;
const ERR = 2;

/**
 * The log of the supervisor: few lines, in the form of the host's, without loading what writes those. Nothing waits
 * for whoever reads them.
 */
export class SupervisorLog {
  /** Lines are JSON, on standard output; else texts for people, on standard error. */
  isJson = true;
  readonly #waiting: { readonly fd: number; readonly line: string }[] = [];
  #isWriting = false;

  write(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(
      this.isJson
        ? { fd: OUT, line: jsonLine(level, message, fields) }
        : { fd: ERR, line: textLine(message, fields) },
    );
    this.#writeNext();
  }

  #writeNext(): void {
    if (this.#isWriting) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#isWriting = true;
    // A reader that is gone and a disk that is full lose the line.
    write(next.fd, next.line, () => {
      this.#isWriting = false;
      this.#writeNext();
    });
  }
}

function jsonLine(level: Level, msg: string, fields: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ level: levels[level], time: Date.now(), ...fields, msg })}\n`;
}

function textLine(message: string, fields: Readonly<Record<string, unknown>>): string {
  const details = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`);
  return `isapi: ${message}${details.length === 0 ? '' : ` (${details.join(', ')})`}\n`;
}
