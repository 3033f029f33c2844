import { SLOT_HEADER_WORDS, SLOT_STATE } from './slot-words.ts';

/*
 * The slab: a pool's control blocks in memory that the host and every thread share.
 *
 *   header | thread table | submission ring | a completion ring per thread | slots
 *
 * A slot holds one request (control block, header block, read-ahead body) and, when the whole answer
 * fits behind it, the answer. Only slot numbers travel, through two kinds of ring:
 *
 *   submission ring   host -> any thread    the host writes the tail, threads take from the head by compare-and-swap
 *   completion ring   thread -> host        the thread writes its own tail, the host keeps its head to itself
 *
 * A slot is in one state; who makes each step is in brackets.
 *
 *   FREE -> QUEUED             [host: submit]
 *   QUEUED -> CLAIMED + t      [thread t: claim, by compare-and-swap]
 *   QUEUED -> FREE             [host: withdraw, by compare-and-swap]
 *   CLAIMED + t -> FREE        [host: release, after the completion of t, or after t is dead]
 *   CLAIMED + t -> HELD + t    [thread t: hold; the request waits for a module that t is loading]
 *   HELD + t -> CLAIMED + t    [thread t: take, by compare-and-swap]
 *   HELD + t -> QUEUED         [host: giveBack, by compare-and-swap; t may be blocked, another thread is not]
 *   HELD + t -> FREE           [host: withdraw, by compare-and-swap]
 *
 * (1) A ring entry is a hint, the slot's state is the truth: an entry whose slot is not QUEUED is passed over.
 *     So the host may withdraw a request, and may enter a slot a second time when a thread died between taking
 *     an entry and claiming its slot.
 * (2) After a completion is in its ring, the thread does not touch the slot.
 * (3) A side that sleeps says so in its word first and looks at its ring again after that; a side that has put
 *     something in looks at the word after that. One of the two sees the other, so no wake-up is lost.
 * (4) The host believes nothing it reads here: numbers are checked and lengths clamped before use.
 */

const { load, store, add, sub, compareExchange } = Atomics;

/** Raised whenever the layout or a message changes; both sides check it. */
export const PROTOCOL_VERSION = 3;

/** Word numbers of the header. Words written by different sides lie on cache lines of their own. */
const VERSION = 0;
const SLOT_COUNT = 1;
const SLOT_WORDS = 2;
const THREAD_COUNT = 3;
const SUBMIT_HEAD = 16;
const SUBMIT_TAIL = 32;
const HOST_STATE = 48;
const HEADER_WORDS = 64;

const THREAD_WORDS = 16;
const THREAD_STATE = 0;
const DONE_TAIL = 1;
const THREAD_ID = 2;
const OPEN_SESSIONS = 3;
const CLAIMS = 4;
/** Memory outside the heap, KiB. */
const MEMORY = 5;
/** Two words, a float64: since when it loads modules, ms on the clock of `monotonicMs`; 0: it does not. */
const LOADING = 6;
/** The slot whose request made it load, and one more; 0: none did. */
const LOADING_SLOT = 8;

/** What a thread does, as the host may read it at any time. */
const THREAD_VACANT = 0;
export const THREAD_AWAKE = 1;
export const THREAD_ASLEEP = 2;
/** As many sessions open as allowed: takes nothing until one ends. */
export const THREAD_FULL = 3;

/** From here on `fill` pays for its checks. */
const FILL_BYTES = 1024;

const ASLEEP = 0;
const AWAKE = 1;

/** Slot states. `CLAIMED + t`: thread number t has it. `HELD + t`: it waits there, and is not begun. */
export const SLOT_FREE = 0;
export const SLOT_QUEUED = 1;
const SLOT_CLAIMED = 16;
const SLOT_HELD = 0x10000;

/** Bytes of a slot before its payload. */
const SLOT_PAYLOAD: number = SLOT_HEADER_WORDS * 4;

/** Node's direct text access of `Buffer`: no encoding name to look up on the hot path. */
export interface SlabBytes extends Buffer {
  latin1Write(text: string, offset: number, length?: number): number;
  latin1Slice(start: number, end: number): string;
  utf8Write(text: string, offset: number, length?: number): number;
  utf8Slice(start: number, end: number): string;
}

/** How large a slab is. */
export interface SlabShape {
  /** Requests that may wait or run at once. */
  readonly slots: number;
  /** Payload bytes of a slot. */
  readonly slotBytes: number;
  /** Rows of the thread table. */
  readonly threads: number;
}

