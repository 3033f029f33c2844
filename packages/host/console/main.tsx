import { AdminApi, ApiError } from './admin-api.ts';
import type { ConsoleActions, ConsoleState } from './console-state.ts';
import { h, render } from './libraries/preact.js';
import type { Order } from './orders.ts';
import { Poller } from './poller.ts';
import { TrafficHistory } from './traffic-history.ts';
import { Page } from './views/page.tsx';

const root = document.body;
const api = new AdminApi(sessionStorage);
const history = new TrafficHistory();
const poller = new Poller(document, look);

const actions: ConsoleActions = {
  ask: (order) => update({ asked: order }),
  cancel: () => update({ asked: undefined }),
  confirm: (order) => void give(order),
  dismissNotice: () => update({ notice: undefined }),
  signIn: (token) => {
    api.signIn(token);
    update({ link: 'connecting' });
    poller.now();
  },
};

let state: ConsoleState = {
  link: 'connecting',
  problem: '',
  look: undefined,
  points: [],
  asked: undefined,
  notice: undefined,
};

update({});
poller.start();

function update(change: Partial<ConsoleState>): void {
  state = { ...state, ...change };
  render(<Page state={state} actions={actions} />, root);
}

async function look(): Promise<void> {
  if (state.link === 'signed-out') return;
  try {
    const seen = await api.look();
    history.add(seen.traffic, Date.now() / 1000);
    update({ link: 'live', look: seen, points: history.points });
  } catch (error) {
    update(afterFailure(error));
  }
}

async function give(order: Order): Promise<void> {
  update({ asked: undefined, notice: { kind: 'doing', text: `${order.verb}: under way` } });
  try {
    const answer = await api.order(order.path, order.body);
    update({ notice: { kind: 'done', text: order.done(answer) } });
  } catch (error) {
    update({ notice: { kind: 'failed', text: `${order.verb} failed. ${textOf(error)}` } });
  }
  poller.now();
}

function afterFailure(error: unknown): Partial<ConsoleState> {
  if (!(error instanceof ApiError && error.why === 'unauthorized')) {
    return { link: 'lost', problem: textOf(error) };
  }
  const problem = api.hasToken ? 'The host refused the token.' : '';
  return { link: 'signed-out', problem };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
