import { Glyph } from '../ui/Icon.tsx';
import { TextField } from '../ui/TextField.tsx';
import { restoreWords as words } from '../words/restore.ts';
import { dispatch } from './draft-store.ts';
import { type RestoreDraft } from './draft.ts';
import { effectOf } from './effect.ts';
import { useSaid } from './RehearsalStep.tsx';
import css from './Restore.module.css';

/** BS-6, JO-5: what the restore takes away, where it stays, and the name that has to be typed. */
export function Sure({
  draft,
  production,
}: {
  draft: Extract<RestoreDraft, { at: 'rehearsed' }>;
  production: boolean;
}) {
  const { plan } = draft.kept;
  const { replaces } = plan;
  const until = useSaid(replaces?.keepUntil ?? 0);
  if (replaces === undefined || !plan.canRun) return null;
  const { disappear } = effectOf(replaces.tables);
  return (
    <section className={css.sure} aria-label={production ? words.changesProduction : words.replacesData}>
      <div className="row strong">
        <Glyph state="danger" />
        {production ? words.changesProduction : words.replacesData}
      </div>
      <p className="small two">
        {replaces.counted
          ? words.replacesText(disappear, replaces.keepAs, until)
          : words.replacesUncounted(replaces.keepAs, until)}
      </p>
      <p className="small two">{words.stopApplication}</p>
      <TextField
        label={words.confirmLabel(replaces.confirm)}
        mono
        value={draft.typed}
        onChange={(text) => dispatch({ type: 'typed', text })}
      />
    </section>
  );
}
