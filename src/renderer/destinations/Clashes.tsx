import { type LifecycleClash } from '../../shared/place-admin.ts';
import { Glyph } from '../ui/Icon.tsx';
import { clashGlyph, lifecycleWords as words } from '../words/place-setup.ts';
import css from './Parts.module.css';

/** What a lifecycle takes away, gravest first; nothing where it takes nothing. */
export function Clashes({ clashes }: { clashes: readonly LifecycleClash[] }) {
  if (clashes.length === 0) return null;
  return (
    <>
      <h4 className={css.minor}>{words.clashes}</h4>
      <ul className={css.clashes}>
        {clashes.map((clash) => (
          <li key={`${clash.code} ${clash.ruleId}`}>
            <Glyph state={clashGlyph[clash.grade]} />
            <span>{clash.words}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
