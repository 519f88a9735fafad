import { type FoundReport, type FoundSource } from '../../shared/found.ts';
import { navigate } from '../navigate.ts';
import { href } from '../route.ts';
import { Tag } from '../ui/Badge.tsx';
import { Banner } from '../ui/Banner.tsx';
import { LinkButton } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Content, Foot, Lead } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { Bytes, Moment } from '../ui/Time.tsx';
import { foundWords as words } from '../words/found.ts';
import { count } from '../words/number.ts';
import css from './Destinations.module.css';

/** What lies there, by source and machine, each a step away from a restore. */
export function FoundList({ report }: { report: FoundReport }) {
  const { sources, closed, skipped, skippedInAll, withoutManifest, destination } = report;
  const closedInAll = closed.reduce((sum, { backups }) => sum + backups, 0);
  return (
    <>
      <Content>
        <Lead text={words.found(report)} note={words.foundNote(report)} />
        <div className={css.list}>
          <Table
            label={words.table}
            columns={columns}
            rows={sources}
            rowId={({ machine, sourceId }) => `${machine.id} ${sourceId}`}
            rowText={({ name }) => name}
            onOpen={(id) => {
              const source = sources.find(({ machine, sourceId }) => id === `${machine.id} ${sourceId}`);
              if (source !== undefined) navigate({ screen: 'backups', source: refOf(source), backupId: null });
            }}
            hang
          />
        </div>
        <div className={css.notes}>
          {closedInAll > 0 && (
            <Banner tone="attention" title={words.closedTitle(closedInAll)}>
              {words.closedText(closed.map(({ keyId }) => keyId))}
            </Banner>
          )}
          {withoutManifest > 0 && <p className="two small">{words.withoutManifest(withoutManifest)}</p>}
          {skippedInAll > 0 && (
            <Fold title={words.skippedTitle(skippedInAll)} small>
              <CodeBlock
                text={skipped.map(({ key, why }) => `${key}: ${why}`).join('\n')}
                label={words.skippedTitle(skippedInAll)}
              />
            </Fold>
          )}
        </div>
      </Content>
      <Foot>
        <LinkButton href={href({ screen: 'destinations', place: destination.id })}>{words.done}</LinkButton>
      </Foot>
    </>
  );
}

/** Another machine's source may bear the name of one that is set up here. */
const refOf = ({ name, setUp, sourceId }: Pick<FoundSource, 'name' | 'setUp' | 'sourceId'>): string =>
  setUp ? name : sourceId;

const columns: readonly TableColumn<FoundSource>[] = [
  {
    id: 'source',
    title: words.columns.source,
    rowHeader: true,
    cell: ({ name, kind, setUp, sourceId }) => (
      <span className={css.name}>
        <Icon name={kind} />
        <a
          className="medium cut"
          href={href({ screen: 'backups', source: refOf({ name, setUp, sourceId }), backupId: null })}
        >
          {name}
        </a>
        {setUp && <Tag>{words.setUp}</Tag>}
      </span>
    ),
  },
  {
    id: 'machine',
    title: words.columns.machine,
    from: 560,
    cell: ({ machine }) => <span className="cut">{machine.name}</span>,
  },
  {
    id: 'backups',
    title: words.columns.backups,
    width: 90,
    align: 'end',
    cell: ({ backups }) => <span className="num">{count(backups)}</span>,
  },
  {
    id: 'newest',
    title: words.columns.newest,
    from: 760,
    cell: ({ newestAt }) => <Moment at={newestAt} className="num" />,
  },
  {
    id: 'size',
    title: words.columns.size,
    width: 100,
    align: 'end',
    from: 1081,
    cell: ({ sizeBytes }) => <Bytes value={sizeBytes} />,
  },
  {
    id: 'act',
    title: words.columns.act,
    hideTitle: true,
    width: 120,
    align: 'end',
    cell: ({ name, setUp, sourceId }) => (
      <LinkButton
        size="small"
        icon="restore"
        label={words.restoreOf(name)}
        href={href({ screen: 'restore', source: refOf({ name, setUp, sourceId }), backupId: null })}
      >
        {words.restore}
      </LinkButton>
    ),
  },
];
