/** When a pool is recycled; 0 and '' are never. */
export interface RecycleSettings {
  readonly recycleRequests: number;
  readonly recycleAfterMs: number;
  /** Times of day, local, `HH:MM` with commas between. */
  readonly recycleAt: string;
  /** MiB. */
  readonly rssMb: number;
}

/** Why a pool is recycled. */
export type RecycleReason = 'requests' | 'age' | 'schedule' | 'memory' | 'files' | 'asked';

/** What the triggers look at. */
export interface RecycleFacts {
  /** Requests served by this generation. */
  readonly served: number;
  /** How long this generation has served, ms. */
  readonly ageMs: number;
  /** Resident memory of its process, MiB; 0: it has none of its own. */
  readonly rssMb: number;
  readonly now: Date;
}

/** Tells when a pool is due for recycling. ISAPI: the periodicRestart of an application pool. */
export class RecycleTriggers {
  readonly #settings: RecycleSettings;
  readonly #times: ReadonlySet<string>;
  /** The minute of the last look, as a scheduled time is due once in its minute. */
  #minute: string;

  constructor(settings: RecycleSettings, now: Date) {
    this.#settings = settings;
    const times = settings.recycleAt.split(',').map((time) => time.trim());
    this.#times = new Set(times.filter((time) => time !== ''));
    this.#minute = minuteOf(now);
  }

  /** Whether there is anything to look for. */
  get isSet(): boolean {
    const { recycleRequests, recycleAfterMs, rssMb } = this.#settings;
    return rssMb > 0 || recycleRequests > 0 || recycleAfterMs > 0 || this.#times.size > 0;
  }

  /** Looked at more than once a minute, or a scheduled time may be missed. */
  due({ served, ageMs, rssMb, now }: RecycleFacts): RecycleReason | undefined {
    const { recycleRequests, recycleAfterMs } = this.#settings;
    const minute = minuteOf(now);
    const isNewMinute = minute !== this.#minute;
    this.#minute = minute;
    if (isNewMinute && this.#times.has(minute)) return 'schedule';
    if (recycleRequests > 0 && served >= recycleRequests) return 'requests';
    if (recycleAfterMs > 0 && ageMs >= recycleAfterMs) return 'age';
    if (this.#settings.rssMb > 0 && rssMb > this.#settings.rssMb) return 'memory';
    return undefined;
  }
}

function minuteOf(now: Date): string {
  return `${twoDigits(now.getHours())}:${twoDigits(now.getMinutes())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
