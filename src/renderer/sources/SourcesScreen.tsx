import { Bar } from '../frame/Bar.tsx';
import { navigate } from '../navigate.ts';
import { href, type Route } from '../route.ts';
import { useHeld, useSource, useSources } from '../store/hooks.ts';
import { Badge } from '../ui/Badge.tsx';
import { LinkButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Content, EmptyState, Lead } from '../ui/Layout.tsx';
import { Table, type TableColumn } from '../ui/Table.tsx';
import { Moment } from '../ui/Time.tsx';
import { type Source } from '../../shared/source.ts';
import { type SourceStanding } from '../../shared/overview.ts';
import { frame } from '../words/frame.ts';
import { addressOf, connectionOf, sources as words } from '../words/sources.ts';
import { engineWord, glyphOfStanding, wordOfStanding } from '../words/state.ts';
import { Marks } from './Marks.tsx';
import { SourceDetail } from './SourceDetail.tsx';
import css from './Sources.module.css';

/** What is backed up, and how it is reached. */
export function SourcesScreen({ route }: { route: Extract<Route, { screen: 'sources' }> }) {
  const { name } = route;
  const source = useSource(name);
  if (name === null) return <All />;
  if (source !== undefined) return <SourceDetail key={source.id} source={source} />;
  return (
    <>
      <Bar title={name} crumb={{ title: frame.screens.sources, href: href({ screen: 'sources', name: null }) }} />
      <Content>
        <EmptyState
          icon="plug"
          title={words.gone(name)}
          actions={
            <LinkButton href={href({ screen: 'backups', source: name, backupId: null })}>{words.toBackups}</LinkButton>
          }
        >
          {words.goneText}
        </EmptyState>
      </Content>
    </>
  );
}

function All() {
  const sources = useSources();
  const overview = useHeld((state) => state.overview);
  const add = (
    <LinkButton variant="primary" icon="plus" href={href({ screen: 'source-new' })}>
      {words.add}
    </LinkButton>
  );
  return (
    <>
      <Bar
        title={frame.screens.sources}
        sub={sources.length === 0 ? undefined : words.count(sources.length)}
        actions={add}
      />
      <Content>
        {sources.length === 0 ? (
          <EmptyState
            icon="plug"
            title={words.empty.title}
            actions={
              <>
                {add}
                <LinkButton href={href({ screen: 'first-run' })}>{words.empty.trySample}</LinkButton>
              </>
            }
          >
            {words.empty.text}
          </EmptyState>
        ) : (
          <>
            <Lead text={words.lead(sources, overview?.sources ?? [])} calm />
            <div className={css.list}>
              <Table
                label={words.list}
                columns={columnsOf(overview?.sources ?? [])}
                rows={sources}
                rowId={(source) => source.name}
                rowText={(source) => source.name}
                onOpen={(name) => navigate({ screen: 'sources', name })}
                hang
              />
            </div>
          </>
        )}
      </Content>
    </>
  );
}

function columnsOf(standings: readonly SourceStanding[]): TableColumn<Source>[] {
  const standingOf = (source: Source): SourceStanding | undefined =>
    standings.find((standing) => standing.sourceId === source.id);
  return [
    {
      id: 'source',
      title: words.columns.source,
      rowHeader: true,
      cell: (source) => (
        <span className={css.name}>
          <Icon name={source.settings.kind} />
          <a href={href({ screen: 'sources', name: source.name })} className="medium cut">
            {source.name}
          </a>
          <Marks source={source} />
        </span>
      ),
    },
    {
      id: 'where',
      title: words.columns.where,
      from: 760,
      cell: (source) => (
        <span className={css.where} title={addressOf(source)}>
          <span className="two">{engineWord[source.settings.kind]}</span>{' '}
          <span className="mono">{addressOf(source)}</span>
        </span>
      ),
    },
    {
      id: 'databases',
      title: words.columns.databases,
      from: 1081,
      width: 130,
      cell: ({ settings }) => (
        <span className={css.where} title={settings.kind === 'postgres' ? settings.databases.join(', ') : undefined}>
          {settings.kind === 'postgres' ? words.databases(settings.databases) : words.noDatabases}
        </span>
      ),
    },
    {
      id: 'connection',
      title: words.columns.connection,
      from: 1081,
      cell: (source) => <span className="two">{connectionOf(source)}</span>,
    },
    {
      id: 'last',
      title: words.columns.last,
      from: 560,
      width: 150,
      cell: (source) => {
        const last = standingOf(source)?.lastBackup ?? null;
        return last === null ? (
          <span className="three">{words.never}</span>
        ) : (
          <Moment at={last.takenAt} className="num" />
        );
      },
    },
    {
      id: 'state',
      title: words.columns.state,
      width: 130,
      cell: (source) => {
        const standing = standingOf(source);
        return standing === undefined ? null : (
          <Badge state={glyphOfStanding(standing)}>{wordOfStanding(standing)}</Badge>
        );
      },
    },
  ];
}
