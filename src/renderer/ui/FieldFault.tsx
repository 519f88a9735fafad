import { type Fault, faultText } from './fault.ts';
import css from './FieldFault.module.css';
import { Glyph } from './Icon.tsx';

/** What is wrong and what mends it, under what is not one field. */
export function FieldFault({ fault }: { fault: Fault | undefined }) {
  return (
    <div role="alert">
      {fault !== undefined && (
        <p className={css.wrong}>
          <Glyph state="danger" />
          <span>{faultText(fault)}</span>
        </p>
      )}
    </div>
  );
}
