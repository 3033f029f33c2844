import { CrashBudget } from '../dispatch/crash-budget.ts';
import { HeldSockets } from './held-sockets.ts';
import { HostProcess, type HostProcessEnd } from './host-process.ts';
import type { OperatorAnswer, OperatorRequest } from './messages.ts';
import { Seat } from './seat.ts';
import type { EndSignal } from './signals.ts';
import type { SupervisorLog } from './supervisor-log.ts';

/** Deaths within this time that are told as more than that. IIS: rapid-fail protection. */
const CRASH_LIMITS = { rapidFailMax: 5, rapidFailWindowMs: 300_000 };

/** sysexits.h: EX_SOFTWARE. */
const FAILURE = 70;

export interface SupervisorOptions {
  /** Main file of a host process, and the command line after it. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly log: SupervisorLog;
  /** The last step. */
  readonly exit: (code: number) => void;
  /** The last step when it is to be now. */
  readonly endBy: (signal: EndSignal) => void;
}

/*
 * Keeps host processes alive, and the sockets they listen on.
 *
 *   STARTING -> SERVING   [the first host process is ready; as many more as its configuration says are started]
 *   STARTING -> ENDED     [it ends before: what it said and its exit code are the supervisor's]
 *   SERVING -> STOPPING   [stop: every process drains]
 *   STOPPING -> ENDED     [the last one has gone, or stop is asked again]
 *
 * (1) A host process that dies is started again for ever: at once, then ever later.
 * (2) A process is replaced by one that is ready already. One that does not get ready changes nothing.
 * (3) Replacing is done one process after the other, and one round after the other.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #log: SupervisorLog;
  readonly #sockets = new HeldSockets();
  readonly #seats: Seat[] = [];
  readonly #crashes = new CrashBudget(CRASH_LIMITS);
  #state: 'STARTING' | 'SERVING' | 'STOPPING' = 'STARTING';
  #rounds: Promise<void> = Promise.resolve();
  #isRoundWaiting = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#addSeat(performance.timeOrigin);
  }

  /** Puts a successor, with the configuration as it is then, in place of each host process. */
  recycle(reason: string): void {
    if (this.#isRoundWaiting) return;
    this.#isRoundWaiting = true;
    this.#enqueue(async () => {
      this.#isRoundWaiting = false;
      // A copy: the configuration may change their number.
      for (const seat of this.#seats.slice()) if (!(await this.#replace(seat, reason))) return;
      this.#sockets.keepOnly(this.#seats.flatMap(({ current }) => current?.addresses ?? []));
    });
  }

  /** Drains every host process and ends; at the second call, ends them at once. */
  stop(signal: EndSignal): void {
    if (this.#state === 'STOPPING') {
      for (const seat of this.#seats) seat.kill();
      this.#options.endBy(signal);
      return;
    }
    this.#state = 'STOPPING';
    // Who comes now is not to wait in a backlog that nobody reads: it closes with the last process.
    this.#sockets.keepOnly([]);
    void Promise.all(this.#seats.map((seat) => seat.close(signal))).then((ends) => {
      const failed = ends.flat().find(({ exitCode }) => exitCode !== 0);
      this.#options.exit(failed === undefined ? 0 : (failed.exitCode ?? FAILURE));
    });
  }

  #addSeat(startedAt: number): void {
    const { entry, args } = this.#options;
    const number = this.#seats.length;
    let isFirstStart = true;
    this.#seats.push(
      new Seat({
        start: (load, onReady) => {
          const began = isFirstStart ? startedAt : Date.now();
          isFirstStart = false;
          return new HostProcess({
            entry,
            args,
            seat: number,
            isFirst: this.#state === 'STARTING',
            startedAt: began,
            load,
            sockets: this.#sockets,
            onReady: (process) => {
              onReady();
              this.#becameReady(process);
            },
            onSilent: ({ pid }) => {
              this.#log.write('warn', 'host process silent', { evt: 'supervisor.silent', pid });
            },
            onRecycle: (process, whom, reason) => this.#asked(process, whom, reason),
            onAsk: (process, request) => this.#askOthers(process, request),
          });
        },
        lost: (process, end, restartMs) => this.#lost(process, end, restartMs),
      }),
    );
  }

  #becameReady({ terms }: HostProcess): void {
    if (this.#state === 'STOPPING' || terms === undefined) return;
    this.#state = 'SERVING';
    this.#log.isJson = terms.logsJson;
    while (this.#seats.length < terms.processes) this.#addSeat(Date.now());
    for (const seat of this.#seats.splice(terms.processes)) void seat.close('fewer processes');
  }

  /** @returns whether to start it again */
  #lost(process: HostProcess, end: HostProcessEnd, restartMs: number): boolean {
    const { exitCode, signal } = end;
    const isGivenUp = this.#state === 'STARTING' && exitCode !== null;
    if (isGivenUp || process.terms?.supervise === false) {
      this.#options.exit(exitCode ?? FAILURE);
      return false;
    }
    const level = this.#crashes.spend(performance.now()) ? 'fatal' : 'error';
    const fields = { evt: 'supervisor.crash', pid: process.pid, exitCode, signal, restartMs };
    this.#log.write(level, 'host process lost', fields);
    return true;
  }

  #asked(process: HostProcess, whom: 'own' | 'all', reason: string): void {
    if (whom === 'all') return this.recycle(reason);
    this.#enqueue(async () => {
      const seat = this.#seats.find(({ current }) => current === process);
      if (seat !== undefined) await this.#replace(seat, reason);
    });
  }

  async #askOthers(
    asker: HostProcess,
    request: OperatorRequest,
  ): Promise<readonly OperatorAnswer[]> {
    const others = this.#seats.flatMap(({ current }) => current ?? []);
    const answers = await Promise.all(
      others.filter((other) => other !== asker).map((other) => other.ask(request)),
    );
    return answers.filter((answer) => answer !== undefined);
  }

  async #replace(seat: Seat, reason: string): Promise<boolean> {
    if (this.#state === 'STOPPING' || !this.#seats.includes(seat)) return true;
    const before = seat.current?.pid;
    const isReplaced = await seat.replace(reason);
    const pid = seat.current?.pid;
    if (isReplaced) this.#log.write('info', 'host process recycled', { reason, pid, before });
    else this.#log.write('error', 'host process not recycled', { reason, pid });
    return isReplaced;
  }

  #enqueue(round: () => Promise<void>): void {
    this.#rounds = this.#rounds.then(round);
  }
}
