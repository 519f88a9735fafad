import { describe, expect, it, vi } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import { shortcuts } from '../../../src/renderer/keys.ts';
import { appMenu, type MenuActions } from '../../../src/main/shell/app-menu.ts';
import { desktopEntry } from '../../../src/main/shell/login-item.ts';

vi.mock('electron', () => ({}));

const asked: string[] = [];
const actions: MenuActions = {
  ask: (what) => asked.push(what),
  backUpAll: () => asked.push('back up all'),
  openLink: (link) => asked.push(link),
  reveal: (what) => asked.push(what),
};

function flat(menu: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
}

describe.each([true, false])('the menu of the application (macOS: %s)', (mac) => {
  const items = flat(appMenu(actions, mac, false));

  it('leads to every screen that can be asked for', () => {
    asked.length = 0;
    for (const item of items) (item.click as (() => void) | undefined)?.();
    expect(asked).toEqual(
      expect.arrayContaining([
        'overview',
        'backups',
        'restore',
        'activity',
        'plans',
        'settings',
        'add-source',
        'find',
        'shortcuts',
      ]),
    );
  });

  it('has the keys of the one table, and no key twice', () => {
    const keys = items.flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]));
    expect(keys.toSorted()).toEqual(['CmdOrCtrl+,', 'CmdOrCtrl+K']);
    expect(shortcuts.find.strokes).toEqual([{ key: 'k', mod: true }]);
  });

  it('has no tools of a developer where the app is packed', () => {
    expect(items.some(({ role }) => role === 'toggleDevTools' || role === 'reload' || role === 'forceReload')).toBe(
      false,
    );
  });

  it('has an entry that quits, and those that edit text', () => {
    expect(items.map(({ role }) => role)).toEqual(expect.arrayContaining(['quit', 'editMenu', 'zoomIn', 'zoomOut']));
  });
});

describe('the autostart file of Linux', () => {
  it('keeps every argument one argument, whatever is in it', () => {
    const entry = desktopEntry(['/opt/My "Apps"/$HOME/50%/`x`\\y', '--hidden']);
    const line = /^Exec=(.*)$/m.exec(entry)?.[1] ?? '';
    // First as a string of the file, then as an argument, as a desktop reads it.
    const unescaped = line.replaceAll('\\\\', '\\');
    const args = [...unescaped.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, text = '']) =>
      text.replaceAll(/\\(.)/g, '$1').replaceAll('%%', '%'),
    );
    expect(args).toEqual(['/opt/My "Apps"/$HOME/50%/`x`\\y', '--hidden']);
  });

  it('cannot be given another line', () => {
    expect(() => desktopEntry(['/opt/a\nExec=evil'])).toThrow('no autostart file can hold');
  });
});
