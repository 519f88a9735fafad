import { useState } from 'react';
import { type RestorePlan, type RestoreReport } from '../../shared/restore.ts';
import { timeZone } from '../clock.ts';
import { href } from '../route.ts';
import { Button, LinkButton } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { Content, Foot, Lead, Section } from '../ui/Layout.tsx';
import { LiveText } from '../ui/Live.tsx';
import { duration, sentence } from '../words/number.ts';
import { restoreWords as words } from '../words/restore.ts';
import { type RestoreDraft } from './draft.ts';
import { Kept } from './KeptList.tsx';
import { NotRestored } from './NotRestored.tsx';
import { targetName } from './place.ts';
import { countLike, proofRows, type ProofRow } from './proof.ts';
import { ProofTable } from './ProofTable.tsx';
import { useSaid } from './RehearsalStep.tsx';
import { reportText } from './report-text.ts';
import css from './Restore.module.css';
import { fileNameOf } from './suggest.ts';
import { useKept } from './use-kept.ts';
import { type Facts } from './use-facts.ts';
import { leave } from './leave.ts';

type Ended = Extract<RestoreDraft, { at: 'ended' }>;

/** Equal or not, then the way back. */
export function ProofStep({ draft, facts }: { draft: Ended; facts: Facts }) {
  const { outcome } = draft;
  if (outcome.kind === 'report') return <Report draft={draft} report={outcome.report} facts={facts} />;
  return <NotRestored draft={draft} outcome={outcome} facts={facts} />;
}

function Report({ draft, report, facts }: { draft: Ended; report: RestoreReport; facts: Facts }) {
  const { plan } = draft;
  const record = useKept()?.find((one) => one.restoreId === report.undo?.restoreId);
  const undone = record?.state === 'undone';
  const rows = proofRows(report, plan);
  const taken = useSaid(facts.cards.find((card) => card.backupId === report.backupId)?.takenAt ?? report.startedAt);
  const ended = useSaid(report.endedAt);
  const lead = leadOf(report, plan, rows, taken);
  const took = duration(report.endedAt - report.startedAt);
  const equal = countLike(rows, 'equal');
  const sub =
    countLike(rows, 'uncompared') === 0
      ? words.proofSub(ended, took, equal, rows.length)
      : words.proofSubCounts(ended, took, rows.length - countLike(rows, 'differs'), rows.length);
  return (
    <>
      <Content>
        <div className={css.verdict}>
          <Glyph state={undone ? 'stored' : report.verdict === 'equal' ? 'proven' : 'danger'} />
          {undone ? (
            <Lead text={words.undone(fileNameOf(record.target))} note={words.undoneNote} />
          ) : (
            <Lead text={lead} note={sub} />
          )}
        </div>
        {report.undo !== undefined && (
          <div className={css.keptPlace}>{record !== undefined && <Kept record={record} />}</div>
        )}
        <div className={css.columns}>
          <ProofTable rows={rows} />
          <div>
            <Reach report={report} />
            <Afterwards report={report} />
          </div>
        </div>
      </Content>
      <Foot note={words.inActivity}>
        <CopyReport text={() => reportText(lead, report, timeZone())} />
        <LinkButton href={href({ screen: 'activity', jobId: draft.jobId })}>{words.log}</LinkButton>
        <Button variant="primary" onPress={leave}>
          {words.done}
        </Button>
      </Foot>
    </>
  );
}

function leadOf(report: RestoreReport, plan: RestorePlan | null, rows: readonly ProofRow[], taken: string): string {
  const target = plan === null ? sentence(fileNameOf(report.target)) : targetName(plan.target);
  const { proofLead } = words;
  // What did not come back equal never takes the place of the live one.
  if (report.verdict === 'failed') return proofLead.notReplaced(target, countLike(rows, 'differs'));
  if (report.verdict !== 'equal') return proofLead.different(target, countLike(rows, 'differs'));
  return report.undo === undefined ? proofLead.made(target) : proofLead.replaced(target, taken);
}

/** A connection string or a path, ready to be copied. */
function Reach({ report }: { report: RestoreReport }) {
  const isPath = report.connection === undefined || !report.connection.includes('://');
  return (
    <Section title={isPath ? words.whereItIs : words.reach} note={isPath ? undefined : words.reachHint}>
      <CodeBlock label={isPath ? words.whereItIs : words.reach} text={report.connection ?? report.target} />
    </Section>
  );
}

function Afterwards({ report }: { report: RestoreReport }) {
  if (report.checks.length + report.problems.length === 0) return null;
  return (
    <Section title={words.checksDone}>
      <ul className={css.after}>
        {report.problems.map((problem, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the problems of one report never move, and may repeat
          <li key={`${problem.code} ${index}`}>
            <Glyph
              state={problem.grade === 'fatal' ? 'danger' : problem.grade === 'unchecked' ? 'none' : 'attention'}
              label={words.grades[problem.grade]}
            />
            <span>
              <span className="mono">{problem.subject}</span> {problem.message}
            </span>
          </li>
        ))}
        {report.checks.map((check) => (
          <li key={check.name}>
            <Glyph
              state={{ ok: 'proven', failed: 'danger', unchecked: 'none' }[check.outcome] as 'proven'}
              label={words.outcomes[check.outcome]}
            />
            <span>
              {check.name}: {check.detail}
            </span>
            {check.durationMs >= 100 && <small>{duration(check.durationMs)}</small>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function CopyReport({ text }: { text: () => string }) {
  const [copied, setCopied] = useState(false);
  return (
    <>
      <Button
        icon={copied ? 'check' : 'copy'}
        onPress={() => {
          navigator.clipboard.writeText(text()).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {copied ? words.reportCopied : words.copyReport}
      </Button>
      <LiveText text={copied ? words.reportCopied : ''} />
    </>
  );
}
