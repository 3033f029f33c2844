import type { Look } from './answers.ts';
import type { Order } from './orders.ts';
import type { TrafficPoint } from './traffic-history.ts';

/** Everything the page shows. Each change makes a new one, and the page is drawn from it. */
export interface ConsoleState {
  /** `lost`: the last look failed, and what is shown is from the one before. */
  readonly link: 'connecting' | 'live' | 'lost' | 'signed-out';
  /** Why the last look failed. */
  readonly problem: string;
  readonly look: Look | undefined;
  readonly points: readonly TrafficPoint[];
  /** What the operator is asked to confirm. */
  readonly asked: Order | undefined;
  readonly notice: Notice | undefined;
}

/** What came of the last order. */
export interface Notice {
  readonly kind: 'doing' | 'done' | 'failed';
  readonly text: string;
}

/** What the operator can do on the page. */
export interface ConsoleActions {
  /** Asks before it does anything. */
  readonly ask: (order: Order) => void;
  readonly confirm: (order: Order) => void;
  readonly cancel: () => void;
  readonly dismissNotice: () => void;
  readonly signIn: (token: string) => void;
}
