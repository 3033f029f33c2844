import { parseStat, readProcesses, readText, TICK_MS, treeOf } from './processes.ts';

/** CPU time used up to one moment. Only Linux tells it. */
export interface CpuSnapshot {
  /** The whole machine's, idle left out; what a hypervisor gave to others is in. */
  readonly machineMs: number;
  /** That of a process, its threads, its children that are over and its living descendants. */
  treeMs(pid: number): number;
  /** That of the main threads alone, of a process and its living descendants. */
  mainThreadsMs(pid: number): number;
}

/** @returns undefined where there is no /proc */
export function takeCpuSnapshot(): CpuSnapshot | undefined {
  const machine = readText('/proc/stat');
  const processes = readProcesses();
  if (machine === undefined || processes === undefined) return undefined;

  const mainThreadMs = new Map<number, number>();
  for (const pid of treeOf(processes, process.pid)) {
    const text = readText(`/proc/${pid}/task/${pid}/stat`);
    if (text !== undefined) mainThreadMs.set(pid, parseStat(text).ownMs);
  }
  const sum = (pid: number, msOf: (one: number) => number | undefined): number =>
    treeOf(processes, pid).reduce((ms, one) => ms + (msOf(one) ?? 0), 0);
  return {
    machineMs: parseMachine(machine),
    treeMs: (pid) => sum(pid, (one) => processes.get(one)?.ms),
    mainThreadsMs: (pid) => sum(pid, (one) => mainThreadMs.get(one)),
  };
}

/** proc(5): user nice system idle iowait irq softirq steal; guests are in user already. */
function parseMachine(text: string): number {
  const fields = text.slice(0, text.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) * TICK_MS;
}
