import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts CPU time for user space in ticks of this length, on every architecture Node runs on. */
const TICK_MS = 10;

/** CPU time used up to one moment. Only Linux tells it. */
export interface CpuSnapshot {
  /** The whole machine's, idle left out; what a hypervisor gave to others is in. */
  readonly machineMs: number;
  /** That of a process, its threads, its children that are over and its living descendants. */
  treeMs(pid: number): number;
}

/** @returns undefined where there is no /proc */
export function takeCpuSnapshot(): CpuSnapshot | undefined {
  const machine = readText('/proc/stat');
  if (machine === undefined) return undefined;

  const processes = new Map<number, ProcessTime>();
  for (const name of readdirSync('/proc')) {
    const text = /^\d+$/.test(name) ? readText(`/proc/${name}/stat`) : undefined;
    if (text !== undefined) processes.set(Number(name), parseProcess(text));
  }
  const treeMs = (pid: number): number => {
    let ms = processes.get(pid)?.ms ?? 0;
    for (const [child, { parent }] of processes) if (parent === pid) ms += treeMs(child);
    return ms;
  };
  return { machineMs: parseMachine(machine), treeMs };
}

interface ProcessTime {
  readonly parent: number;
  readonly ms: number;
}

/** proc(5): fields 4 ppid, 14 utime, 15 stime, 16 cutime, 17 cstime; the name may hold blanks and brackets. */
function parseProcess(text: string): ProcessTime {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ms: ticks * TICK_MS };
}

/** proc(5): user nice system idle iowait irq softirq steal; guests are in user already. */
function parseMachine(text: string): number {
  const fields = text.slice(0, text.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}

/** @returns undefined for a file that is not there, or no longer */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
