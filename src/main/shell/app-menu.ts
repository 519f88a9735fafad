/** The menu of the application. Its keys are those of the window's own table (renderer/keys.ts). */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { shortcuts, type Shortcut, type ShortcutId } from '../../renderer/keys.ts';
import type { Asked } from './main-window.ts';

export interface MenuActions {
  ask(what: Asked['what']): void;
  backUpAll(): void;
  openLink(link: 'guide' | 'source-code'): void;
  reveal(what: 'data-folder' | 'logs'): void;
}

const line: MenuItemConstructorOptions = { type: 'separator' };

export function setAppMenu(actions: MenuActions, devTools: boolean): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(actions, process.platform === 'darwin', devTools)));
}

export function appMenu(actions: MenuActions, mac: boolean, devTools: boolean): MenuItemConstructorOptions[] {
  const to = (what: Asked['what'], label: string, key?: ShortcutId): MenuItemConstructorOptions => ({
    id: what,
    label,
    click: () => actions.ask(what),
    ...accelerator(key),
  });
  const settings = to('settings', 'Settings…', 'settings');
  const file: MenuItemConstructorOptions[] = [
    to('add-source', 'Add a source…'),
    line,
    { id: 'back-up-all', label: 'Back up every source now', click: () => actions.backUpAll() },
    to('restore', 'Restore…', 'goRestore'),
    line,
    ...(mac ? [] : [settings, line]),
    { role: 'close' },
    ...(mac ? [] : [{ role: 'quit' as const }]),
  ];
  const view: MenuItemConstructorOptions[] = [
    to('overview', 'Overview', 'goOverview'),
    to('backups', 'Backups', 'goBackups'),
    to('activity', 'Activity', 'goActivity'),
    to('plans', 'Plans', 'goPlans'),
    line,
    to('find', 'Find…', 'find'),
    line,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(devTools ? [line, { role: 'toggleDevTools' as const }] : []),
  ];
  const help: MenuItemConstructorOptions[] = [
    to('shortcuts', 'Keyboard shortcuts'),
    { label: 'Guide', click: () => actions.openLink('guide') },
    { label: 'Source code', click: () => actions.openLink('source-code') },
    line,
    { label: 'Show the data folder', click: () => actions.reveal('data-folder') },
    { label: 'Show the logs', click: () => actions.reveal('logs') },
    ...(mac ? [] : [line, { role: 'about' as const }]),
  ];
  return [
    ...(mac ? [macMenu(settings)] : []),
    { label: '&File', submenu: file },
    { role: 'editMenu' },
    { label: '&View', submenu: view },
    { role: 'windowMenu' },
    { role: 'help', submenu: help },
  ];
}

/** A menu knows one stroke with Command or Ctrl. What the window's table says in two strokes, or in a letter, stays the window's. */
function accelerator(key: ShortcutId | undefined): Pick<MenuItemConstructorOptions, 'accelerator'> {
  if (key === undefined) return {};
  const { strokes }: Shortcut = shortcuts[key];
  const [stroke, second] = strokes;
  if (stroke?.mod !== true || second !== undefined) return {};
  const shift = stroke.shift === true ? 'Shift+' : '';
  return { accelerator: `CmdOrCtrl+${shift}${stroke.key.toUpperCase()}` };
}

function macMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      settings,
      line,
      { role: 'services' },
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' },
    ],
  };
}
