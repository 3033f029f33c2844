/** One line of the host's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The lines of a log, as they come. */
export class LogLines {
  readonly #lines: LogLine[] = [];
  readonly #waiting = new Set<() => void>();

  push(line: LogLine): void {
    this.#lines.push(line);
    for (const look of this.#waiting) look();
  }

  get all(): readonly LogLine[] {
    return this.#lines;
  }

  /** Settles with the first line, past or coming, that has these fields. @param from - how many lines to pass over */
  find(fields: Readonly<Record<string, unknown>>, from: number = 0): Promise<LogLine> {
    return this.first(
      (line) => Object.entries(fields).every(([name, value]) => line[name] === value),
      from,
    );
  }

  /** Settles with the first line, past or coming, that this is true of. */
  first(matches: (line: LogLine) => boolean, from: number = 0): Promise<LogLine> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.#lines.slice(from).find(matches);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
