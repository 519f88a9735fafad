import { useState } from 'react';
import { Tag } from '../ui/Badge.tsx';
import { Section } from '../ui/Layout.tsx';
import { Button } from '../ui/Button.tsx';
import { count } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import { type Effect, type TableEffect } from './effect.ts';
import css from './Restore.module.css';

const minus = (value: number) =>
  value === 0 ? <span className="three">0</span> : <span className={css.minus}>− {count(value)}</span>;
const plus = (value: number) =>
  value === 0 ? <span className="three">0</span> : <span className={css.plus}>+ {count(value)}</span>;

/** More than a screen of tables is folded until it is asked for. */
const shownAtFirst = 12;

/** The rows of the lead sentence, table by table. A plain table: nothing in it can be chosen. */
export function EffectTable({ effect, when }: { effect: Effect; when: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? effect.changed : effect.changed.slice(0, shownAtFirst);
  return (
    <Section title={words.effectHeading} note={words.effectNote(when)}>
      {effect.changed.length === 0 ? (
        <p className="two">{words.noChange}</p>
      ) : (
        <table className={css.effect} aria-label={words.effectHeading}>
          <thead>
            <tr>
              <th scope="col">{words.effectTable}</th>
              <th scope="col">{words.disappear}</th>
              <th scope="col">{words.comeBack}</th>
              <th scope="col">{words.older}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <Row key={one.name} one={one} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.changedOf(effect.changed.length, effect.tables)}</th>
              <td>{minus(effect.disappear)}</td>
              <td>{plus(effect.comeBack)}</td>
              <td>
                {effect.olderValues === 0 ? (
                  ''
                ) : (
                  <span className={css.tilde}>~ {words.olderTables(effect.olderValues)}</span>
                )}
              </td>
            </tr>
          </tfoot>
        </table>
      )}
      {effect.changed.length > shown.length && (
        <Button variant="link" onPress={() => setAll(true)}>
          {words.showAll(effect.changed.length)}
        </Button>
      )}
      {effect.uncompared > 0 && <p className="small three">{words.uncomparedNote(effect.uncompared)}</p>}
    </Section>
  );
}

function Row({ one }: { one: TableEffect }) {
  return (
    <tr>
      <th scope="row">
        <span className="mono">{one.name}</span> {one.table === 'returns' && <Tag>{words.tableReturns}</Tag>}
        {one.table === 'goes' && <Tag tone="danger">{words.tableGoes}</Tag>}
      </th>
      <td>{minus(one.disappear)}</td>
      <td>{plus(one.comeBack)}</td>
      <td>
        {one.olderValues ? <span className={css.tilde}>~ {words.olderYes}</span> : <span className="three">0</span>}
      </td>
    </tr>
  );
}
