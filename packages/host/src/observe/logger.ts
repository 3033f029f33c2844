import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogConfig } from '../config/host-config.ts';
import { openLogOutput } from './log-output.ts';

export type { DestinationStream, Logger } from 'pino';

/**
 * The host's log. Lines are written in blocks: a line a request would cost a system call each. A reader that is gone
 * or a disk that is full must not end the host, so errors of the destination are dropped.
 *
 * @param stream - takes the lines in place of standard output
 */
export async function createLogger(
  config: LogConfig,
  stream: DestinationStream | undefined,
): Promise<Logger> {
  return pino({ level: config.level, base: null }, stream ?? (await standardOutput(config)));
}

async function standardOutput({ format }: LogConfig): Promise<DestinationStream> {
  if (format === 'pretty') {
    const { default: pretty } = await import('pino-pretty');
    return pretty({ sync: true, ignore: 'pid,hostname', destination: 1 });
  }
  return openLogOutput();
}

/** Logs a JSON line of a pino of another process as a line of this log. */
export function forwardLine(logger: Logger, line: string): void {
  const { level, msg, time: _time, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const label = logger.levels.labels[Number(level)] ?? 'info';
  logger[label as 'info'](fields, String(msg));
}
