import type { HostConfig } from '../config/host-config.ts';
import type { EndSignal } from '../supervisor/signals.ts';
import type { HostLoad } from '../supervisor/messages.ts';
import type { Place } from '../supervisor/supervisor-link.ts';

/** Where a host listens. */
export interface Started {
  readonly url: string;
  /** `undefined`: it has no admin server. */
  readonly adminUrl: string | undefined;
}

/** What the commands need of a host. */
export interface CliHost {
  readonly logger: CliLogger;
  /** Listens; the URLs have the real ports. */
  start(place?: Place): Promise<Started>;
  /** What its pools have loaded. */
  readonly load: HostLoad;
  /** Loads every extension anew. */
  reload(): Promise<void>;
  /** Drains and ends; also right after opening, and after a start that failed. */
  close(): Promise<void>;
  /** Loads every listed extension without listening. */
  inspect(): Promise<readonly ExtensionFinding[]>;
  /** Runs one request without listening on a port. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>;
}

/** The host's log, as far as the commands write to it. */
export interface CliLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  /** Writes out what it holds back. */
  flush(): void;
}

/** What a listed extension says of itself, or what is wrong with it. */
export interface ExtensionFinding {
  readonly extension: string;
  readonly module: string;
  readonly version?: number | undefined;
  readonly description?: string | undefined;
  readonly problem?: string | undefined;
}

export interface InjectedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** One header line, or nothing. */
  readonly header: string;
  readonly body: Uint8Array;
}

export interface InjectedAnswer {
  readonly statusCode: number;
  /** Status line and header lines, with the empty line. */
  readonly head: string;
  readonly body: Uint8Array;
}

/** What the command line needs of the process it runs in. `main.ts` has the real one. */
export interface Shell {
  /** Words after the command's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly pid: number;
  /** Whether what is printed goes to a terminal. */
  readonly isTerminal: boolean;
  readonly print: (text: string | Uint8Array) => void;
  readonly printError: (text: string) => void;
  /** Time since the process started, ms. */
  readonly uptimeMs: () => number;
  /** Calls the listener at each signal to end from now on. */
  readonly onSignal: (listener: (signal: EndSignal) => void) => void;
  /** Calls the listener at each signal to read everything anew from now on. */
  readonly onReload: (listener: () => void) => void;
  /** Calls the action after a time, ms, unless the returned function is called before. */
  readonly after: (ms: number, action: () => void) => () => void;
  /** Ends the process at once, whatever its threads do. */
  readonly endBy: (signal: EndSignal | 'SIGKILL') => void;
  /** Everything that comes on standard input. */
  readonly readInput: () => Promise<Uint8Array>;
  /** @param log - where its log goes: to standard output or standard error */
  readonly openHost: (config: HostConfig, log?: 'output' | 'errors') => Promise<CliHost>;
  /** Who started this process; `undefined`: it is alone. */
  readonly supervisor: CliSupervisor | undefined;
}

/** What a host process needs of its supervisor. */
export interface CliSupervisor {
  /** @throws (rejects) Error - the address cannot be had */
  join(config: HostConfig): Promise<Place>;
  /** @param tellLoad - says what a successor has to load */
  ready(tellLoad: () => HostLoad): void;
  /** Calls the listener, once, when the process is to end. */
  onDrain(listener: (reason: string) => void): void;
}

/** Exit codes. A test holds the table in docs/operations.md against this one. */
export const exitCodes = {
  done: 0,
  /** The configuration is wrong, or `isapi check` found a problem. */
  problem: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Everything else. sysexits.h: EX_SOFTWARE. */
  failure: 70,
  SIGINT: 130,
  /** It did not close in time. */
  SIGKILL: 137,
  SIGTERM: 143,
} as const;
