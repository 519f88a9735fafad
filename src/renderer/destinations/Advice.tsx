import { type PlaceAdvice } from '../../shared/place-admin.ts';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Fold } from '../ui/Fold.tsx';
import { rightsWords } from '../words/place-setup.ts';
import css from './Parts.module.css';

/** What a person does in the service's own console, each folded until it is wanted. */
export function Advice({ advice }: { advice: readonly PlaceAdvice[] }) {
  return (
    <div className={css.advice}>
      {advice.map(({ title, words, paste }) => (
        <Fold key={title} title={title}>
          <p className={css.said}>{words}</p>
          {paste !== null && <CodeBlock text={paste} label={rightsWords.paste(title)} />}
        </Fold>
      ))}
    </div>
  );
}
