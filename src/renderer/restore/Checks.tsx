import { type RestorePlan } from '../../shared/restore.ts';
import { Glyph } from '../ui/Icon.tsx';
import { Section } from '../ui/Layout.tsx';
import { restoreWords as words } from '../words/restore.ts';
import { type GlyphName } from '../words/state.ts';
import { checksOf, countOf, type CheckState } from './effect.ts';
import { useSaid } from './RehearsalStep.tsx';
import css from './Restore.module.css';

const glyphs: Record<CheckState, GlyphName> = { stops: 'danger', handled: 'attention', passes: 'proven' };

/** Everything that the rehearsal looked at. What stops the restore stands first. */
export function Checks({ plan }: { plan: RestorePlan }) {
  const checks = checksOf(plan);
  const { replaces } = plan;
  const until = useSaid(replaces?.keepUntil ?? 0);
  const note = words.checksNote(countOf(checks, 'passes'), countOf(checks, 'handled'), countOf(checks, 'stops'));
  return (
    <Section title={words.checksHeading} note={note}>
      <ul className={css.checks}>
        {checks.map(({ state, finding }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the findings of one plan never move, and may repeat
          <li key={`${finding.code} ${index}`}>
            <Glyph state={glyphs[state]} label={words.checkStates[state]} />
            <b>{words.checkTitle(finding.code)}</b>
            <span>{finding.message}</span>
            {finding.hint !== undefined && <span className={css.does}>{finding.hint}</span>}
          </li>
        ))}
        {replaces !== undefined && (
          <li>
            <Glyph state="proven" label={words.checkStates.passes} />
            <b>{words.wayBackTitle}</b>
            <span>{words.wayBack(replaces.keepAs, until)}</span>
          </li>
        )}
      </ul>
    </Section>
  );
}
