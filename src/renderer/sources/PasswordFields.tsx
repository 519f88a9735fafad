import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Select } from '../ui/Select.tsx';
import { PasswordField } from '../ui/TextField.tsx';
import { sources as words } from '../words/sources.ts';
import { type PasswordDraft } from './draft.ts';
import { type Fault, faultText } from '../ui/fault.ts';
import { type ServerFieldsProps } from './ServerFields.tsx';
import css from './Wizard.module.css';

type From = 'typed' | 'pgpass' | 'none';

/** Where the database's password comes from. One that is saved or was found is never shown. */
export function PasswordFields({ draft, faults, dispatch, hasKept }: ServerFieldsProps) {
  const { password } = draft;
  const set = (next: PasswordDraft) => dispatch({ do: 'server', change: { password: next } });
  const from: From = password.from === 'pgpass' || password.from === 'none' ? password.from : 'typed';
  return (
    <div className={css.half}>
      <Select<From>
        label={words.connection.passwordFrom}
        value={from}
        onChange={(next) =>
          set(next === 'typed' ? (hasKept ? { from: 'kept' } : { from: 'typed', text: '' }) : { from: next })
        }
        options={[
          { value: 'typed', title: words.connection.passwordTyped },
          { value: 'pgpass', title: words.connection.passwordPgpass },
          { value: 'none', title: words.connection.passwordNone },
        ]}
      />
      {from === 'typed' && (
        <OnePassword
          label={words.connection.password}
          password={password}
          onChange={set}
          fault={faults.password}
          canKeep={hasKept}
        />
      )}
    </div>
  );
}

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
