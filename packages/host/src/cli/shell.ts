import type { HostConfig } from '../config/host-config.ts';

/** What ends the host in an orderly way. */
export const signals = ['SIGINT', 'SIGTERM'] as const;

export type Signal = (typeof signals)[number];

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
  start(): Promise<Started>;
  /** Drains and ends; also right after opening, and after a start that failed. */
  close(): Promise<void>;
  /** Loads every listed extension without listening. */
  check(): Promise<readonly CheckProblem[]>;
}

/** The host's log, as far as the commands write to it. */
export interface CliLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** An extension that would not run. */
export interface CheckProblem {
  readonly extension: string;
  readonly module: string;
  readonly message: string;
}

/** What the command line needs of the process it runs in. `main.ts` has the real one. */
export interface Shell {
  /** Words after the command's own name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether what is printed goes to a terminal. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Time since the process started, ms. */
  readonly uptimeMs: () => number;
  /** Calls the listener at each signal from now on. */
  readonly onSignal: (listener: (signal: Signal) => void) => void;
  /** Calls the action after a time, ms, unless the returned function is called before. */
  readonly after: (ms: number, action: () => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  readonly openHost: (config: HostConfig) => Promise<CliHost>;
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
  SIGTERM: 143,
} as const;
