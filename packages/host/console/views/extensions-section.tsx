import type { Extension, Pool } from '../answers.ts';
import { h, type JSX } from '../libraries/preact.js';
import { formatCounts } from './formats.ts';
import { type Column, Table } from './table.tsx';

export interface ExtensionsSectionProps {
  readonly extensions: readonly Extension[];
  readonly pools: readonly Pool[];
}

export function ExtensionsSection({ extensions, pools }: ExtensionsSectionProps): JSX.Element {
  return (
    <section aria-labelledby="extensions">
      <h2 id="extensions">Extensions</h2>
      <Table
        labelledBy="extensions"
        columns={columnsWith(pools)}
        rows={extensions}
        keyOf={({ name }) => name}
        empty="No extension is listed."
      />
    </section>
  );
}

/** An extension is of the generation of the pool that runs it. */
function columnsWith(pools: readonly Pool[]): readonly Column<Extension>[] {
  const generations = new Map(pools.map(({ name, generation }) => [name, generation]));
  return [
    { head: 'Extension', cell: ({ name }) => name },
    { head: 'State', cell: (extension) => <LoadState extension={extension} /> },
    { head: 'Version', cell: ({ version }) => version ?? '–' },
    { head: 'Description', cell: ({ description }) => <bdi>{description ?? '–'}</bdi> },
    { head: 'Pool', cell: ({ pool }) => pool },
    { head: 'Generation', cell: ({ pool }) => generations.get(pool) ?? '–', kind: 'number' },
    { head: 'Answers', cell: ({ requests }) => formatCounts(requests) },
    { head: 'Errors', cell: ({ errors }) => formatCounts(errors) },
  ];
}

function LoadState({ extension }: { readonly extension: Extension }): JSX.Element {
  const { loaded, problem } = extension;
  if (loaded) return <span class="badge serving">loaded</span>;
  if (problem === null) return <span class="badge">not loaded</span>;
  return (
    <span>
      <span class="badge disabled">failed</span> <bdi>{problem}</bdi>
    </span>
  );
}
