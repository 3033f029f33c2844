import type { RequestInFlight } from '../answers.ts';
import { h, type JSX } from '../libraries/preact.js';
import { formatCount, formatMs } from './formats.ts';
import { type Column, Table } from './table.tsx';

/** More than these would be slow to draw, and nobody reads them. */
const SHOWN = 100;

const columns: readonly Column<RequestInFlight>[] = [
  { head: 'URL', cell: ({ url }) => <code>{url}</code> },
  { head: 'Extension', cell: ({ extension }) => extension },
  { head: 'Pool', cell: ({ pool }) => pool },
  { head: 'Stage', cell: ({ stage }) => <span class={`badge ${stage}`}>{stage}</span> },
  { head: 'Age', cell: ({ ageMs }) => formatMs(ageMs), kind: 'number' },
  { head: 'Thread', cell: ({ threadId }) => threadId ?? '–', kind: 'number' },
  { head: 'Id', cell: ({ requestId }) => <code>{requestId}</code> },
];

export interface RequestsSectionProps {
  readonly requests: readonly RequestInFlight[];
}

/** The oldest first: those are what an operator looks for. */
export function RequestsSection({ requests }: RequestsSectionProps): JSX.Element {
  const oldest = requests.toSorted((one, other) => other.ageMs - one.ageMs).slice(0, SHOWN);
  const more = requests.length - oldest.length;
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">
        Requests in flight <span class="count">{formatCount(requests.length)}</span>
      </h2>
      <Table
        labelledBy="requests"
        columns={columns}
        rows={oldest}
        keyOf={({ process, pool, connId }) => `${process} ${pool} ${connId}`}
        empty="No request waits or runs."
      />
      {more > 0 && <p class="empty">and {formatCount(more)} younger ones</p>}
    </section>
  );
}
