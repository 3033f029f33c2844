import { lookup } from 'node:dns/promises';
import type { HostConfig } from '../config/host-config.ts';
import { ignoreSignals, reloadSignal } from './signals.ts';
import type {
  HostLoad,
  OperatorAnswer,
  OperatorRequest,
  SocketAddress,
  Terms,
  ToHostProcess,
  ToSupervisor,
} from './messages.ts';

/** Node's handles of bound sockets, to listen on. */
export interface HostSockets {
  readonly listen: object;
  /** `undefined`: there is none to be had. */
  readonly admin: object | undefined;
}

/** What a host process is given by its supervisor. */
export interface Place {
  readonly sockets: HostSockets;
  /** Nobody was ready before it: it prints the banner. */
  readonly isFirst: boolean;
  /** What the process before it has loaded. */
  readonly load: HostLoad;
}

type Answering = (request: OperatorRequest) => Promise<Omit<OperatorAnswer, 'seat'>>;

/** A host process's end of the line to its supervisor. One that is gone lets the process drain. */
export class SupervisorLink {
  readonly #process: NodeJS.Process;
  readonly #onSocket: ((answer: ToHostProcess, handle: object | undefined) => void)[] = [];
  /** Number of this process's place, from 0. */
  seat = 0;
  #answer: Answering | undefined;
  #lastAsked = 0;
  readonly #asked: Map<number, (answers: readonly OperatorAnswer[]) => void> = new Map();
  #isFirst = false;
  #load: HostLoad = {};
  #tellLoad: () => HostLoad = () => ({});
  #startedAt = performance.timeOrigin;
  #drain: ((reason: string) => void) | undefined;
  #drainReason: string | undefined;

  constructor(process: NodeJS.Process) {
    this.#process = process;
    process.on('message', (message: ToHostProcess, handle: object | undefined) => {
      this.#receive(message, handle);
    });
    process.on('disconnect', () => {
      for (const settle of this.#asked.values()) settle([]);
      this.#drainFor('supervisor lost');
    });
    // A terminal signals its whole group: the supervisor hears it too, and says what is to be done.
    process.on('SIGINT', ignore);
    process.on(reloadSignal, ignore);
    process.on('SIGTERM', () => this.recycle('own', 'SIGTERM'));
    ignoreSignals(process);
  }

  /** Since the start began that this process is part of, ms. */
  get uptimeMs(): number {
    return performance.timeOrigin + performance.now() - this.#startedAt;
  }

  /**
   * Tells the supervisor what to hold to, and asks it for the sockets to listen on.
   *
   * @throws (rejects) Error - as `listen` would
   */
  async join(config: HostConfig): Promise<Place> {
    this.#send({ op: 'terms', terms: termsOf(config) });
    const { listen, admin } = config;
    const [listening, watching] = await Promise.all([
      this.#socket('requests', listen),
      // A host that serves is worth more than one that is watched: it tells itself that it has no admin port.
      admin.enabled ? this.#socket('admin', admin).catch(() => undefined) : undefined,
    ]);
    const sockets = { listen: listening, admin: watching };
    return { sockets, isFirst: this.#isFirst, load: this.#load };
  }

  /**
   * Tells that this process accepts connections.
   *
   * @param tellLoad - says what a successor has to load
   */
  ready(tellLoad: () => HostLoad): void {
    this.#tellLoad = tellLoad;
    this.#send({ op: 'ready' });
  }

  /** Asks for a successor of this process, or of all. */
  recycle(whom: 'own' | 'all', reason: string): void {
    if (this.#process.connected) this.#send({ op: 'recycle', whom, reason });
    else this.#drainFor(reason);
  }

  /** What the other host processes answer to an operator; those that do not answer are left out. */
  askOthers(request: OperatorRequest): Promise<readonly OperatorAnswer[]> {
    if (!this.#process.connected) return Promise.resolve([]);
    this.#lastAsked += 1;
    const id = this.#lastAsked;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#send({ op: 'ask', id, request });
    });
  }

  /** Says who answers what operators ask the other host processes. */
  onAsked(answer: Answering): void {
    this.#answer = answer;
  }

  /** Calls the listener, once, when this process is to end; also when that was said before. */
  onDrain(listener: (reason: string) => void): void {
    this.#drain = listener;
    if (this.#drainReason !== undefined) listener(this.#drainReason);
  }

  async #socket(
    use: SocketAddress['use'],
    { host, port }: { readonly host: string; readonly port: number },
  ): Promise<object> {
    const { address, family } = await lookup(host);
    return new Promise((resolve, reject) => {
      this.#onSocket.push((answer, handle) => {
        if (answer.op === 'no-socket') {
          const { code, message } = answer;
          reject(Object.assign(new Error(message), { code, syscall: 'listen' }));
        } else if (handle !== undefined) {
          resolve(handle);
        }
      });
      this.#send({ op: 'socket', address: { use, address, port, family: family === 6 ? 6 : 4 } });
    });
  }

  #receive(message: ToHostProcess, handle: object | undefined): void {
    switch (message.op) {
      case 'welcome':
        this.seat = message.seat;
        this.#isFirst = message.isFirst;
        this.#startedAt = message.startedAt;
        this.#load = message.load;
        return;
      case 'socket':
      case 'no-socket':
        return this.#onSocket.shift()?.(message, handle);
      case 'ping':
        return this.#send({ op: 'pong' });
      case 'asked':
        void this.#answer?.(message.request).then((answer) => {
          this.#send({ op: 'answer', id: message.id, answer });
        });
        return;
      case 'answers':
        this.#asked.get(message.id)?.(message.answers);
        this.#asked.delete(message.id);
        return;
      case 'tell-load':
        return this.#send({ op: 'load', load: this.#tellLoad() });
      case 'drain':
        return this.#drainFor(message.reason);
      default:
        message satisfies never;
    }
  }

  #drainFor(reason: string): void {
    if (this.#drainReason !== undefined) return;
    this.#drainReason = reason;
    this.#drain?.(reason);
  }

  #send(message: ToSupervisor): void {
    // A supervisor that is gone is told by `disconnect`.
    if (this.#process.connected) this.#process.send?.(message, undefined, undefined, ignore);
  }
}

function termsOf(config: HostConfig): Terms {
  const { processes, supervise, hostPingIntervalMs, shutdownTimeoutMs, log } = config;
  const logsJson = log.format === 'json';
  return { processes, supervise, pingIntervalMs: hostPingIntervalMs, shutdownTimeoutMs, logsJson };
}

function ignore(): void {
  // See where it is given.
}
