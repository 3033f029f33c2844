import type { FaultNotes } from './fault-notes.ts';
import type { BufferPool, Slab, ThreadSettings, ToHost } from './protocol/index.ts';
import type { Session } from './session.ts';

/** What a session needs of its thread. */
export interface SessionThread {
  readonly slab: Slab;
  readonly settings: ThreadSettings;
  /** Buffers for output. */
  readonly buffers: BufferPool;
  /** Where faults of extensions are told. */
  readonly faults: FaultNotes;
  post(message: ToHost, transfer?: readonly ArrayBuffer[]): void;
  waitForChildren(sessions: number): void;
  /** Blocks until `isDone`, `timeoutMs` at most. @returns whether it is */
  blockUntil(slot: number, isDone: () => boolean, timeoutMs?: number): boolean;
  /** The session is over; called once. */
  ended(session: Session, by: 'slot' | 'port'): void;
}
