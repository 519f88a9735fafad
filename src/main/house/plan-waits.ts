/** Why runs that are due have not begun. Kept in memory: after a start the reasons are found again. */
import type { BackupPlanId } from '../../shared/id.ts';
import type { PlanWait } from '../../shared/plan.ts';
import type { PlanLine } from '../catalog/backup-plans.ts';
import type { PlanPorts } from './plan-run.ts';

export const keyOf = ({ planId, sourceId, what }: PlanLine): string => `${planId} ${sourceId} ${what}`;

export class PlanWaits {
  readonly #ports: Pick<PlanPorts, 'clock' | 'changed'>;
  readonly #waits = new Map<string, PlanWait & { planId: BackupPlanId }>();

  constructor(ports: Pick<PlanPorts, 'clock' | 'changed'>) {
    this.#ports = ports;
  }

  of(line: PlanLine): PlanWait | undefined {
    return this.#waits.get(keyOf(line));
  }

  /** The reason of a plan that has lasted longest. */
  oldest(planId: BackupPlanId): PlanWait | null {
    const waits = [...this.#waits.values()].filter((wait) => wait.planId === planId);
    const oldest = waits.toSorted((a, b) => a.since - b.since)[0];
    return oldest === undefined ? null : { reason: oldest.reason, since: oldest.since, detail: oldest.detail };
  }

  /** A reason that changes goes on since the first. */
  because(line: PlanLine, { reason, detail }: Pick<PlanWait, 'reason' | 'detail'>): void {
    const known = this.of(line);
    if (known?.reason === reason && known.detail === detail) return;
    const since = known?.since ?? this.#ports.clock.now();
    this.#waits.set(keyOf(line), { planId: line.planId, reason, detail, since });
    this.#ports.changed(line.planId);
  }

  end(line: PlanLine): void {
    if (this.#waits.delete(keyOf(line))) this.#ports.changed(line.planId);
  }

  /** Forgets every other: what is not due any more waits for nothing. */
  keepOnly(lines: readonly PlanLine[]): void {
    const wanted = new Set(lines.map(keyOf));
    for (const [key, wait] of this.#waits) {
      if (wanted.has(key)) continue;
      this.#waits.delete(key);
      this.#ports.changed(wait.planId);
    }
  }
}
