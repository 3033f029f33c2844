import type { Look } from '../answers.ts';
import type { ConsoleActions, ConsoleState } from '../console-state.ts';
import { Fragment, h, type JSX } from '../libraries/preact.js';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { ExtensionsSection } from './extensions-section.tsx';
import { FaultsSection } from './faults-section.tsx';
import { HostHeader } from './host-header.tsx';
import { NoticeBar } from './notice-bar.tsx';
import { PoolsSection } from './pools-section.tsx';
import { RequestsSection } from './requests-section.tsx';
import { SignIn } from './sign-in.tsx';
import { TrafficSection } from './traffic-section.tsx';

export interface PageProps {
  readonly state: ConsoleState;
  readonly actions: ConsoleActions;
}

export function Page({ state, actions }: PageProps): JSX.Element {
  const { link, problem, look, points, asked, notice } = state;
  return (
    <Fragment>
      <HostHeader link={link} host={look?.host} onAsk={actions.ask} />
      <p id="link-problem" role="status">
        {link === 'lost' && `No fresh picture: ${problem}. Trying again each second.`}
      </p>
      <main class={link === 'lost' ? 'stale' : ''}>
        {link === 'signed-out' ? (
          <SignIn problem={problem} onSignIn={actions.signIn} />
        ) : (
          look !== undefined && <Sections look={look} points={points} onAsk={actions.ask} />
        )}
      </main>
      <NoticeBar notice={notice} onDismiss={actions.dismissNotice} />
      {asked !== undefined && (
        <ConfirmDialog order={asked} onConfirm={actions.confirm} onCancel={actions.cancel} />
      )}
    </Fragment>
  );
}

interface SectionsProps extends Pick<ConsoleState, 'points'> {
  readonly look: Look;
  readonly onAsk: ConsoleActions['ask'];
}

function Sections({ look, points, onAsk }: SectionsProps): JSX.Element {
  return (
    <Fragment>
      <PoolsSection pools={look.pools} onAsk={onAsk} />
      <TrafficSection points={points} />
      <RequestsSection requests={look.requests} />
      <ExtensionsSection extensions={look.extensions} pools={look.pools} />
      <FaultsSection faults={look.faults} />
    </Fragment>
  );
}
