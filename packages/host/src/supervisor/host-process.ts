import { type ChildProcess, fork, type SendHandle } from 'node:child_process';
import type { HeldSockets } from './held-sockets.ts';
import type {
  HostLoad,
  OperatorAnswer,
  OperatorRequest,
  SocketAddress,
  Terms,
  ToHostProcess,
  ToSupervisor,
} from './messages.ts';

/** Pings without an answer before it is told, and before the process is killed. */
const SILENT_PINGS = 1;
const DEAD_PINGS = 10;
/** A process that is not ready after this long is killed, ms. */
const START_MS = 90_000;
/** Beyond `shutdownTimeoutMs`; a second more than the process itself takes for its last steps. */
const KILL_GRACE_MS = 3000;
/** Longest wait for what an operator wants to see, and for what is to be done, ms. */
const LOOK_MS = 2000;
const STEER_MS = 60_000;
/** A process that does not tell by then what it has loaded is not waited for, ms. */
const TELL_MS = 2000;
const LONGEST_TIMER_MS = 2_147_483_647;

/** How a host process is started, and who hears of it. */
export interface HostProcessOptions {
  /** Its main file, and the command line after it. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly seat: number;
  readonly isFirst: boolean;
  readonly startedAt: number;
  /** What it is to load before it listens. */
  readonly load: HostLoad;
  readonly sockets: HeldSockets;
  /** It accepts connections. */
  readonly onReady: (process: HostProcess) => void;
  readonly onSilent: (process: HostProcess) => void;
  readonly onRecycle: (process: HostProcess, whom: 'own' | 'all', reason: string) => void;
  /** It passes on what an operator asks. @returns what the others answer */
  readonly onAsk: (
    process: HostProcess,
    request: OperatorRequest,
  ) => Promise<readonly OperatorAnswer[]>;
}

/** How a host process ended. */
export interface HostProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** How long it accepted connections, ms; `undefined`: it was never ready. */
  readonly readyMs: number | undefined;
}

/*
 * One host process, as its supervisor sees it.
 *
 *   STARTING -> READY              [it says so]
 *   STARTING, READY -> DRAINING    [drain]
 *   any -> ENDED                   [it ends, by itself or killed: too late, or silent]
 */
export class HostProcess {
  readonly ended: Promise<HostProcessEnd>;
  /** What it listens on. */
  readonly addresses: SocketAddress[] = [];
  terms: Terms | undefined;
  readonly #options: HostProcessOptions;
  readonly #child: ChildProcess;
  #state: 'STARTING' | 'READY' | 'DRAINING' | 'ENDED' = 'STARTING';
  #readyAt: number | undefined;
  #unanswered = 0;
  #lastAsked = 0;
  readonly #asked: Map<number, (answer: OperatorAnswer | undefined) => void> = new Map();
  #pingTimer: NodeJS.Timeout | undefined;
  #killTimer: NodeJS.Timeout;
  #onLoad: ((load: HostLoad) => void) | undefined;

  constructor(options: HostProcessOptions) {
    const { entry, args, seat, isFirst, startedAt, load } = options;
    this.#options = options;
    this.#child = fork(entry, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => this.#receive(message as ToSupervisor));
    this.#child.on('error', ignore);
    this.#killTimer = setTimeout(() => this.kill(), START_MS);
    this.ended = new Promise((resolve) => {
      const end = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
        this.#state = 'ENDED';
        clearInterval(this.#pingTimer);
        clearTimeout(this.#killTimer);
        for (const settle of this.#asked.values()) settle(undefined);
        const readyMs = this.#readyAt === undefined ? undefined : performance.now() - this.#readyAt;
        resolve({ exitCode, signal, readyMs });
      };
      this.#child.once('exit', end);
      // It could not be started at all.
      this.#child.once('error', () => {
        if (this.#child.pid === undefined) end(null, null);
      });
    });
    this.#send({ op: 'welcome', seat, isFirst, startedAt, load });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks what its pools have loaded; nothing, when it does not say. */
  tellLoad(): Promise<HostLoad> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({}), TELL_MS);
      this.#onLoad = (load) => {
        clearTimeout(timer);
        resolve(load);
      };
      void this.ended.then(() => this.#onLoad?.({}));
      this.#send({ op: 'tell-load' });
    });
  }

  /** Lets it answer what it has, and end; kills it when that takes too long. */
  drain(reason: string): void {
    if (this.#state === 'DRAINING' || this.#state === 'ENDED') return;
    this.#state = 'DRAINING';
    const { shutdownTimeoutMs = 0 } = this.terms ?? {};
    clearTimeout(this.#killTimer);
    const ms = Math.min(shutdownTimeoutMs + KILL_GRACE_MS, LONGEST_TIMER_MS);
    this.#killTimer = setTimeout(() => this.kill(), ms);
    this.#send({ op: 'drain', reason });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Passes on what an operator asks. @returns `undefined`: it does not answer, now or in time */
  ask(request: OperatorRequest): Promise<OperatorAnswer | undefined> {
    if (this.#state !== 'READY') return Promise.resolve(undefined);
    this.#lastAsked += 1;
    const id = this.#lastAsked;
    return new Promise((resolve) => {
      const settle = (answer: OperatorAnswer | undefined): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(settle, request.method === 'GET' ? LOOK_MS : STEER_MS, undefined);
      this.#asked.set(id, settle);
      this.#send({ op: 'asked', id, request });
    });
  }

  #receive(message: ToSupervisor): void {
    switch (message.op) {
      case 'terms':
        this.terms = message.terms;
        return;
      case 'socket':
        return this.#sendSocket(message.address);
      case 'ready':
        return this.#becomeReady();
      case 'pong':
        this.#unanswered = 0;
        return;
      case 'ask':
        void this.#options.onAsk(this, message.request).then((answers) => {
          this.#send({ op: 'answers', id: message.id, answers });
        });
        return;
      case 'answer':
        this.#asked.get(message.id)?.({ seat: this.#options.seat, ...message.answer });
        return;
      case 'load':
        return this.#onLoad?.(message.load);
      case 'recycle':
        return this.#options.onRecycle(this, message.whom, message.reason);
      default:
        message satisfies never;
    }
  }

  #sendSocket(address: SocketAddress): void {
    const held = this.#options.sockets.hold(address);
    if (!held.ok) {
      this.#send({ op: 'no-socket', code: held.code, message: held.message });
      return;
    }
    this.addresses.push(address);
    this.#send({ op: 'socket' }, held.handle);
  }

  #becomeReady(): void {
    if (this.#state !== 'STARTING') return;
    this.#state = 'READY';
    this.#readyAt = performance.now();
    clearTimeout(this.#killTimer);
    const { pingIntervalMs = 0 } = this.terms ?? {};
    if (pingIntervalMs > 0) this.#pingTimer = setInterval(() => this.#ping(), pingIntervalMs);
    this.#options.onReady(this);
  }

  /** Pings are counted, not timed: a machine that slept is no reason to kill anybody. */
  #ping(): void {
    if (this.#unanswered === SILENT_PINGS) this.#options.onSilent(this);
    if (this.#unanswered >= DEAD_PINGS) this.kill();
    this.#unanswered += 1;
    this.#send({ op: 'ping' });
  }

  #send(message: ToHostProcess, handle?: object): void {
    // Its end is told by `exit`.
    if (this.#child.connected) this.#child.send(message, handle as SendHandle, undefined, ignore);
  }
}

function ignore(): void {
  // The end of the process says it.
}
