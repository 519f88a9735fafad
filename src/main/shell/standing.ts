/** What tray and notifications go by: asked of the house, and kept true by what it announces. */
import type { JobId, SourceId } from '../../shared/id.ts';
import type { Job, Progress } from '../../shared/job.ts';
import type { Overview } from '../../shared/overview.ts';
import type { SchedulerState } from '../../shared/plan.ts';
import { defaultPreferences, type Preferences } from '../../shared/preferences.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Door } from '../serve/door.ts';
import { isTold, resultOf, type Result } from './result.ts';

export interface StandingOptions {
  door: Door;
  clock: Clock;
  log: Log;
  /** Something that is shown may have changed. */
  changed(): void;
  /** A job ended that people want to hear of. */
  ended(result: Result): void;
  preferences(preferences: Preferences): void;
}

const gatherMs = 250;
const tickMs = 60_000;
const mostResults = 5;
const isRunning = ({ state }: Job): boolean => state === 'running' || state === 'cancelling';

export class Standing {
  overview: Overview | null = null;
  scheduler: SchedulerState | null = null;
  preferences: Preferences = defaultPreferences;
  results: Result[] = [];
  readonly progress = new Map<JobId, Progress>();
  readonly #running = new Map<JobId, Job>();
  readonly #names = new Map<SourceId, string>();
  readonly #options: StandingOptions;
  readonly #stop = new AbortController();
  #asking: Promise<void> | undefined;
  #again = false;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  get running(): Job[] {
    return [...this.#running.values()];
  }

  nameOf(job: Job): string | null {
    return job.sourceId === null ? null : (this.#names.get(job.sourceId) ?? null);
  }

  /** Listens from now on and asks for everything once. */
  async begin(): Promise<void> {
    this.#listen();
    await this.#reload();
    void this.#tick();
  }

  end(): void {
    this.#stop.abort(new Error('The app ends.'));
  }

  /** Asks again where every source stands, soon and only once for many reasons. */
  refresh(): void {
    if (this.#asking !== undefined) {
      this.#again = true;
      return;
    }
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.refresh();
    });
  }

  #listen(): void {
    const { api } = this.#options.door;
    api.job.changed(({ job }) => this.#take(job));
    api.job.progressed(({ jobId, progress }) => {
      this.progress.set(jobId, progress);
      this.#options.changed();
    });
    api.settings.changed(({ preferences }) => this.#prefer(preferences));
    api.plan.schedulerChanged(({ scheduler }) => {
      this.scheduler = scheduler;
      this.#options.changed();
    });
    this.#options.door.onAnnouncement(({ event }) => {
      if (event === 'app.restarted') void this.#reload();
      else if (/^(?:source|backup|plan|restore)\.|^destination\.(?:changed|removed)$/.test(event)) this.refresh();
    });
  }

  async #reload(): Promise<void> {
    const { door, log, clock } = this.#options;
    try {
      const { sources, jobs, scheduler, preferences } = await door.api.app.snapshot({});
      for (const { id, name } of sources) this.#names.set(id, name);
      this.#running.clear();
      for (const job of jobs.filter(isRunning)) this.#running.set(job.id, job);
      this.scheduler = scheduler;
      this.#prefer(preferences);
      await this.#recall();
      this.overview = await door.api.app.overview({});
    } catch (thrown) {
      log.warn('The tray could not learn how things stand.', { thrown });
      clock.sleep(tickMs, this.#stop.signal).then(
        () => this.#reload(),
        () => {},
      );
    }
    this.#options.changed();
  }

  /** The last results of this data folder, also those of another start. */
  async #recall(): Promise<void> {
    const { api } = this.#options.door;
    const recent = await api.job.list({ limit: 40 });
    const ended = recent.filter((job) => job.endedAt !== null && isTold(job)).slice(0, mostResults);
    this.results = await Promise.all(
      ended.map(async (job) => resultOf(await api.job.show({ jobId: job.id }), this.nameOf(job))),
    );
  }

  async #ask(): Promise<void> {
    const { door, clock, log } = this.#options;
    try {
      await clock.sleep(gatherMs, this.#stop.signal);
      this.overview = await door.api.app.overview({});
      for (const { sourceId, name } of this.overview.sources) this.#names.set(sourceId, name);
      this.#options.changed();
    } catch (thrown) {
      if (!this.#stop.signal.aborted) log.warn('The overview could not be asked for.', { thrown });
    }
  }

  #take(job: Job): void {
    if (isRunning(job)) this.#running.set(job.id, job);
    else this.#running.delete(job.id);
    if (job.endedAt !== null) {
      this.progress.delete(job.id);
      if (isTold(job)) void this.#tell(job);
    }
    this.#options.changed();
    this.refresh();
  }

  async #tell(job: Job): Promise<void> {
    try {
      const result = resultOf(await this.#options.door.api.job.show({ jobId: job.id }), this.nameOf(job));
      this.results = [result, ...this.results].slice(0, mostResults);
      this.#options.ended(result);
      this.#options.changed();
    } catch (thrown) {
      this.#options.log.warn('What a job came to could not be asked for.', { jobId: job.id, thrown });
    }
  }

  #prefer(preferences: Preferences): void {
    this.preferences = preferences;
    this.#options.preferences(preferences);
  }

  /** A day that begins, a backup that grows too old: what is shown changes without an event. */
  async #tick(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#options.clock.sleep(tickMs, this.#stop.signal).catch(() => {});
      this.refresh();
    }
  }
}
