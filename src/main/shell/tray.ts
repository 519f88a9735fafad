/** The tray: an image that is honest, a menu that does what it says. Its words come from tray-model.ts. */
import { Menu, nativeImage, nativeTheme, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron';
import path from 'node:path';
import type { TrayModel } from './tray-model.ts';
import { words } from './words.ts';

/** What the menu's entries do. */
export interface TrayActions {
  open(): void;
  toggle(): void;
  showSource(name: string): void;
  showResult(jobId: string): void;
  restore(): void;
  /** Null: every source. */
  backUp(source: string | null): void;
  pause(how: 'hour' | 'day' | 'open'): void;
  resume(): void;
  quit(): void;
}

export class TrayIcon {
  readonly #tray: Tray;
  readonly #folder: string;
  readonly #actions: TrayActions;
  #shown = '';
  #model: TrayModel;

  /** @param folder the tray images, one folder for each look. */
  constructor(folder: string, model: TrayModel, actions: TrayActions) {
    this.#folder = folder;
    this.#actions = actions;
    this.#model = model;
    this.#tray = new Tray(this.#image(model.image));
    // macOS opens the menu by itself. Elsewhere a click is for the window; on Linux not every desktop passes it on.
    if (process.platform !== 'darwin') this.#tray.on('click', () => actions.toggle());
    nativeTheme.on('updated', () => this.#tray.setImage(this.#image(this.#model.image)));
    this.show(model);
  }

  show(model: TrayModel): void {
    const told = JSON.stringify(model);
    // A menu that is open is replaced by every new one, so there is none without a reason.
    if (told === this.#shown) return;
    if (model.image !== this.#model.image) this.#tray.setImage(this.#image(model.image));
    this.#shown = told;
    this.#model = model;
    this.#tray.setToolTip(`${words.name}: ${model.lead}`);
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(model, this.#actions)));
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #image(name: TrayModel['image']): NativeImage {
    return nativeImage.createFromPath(path.join(this.#folder, look(), `${name}${templateEnding()}.png`));
  }
}

/** macOS tints a template by itself. Windows wants the ink of its taskbar; a Linux panel may be of any colour, so there is a tile. */
function look(): string {
  if (process.platform === 'darwin') return 'template';
  if (process.platform === 'win32') return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'light' : 'dark';
  return 'tile';
}

/** By this ending of the name macOS knows a template. */
const templateEnding = (): string => (process.platform === 'darwin' ? 'Template' : '');

export function trayMenu(model: TrayModel, actions: TrayActions): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions = { type: 'separator' };
  return [
    { id: 'lead', label: model.lead, enabled: false },
    ...model.sources.map(({ name, text }) => ({
      id: `source ${name}`,
      label: text,
      click: () => actions.showSource(name),
    })),
    line,
    ...(model.sources.length === 0 ? [] : sourceEntries(model, actions)),
    ...(model.schedules === null ? [] : [scheduleEntry(model.schedules, actions)]),
    ...(model.results.length === 0 ? [] : [resultsEntry(model, actions)]),
    ...(model.sources.length === 0 && model.schedules === null && model.results.length === 0 ? [] : [line]),
    { id: 'open', label: words.openHoldfast, click: () => actions.open() },
    { id: 'quit', label: words.quit, click: () => actions.quit() },
  ];
}

function sourceEntries({ sources }: TrayModel, actions: TrayActions): MenuItemConstructorOptions[] {
  const each = sources.map(({ name }) => ({ id: `back-up ${name}`, label: name, click: () => actions.backUp(name) }));
  const every = { id: 'back-up', label: words.everySource, click: () => actions.backUp(null) };
  return [
    { id: 'restore', label: words.restore, click: () => actions.restore() },
    { label: words.backUpNow, submenu: [every, { type: 'separator' }, ...each] },
  ];
}

function scheduleEntry({ paused, text }: NonNullable<TrayModel['schedules']>, actions: TrayActions) {
  if (paused) return { id: 'resume', label: text, click: () => actions.resume() };
  return {
    label: text,
    submenu: [
      { id: 'pause-hour', label: words.pauseHour, click: () => actions.pause('hour') },
      { id: 'pause-day', label: words.pauseDay, click: () => actions.pause('day') },
      { id: 'pause-open', label: words.pauseOpen, click: () => actions.pause('open') },
    ],
  };
}

function resultsEntry({ results }: TrayModel, actions: TrayActions): MenuItemConstructorOptions {
  return {
    label: words.lastResults,
    submenu: results.map(({ jobId, title }) => ({
      id: `result ${jobId}`,
      label: title,
      click: () => actions.showResult(jobId),
    })),
  };
}
