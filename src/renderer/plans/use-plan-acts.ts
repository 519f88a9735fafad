/** What can be done to a plan; a notice says where it does not work. */
import { useMemo } from 'react';
import { toFailure } from '../../shared/failure.ts';
import { type BackupPlanId, type SourceId } from '../../shared/id.ts';
import { type PlanCard } from '../../shared/plan.ts';
import { now, timeZone } from '../clock.ts';
import { tell } from '../frame/shown.ts';
import { useApi } from '../store/hooks.ts';
import { plansWords as words } from '../words/plans.ts';
import { settingsOf, suggestedForm } from './form.ts';
import { freeName } from './name.ts';
import { pauseEnd, type PauseChoice } from './pause.ts';

export interface PlanActs {
  runNow: (card: PlanCard) => void;
  pause: (planId: BackupPlanId, choice: PauseChoice) => void;
  resume: (planId: BackupPlanId) => void;
  remove: (card: PlanCard) => Promise<boolean>;
  pauseAll: (choice: PauseChoice) => void;
  resumeAll: () => void;
  /** BS-3 in one press: nightly at 02:00, proof on Sunday at 03:00. */
  protect: (sources: readonly SourceId[], taken: readonly string[]) => void;
}

function failed(thrown: unknown): void {
  const { message, hint } = toFailure(thrown, '');
  tell({ id: 'plan', state: 'danger', title: message, detail: hint, stays: true });
}

export function usePlanActs(): PlanActs {
  const { plan } = useApi();
  return useMemo(
    () => ({
      runNow: (card) => {
        plan
          .runNow({ planId: card.plan.id })
          .then(
            ({ jobIds }) => tell({ id: card.plan.id, state: 'working', title: words.started(jobIds.length) }),
            failed,
          );
      },
      pause: (planId, choice) => {
        plan.pause({ planId, until: pauseEnd(choice, now()) }).catch(failed);
      },
      resume: (planId) => {
        plan.resume({ planId }).catch(failed);
      },
      remove: (card) =>
        plan.remove({ planId: card.plan.id }).then(
          () => {
            tell({ id: card.plan.id, state: 'none', title: words.removed(card.plan.name) });
            return true;
          },
          (thrown: unknown) => {
            failed(thrown);
            return false;
          },
        ),
      pauseAll: (choice) => {
        plan.pauseAll({ until: pauseEnd(choice, now()) }).catch(failed);
      },
      resumeAll: () => {
        plan.resumeAll({}).catch(failed);
      },
      protect: (sources, taken) => {
        const name = freeName(words.nightlyName, taken);
        plan
          .save({ settings: settingsOf(suggestedForm(name, sources, timeZone())) })
          .then(
            (card) =>
              tell({ id: card.plan.id, state: 'waiting', title: words.saved(card.plan.name), detail: card.words }),
            failed,
          );
      },
    }),
    [plan],
  );
}
