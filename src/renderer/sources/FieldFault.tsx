import { Glyph } from '../ui/Icon.tsx';
import { type Fault } from './draft.ts';
import css from './Wizard.module.css';

/** What is wrong and what mends it, as the text of a field. */
export const faultText = (fault: Fault | undefined): string | undefined =>
  fault === undefined ? undefined : fault.hint === undefined ? fault.message : `${fault.message} ${fault.hint}`;

/** The same under what is not one field. */
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
