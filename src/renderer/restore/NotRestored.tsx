import { type Failure } from '../../shared/failure.ts';
import { href } from '../route.ts';
import { hasEnded, useHeld } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button, LinkButton } from '../ui/Button.tsx';
import { Facts as FactList } from '../ui/Facts.tsx';
import { Content, Foot, Lead, Section } from '../ui/Layout.tsx';
import { restoreWords as words } from '../words/restore.ts';
import { dispatch } from './draft-store.ts';
import { type Outcome, type RestoreDraft } from './draft.ts';
import { Kept } from './KeptList.tsx';
import { targetName } from './place.ts';
import { useSaid } from './RehearsalStep.tsx';
import css from './Restore.module.css';
import { type Facts } from './use-facts.ts';
import { useKept } from './use-kept.ts';

type NotEnded = Exclude<Outcome, { kind: 'report' }>;

/** A restore that failed or was stopped: what that left, and what to do now. */
export function NotRestored({
  draft,
  outcome,
  facts,
}: {
  draft: Extract<RestoreDraft, { at: 'ended' }>;
  outcome: NotEnded;
  facts: Facts;
}) {
  const { plan, jobId } = draft;
  const source = facts.name;
  const sweeping = useHeld((state) => state.jobs.some((job) => job.kind === 'sweep' && !hasEnded(job)));
  const record = useKept()?.find(({ keptAs, state }) => state === 'kept' && keptAs === plan?.replaces?.keepAs);
  const said = leadOf(draft, source, outcome, sweeping);
  const blamed = outcome.kind === 'failed' && blamesBackup(outcome.failure);
  return (
    <>
      <Content>
        <div className={css.wrap}>
          {record === undefined ? (
            <Lead text={said.lead} note={said.note} />
          ) : (
            <Lead text={words.endedRestored(record.target)} note={words.endedRestoredNote} />
          )}
          {outcome.kind === 'failed' && (
            <div className={css.below}>
              <FailureBox failure={outcome.failure} />
            </div>
          )}
        </div>
        {record === undefined ? (
          <Stands draft={draft} facts={facts} source={source} sweeping={sweeping} />
        ) : (
          <div className={css.keptPlace}>
            <Kept record={record} />
          </div>
        )}
      </Content>
      <Foot>
        <LinkButton href={href({ screen: 'activity', jobId })}>{words.log}</LinkButton>
        {blamed && <Button onPress={() => dispatch({ type: 'went-back' })}>{words.tryAgain}</Button>}
        <Button
          variant="primary"
          onPress={() => {
            dispatch({ type: 'went-back' });
            if (blamed) dispatch({ type: 'went-back' });
          }}
        >
          {blamed ? words.otherBackup : words.tryAgain}
        </Button>
      </Foot>
    </>
  );
}

/** Another backup is needed: this one would fail again. */
const blamesBackup = ({ code }: Failure): boolean => /^(artifact|manifest)\./.test(code);

function leadOf(
  { plan }: RestoreDraft & { at: 'ended' },
  source: string,
  outcome: NotEnded,
  sweeping: boolean,
): { lead: string; note?: string } {
  const stopped = outcome.kind === 'cancelled';
  if (sweeping) return { lead: stopped ? words.stoppedSweeping : words.failedUnknown, note: words.sweeping };
  if (plan === null) return stopped ? { lead: words.stoppedLive(source) } : { lead: words.failedUnknown };
  if (plan.replaces !== undefined) return { lead: stopped ? words.stoppedLive(source) : words.failedLead(source) };
  const target = targetName(plan.target);
  return { lead: stopped ? words.stoppedLead(target) : words.failedMade(target) };
}

/** What is so now, after nothing came of it. */
function Stands({
  draft: { plan, inputs },
  facts,
  source,
  sweeping,
}: {
  draft: RestoreDraft & { at: 'ended' };
  facts: Facts;
  source: string;
  sweeping: boolean;
}) {
  const card = facts.cards.find(({ backupId }) => backupId === (plan?.backupId ?? inputs.backupId));
  const taken = useSaid(card?.takenAt ?? 0);
  if (plan === null || sweeping) return null;
  return (
    <div className={css.moment}>
      <Section title={words.standsHeading}>
        <FactList
          facts={[
            { name: words.standsLive, value: words.standsUntouched(source) },
            plan.replaces === undefined ? { name: targetName(plan.target), value: words.standsNotMade } : null,
            card === undefined
              ? null
              : {
                  name: words.backupLabel,
                  value: (
                    <a
                      href={href({
                        screen: 'backups',
                        source: facts.source === undefined ? card.sourceId : card.source,
                        backupId: card.backupId,
                      })}
                    >
                      {words.ofBackup(taken)}
                    </a>
                  ),
                },
          ]}
        />
      </Section>
    </div>
  );
}
