import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type PlaceRight, type PlaceRights } from '../../shared/place-admin.ts';
import { useApi } from '../store/hooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { Moment } from '../ui/Time.tsx';
import { rightGlyph, rightsWords as words } from '../words/place-setup.ts';
import { Advice } from './Advice.tsx';
import css from './Parts.module.css';

/** What whoever steals a login could destroy there: tried, and only when a person asks for it. */
export function Rights({ card, deletion, onTried }: { card: DestinationCard; deletion?: true; onTried?: () => void }) {
  const { destination } = useApi();
  const [rights, setRights] = useState<PlaceRights | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [asking, setAsking] = useState(false);
  const ask = () => {
    setAsking(true);
    setFailure(null);
    destination
      .rights({ name: card.id, ...(deletion === undefined ? {} : { deletion }) })
      .then(
        (answer) => {
          setRights(answer);
          onTried?.();
        },
        (thrown: unknown) => setFailure(toFailure(thrown, '')),
      )
      .finally(() => setAsking(false));
  };
  const act = rights === null ? words.act : words.again;
  return (
    <Section
      title={deletion === undefined ? words.title : words.deletionTitle}
      note={rights === null ? undefined : <Moment at={rights.at} form="ago" />}
      actions={
        <Button
          size="small"
          onPress={ask}
          pending={asking}
          {...(deletion === undefined ? {} : { label: words.forDeletion(act) })}
        >
          {act}
        </Button>
      }
    >
      <p className={css.said} aria-live="polite">
        {rights === null ? words.text : rights.words}
      </p>
      {failure !== null && <FailureBox failure={failure} quiet />}
      {rights !== null && (
        <Table
          label={words.table}
          className={css.table ?? ''}
          columns={columns}
          rows={rights.rights}
          rowId={({ what }) => what}
          rowText={({ what }) => words.what[what]}
          hang
        />
      )}
      {/* How to take the right to delete away is no advice for the login that is there to delete. */}
      {rights !== null && deletion === undefined && rights.advice.length > 0 && <Advice advice={rights.advice} />}
    </Section>
  );
}

const columns: readonly TableColumn<PlaceRight>[] = [
  { id: 'what', title: words.columns.what, width: 200, rowHeader: true, cell: ({ what }) => words.what[what] },
  {
    id: 'answer',
    title: words.columns.answer,
    width: 120,
    cell: ({ answer }) => <Badge state={rightGlyph[answer]}>{words.answer[answer]}</Badge>,
  },
  {
    id: 'how',
    title: words.columns.how,
    from: 560,
    cell: ({ words: how }) => (
      <span className={css.cell}>
        <small title={how}>{how}</small>
      </span>
    ),
  },
];
