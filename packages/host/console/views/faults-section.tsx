import type { Fault } from '../answers.ts';
import { h, type JSX } from '../libraries/preact.js';
import { type Column, Table } from './table.tsx';

const columns: readonly Column<Fault>[] = [
  {
    head: 'Time',
    cell: ({ at }) => <time dateTime={at}>{new Date(at).toLocaleTimeString()}</time>,
  },
  { head: 'Fault', cell: (fault) => <FaultName fault={fault} /> },
  { head: 'Where', cell: ({ extension, pool }) => [extension, pool].filter(Boolean).join(' in ') },
  { head: 'Reason', cell: (fault) => <Reason fault={fault} /> },
  { head: 'URL', cell: ({ url }) => (url === null ? '–' : <code>{url}</code>) },
];

export function FaultsSection({ faults }: { readonly faults: readonly Fault[] }): JSX.Element {
  return (
    <section aria-labelledby="faults">
      <h2 id="faults">Recent faults</h2>
      <Table
        labelledBy="faults"
        columns={columns}
        rows={faults}
        keyOf={({ process, number }) => `${process} ${number}`}
        empty="Nothing has gone wrong since the host started."
      />
    </section>
  );
}

function Reason({ fault: { reason, errorCode } }: { readonly fault: Fault }): JSX.Element {
  return (
    <span>
      <bdi>{reason}</bdi> {errorCode !== null && <code>{errorCode}</code>}
    </span>
  );
}

function FaultName({ fault }: { readonly fault: Fault }): JSX.Element {
  const { evt, level, message } = fault;
  return (
    <span>
      <span class={`badge ${level}`}>{level}</span> {message} <code>{evt}</code>
    </span>
  );
}
