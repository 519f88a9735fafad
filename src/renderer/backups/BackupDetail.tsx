import { useCallback, useState } from 'react';
import { type BackupCard, type ManifestBody } from '../../shared/artifact.ts';
import { type DestinationCard } from '../../shared/destination.ts';
import { type BackupId } from '../../shared/id.ts';
import { type VerifyReport } from '../../shared/verify.ts';
import { timeZone, useNow } from '../clock.ts';
import { DiffSection } from '../diff/DiffSection.tsx';
import { ArchivedCopies } from '../frame/ArchivedCopies.tsx';
import { PinDialog } from '../frame/PinDialog.tsx';
import { PurgeDialog } from '../frame/PurgeDialog.tsx';
import { type Archived, useArchived } from '../frame/use-archived.ts';
import { navigate } from '../navigate.ts';
import { href } from '../route.ts';
import { useApi, useHeld, useSourceById } from '../store/hooks.ts';
import { useAsked } from '../store/use-asked.ts';
import { Badge } from '../ui/Badge.tsx';
import { Banner, FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { EmptyState, Section, Skeleton } from '../ui/Layout.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import { useKeys } from '../use-keys.ts';
import { backups as words } from '../words/backups.ts';
import { listed } from '../words/number.ts';
import { pinWords } from '../words/pin.ts';
import { purgeWords } from '../words/purge.ts';
import { type GlyphName } from '../words/state.ts';
import { BackupLog } from './BackupLog.tsx';
import css from './BackupDetail.module.css';
import { DamagedCopies } from './DamagedCopies.tsx';
import { KeptIn } from './KeptIn.tsx';
import { ManifestFacts } from './ManifestFacts.tsx';
import { PickBackup } from './PickBackup.tsx';
import { PinBanner } from './PinBanner.tsx';
import { ProblemList } from './ProblemList.tsx';
import { newestProof, problemsOf, standingOf, type Standing } from './proof.ts';
import { ProofAside } from './ProofAside.tsx';
import { StockCommand } from './StockCommand.tsx';
import { type Told } from './timeline.ts';
import { useBackupNews } from './use-timeline.ts';
import { useProve } from './use-prove.ts';

export interface ShownBackup {
  card: BackupCard;
  manifest: ManifestBody;
  proofs: VerifyReport[];
}

/** One backup: whether it is proven, how it differs from now, where it is and how to get it back. */
export function BackupDetail({ backupId }: { backupId: BackupId }) {
  const api = useApi();
  const shown = useAsked<ShownBackup>(`backup ${backupId}`, () => api.backup.show({ backup: backupId }));
  const { again } = shown;
  useBackupNews(
    useCallback(
      (news: Told) => {
        if ((news.kind === 'card' ? news.card.backupId : news.backupId) === backupId) again();
      },
      [backupId, again],
    ),
  );
  if (shown.failure?.code === 'backup.unknown') {
    return (
      <EmptyState icon="backups" title={words.gone}>
        {words.goneText}
      </EmptyState>
    );
  }
  if (shown.value !== null) return <Detail key={backupId} shown={shown.value} />;
  if (shown.failure !== null) {
    return (
      <div className={css.detail}>
        <FailureBox
          failure={shown.failure}
          title={words.notRead}
          actions={
            <Button size="small" onPress={again}>
              {words.tryAgain}
            </Button>
          }
        />
      </div>
    );
  }
  return <Waiting />;
}

/** Only where the answer takes its time: a flash of grey is worse than nothing. */
function Waiting() {
  return (
    <div className={css.waiting} role="status" aria-label={words.loading}>
      <Skeleton width={280} />
      <Skeleton width={420} />
      <Skeleton width="60%" />
      <Skeleton width="60%" />
    </div>
  );
}

const glyphs: Record<Standing['kind'], GlyphName> = {
  unproven: 'stored',
  read: 'stored',
  proven: 'proven',
  partly: 'attention',
  failed: 'danger',
};

function Detail({ shown }: { shown: ShownBackup }) {
  const { card, manifest, proofs } = shown;
  const source = useSourceById(card.sourceId);
  const destinations = useHeld((state) => state.destinations);
  const now = useNow();
  const zone = timeZone();
  const standing = standingOf(proofs);
  const proof = newestProof(proofs);
  const prove = useProve(card.backupId);
  const archived = useArchived(card);
  const [picking, setPicking] = useState(false);
  const [pinning, setPinning] = useState(false);
  const [purging, setPurging] = useState(false);
  const [against, setAgainst] = useState<BackupCard | null>(null);
  const restoreHref = {
    screen: 'restore',
    // Never by the name alone where it is another machine's: the wizard would take it for the one that is set up here.
    source: source === undefined ? card.sourceId : card.source,
    backupId: card.backupId,
  } as const;
  useKeys({
    compare: () => setPicking(true),
    prove: () => prove.start('restore'),
    restoreBackup: () => navigate(restoreHref),
  });
  return (
    <article className={css.detail} aria-label={words.heading(card.takenAt, zone)}>
      <header className={css.top}>
        <div className={css.lead}>
          <h2>{words.heading(card.takenAt, zone)}</h2>
          <div aria-live="polite">
            <Badge state={glyphs[standing.kind]}>
              <span className={css.standing}>{words.standing(standing, now, zone)}</span>
            </Badge>
          </div>
        </div>
        <div className={css.acts}>
          <MenuButton
            label={words.moreActions}
            lines={[
              { id: 'compare', title: words.compare, icon: 'beside', at: 'D', onAction: () => setPicking(true) },
              {
                id: 'pin',
                title: card.pin === undefined ? pinWords.pinEllipsis : pinWords.pinAgain,
                icon: 'pin',
                onAction: () => setPinning(true),
              },
              { id: 'read', title: words.readBack, icon: 'hash', onAction: () => prove.start('read') },
              { id: 'purge', title: purgeWords.menu, icon: 'trash', danger: true, onAction: () => setPurging(true) },
            ]}
          />
          <Button
            icon="flask"
            onPress={() => prove.start('restore')}
            pending={prove.run.state === 'asking'}
            disabled={prove.running !== null}
          >
            {proof?.level === 'restore' ? words.proveAgain : words.prove}
          </Button>
          <LinkButton variant="primary" icon="restore" href={href(restoreHref)}>
            {words.restore}
          </LinkButton>
        </div>
      </header>
      <PinDialog target={pinning ? card : null} onClose={() => setPinning(false)} />
      <Warnings shown={shown} standing={standing} destinations={destinations} archived={archived} />
      <div className={css.columns}>
        <div>
          <DiffSection
            card={card}
            sealed={manifest.inventory.form === 'sealed'}
            live={source !== undefined}
            against={against}
            onPick={() => setPicking(true)}
            onLive={() => setAgainst(null)}
          />
          <Found proof={proof} />
          <KeptIn card={card} manifest={manifest} destinations={destinations} archived={archived} />
          <StockCommand card={card} manifest={manifest} destinations={destinations} />
          <BackupLog backupId={card.backupId} />
        </div>
        <div className={css.aside}>
          <ProofAside proof={proof} prove={prove} />
          <ManifestFacts manifest={manifest} />
        </div>
      </div>
      <PurgeDialog
        open={purging}
        what={{ backup: card.backupId }}
        source={card.source}
        destinations={destinations}
        onClose={() => setPurging(false)}
      />
      <PickBackup
        open={picking}
        card={card}
        onClose={() => setPicking(false)}
        onPick={(other) => {
          setAgainst(other);
          setPicking(false);
        }}
      />
    </article>
  );
}

function Warnings({
  shown: { card, manifest },
  standing,
  destinations,
  archived,
}: {
  shown: ShownBackup;
  standing: Standing;
  destinations: readonly DestinationCard[];
  archived: Archived;
}) {
  const failed = card.stored.filter((one) => one.state === 'failed');
  const damaged = card.stored.some((one) => one.state === 'damaged');
  const plain = card.pin === undefined && card.insteadOf === undefined && archived.cold.length === 0;
  if (standing.kind !== 'failed' && card.complete && failed.length === 0 && plain && !damaged) return null;
  const nameOf = (id: string): string => destinations.find((one) => one.id === id)?.name ?? words.unknownPlace;
  return (
    <div className={css.warnings}>
      <PinBanner card={card} />
      <ArchivedCopies backupId={card.backupId} archived={archived} />
      <DamagedCopies card={card} destinations={destinations} />
      {standing.kind === 'failed' && (
        <Banner tone="danger" title={words.failedTitle}>
          {words.failedText}
        </Banner>
      )}
      {card.insteadOf !== undefined && (
        <Banner tone="plain" title={words.sealedAnew}>
          {words.sealedAnewText}{' '}
          <a className="mono" href={href({ screen: 'backups', source: card.source, backupId: card.insteadOf })}>
            {card.insteadOf}
          </a>
        </Banner>
      )}
      {!card.complete && (
        <Banner tone="attention" title={words.incomplete}>
          {`${words.incompleteText} ${listed(manifest.missing)}`}
        </Banner>
      )}
      {failed.map((one) => (
        <Banner key={one.destination} tone="attention" title={words.placeFailed(nameOf(one.destination))}>
          {one.message ?? ''}
        </Banner>
      ))}
    </div>
  );
}

function Found({ proof }: { proof: VerifyReport | null }) {
  const problems = problemsOf(proof);
  if (problems.length === 0) return null;
  return (
    <Section title={words.problems}>
      <ProblemList problems={problems} />
    </Section>
  );
}
