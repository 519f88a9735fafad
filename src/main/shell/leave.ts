/** How the window closes and how the app ends: nothing that runs is lost without a word. */
import { app } from 'electron';
import type { Job } from '../../shared/job.ts';
import type { Log } from '../base/log.ts';
import type { Door } from '../serve/door.ts';
import { ask } from './dialogs.ts';
import type { MainWindow } from './main-window.ts';
import type { Standing } from './standing.ts';
import { words } from './words.ts';

export interface LeaveOptions {
  door: Door;
  log: Log;
  standing: Standing;
  window(): MainWindow;
  /** Whether the desktop shows the tray. */
  tray: () => boolean;
  /** Quitting has begun, or was called off. */
  leaving(leaving: boolean): void;
  /** Everything of this app that must go before it does. */
  last(): void;
}

export class Leave {
  readonly #options: LeaveOptions;
  #state: 'here' | 'asking' | 'leaving' | 'gone' = 'here';
  #askingToClose = false;

  constructor(options: LeaveOptions) {
    this.#options = options;
  }

  /** The window's close button. @returns whether the window may go. */
  closing(): boolean {
    if (this.#state === 'leaving' || this.#state === 'gone') return true;
    if (!this.#askingToClose) {
      this.#askingToClose = true;
      this.#close()
        .catch((thrown: unknown) => this.#options.log.error('The window could not be closed.', { thrown }))
        .finally(() => {
          this.#askingToClose = false;
        });
    }
    return false;
  }

  /** `before-quit`: holds the quit back until everything is written down. */
  beforeQuit(event: { preventDefault(): void }): void {
    if (this.#state === 'gone') return;
    event.preventDefault();
    if (this.#state === 'here') void this.#quit();
  }

  /** The system shuts down: there is nobody to ask and little time. */
  shutDown(): void {
    if (this.#state === 'gone' || this.#state === 'leaving') return;
    void this.#go('stop');
  }

  async #close(): Promise<void> {
    const { standing, tray, door } = this.#options;
    const window = this.#options.window();
    const hides = tray() || process.platform === 'darwin';
    if (!hides) {
      const choice = await ask(
        window.window,
        { message: words.noTray.message, detail: words.noTray.detail },
        {
          keep: words.keepRunning,
          quit: words.quitShort,
          cancel: words.cancel,
        },
      );
      if (choice === 'keep') window.hide();
      if (choice === 'quit') app.quit();
      return;
    }
    if (standing.preferences.closeExplained) return window.hide();
    const { message, detail } = words.keepsRunning;
    const place = tray() ? words.keepsRunning.tray : words.keepsRunning.dock;
    const choice = await ask(
      window.window,
      { type: 'info', message, detail: detail(place) },
      { ok: words.keepRunning, quit: words.quitShort },
    );
    await door.api.settings.change({ closeExplained: true });
    if (choice === 'quit' && this.#state === 'here') app.quit();
    else window.hide();
  }

  async #quit(): Promise<void> {
    this.#state = 'asking';
    const choice = await this.#mayQuit();
    if (choice === 'cancel') this.#state = 'here';
    else await this.#go(choice);
  }

  /** Jobs of another owner go on without this app, so only those of its own are asked about. */
  async #mayQuit(): Promise<'finish' | 'stop' | 'cancel'> {
    const { standing, door } = this.#options;
    const running = door.role() === 'owner' ? standing.running : [];
    if (running.length === 0) return 'finish';
    const names = running.map((job) => this.#sentence(job));
    const [first = ''] = names;
    const message = names.length === 1 ? `${first}.` : `${words.quitWhileBusy.more(names.length)}.`;
    return ask(
      this.#options.window().window,
      { message, detail: words.quitWhileBusy.detail(names), type: 'warning' },
      { finish: words.quitWhileBusy.finish, stop: words.quitWhileBusy.stop, cancel: words.cancel },
    );
  }

  #sentence(job: Job): string {
    return words.doing[job.kind](this.#options.standing.nameOf(job) ?? words.thisSource);
  }

  async #go(how: 'finish' | 'stop'): Promise<void> {
    const { door, log, standing } = this.#options;
    this.#state = 'leaving';
    this.#options.leaving(true);
    this.#options.window().hide();
    try {
      if (how === 'stop' && door.role() === 'owner') await this.#stopJobs();
      // An owner lets what runs come to its end, then hands over to whoever is attached.
      await door.close();
    } catch (thrown) {
      log.error('The door did not close as it should.', { thrown });
    }
    standing.end();
    this.#options.last();
    this.#state = 'gone';
    app.quit();
  }

  async #stopJobs(): Promise<void> {
    const { door, standing, log } = this.#options;
    await Promise.all(
      standing.running.map(({ id }) =>
        // It may have ended by itself in this moment.
        door.api.job.cancel({ jobId: id }).catch((thrown: unknown) => log.info('A job was not stopped.', { thrown })),
      ),
    );
  }
}
