import { readdirSync, readFileSync } from 'node:fs';
import type { HostConfig } from '../config/host-config.ts';

/** Descriptors of a thread: its event loop, and the pipes that wake it. Measured with Node 20; 24 has as many. */
const FILES_OF_THREAD = 4;
/** Threads that are there while others take their place. */
const GENERATIONS = 2;
/** For modules, logs and pool processes. */
const SPARE_FILES = 48;
/** A connection, and the file that answers its request. */
const FILES_OF_CONNECTION = 2;

/**
 * The most connections that a host takes: what its configuration says, or as many as the process has descriptors for,
 * so that a request that was taken finds what it needs.
 *
 * @returns `undefined`: no limit, for nobody knows how many descriptors there may be
 */
export function connectionLimit({ limits, pools }: HostConfig): number | undefined {
  if (limits.maxConnections > 0) return limits.maxConnections;
  const most = mostFiles();
  if (most === undefined) return undefined;
  let threads = 0;
  for (const { maxThreads } of Object.values(pools)) threads += GENERATIONS * maxThreads;
  const left = most - openFiles() - threads * FILES_OF_THREAD - SPARE_FILES;
  return Math.max(1, Math.floor(left / FILES_OF_CONNECTION));
}

/** The process's limit of open files, where the system tells it (Linux). */
function mostFiles(): number | undefined {
  const [, most] = /^Max open files +(\d+)/m.exec(readIfThere('/proc/self/limits')) ?? [];
  return most === undefined ? undefined : Number(most);
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
