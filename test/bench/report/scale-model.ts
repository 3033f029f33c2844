/** CPU microseconds that an answer costs, by where they are spent. */
export interface HopCost {
  /** In the front end: the main thread of a host process. */
  readonly frontEndUs: number;
  /** In the extension's thread, the extension's own work left out. */
  readonly threadUs: number;
}

/** What some cores can answer, when they do nothing else. */
export interface Capacity {
  readonly processes: number;
  /** Threads of all processes together. */
  readonly threads: number;
  readonly answersPerSecond: number;
  /** What has to be more for more answers. */
  readonly limit: 'front end' | 'threads';
}

/** One host process: a core for its front end, the others for threads, as far as these get work. */
export function oneProcess(cores: number, cost: HopCost, workUs: number): Capacity {
  return capacityOf(1, cores - 1, cost, workUs);
}

/** As many host processes as answer most. */
export function manyProcesses(cores: number, cost: HopCost, workUs: number): Capacity {
  let best = oneProcess(cores, cost, workUs);
  for (let processes = 2; processes < cores; processes += 1) {
    const next = capacityOf(processes, cores - processes, cost, workUs);
    if (next.answersPerSecond > best.answersPerSecond) best = next;
  }
  return best;
}

/** P processes and T threads answer min(P / front end, T / (thread + work)). */
function capacityOf(processes: number, most: number, cost: HopCost, workUs: number): Capacity {
  const perThreadUs = cost.threadUs + workUs;
  const byFrontEnd = (processes * 1e6) / cost.frontEndUs;
  const byThreads = (most * 1e6) / perThreadUs;
  const answersPerSecond = Math.min(byFrontEnd, byThreads);
  const threads = Math.min(most, Math.ceil((answersPerSecond * perThreadUs) / 1e6));
  const limit = byFrontEnd < byThreads ? 'front end' : 'threads';
  return { processes, threads, answersPerSecond, limit };
}
