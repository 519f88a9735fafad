/** Keeps the tray true, and does what its entries say. */
import { app } from 'electron';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Door } from '../serve/door.ts';
import type { MainWindow } from './main-window.ts';
import { nextMidnight } from './moment.ts';
import type { Standing } from './standing.ts';
import { TrayIcon } from './tray.ts';
import { trayModel, type TrayModel } from './tray-model.ts';

export interface TrayControlOptions {
  folder: string;
  clock: Clock;
  door: Door;
  log: Log;
  standing: Standing;
  window: MainWindow;
}

const hourMs = 3_600_000;
/** Progress comes four times a second; a menu that is open should not be made anew that often. */
const gatherMs = 1_000;

export class TrayControl {
  readonly #options: TrayControlOptions;
  #icon: TrayIcon | undefined;
  #leaving = false;
  #due = false;

  constructor(options: TrayControlOptions) {
    this.#options = options;
  }

  /** @param shown whether this desktop shows trays; where it does not, there is none. */
  begin(shown: boolean): void {
    if (!shown) return;
    const { window, folder } = this.#options;
    this.#icon = new TrayIcon(folder, this.#model(), {
      open: () => window.show(),
      toggle: () => window.toggle(),
      showSource: (name) => window.ask('backups', name),
      showResult: (jobId) => window.ask('activity', jobId),
      restore: () => window.ask('restore'),
      backUp: (source) => void this.backUp(source),
      pause: (how) => void this.#pause(how),
      resume: () => void this.#try('resume', () => this.#options.door.api.plan.resumeAll({})),
      quit: () => app.quit(),
    });
  }

  isShown(): boolean {
    return this.#icon !== undefined;
  }

  /** Shows what is so now, at most once a second. */
  refresh(): void {
    if (this.#icon === undefined || this.#due) return;
    this.#due = true;
    void this.#options.clock.sleep(gatherMs).then(() => {
      this.#due = false;
      this.#icon?.show(this.#model());
    });
  }

  leaving(leaving: boolean): void {
    this.#leaving = leaving;
    this.#icon?.show(this.#model());
  }

  end(): void {
    this.#icon?.destroy();
    this.#icon = undefined;
  }

  /** Starts a backup of one source, or of all; what cannot be started is shown where jobs are shown. */
  async backUp(source: string | null): Promise<void> {
    const { door, window } = this.#options;
    const sources = (await this.#try('source.list', () => door.api.source.list({}))) ?? [];
    const wanted = sources.filter(({ name }) => source === null || name === source);
    if (sources.length === 0) return window.ask('add-source');
    const begun = await Promise.all(
      wanted.map(({ name }) => this.#try('backup.start', () => door.api.backup.start({ name }))),
    );
    if (begun.includes(undefined)) window.ask('overview');
  }

  async #pause(how: 'hour' | 'day' | 'open'): Promise<void> {
    const { clock, door } = this.#options;
    const now = clock.now();
    const ends = { hour: now + hourMs, day: nextMidnight({ now, timeZone: ownTimeZone() }), open: null };
    await this.#try('pause', () => door.api.plan.pauseAll({ until: ends[how] }));
  }

  async #try<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (thrown) {
      this.#options.log.warn('What the tray was asked for could not be done.', { what, thrown });
      return undefined;
    }
  }

  #model(): TrayModel {
    const { overview, scheduler, running, progress, results } = this.#options.standing;
    const place = { now: this.#options.clock.now(), timeZone: ownTimeZone() };
    return trayModel({ overview, scheduler, running, progress, results, leaving: this.#leaving, ...place });
  }
}

/** Asked each time: a laptop travels. */
const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
