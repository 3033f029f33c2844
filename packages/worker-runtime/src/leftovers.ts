/** Kinds of Node's resources that are no sign of anything. */
const NOBODYS = new Set(['Immediate', 'CloseReq', 'TTYWrap']);

/** What keeps the event loop of a thread going: timers, sockets, servers, ports, watchers, by Node's names. */
export class Leftovers {
  /** What the runtime itself has open. */
  readonly #own: ReadonlyMap<string, number> = count();

  /** What has come since, as `Timeout 2, TCPServerWrap 1`; empty: nothing. */
  describe(): string {
    const left: string[] = [];
    for (const [kind, all] of count()) {
      const number = all - (this.#own.get(kind) ?? 0);
      if (number > 0 && !NOBODYS.has(kind)) left.push(`${kind} ${number}`);
    }
    return left.join(', ');
  }
}

function count(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
