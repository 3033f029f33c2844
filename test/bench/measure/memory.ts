import { writeFileSync } from 'node:fs';
import { readProcesses, readText, treeOf } from './processes.ts';

/** Resident memory of a process and its descendants, bytes. */
export interface Memory {
  readonly now: number;
  /** The most it was, each process for itself, since the start or the last `resetPeak`. */
  readonly peak: number;
}

/** @returns undefined where there is no /proc */
export function readMemory(pid: number): Memory | undefined {
  const processes = readProcesses();
  if (processes === undefined) return undefined;
  let now = 0;
  let peak = 0;
  for (const one of treeOf(processes, pid)) {
    const text = readText(`/proc/${one}/status`) ?? '';
    now += sizeIn(text, 'VmRSS');
    peak += sizeIn(text, 'VmHWM');
  }
  return { now, peak };
}

/** Forgets the peaks so far. proc(5): 5 in clear_refs. */
export function resetPeak(pid: number): void {
  for (const one of treeOf(readProcesses() ?? new Map(), pid)) {
    writeFileSync(`/proc/${one}/clear_refs`, '5');
  }
}

/** Files, and so connections, that this process and its children may have open. */
export function readOpenFilesLimit(): number | undefined {
  const limit = /^Max open files\s+(\d+)/m.exec(readText('/proc/self/limits') ?? '')?.[1];
  return limit === undefined ? undefined : Number(limit);
}

function sizeIn(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
}
