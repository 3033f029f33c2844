import type { HostProcess } from '../answers.ts';
import type { ConsoleActions, ConsoleState } from '../console-state.ts';
import { h, type JSX } from '../libraries/preact.js';
import { drainHost } from '../orders.ts';
import { formatMs } from './formats.ts';

export interface HostHeaderProps extends Pick<ConsoleState, 'link'> {
  readonly host: HostProcess | undefined;
  readonly onAsk: ConsoleActions['ask'];
}

const LINK_TEXTS = {
  connecting: 'connecting',
  live: 'live',
  lost: 'no answer',
  'signed-out': 'signed out',
} as const;

export function HostHeader({ link, host, onAsk }: HostHeaderProps): JSX.Element {
  const isShown = host !== undefined && link !== 'signed-out';
  return (
    <header>
      <h1>isapi-host</h1>
      <span class={`badge ${link}`} role="status">
        {LINK_TEXTS[link]}
      </span>
      {isShown && host.draining && <span class="badge draining">draining</span>}
      {isShown && (
        <p class="facts">
          {host.version} on Node {host.node}, {processText(host)}, up {formatMs(host.uptimeMs)},{' '}
          {Math.round(host.rssMb)} MiB resident, event loop at most {formatMs(host.loopDelayMs)}{' '}
          late
        </p>
      )}
      {isShown && (
        <button type="button" onClick={() => onAsk(drainHost(!host.draining))}>
          {host.draining ? 'End draining' : 'Drain'}
        </button>
      )}
    </header>
  );
}

function processText({ pid, processes }: HostProcess): string {
  return processes === 1 ? `process ${pid}` : `${processes} processes`;
}
