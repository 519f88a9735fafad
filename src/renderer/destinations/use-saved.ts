import { useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';

/** A change that is sent from a dialog: it closes once the house took it, and says why where it did not. */
export function useSaved(onSaved: () => void): {
  save: (send: () => Promise<unknown>) => void;
  saving: boolean;
  failure: Failure | null;
} {
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = (send: () => Promise<unknown>) => {
    setSaving(true);
    setFailure(null);
    send().then(
      () => {
        setSaving(false);
        onSaved();
      },
      (thrown: unknown) => {
        setSaving(false);
        setFailure(toFailure(thrown, ''));
      },
    );
  };
  return { save, saving, failure };
}
