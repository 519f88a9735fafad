import { useState } from 'react';
import { type TableFacts } from '../../shared/inventory.ts';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Layout.tsx';
import { count } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import css from './Restore.module.css';

const shownAtFirst = 12;

/** What a new place will hold: the tables of the backup, the biggest first. */
export function ContentsTable({ tables }: { tables: readonly TableFacts[] }) {
  const [all, setAll] = useState(false);
  const ordered = tables.toSorted((a, b) => b.rows - a.rows || a.name.localeCompare(b.name, 'en'));
  const shown = all ? ordered : ordered.slice(0, shownAtFirst);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return (
    <Section title={words.contentsHeading}>
      <table className={css.effect} aria-label={words.contentsHeading}>
        <thead>
          <tr>
            <th scope="col">{words.effectTable}</th>
            <th scope="col">{words.contentsRows}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((table) => (
            <tr key={table.name}>
              <th scope="row">
                <span className="mono">{table.name}</span>
              </th>
              <td>{count(table.rows)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.contentsTotal(tables.length)}</th>
            <td>{count(rows)}</td>
          </tr>
        </tfoot>
      </table>
      {ordered.length > shown.length && (
        <Button variant="link" onPress={() => setAll(true)}>
          {words.showAll(ordered.length)}
        </Button>
      )}
    </Section>
  );
}
