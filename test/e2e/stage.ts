/** Where the same specs run: a tab of the browser door, the stand-in for Electron, Electron itself where it is. */
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { needs } from '../helpers/needs.ts';
import { tellWhatWasShown } from '../helpers/on-the-screen.ts';
import { browserStage } from './stages/browser.ts';
import { electronStage } from './stages/electron.ts';
import { standInStage } from './stages/stand-in.ts';
import { makeWorld, type World } from './world.ts';

export interface Launched {
  page: Page;
  /** Does `click`, which opens a dialog for a path, and chooses this one: in the system's dialog or in the window's own. */
  choosePath(file: string, click: () => Promise<void>): Promise<void>;
  /** Closes the window and comes back to it, as a person does; whatever ran goes on meanwhile. */
  reopen(): Promise<Page>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

export interface StoryOptions extends LaunchOptions {
  /** What was there before the window is opened. Returns what is to be done at the end. */
  before?(world: World): Promise<void | (() => Promise<unknown>)>;
  /** One stage alone, for what follows from the house and is the same behind every door. */
  on?: 'browser door';
  /** For a story that waits for a clock: all stages wait at the same time. */
  together?: boolean;
}

export interface Stage {
  name: string;
  /** Why it cannot be entered here. */
  missing(): string | undefined;
  launch(world: World, options?: LaunchOptions): Promise<Launched>;
}

const stages: readonly Stage[] = [browserStage, standInStage, electronStage];

/** What a spec works with. `page` is the one of the window that was opened last. */
export interface Scene {
  readonly world: World;
  readonly page: Page;
  readonly window: Launched;
  readonly stage: Stage;
}

/** The same story on every stage, each in a world of its own. The window is open when it begins. */
export function onEveryStage(name: string, story: (scene: Scene) => void, options: StoryOptions = {}): void {
  for (const stage of stages.filter(({ name: one }) => options.on === undefined || one === options.on)) {
    const here = needs(`${stage.name}, for the end-to-end specs`, stage.missing());
    const concurrent = options.together === true;
    describe.runIf(here)(`${name} (${stage.name})`, { concurrent }, () => {
      let world: World | undefined;
      let window: Launched | undefined;
      let afterwards: void | (() => Promise<unknown>);
      beforeAll(async () => {
        world = makeWorld(stage.name.replaceAll(/\W+/g, '-').toLowerCase());
        afterwards = await options.before?.(world);
        window = await stage.launch(world, options);
      });
      beforeEach(({ onTestFailed, task }) => {
        onTestFailed(() => (window === undefined ? undefined : tellWhatWasShown(task.fullName, window.page)));
      });
      afterAll(async () => {
        await window?.close();
        await afterwards?.();
        await world?.close();
      });
      story({
        stage,
        get world() {
          return present(world);
        },
        get window() {
          return present(window);
        },
        get page() {
          return present(window).page;
        },
      });
    });
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The window is not open yet.');
  return value;
}
