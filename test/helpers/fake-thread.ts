import {
  BufferPool,
  type ControlBlockInit,
  decodeAnswer,
  type FaultMessage,
  Slab,
  type SlotAnswer,
  type ThreadSettings,
  type ToHost,
  type WriteMessage,
} from '@isapi-host/worker-runtime/protocol';
import { FaultNotes } from '@isapi-host/worker-runtime/internal/fault-notes';
import { Session } from '@isapi-host/worker-runtime/internal/session';
import type { SessionThread } from '@isapi-host/worker-runtime/internal/session-thread';
import { controlBlockInit, encodeInit } from './control-block-init.ts';

/** What a request of a FakeThread is made of. */
export interface FakeRequest {
  readonly init?: Partial<ControlBlockInit>;
  /** Header lines, each ended by CR LF. */
  readonly headers?: string;
  readonly body?: string;
}

function textOf({ buffer, length }: WriteMessage): string {
  return Buffer.from(buffer, 0, length).toString();
}

/** A thread without a host: keeps what its sessions post, and how they ended. */
export class FakeThread implements SessionThread {
  readonly slab: Slab = Slab.create({ slots: 2, slotBytes: 128 * 1024, threads: 1 });
  readonly settings: ThreadSettings;
  readonly buffers: BufferPool = new BufferPool();
  readonly posted: ToHost[] = [];
  /** What was told of faults, in order. */
  readonly told: FaultMessage[] = [];
  readonly faults: FaultNotes = new FaultNotes((message) => this.told.push(message));
  readonly endings: { readonly slot: number; readonly by: 'slot' | 'port' }[] = [];
  /** Plays the host while a session blocks: called again and again until the session has what it waits for. */
  whileBlocked: () => void = () => {
    throw new Error('the session blocks, and nobody answers');
  };

  constructor(settings: Partial<ThreadSettings> = {}) {
    this.settings = {
      slab: this.slab.memory,
      pool: 'default',
      stamps: new Map(),
      site: { name: 'Default Web Site', id: 1, root: '/www', virtualDirectories: [] },
      profile: 'modern',
      traceLevel: 4,
      sessionsPerThread: 64,
      loadTimeoutMs: 5000,
      claimsFile: undefined,
      serverSoftware: 'isapi-host/test',
      preload: [],
      cacheExtensions: true,
      exposePassword: false,
      readTimeoutMs: 0,
      strictIsapi: false,
      ...settings,
    };
  }

  /** Puts a request into slot 0 and opens its session. */
  open({ init = {}, headers = '', body = '' }: FakeRequest = {}): Session {
    const block = controlBlockInit({ totalBytes: Buffer.byteLength(body), ...init });
    encodeInit(this.slab, 0, block, headers, [Buffer.from(body)]);
    return new Session(this, 0);
  }

  /** The answer that lies in slot 0, with its body. */
  get answer(): (SlotAnswer & { readonly body: string }) | undefined {
    const answer = decodeAnswer(this.slab, 0);
    if (answer === undefined) return undefined;
    const { bodyAt, bodyBytes } = answer;
    return { ...answer, body: this.slab.bytes.utf8Slice(bodyAt, bodyAt + bodyBytes) };
  }

  /** Bytes posted to the client, as text. */
  get written(): string {
    return this.posted.map((message) => (message.op === 'write' ? textOf(message) : '')).join('');
  }

  post(message: ToHost, transfer: readonly ArrayBuffer[] = []): void {
    // As a port does: what is transferred is gone here.
    this.posted.push(structuredClone(message, { transfer: [...transfer] }));
  }

  waitForChildren(): void {
    // A fake thread runs one session.
  }

  blockUntil(_slot: number, isDone: () => boolean): boolean {
    while (!isDone()) this.whileBlocked();
    return true;
  }

  ended(session: Session, by: 'slot' | 'port'): void {
    this.endings.push({ slot: session.slot, by });
  }
}
