import {
  type LoadedMessage,
  type LoadProblem,
  type SessionEnd,
  type Slab,
  SLOT_CALL,
  type ToThread,
  WAKE,
} from '@isapi-host/worker-runtime/protocol';
import { isToHost } from '../callbacks/check-message.ts';
import type { Client } from '../callbacks/client.ts';
import { drainPort, type PortServer, type Sender, servePort } from '../callbacks/serve-port.ts';
import type { FaultEvent, FaultFields } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import { MessageQuota } from './message-quota.ts';
import type { ModuleLoads } from './module-loads.ts';
import type { RequestTable } from './request-table.ts';
import type { ThreadCrew, ThreadLink } from './thread-crew.ts';
import type { Turns } from './turns.ts';

/** A thread whose port is closed is ended, unless it has done so itself by then, ms. */
const MUTE_MS = 250;

export interface ThreadPortsOptions {
  readonly slab: Slab;
  readonly requests: RequestTable;
  readonly crew: ThreadCrew;
  readonly turns: Turns;
  readonly loads: ModuleLoads;
  readonly logger: Logger;
  /** Ends a thread at once. */
  readonly kill: (link: ThreadLink) => void;
  readonly report: (event: FaultEvent, fields: FaultFields) => void;
}

/*
 * The ports of a pool's threads.
 *
 * (1) An extension can get hold of its thread's port. What is no message, comes too fast or names a session of another
 *     thread ends the thread, and nothing more is heard of it.
 * (2) A port that closes takes its thread along: the two could not talk any more.
 */
export class ThreadPorts implements PortServer {
  readonly #of: ThreadPortsOptions;
  readonly #quotas = new Map<ThreadLink, MessageQuota>();

  constructor(options: ThreadPortsOptions) {
    this.#of = options;
  }

  /** Hears a thread until its port closes. */
  serve(link: ThreadLink): void {
    this.#quotas.set(link, new MessageQuota());
    link.port.on('message', (message: unknown) => this.#receive(link, message));
    link.port.on('messageerror', () => this.#expel(link, 'bridge.bad', 'a message cannot be read'));
    // A thread that exits is gone before this. (A port cannot be read inside its `close`: Node 20 crashes.)
    link.port.on('close', () => void setTimeout(() => this.#endMute(link), MUTE_MS).unref());
  }

  /** A thread has ended. Its exit overtakes what it posted last: an answer it had ended would be lost. */
  ended(link: ThreadLink): void {
    // One that was expelled may still be posting, faster than anybody can read.
    drainPort(
      link.port,
      (message) => this.#receive(link, message),
      () => this.#quotas.has(link),
    );
    this.#of.turns.collect(link);
    this.#quotas.delete(link);
    link.port.close();
  }

  post(client: Client, message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    const { requests, slab, crew } = this.#of;
    const link = requests.has(client) ? crew.find(slab.claimer(client.slot)) : undefined;
    if (link === undefined) return;
    link.port.postMessage(message, transfer);
    // The thread may be blocked in a call of this session.
    const call = slab.slotAt(client.slot) + SLOT_CALL;
    Atomics.add(slab.words, call, 1);
    Atomics.notify(slab.words, call);
    this.#quotas.get(link)?.pay(message.op === 'credit' ? message.buffers.length : 1);
  }

  // PortServer

  clientOf(thread: number, slot: number, connId: number): Client | undefined {
    const { requests, slab } = this.#of;
    const client = requests.at(slot);
    if (client?.connId !== connId) return undefined;
    if (slab.isClaimedBy(slot, thread)) return client;
    // No thread can know of it but the one that runs it.
    const link = this.#of.crew.find(thread);
    if (link !== undefined) this.#expel(link, 'bridge.forged', `slot ${slot} is not its own`);
    return undefined;
  }

  isAbandoned(client: Client): boolean {
    return this.#of.requests.isAbandoned(client.slot);
  }

  sessionEnded(client: Client, end: SessionEnd): void {
    const { slot } = client;
    const { requests } = this.#of;
    const link = this.noteEnd(client);
    // Its head and its end.
    if (link !== undefined) this.#quotas.get(link)?.pay(2);
    if (!requests.isAbandoned(slot)) client.end(end);
    requests.release(slot);
  }

  moduleLoaded({ threadId }: Sender, loaded: LoadedMessage): void {
    const { module, version, description, loadMs } = loaded;
    if (!this.#of.loads.loaded(loaded)) this.#of.report('ext.changed', { threadId, module });
    this.#of.logger.info({ threadId, module, version, description, loadMs }, 'extension loaded');
  }

  loadsDone(thread: number, problems: readonly LoadProblem[]): void {
    this.#of.loads.done(thread, problems);
  }

  threadRetired(thread: number): void {
    const link = this.#of.crew.find(thread);
    if (link !== undefined) link.isRetiring = true;
  }

  faultTold({ threadId }: Sender, event: FaultEvent, fields: FaultFields): void {
    this.#of.report(event, { threadId, ...fields });
  }

  /** Notes which thread ran a request, and when. */
  noteEnd(client: Client): ThreadLink | undefined {
    const link = this.#of.crew.find(this.#of.slab.claimer(client.slot));
    client.threadId = link?.threadId;
    this.#of.requests.noteTimes(client);
    return link;
  }

  /** A thread broke the protocol. */
  expelFor(link: ThreadLink, reason: string): void {
    this.#expel(link, 'bridge.bad', reason);
  }

  #endMute(link: ThreadLink): void {
    if (this.#of.crew.find(link.number) === link && !link.isRetiring) this.#of.kill(link);
  }

  #receive(link: ThreadLink, message: unknown): void {
    const quota = this.#quotas.get(link);
    // Of a thread that was expelled.
    if (quota === undefined) return;
    if (message === WAKE && this.#of.turns.open()) return;
    if (quota.take()) return this.#expel(link, 'bridge.flood', 'too many messages');
    if (message === WAKE) return;
    if (!isToHost(message)) return this.#expel(link, 'bridge.bad', 'not a message');
    servePort(this, link, message, this.#of.logger);
  }

  #expel(link: ThreadLink, event: FaultEvent, reason: string): void {
    if (!this.#quotas.delete(link)) return;
    this.#of.report(event, { threadId: link.threadId, reason });
    this.#of.kill(link);
  }
}
