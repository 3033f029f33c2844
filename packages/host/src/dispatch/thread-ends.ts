import type { Slab } from '@isapi-host/worker-runtime/protocol';
import type { Client, Loss } from '../callbacks/client.ts';
import type { FaultEvent, FaultFields } from '../observe/faults.ts';
import type { HeldRequests } from './held-requests.ts';
import type { RequestTable } from './request-table.ts';
import type { ThreadCrew, ThreadLink } from './thread-crew.ts';
import type { ThreadExit, ThreadPool } from './thread-pool.ts';
import type { ThreadPorts } from './thread-ports.ts';
import type { WatchKeeper } from './thread-watch.ts';

export interface ThreadEndsOptions {
  readonly slab: Slab;
  readonly requests: RequestTable;
  readonly held: HeldRequests;
  readonly crew: ThreadCrew;
  readonly threads: ThreadPool;
  readonly ports: ThreadPorts;
  readonly report: (event: FaultEvent, fields: FaultFields) => void;
}

/*
 * Ends threads, and sees to what they leave.
 *
 *   SERVING -> KILLED     [kill: its sessions are over for their clients, and another thread may start]
 *   SERVING -> ENDED      [it retires, exits or dies]
 *   KILLED -> ENDED       [its exit; or it has not ended after a while: it is stuck in native code]
 *
 * (1) What a thread had finished counts, however it ends.
 * (2) The slots of a killed thread are its own until it has ended.
 */
export class ThreadEnds implements WatchKeeper {
  readonly #of: ThreadEndsOptions;
  /** By number. */
  readonly #killed = new Map<number, ThreadLink>();

  constructor(options: ThreadEndsOptions) {
    this.#of = options;
  }

  /** Ends a thread. Its sessions are over at once for their clients, whenever it ends. */
  kill(link: ThreadLink): void {
    const { ports, crew, threads } = this.#of;
    ports.ended(link);
    if (crew.remove(link.number) === undefined) return;
    this.#killed.set(link.number, link);
    for (const client of this.#sessionsOf(link.number)) this.#lose(client, 'thread-lost');
    this.#loseHeld(link.number, 'thread-lost');
    threads.kill(link.number);
    crew.wake();
  }

  /** A thread has ended. @returns it, unless it never joined */
  ended(number: number, exit: ThreadExit): ThreadLink | undefined {
    const { slab, requests, crew, ports } = this.#of;
    const link = crew.find(number) ?? this.#killed.get(number);
    if (link === undefined) return undefined;
    if (!this.#killed.delete(number)) ports.ended(link);
    crew.remove(number);
    const sessions = this.#sessionsOf(number);
    for (const client of sessions) {
      this.#lose(client, 'thread-lost');
      requests.release(client.slot);
    }
    const lost = sessions.length + this.#loseHeld(number, 'thread-lost');
    requests.resubmitLost();
    slab.leave(number);
    // One that goes as it should loses nothing.
    if (!link.isRetiring || lost > 0) this.#of.report(deathOf(exit), { ...exit, lost });
    return link;
  }

  /** A session has not heeded its cancellation. */
  outlived(client: Client): void {
    const { slab, requests, crew, report } = this.#of;
    const link = crew.find(slab.claimer(client.slot));
    if (link === undefined) return;
    requests.abandon(client.slot, Infinity);
    const { connId, extension } = client;
    report('worker.killed', { threadId: link.threadId, connId, extension });
    this.kill(link);
  }

  // WatchKeeper

  outgrown(link: ThreadLink, bytes: number, how: 'over' | 'far'): void {
    const externalMb = Math.ceil(bytes / 1024 / 1024);
    const action = how === 'far' ? 'killed' : 'replaced';
    this.#of.report('worker.extmem', { threadId: link.threadId, externalMb, action });
    if (how === 'far') this.kill(link);
    else this.#of.crew.replace(link);
  }

  stuckLoading(link: ThreadLink): void {
    const { slab, requests, report } = this.#of;
    const { threadId, number } = link;
    const extension = requests.at(slab.loadingSlot(number))?.extension;
    report('ext.load', { threadId, extension, errorCode: 'ISAPI_ERR_LOAD_TIMEOUT' });
    for (const client of this.#sessionsOf(number)) {
      if (client.extension === extension) this.#lose(client, 'load-timeout');
    }
    this.#loseHeld(number, 'load-timeout');
    this.kill(link);
  }

  /** The request is over for its client; its slot stays the thread's. */
  #lose(client: Client, loss: Loss): void {
    const { requests } = this.#of;
    if (requests.isAbandoned(client.slot)) return;
    requests.abandon(client.slot, Infinity);
    client.lose(loss);
  }

  /** What a thread holds goes to others, but for what waits for the module that it loads. @returns how many are lost */
  #loseHeld(thread: number, loss: Loss): number {
    const lost = this.#of.held.threadEnds(thread);
    for (const client of lost) client.lose(loss);
    return lost.length;
  }

  #sessionsOf(thread: number): Client[] {
    const { requests, slab } = this.#of;
    return [...requests.all()].filter(({ slot }) => slab.isClaimedBy(slot, thread));
  }
}

function deathOf({ isStuck, errorCode }: ThreadExit): FaultEvent {
  if (isStuck) return 'worker.quarantined';
  return errorCode === 'ERR_WORKER_OUT_OF_MEMORY' ? 'worker.oom' : 'worker.exit';
}
