import { useState } from 'react';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Layout.tsx';
import { SegmentedControl } from '../ui/SegmentedControl.tsx';
import { count } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import { type GlyphName } from '../words/state.ts';
import { type Likeness, type ProofRow } from './proof.ts';
import css from './Restore.module.css';

const glyphs: Record<Likeness, GlyphName> = { equal: 'proven', differs: 'danger', uncompared: 'none' };
const shownAtFirst = 20;

/** Every table, what was promised, what is there. */
export function ProofTable({ rows }: { rows: readonly ProofRow[] }) {
  const changed = rows.filter((row) => row.changed || row.likeness === 'differs');
  const replaced = rows.some((row) => row.before !== undefined);
  const [view, setView] = useState<'changed' | 'all'>(replaced && changed.length > 0 ? 'changed' : 'all');
  const [whole, setWhole] = useState(false);
  const seen = view === 'changed' ? changed : rows;
  const shown = whole ? seen : seen.slice(0, shownAtFirst);
  return (
    <Section
      title={words.proofHeading}
      note={words.proofNote}
      actions={
        replaced && (
          <SegmentedControl
            label={words.filter}
            value={view}
            onChange={setView}
            segments={[
              { value: 'changed', title: words.changed, number: changed.length },
              { value: 'all', title: words.all, number: rows.length },
            ]}
          />
        )
      }
    >
      <table className={css.effect} aria-label={words.proofHeading}>
        <thead>
          <tr>
            <th scope="col">{words.effectTable}</th>
            {replaced && <th scope="col">{words.before}</th>}
            <th scope="col">{words.promised}</th>
            <th scope="col">{words.now}</th>
            <th scope="col">{words.content}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.name}>
              <th scope="row">
                <span className="mono">{row.name}</span>
              </th>
              {replaced && <td className="three">{numberOf(row.before)}</td>}
              <td>{numberOf(row.promised)}</td>
              <td className="medium">{numberOf(row.now)}</td>
              <td>
                <span className={css.digest}>
                  <Badge state={glyphs[row.likeness]}>
                    {row.promised === null ? words.tableGone : words[row.likeness]}
                  </Badge>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {seen.length > shown.length && (
        <Button variant="link" onPress={() => setWhole(true)}>
          {words.showAll(seen.length)}
        </Button>
      )}
    </Section>
  );
}

const numberOf = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : count(value);
