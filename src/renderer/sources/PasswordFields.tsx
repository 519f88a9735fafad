import { Select } from '../ui/Select.tsx';
import { sourceWizard as words } from '../words/source-wizard.ts';
import { OnePassword } from '../frame/OnePassword.tsx';
import { type PasswordDraft } from '../frame/server-draft.ts';
import { type ServerFieldsProps } from './ServerFields.tsx';
import css from '../frame/WayFields.module.css';

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
