import { faultText } from '../ui/fault.ts';
import { PasswordField } from '../ui/TextField.tsx';
import { placeWizard as words } from '../words/place-wizard.ts';
import { type PlaceForm } from './use-place-wizard.ts';

/** The one secret of a place. It is typed, kept by the vault, and never shown again. */
export function SecretField({
  wizard: { secret, setSecret, secretKept, card, faults },
  label,
  hint,
}: {
  wizard: PlaceForm;
  label: string;
  hint: string;
}) {
  return (
    <PasswordField
      label={label}
      hint={secretKept ? words.form.secretKept : card === null ? hint : words.form.secretAgain}
      value={secret}
      onChange={setSecret}
      wrong={faultText(faults.secret)}
      maxLength={4096}
    />
  );
}