/** One pool's shared memory, seen from either side. */
export class Slab {
  readonly memory: SharedArrayBuffer;
  readonly slots: number;
  readonly threads: number;
  readonly words: Int32Array;
  readonly floats: Float64Array;
  readonly bytes: SlabBytes;
  readonly #ringMask: number;
  readonly #submitRing: number;
  readonly #doneRings: number;
  readonly #slotsAt: number;
  readonly #slotWords: number;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.words = new Int32Array(memory);
    this.floats = new Float64Array(memory);
    this.bytes = Buffer.from(memory) as Buffer as SlabBytes;
    if (this.#header(VERSION) !== PROTOCOL_VERSION) {
      const message = `expected a slab of protocol ${PROTOCOL_VERSION}, got ${this.#header(VERSION)}`;
      throw Object.assign(new RangeError(message), { code: 'ISAPI_ERR_PROTOCOL_VERSION' });
    }
    this.slots = this.#header(SLOT_COUNT);
    this.threads = this.#header(THREAD_COUNT);
    this.#slotWords = this.#header(SLOT_WORDS);
    const ring = ringWords(this.slots);
    this.#ringMask = ring - 1;
    this.#submitRing = HEADER_WORDS + this.threads * THREAD_WORDS;
    this.#doneRings = this.#submitRing + ring;
    this.#slotsAt = this.#doneRings + ring * this.threads;
  }

  /** Bytes the memory of a slab takes; pages are taken from the system as they are first used. */
  static bytesOf(shape: SlabShape): number {
    const ring = ringWords(shape.slots);
    const head = HEADER_WORDS + shape.threads * THREAD_WORDS + ring * (1 + shape.threads);
    return (head + slotWords(shape) * shape.slots) * 4;
  }

  /** Makes the memory of a slab. */
  static create(shape: SlabShape): Slab {
    const memory = new SharedArrayBuffer(Slab.bytesOf(shape));
    const words = new Int32Array(memory);
    words[VERSION] = PROTOCOL_VERSION;
    words[SLOT_COUNT] = shape.slots;
    words[SLOT_WORDS] = slotWords(shape);
    words[THREAD_COUNT] = shape.threads;
    return new Slab(memory);
  }

  /** First word of a slot. */
  slotAt(slot: number): number {
    return this.#slotsAt + slot * this.#slotWords;
  }

  /** First payload byte of a slot. */
  payloadAt(slot: number): number {
    return this.slotAt(slot) * 4 + SLOT_PAYLOAD;
  }

  /** Payload bytes of each slot. */
  get payloadBytes(): number {
    return (this.#slotWords - SLOT_HEADER_WORDS) * 4;
  }

  /** Copies bytes in. Of shared memory V8's own copy is four times slower than Node's `fill`, so long ones take that. */
  write(data: Uint8Array, at: number): void {
    if (data.length < FILL_BYTES) this.bytes.set(data, at);
    else this.bytes.fill(data, at, at + data.length);
  }

  /** Copies bytes out, into memory of their own. */
  read(start: number, end: number): Buffer<ArrayBuffer> {
    const view = this.bytes.subarray(start, end);
    const copy = Buffer.allocUnsafeSlow(view.length);
    if (view.length < FILL_BYTES) copy.set(view);
    else copy.fill(view);
    return copy;
  }

  slotState(slot: number): number {
    return load(this.words, this.slotAt(slot) + SLOT_STATE);
  }

  /** Whether thread number `thread` has the slot. */
  isClaimedBy(slot: number, thread: number): boolean {
    return this.slotState(slot) === SLOT_CLAIMED + thread;
  }

  /** Number of the thread that has the slot, -1 when none has. */
  claimer(slot: number): number {
    const state = this.slotState(slot);
    return state >= SLOT_CLAIMED && state < SLOT_HELD ? state - SLOT_CLAIMED : -1;
  }

  /** Number of the thread that holds the slot, -1 when none does. */
  holder(slot: number): number {
    const state = this.slotState(slot);
    return state >= SLOT_HELD ? state - SLOT_HELD : -1;
  }

  // Submission: the host is the only producer, every thread a consumer.

  /** Requests in the submission ring, withdrawn ones included. */
  get waiting(): number {
    return (load(this.words, SUBMIT_TAIL) - load(this.words, SUBMIT_HEAD)) | 0;
  }

  /** Position of the next entry to be taken. */
  get submitHead(): number {
    return load(this.words, SUBMIT_HEAD);
  }

  /**
   * Host: queues a slot.
   *
   * @returns its position in the ring, or -1 when the ring is full
   */
  submit(slot: number): number {
    if (this.#isRingFull) return -1;
    // A thread that finds an older entry of this slot may claim it from here on: its contents are complete.
    store(this.words, this.slotAt(slot) + SLOT_STATE, SLOT_QUEUED);
    return this.#enter(slot);
  }

  /**
   * Host: enters a slot a second time whose entry may be lost. The entry is only a hint, so the state is left alone: a
   * thread may be claiming the slot at this moment.
   *
   * @returns its position in the ring, or -1 when it waits no longer, or the ring is full
   */
  resubmit(slot: number): number {
    if (this.slotState(slot) !== SLOT_QUEUED || this.#isRingFull) return -1;
    return this.#enter(slot);
  }

  /**
   * Host: takes every entry out of the ring and enters those again that are worth it, in their order.
   *
   * @param reenter - told slot and position of an entry; whether it is worth it
   * @param entered - told the new position of a slot
   */
  sift(
    reenter: (slot: number, position: number) => boolean,
    entered: (slot: number, position: number) => void,
  ): void {
    for (let left = this.waiting; left > 0; left -= 1) {
      const head = load(this.words, SUBMIT_HEAD);
      if (head === load(this.words, SUBMIT_TAIL)) return;
      const slot = load(this.words, this.#submitRing + (head & this.#ringMask));
      // Else a thread was faster.
      if (compareExchange(this.words, SUBMIT_HEAD, head, (head + 1) | 0) !== head) continue;
      if (reenter(slot, head)) entered(slot, this.#enter(slot));
    }
  }

  /** Host: takes a request back that no thread has claimed. */
  withdraw(slot: number): boolean {
    const state = this.slotState(slot);
    const isNotBegun = state === SLOT_QUEUED || state >= SLOT_HELD;
    return isNotBegun && this.#change(slot, state, SLOT_FREE);
  }

  /**
   * Host: queues a slot again that a thread holds.
   *
   * @returns its position in the ring, or -1 when no thread holds it, or the ring is full
   */
  giveBack(slot: number): number {
    const state = this.slotState(slot);
    if (state < SLOT_HELD || this.#isRingFull) return -1;
    return this.#change(slot, state, SLOT_QUEUED) ? this.#enter(slot) : -1;
  }

  /** Host: gives a slot back. */
  release(slot: number): void {
    store(this.words, this.slotAt(slot) + SLOT_STATE, SLOT_FREE);
  }

  /**
   * Thread: takes the next request.
   *
   * @returns a slot, or -1 when nothing waits
   */
  claim(thread: number): number {
    for (;;) {
      const head = load(this.words, SUBMIT_HEAD);
      if (head === load(this.words, SUBMIT_TAIL)) return -1;
      const slot = load(this.words, this.#submitRing + (head & this.#ringMask));
      if (compareExchange(this.words, SUBMIT_HEAD, head, (head + 1) | 0) !== head) continue;
      if (this.#change(slot, SLOT_QUEUED, SLOT_CLAIMED + thread)) {
        add(this.words, this.#threadAt(thread) + CLAIMS, 1);
        return slot;
      }
    }
  }

  /** Thread: holds a slot it has claimed, and does not begin it. The host may take it away. */
  hold(thread: number, slot: number): void {
    sub(this.words, this.#threadAt(thread) + CLAIMS, 1);
    store(this.words, this.slotAt(slot) + SLOT_STATE, SLOT_HELD + thread);
  }

  /** Thread: claims a slot it holds. @returns whether it still held it */
  take(thread: number, slot: number): boolean {
    const isHeld = this.#change(slot, SLOT_HELD + thread, SLOT_CLAIMED + thread);
    if (isHeld) add(this.words, this.#threadAt(thread) + CLAIMS, 1);
    return isHeld;
  }

  // Completion: each thread is the only producer of its ring, the host the only consumer.

  /** Thread: reports a slot done. */
  complete(thread: number, slot: number): void {
    const tail = this.#threadAt(thread) + DONE_TAIL;
    const position = load(this.words, tail);
    store(this.words, this.#doneRing(thread) + (position & this.#ringMask), slot);
    store(this.words, tail, (position + 1) | 0);
  }

  /** Host: position behind a thread's last completion. */
  doneTail(thread: number): number {
    return load(this.words, this.#threadAt(thread) + DONE_TAIL);
  }

  /** Host: the slot at a position of a thread's completion ring; not checked. */
  doneAt(thread: number, position: number): number {
    return load(this.words, this.#doneRing(thread) + (position & this.#ringMask));
  }

  // Wake-ups.

  /** Host: says it is about to sleep, or is awake. */
  setHostAwake(awake: boolean): void {
    store(this.words, HOST_STATE, awake ? AWAKE : ASLEEP);
  }

  /** Thread: whether the caller has to wake the host; true for one caller per sleep. */
  claimHostWake(): boolean {
    return (
      load(this.words, HOST_STATE) === ASLEEP &&
      compareExchange(this.words, HOST_STATE, ASLEEP, AWAKE) === ASLEEP
    );
  }

  threadState(thread: number): number {
    return load(this.words, this.#threadAt(thread) + THREAD_STATE);
  }

  setThreadState(thread: number, state: number): void {
    store(this.words, this.#threadAt(thread) + THREAD_STATE, state);
  }

  /** Host: whether the caller has to wake this thread; it counts as awake from here on. */
  claimThreadWake(thread: number): boolean {
    const state = this.#threadAt(thread) + THREAD_STATE;
    return compareExchange(this.words, state, THREAD_ASLEEP, THREAD_AWAKE) === THREAD_ASLEEP;
  }

  // The thread table.

  /**
   * Thread: takes a row of the table.
   *
   * @returns its number, or -1 when there is no vacant row
   */
  join(threadId: number): number {
    for (let thread = 0; thread < this.threads; thread += 1) {
      const state = this.#threadAt(thread) + THREAD_STATE;
      if (compareExchange(this.words, state, THREAD_VACANT, THREAD_AWAKE) === THREAD_VACANT) {
        store(this.words, this.#threadAt(thread) + THREAD_ID, threadId);
        return thread;
      }
    }
    return -1;
  }

  /** Host: empties the row of a thread that is dead. */
  leave(thread: number): void {
    store(this.words, this.#threadAt(thread) + OPEN_SESSIONS, 0);
    store(this.words, this.#threadAt(thread) + THREAD_ID, 0);
    store(this.words, this.#threadAt(thread) + MEMORY, 0);
    this.floats[(this.#threadAt(thread) + LOADING) / 2] = 0;
    store(this.words, this.#threadAt(thread) + THREAD_STATE, THREAD_VACANT);
  }

  /** `threadId` of the thread in a row, 0 when vacant. */
  threadId(thread: number): number {
    return load(this.words, this.#threadAt(thread) + THREAD_ID);
  }

  openSessions(thread: number): number {
    return load(this.words, this.#threadAt(thread) + OPEN_SESSIONS);
  }

  /** Requests a thread has taken since it joined, but for those it holds; a thread that is blocked takes none. */
  claims(thread: number): number {
    return load(this.words, this.#threadAt(thread) + CLAIMS);
  }

  /** Thread: tells how many bytes it has outside its heap. */
  setMemory(thread: number, bytes: number): void {
    store(this.words, this.#threadAt(thread) + MEMORY, Math.ceil(bytes / 1024));
  }

  /** Bytes a thread has outside its heap, as it told last. */
  memoryOf(thread: number): number {
    return load(this.words, this.#threadAt(thread) + MEMORY) * 1024;
  }

  /**
   * Thread: says since when it loads modules; 0: it does not.
   *
   * @param slot - whose request asks for one; -1: none
   */
  setLoading(thread: number, since: number, slot: number): void {
    store(this.words, this.#threadAt(thread) + LOADING_SLOT, slot + 1);
    this.floats[(this.#threadAt(thread) + LOADING) / 2] = since;
  }

  /** Since when a thread loads modules, ms on the clock of `monotonicMs`; 0: it does not. */
  loadingSince(thread: number): number {
    return this.floats[(this.#threadAt(thread) + LOADING) / 2] ?? 0;
  }

  /** The slot whose request asked for the module that a thread loads, -1 when none did; not checked. */
  loadingSlot(thread: number): number {
    return load(this.words, this.#threadAt(thread) + LOADING_SLOT) - 1;
  }

  /** Thread: counts a session in or out. */
  countSession(thread: number, step: 1 | -1): void {
    if (step === 1) add(this.words, this.#threadAt(thread) + OPEN_SESSIONS, 1);
    else sub(this.words, this.#threadAt(thread) + OPEN_SESSIONS, 1);
  }

  #change(slot: number, from: number, to: number): boolean {
    return compareExchange(this.words, this.slotAt(slot) + SLOT_STATE, from, to) === from;
  }

  get #isRingFull(): boolean {
    return this.waiting > this.#ringMask;
  }

  #enter(slot: number): number {
    const tail = load(this.words, SUBMIT_TAIL);
    store(this.words, this.#submitRing + (tail & this.#ringMask), slot);
    store(this.words, SUBMIT_TAIL, (tail + 1) | 0);
    return tail;
  }

  #header(word: number): number {
    return this.words[word] ?? 0;
  }

  #threadAt(thread: number): number {
    return HEADER_WORDS + thread * THREAD_WORDS;
  }

  #doneRing(thread: number): number {
    return this.#doneRings + thread * (this.#ringMask + 1);
  }
}

/** An odd number of cache lines between slots, or all slot headers would share a cache set. */
function slotWords({ slotBytes }: SlabShape): number {
  return SLOT_HEADER_WORDS + (Math.ceil(slotBytes / 128) * 32 + 16);
}

/** Twice the slots, so that withdrawn entries have room, rounded up to a power of two. */
function ringWords(slots: number): number {
  return 2 ** Math.ceil(Math.log2(slots * 2));
}

/** Reading it takes longer than the clock does. */
const { timeOrigin } = performance;

/** Milliseconds on one clock for all threads of the process. */
export function monotonicMs(): number {
  return timeOrigin + performance.now();
}
