import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time for user space in ticks of this length, on every architecture Node runs on. */
export const TICK_MS = 10;

/** What /proc tells of a process. */
export interface ProcessEntry {
  readonly parent: number;
  /** CPU time of its threads and of its children that are over. */
  readonly ms: number;
  /** The same without the children. */
  readonly ownMs: number;
}

/** All processes there are. @returns undefined where there is no /proc */
export function readProcesses(): ReadonlyMap<number, ProcessEntry> | undefined {
  if (readText('/proc/stat') === undefined) return undefined;
  const processes = new Map<number, ProcessEntry>();
  for (const name of readdirSync('/proc')) {
    const text = /^\d+$/.test(name) ? readText(`/proc/${name}/stat`) : undefined;
    if (text !== undefined) processes.set(Number(name), parseStat(text));
  }
  return processes;
}

/** A process and its living descendants. */
export function treeOf(processes: ReadonlyMap<number, ProcessEntry>, pid: number): number[] {
  const tree = [pid];
  for (const [child, { parent }] of processes) {
    if (parent === pid) tree.push(...treeOf(processes, child));
  }
  return tree;
}

/** proc(5): fields 4 ppid, 14 utime, 15 stime, 16 cutime, 17 cstime; the name may hold blanks and brackets. */
export function parseStat(text: string): ProcessEntry {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  const ownMs = (user + system) * TICK_MS;
  return { parent: Number(fields[1]), ms: ownMs + (childUser + childSystem) * TICK_MS, ownMs };
}

/** @returns undefined for a file that is not there, or no longer */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
