import { pino } from 'pino';
import type { LogConfig } from '../config/host-config.ts';
import type { AccessLog, AccessRecord } from './access-log.ts';
import { LogFile } from './log-file.ts';
import type { Logger } from './logger.ts';
import { w3cHead, w3cLine } from './w3c-line.ts';

/** Opens the access log that a configuration asks for; `undefined`: none. */
export function openAccessLog(
  { access, accessFormat, accessFile }: LogConfig,
  siteName: string,
  logger: Logger,
): AccessLog | undefined {
  if (!access) return undefined;
  if (accessFile === '') return new JsonAccessLog(logger, undefined);
  const file = new LogFile(accessFile, logger);
  if (accessFormat === 'w3c') return new W3cAccessLog(file, siteName);
  return new JsonAccessLog(pino({ base: null }, file), file);
}

/** A JSON line each, in the log or in a file of its own. */
class JsonAccessLog implements AccessLog {
  readonly #logger: Logger;
  readonly #file: LogFile | undefined;

  constructor(logger: Logger, file: LogFile | undefined) {
    this.#logger = logger;
    this.#file = file;
  }

  write(record: AccessRecord): void {
    this.#logger.info(record, 'request completed');
  }

  reopen(): void {
    this.#file?.reopen();
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

/** A W3C extended log file. */
class W3cAccessLog implements AccessLog {
  readonly #file: LogFile;
  readonly #siteName: string;

  constructor(file: LogFile, siteName: string) {
    this.#file = file;
    this.#siteName = siteName;
    file.write(w3cHead(new Date()));
  }

  write(record: AccessRecord, { headers }: Parameters<AccessLog['write']>[1]): void {
    this.#file.write(w3cLine({ record, headers, siteName: this.#siteName, at: new Date() }));
  }

  reopen(): void {
    this.#file.reopen();
    this.#file.write(w3cHead(new Date()));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
