import { lacksKit, type SourceStanding } from '../../shared/overview.ts';
import { timeZone, useNow } from '../clock.ts';
import { keysText } from '../keys.ts';
import { href } from '../route.ts';
import { useHeld, useJob, useSource } from '../store/hooks.ts';
import { Badge, Tag } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { Sparkline } from '../ui/chart/Sparkline.tsx';
import { classNames } from '../ui/class-names.ts';
import { Glyph, Icon } from '../ui/Icon.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { Moment } from '../ui/Time.tsx';
import { isMac } from '../use-keys.ts';
import { dayOrTime, fullMoment } from '../words/moment.ts';
import { duration, percent, percentText, sizeOf } from '../words/number.ts';
import { overviewWords as words, proofWord } from '../words/overview.ts';
import { isProven, jobDoing, jobGlyph, sourceSubtitle, storedGlyph, storedWord, verdictGlyph } from '../words/state.ts';
import css from './Overview.module.css';
import { type Acts } from './use-acts.ts';

interface OfStanding {
  standing: SourceStanding;
}

export function NameCell({ standing }: OfStanding) {
  const source = useSource(standing.name);
  return (
    <div className={css.name}>
      {source !== undefined && <Icon name={source.settings.kind} />}
      <span>
        <b className="cut">{standing.name}</b>
        <small className="cut">{source === undefined ? '' : sourceSubtitle(source)}</small>
      </span>
    </div>
  );
}

export function UntilCell({ standing }: OfStanding) {
  const now = useNow();
  const { protectedUntil, limitMs, next, state } = standing;
  if (protectedUntil === null) return <span className="two">{words.neverBackedUp}</span>;
  const late = state === 'needs-you' && now - protectedUntil > limitMs;
  const planned = next === null ? words.noNext : words.next(next.at, now, timeZone());
  return (
    <>
      <Moment at={protectedUntil} className={classNames('medium', late && 'attention')} />
      {lacksKit(standing) ? (
        <small className="attention">{words.notProtected}</small>
      ) : (
        <small>{late ? words.limit(protectedUntil, limitMs, now) : state === 'paused' ? words.paused : planned}</small>
      )}
    </>
  );
}

export function LastBackupCell({ standing: { lastBackup } }: OfStanding) {
  if (lastBackup === null) return null;
  return (
    <>
      <Moment at={lastBackup.takenAt} />
      <small>
        {lastBackup.durationMs === null ? '' : duration(lastBackup.durationMs)}
        {!lastBackup.complete && ' '}
        {!lastBackup.complete && <Tag tone="attention">{words.incomplete}</Tag>}
      </small>
    </>
  );
}

/** Whose proof it is: the newest backup's carries the seal, an older one's is named. */
export function ProofCell({ standing }: OfStanding) {
  const { lastProof, lastRead, lastBackup, provenUntil } = standing;
  const now = useNow();
  if (lastProof === null) {
    if (lastRead !== undefined) return <ReadBack at={lastRead} />;
    if (lastBackup === null) return null;
    return (
      <>
        <Badge state="none">{words.notProven}</Badge>
        <small>{words.notProvenDetail}</small>
      </>
    );
  }
  const when = dayOrTime(lastProof.at, now, timeZone());
  const ofOlder = lastProof.verdict === 'proven' && !isProven(standing);
  return (
    <span title={fullMoment(lastProof.at, timeZone())}>
      <Badge state={ofOlder ? 'stored' : verdictGlyph[lastProof.verdict]}>{proofWord(lastProof.verdict, when)}</Badge>
      <small>
        {ofOlder && provenUntil !== null
          ? words.provenTo(provenUntil, now, timeZone())
          : words.equalTables(lastProof.equalTables, lastProof.tables)}
      </small>
    </span>
  );
}

function ReadBack({ at }: { at: number }) {
  const now = useNow();
  return (
    <span title={fullMoment(at, timeZone())}>
      <Badge state="stored">{dayOrTime(at, now, timeZone())}</Badge>
      <small>{words.readBackDetail}</small>
    </span>
  );
}

/** The oldest unfinished job, in the place of what it will change. */
export function ProgressCell({ standing }: OfStanding) {
  const job = useJob(standing.jobs[0]);
  if (job === undefined) return <LastBackupCell standing={standing} />;
  const { progress, state } = job;
  const done = progress === null ? null : percent(progress.bytes, progress.totalBytes);
  const doing =
    state === 'queued' ? words.progress.waits : state === 'cancelling' ? words.progress.stopping : jobDoing[job.kind];
  return (
    <div className={css.run}>
      <Badge state={jobGlyph[state]}>{done === null ? doing : `${doing}, ${percentText(done)}`}</Badge>
      <span className="three num end">
        {typeof progress?.leftMs === 'number' ? words.progress.left(progress.leftMs) : ''}
      </span>
      <ProgressBar label={`${doing} ${standing.name}`} value={state === 'queued' ? 0 : done} />
      <span className="three cut">{progress?.phase ?? ''}</span>
      <span className="three num end">
        {progress === null ? '' : words.progress.bytes(progress.bytes, progress.totalBytes)}
      </span>
    </div>
  );
}

export function KeptCell({ standing: { lastBackup } }: OfStanding) {
  const destinations = useHeld((state) => state.destinations);
  if (lastBackup === null) return null;
  const places = lastBackup.stored.map(({ destination, state }) => ({
    id: destination,
    state: storedGlyph[state],
    name: destinations.find(({ id }) => id === destination)?.name ?? destination,
    word: storedWord[state],
  }));
  const label = words.kept(places);
  return (
    <span className={css.kept} role="img" aria-label={label} title={label}>
      {places.map(({ id, state }) => (
        <Glyph key={id} state={state} />
      ))}
    </span>
  );
}

export function SizeCell({ standing: { sizes, lastBackup } }: OfStanding) {
  if (lastBackup === null) return null;
  const values = sizes.map(({ sizeBytes }) => sizeBytes);
  return (
    <span className={css.size}>
      {values.length > 1 && <Sparkline values={values} label={words.sizes(values)} />}
      <span className="num two">{sizeOf(lastBackup.sizeBytes)}</span>
    </span>
  );
}

export function MoreCell({ standing, acts }: OfStanding & { acts: Acts }) {
  const { name, lastBackup } = standing;
  const [jobId] = standing.jobs;
  const job = useJob(jobId);
  if (jobId !== undefined) {
    const label = job?.kind === 'backup' ? words.stop(name) : words.stopJob(name);
    return (
      <Button
        variant="quiet"
        size="small"
        icon="stop"
        label={label}
        disabled={job?.state === 'cancelling'}
        onPress={() => acts.stop(jobId)}
      />
    );
  }
  return (
    <MenuButton
      variant="quiet"
      size="small"
      label={words.moreFor(name)}
      className={css.more}
      lines={[
        { id: 'back-up', title: words.menu.backUp, at: keysText('backUp', isMac()), onAction: () => acts.backUp(name) },
        { id: 'prove', title: words.menu.prove, disabled: lastBackup === null, onAction: () => acts.prove(name) },
        {
          id: 'restore',
          title: words.menu.restore,
          at: keysText('restore', isMac()),
          disabled: lastBackup === null,
          onAction: () => acts.restore(name),
        },
        '-',
        { id: 'backups', title: words.menu.backups, onAction: () => acts.open(name) },
        { id: 'source', title: words.menu.source, href: href({ screen: 'sources', name }) },
      ]}
    />
  );
}
