import { useState } from 'react';
import { type CheckNote, type VerifyReport } from '../../shared/verify.ts';
import { type Job } from '../../shared/job.ts';
import { href } from '../route.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { backups as words } from '../words/backups.ts';
import { duration, percent, percentText } from '../words/number.ts';
import { jobWord, type GlyphName } from '../words/state.ts';
import css from './ProofAside.module.css';
import { checksOf, equalTables } from './proof.ts';
import { type Prove } from './use-prove.ts';

/** More than this many checks are behind a button. */
const checksShown = 10;

/** What the newest proof checked, and what it could not check, with the reason. */
export function ProofAside({ proof, prove }: { proof: VerifyReport | null; prove: Prove }) {
  const { running, run } = prove;
  const failure = run.state === 'refused' ? run.failure : run.state === 'over' ? run.result.job.failure : null;
  const where = proof?.where ?? null;
  return (
    <Section title={words.proof} note={where === null ? undefined : words.provenIn(where)}>
      {running !== null && <Proving job={running} stop={prove.stop} />}
      {running === null && failure !== null && <FailureBox failure={failure} />}
      {proof === null ? running === null && <NotYet /> : <Checks proof={proof} />}
    </Section>
  );
}

function NotYet() {
  return (
    <div className={css.notYet}>
      <p>{words.noProof}</p>
      <p className="three">{words.proofText}</p>
    </div>
  );
}

function Proving({ job, stop }: { job: Job; stop: () => void }) {
  const { progress } = job;
  const part = progress === null ? null : percent(progress.bytes, progress.totalBytes);
  return (
    <div className={css.proving}>
      <div className="row">
        <a href={href({ screen: 'activity', jobId: job.id })}>{words.proving}</a>
        <span className="three num">
          {progress === null ? jobWord[job.state] : progress.phase}
          {part === null ? '' : `, ${percentText(part)}`}
        </span>
        <span className="push">
          <Button size="small" icon="stop" onPress={stop} disabled={job.state === 'cancelling'}>
            {words.stop}
          </Button>
        </span>
      </div>
      <ProgressBar label={words.proving} value={part} />
    </div>
  );
}

const glyphs: Record<CheckNote['outcome'], GlyphName> = { ok: 'proven', failed: 'danger', unchecked: 'none' };

function Checks({ proof }: { proof: VerifyReport }) {
  const [all, setAll] = useState(false);
  const checks = checksOf(proof);
  const shown = all ? checks : checks.slice(0, checksShown);
  const tables = equalTables(proof);
  return (
    <>
      <ul className={css.checks}>
        {proof.level === 'restore' && proof.tables.length > 0 && (
          <li>
            <Glyph
              state={tables.equal === tables.all ? 'proven' : 'danger'}
              label={words.checkOutcome[tables.equal === tables.all ? 'ok' : 'failed']}
            />
            <span>{words.tablesEqual(tables.equal, tables.all)}</span>
            <span />
          </li>
        )}
        {shown.map((check) => (
          <li key={check.name} className={check.outcome === 'unchecked' ? 'three' : undefined}>
            <Glyph state={glyphs[check.outcome]} label={words.checkOutcome[check.outcome]} />
            <span title={check.detail}>
              {check.name}
              {check.outcome === 'ok' || check.detail === '' ? '' : `: ${check.detail}`}
            </span>
            <span className={css.took}>{check.outcome === 'unchecked' ? '' : duration(check.durationMs)}</span>
          </li>
        ))}
      </ul>
      {!all && checks.length > checksShown && (
        <Button size="small" variant="link" onPress={() => setAll(true)}>
          {words.allChecks(checks.length)}
        </Button>
      )}
    </>
  );
}
