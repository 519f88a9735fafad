import { useState } from 'react';
import { type DestinationCard } from '../../shared/destination.ts';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { useApi } from '../store/hooks.ts';
import { FailureBox } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/Layout.tsx';
import { kitWords as words } from '../words/kit.ts';

/** A place that was never sealed: there is nothing to print before it is. */
export function NoKit({ card: { id: place, name } }: { card: DestinationCard }) {
  const api = useApi();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const seal = () => {
    setPending(true);
    setFailure(null);
    api.kit
      .seal({ name: place, on: true })
      .catch((thrown: unknown) => setFailure(toFailure(thrown, '')))
      .finally(() => setPending(false));
  };
  return (
    <>
      {failure !== null && <FailureBox failure={failure} />}
      <EmptyState
        icon="unlock"
        title={words.none.title}
        actions={
          <Button variant="primary" icon="lock" onPress={seal} pending={pending}>
            {words.none.act(name)}
          </Button>
        }
      >
        {words.none.text}
      </EmptyState>
    </>
  );
}
