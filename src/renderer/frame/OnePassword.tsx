import { Button } from '../ui/Button.tsx';
import { type Fault, faultText } from '../ui/fault.ts';
import { Icon } from '../ui/Icon.tsx';
import { PasswordField } from '../ui/TextField.tsx';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { type PasswordDraft } from './server-draft.ts';
import css from './WayFields.module.css';

/** A password to type, or a word that there is one already. */
export function OnePassword({
  label,
  password,
  onChange,
  fault,
  canKeep,
}: {
  label: string;
  password: PasswordDraft;
  onChange: (password: Extract<PasswordDraft, { from: 'typed' | 'kept' }>) => void;
  fault: Fault | undefined;
  canKeep: boolean;
}) {
  if (password.from === 'draft' || password.from === 'kept') {
    return (
      <div className={css.stack}>
        <span className={css.label}>{label}</span>
        <span className="row small two">
          <Icon name="lock" size={14} />
          <span>{password.from === 'draft' ? words.connection.passwordFound : words.connection.passwordKept}</span>
        </span>
        <Button size="small" className={css.start} onPress={() => onChange({ from: 'typed', text: '' })}>
          {words.connection.passwordOther}
        </Button>
        {fault !== undefined && <span className={css.wrong}>{faultText(fault)}</span>}
      </div>
    );
  }
  return (
    <div className={css.stack}>
      <PasswordField
        label={label}
        value={password.from === 'typed' ? password.text : ''}
        onChange={(text) => onChange({ from: 'typed', text })}
        wrong={faultText(fault)}
        maxLength={4096}
      />
      {canKeep && (
        <Button size="small" variant="link" className={css.start} onPress={() => onChange({ from: 'kept' })}>
          {words.connection.passwordBack}
        </Button>
      )}
    </div>
  );
}
