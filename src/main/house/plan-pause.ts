/** The pause of all plans at once, by tray or window: remembered beside the plans, not in them. */
import type { SchedulerState } from '../../shared/plan.ts';
import type { Catalog } from '../catalog/catalog.ts';

interface Remembered {
  catalog: Pick<Catalog, 'meta'>;
}

const pauseKey = 'scheduler.paused';

export function schedulerPause({ catalog }: Remembered): SchedulerState['paused'] {
  const text = catalog.meta.get(pauseKey);
  return text === undefined ? null : (JSON.parse(text) as SchedulerState['paused']);
}

export function setSchedulerPause({ catalog }: Remembered, paused: SchedulerState['paused']): void {
  if (paused === null) catalog.meta.remove(pauseKey);
  else catalog.meta.set(pauseKey, JSON.stringify(paused));
}
