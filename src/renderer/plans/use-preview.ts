/** What a schedule comes to, asked of the house a moment after the last change. */
import { useEffect, useState } from 'react';
import { type Failure, toFailure } from '../../shared/failure.ts';
import { type CronPreview } from '../../shared/plan.ts';
import { useApi } from '../store/hooks.ts';

export type Previewed =
  | { state: 'asking' }
  | { state: 'here'; preview: CronPreview }
  | { state: 'failed'; failure: Failure };

const settlesMs = 200;

/** @param cron null where there is nothing to ask. */
export function usePreview(cron: string | null, timeZone: string): Previewed {
  const { plan } = useApi();
  const [asked, setAsked] = useState<{ key: string; result: Previewed }>({ key: '', result: { state: 'asking' } });
  const key = cron === null ? '' : `${cron} ${timeZone}`;
  useEffect(() => {
    if (cron === null) return undefined;
    let left = false;
    const tell = (result: Previewed) => !left && setAsked({ key: `${cron} ${timeZone}`, result });
    const timer = setTimeout(() => {
      plan.preview({ cron, timeZone }).then(
        (preview) => tell({ state: 'here', preview }),
        (thrown: unknown) => tell({ state: 'failed', failure: toFailure(thrown, '') }),
      );
    }, settlesMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [plan, cron, timeZone]);
  return asked.key === key ? asked.result : { state: 'asking' };
}
