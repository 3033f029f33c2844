import { type ComponentChildren, h, type JSX } from '../libraries/preact.js';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** `number`: to the right. */
  readonly kind?: 'number';
}

export interface TableProps<Row> {
  /** Id of the heading that names the table. */
  readonly labelledBy: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** Said instead of a table without rows. */
  readonly empty: string;
}

/**
 * A table; on a narrow screen each row is a block of named cells. The roles are written out since a browser forgets
 * that it is a table when its display is another.
 */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { labelledBy, columns, rows, keyOf, empty } = props;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table role="table" aria-labelledby={labelledBy}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ head, kind }) => (
            <th role="columnheader" scope="col" class={kind ?? ''}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" key={keyOf(row)}>
            {columns.map(({ head, cell, kind }) => (
              <td role="cell" data-head={head} class={kind ?? ''}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
