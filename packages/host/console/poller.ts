/** Pause between two looks, ms. */
const PAUSE_MS = 1000;

/** Whether the page can be seen: a `Document`. */
export interface PageVisibility {
  readonly hidden: boolean;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** Looks again and again while the page can be seen. */
export class Poller {
  readonly #page: PageVisibility;
  readonly #look: () => Promise<void>;
  #timer: number | undefined;
  #isLooking = false;

  /** @param look - never rejects */
  constructor(page: PageVisibility, look: () => Promise<void>) {
    this.#page = page;
    this.#look = look;
  }

  start(): void {
    this.#page.addEventListener('visibilitychange', this.now);
    this.now();
  }

  /** Looks now rather than after the pause. */
  readonly now = (): void => {
    clearTimeout(this.#timer);
    if (this.#page.hidden || this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookThenPause();
  };

  async #lookThenPause(): Promise<void> {
    await this.#look();
    this.#isLooking = false;
    this.#timer = setTimeout(this.now, PAUSE_MS);
  }
}
