import { useState } from 'react';
import { type Problem } from '../../shared/verify.ts';
import { Button } from '../ui/Button.tsx';
import { Glyph } from '../ui/Icon.tsx';
import { backups as words } from '../words/backups.ts';
import { type GlyphName } from '../words/state.ts';
import css from './ProblemList.module.css';

const glyphs: Record<Problem['grade'], GlyphName> = { fatal: 'danger', unchecked: 'none', cosmetic: 'stored' };
const shownAtFirst = 12;

/** What a proof found, gravest first. */
export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? problems : problems.slice(0, shownAtFirst);
  return (
    <>
      <ul className={css.problems}>
        {shown.map((problem) => (
          <li key={`${problem.code} ${problem.subject} ${problem.message}`}>
            <Glyph state={glyphs[problem.grade]} label={words.problemGrade[problem.grade]} />
            <span>
              <span className="mono">{problem.subject}</span> {problem.message}
            </span>
            <span className="three nowrap">{words.problemGrade[problem.grade]}</span>
          </li>
        ))}
      </ul>
      {shown.length < problems.length && (
        <Button size="small" variant="link" onPress={() => setAll(true)}>
          {words.moreProblems(problems.length - shown.length)}
        </Button>
      )}
    </>
  );
}
