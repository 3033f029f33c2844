import type { PoolLoad } from '../dispatch/pool-keeper.ts';

/** Where a host listens. */
export interface SocketAddress {
  /** What it is for: two free ports are not one. */
  readonly use: 'requests' | 'admin';
  /** An IP address. */
  readonly address: string;
  readonly family: 4 | 6;
  /** 0: a free one; the same for every host process of a supervisor. */
  readonly port: number;
}

/** What the pools of a host process have loaded, by their names; its successor loads it before it listens. */
export type HostLoad = Readonly<Record<string, PoolLoad>>;

/** What the supervisor holds to; a host process reads it from its configuration. */
export interface Terms {
  /** Host processes to keep alive. */
  readonly processes: number;
  /** `false`: the supervisor ends with its host process. */
  readonly supervise: boolean;
  /** 0: no pings. */
  readonly pingIntervalMs: number;
  readonly shutdownTimeoutMs: number;
  /** Whether lines of the log are JSON. */
  readonly logsJson: boolean;
}

/** What an operator asks of all host processes, as one of them got it. */
export interface OperatorRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: object;
}

export interface OperatorAnswer {
  /** Who answered. */
  readonly seat: number;
  readonly statusCode: number;
  readonly body: string;
}

/** From a host process to its supervisor. */
export type ToSupervisor =
  | { readonly op: 'terms'; readonly terms: Terms }
  | { readonly op: 'socket'; readonly address: SocketAddress }
  | { readonly op: 'ready' }
  | { readonly op: 'pong' }
  /** For every other host process. */
  | { readonly op: 'ask'; readonly id: number; readonly request: OperatorRequest }
  /** To `asked`. */
  | { readonly op: 'answer'; readonly id: number; readonly answer: Omit<OperatorAnswer, 'seat'> }
  /** The answer to `tell-load`. */
  | { readonly op: 'load'; readonly load: HostLoad }
  /** `own`: a successor for this process; `all`: for every one. */
  | { readonly op: 'recycle'; readonly whom: 'own' | 'all'; readonly reason: string };

/** From the supervisor to a host process. */
export type ToHostProcess =
  | {
      readonly op: 'welcome';
      /** Number of its place among the host processes, from 0; its successor has the same. */
      readonly seat: number;
      /** It is the first to be ready, if it comes to that: it prints the banner. */
      readonly isFirst: boolean;
      /** When the start began that it is part of, ms since 1970. */
      readonly startedAt: number;
      /** What the process before it has loaded. */
      readonly load: HostLoad;
    }
  /** Comes with the socket. */
  | { readonly op: 'socket' }
  | { readonly op: 'no-socket'; readonly code: string; readonly message: string }
  | { readonly op: 'ping' }
  | { readonly op: 'asked'; readonly id: number; readonly request: OperatorRequest }
  /** To `ask`: of those that answered. */
  | { readonly op: 'answers'; readonly id: number; readonly answers: readonly OperatorAnswer[] }
  | { readonly op: 'tell-load' }
  | { readonly op: 'drain'; readonly reason: string };
