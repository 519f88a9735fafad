/**
 * Every shortcut, once: handlers, hints on buttons, the sheet of "?" and the native menu read this table. Plain data.
 * `mod` is Command on macOS and Ctrl elsewhere. Two strokes are pressed one after the other.
 */
export interface Stroke {
  /** As `KeyboardEvent.key` says it, letters in lower case. */
  key: string;
  mod?: boolean;
  shift?: boolean;
}

export interface Shortcut {
  strokes: readonly Stroke[];
  title: string;
  /** Where it works, as a heading of the sheet. */
  where: 'Everywhere' | 'In a list' | 'Overview' | 'Backups' | 'Restore' | 'Activity';
}

export const shortcuts = {
  find: { strokes: [{ key: 'k', mod: true }], title: 'Find a screen, source, backup or act', where: 'Everywhere' },
  sheet: { strokes: [{ key: '?' }], title: 'Show this list', where: 'Everywhere' },
  settings: { strokes: [{ key: ',', mod: true }], title: 'Settings', where: 'Everywhere' },
  goOverview: { strokes: [{ key: 'g' }, { key: 'o' }], title: 'Go to Overview', where: 'Everywhere' },
  goSources: { strokes: [{ key: 'g' }, { key: 's' }], title: 'Go to Sources', where: 'Everywhere' },
  goBackups: { strokes: [{ key: 'g' }, { key: 'b' }], title: 'Go to Backups', where: 'Everywhere' },
  goRestore: { strokes: [{ key: 'g' }, { key: 'r' }], title: 'Go to Restore', where: 'Everywhere' },
  goPlans: { strokes: [{ key: 'g' }, { key: 'p' }], title: 'Go to Plans', where: 'Everywhere' },
  goRetention: { strokes: [{ key: 'g' }, { key: 'k' }], title: 'Go to Retention (what is kept)', where: 'Everywhere' },
  goDestinations: { strokes: [{ key: 'g' }, { key: 'd' }], title: 'Go to Destinations', where: 'Everywhere' },
  goActivity: { strokes: [{ key: 'g' }, { key: 'a' }], title: 'Go to Activity', where: 'Everywhere' },
  move: { strokes: [{ key: 'ArrowUp' }, { key: 'ArrowDown' }], title: 'Move', where: 'In a list' },
  open: { strokes: [{ key: 'Enter' }], title: 'Open', where: 'In a list' },
  backUp: { strokes: [{ key: 'b' }], title: 'Back up the source', where: 'Overview' },
  restore: { strokes: [{ key: 'r' }], title: 'Restore the source', where: 'Overview' },
  compare: { strokes: [{ key: 'd' }], title: 'Compare with another backup', where: 'Backups' },
  prove: { strokes: [{ key: 'p' }], title: 'Prove this backup', where: 'Backups' },
  restoreBackup: { strokes: [{ key: 'Enter', mod: true }], title: 'Restore this backup', where: 'Backups' },
  runRestore: {
    strokes: [{ key: 'Enter', mod: true }],
    title: 'Restore, once everything is confirmed',
    where: 'Restore',
  },
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof shortcuts;

const namesOnMac: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', Enter: '↩' };
const names: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', Enter: 'Enter' };

function strokeText({ key, mod, shift }: Stroke, mac: boolean): string {
  const name = (mac ? namesOnMac : names)[key] ?? key.toUpperCase();
  if (mac) return `${shift === true ? '⇧' : ''}${mod === true ? '⌘' : ''}${name}`;
  return [mod === true ? 'Ctrl' : '', shift === true ? 'Shift' : '', name].filter(Boolean).join('+');
}

/** `⌘K`, `Ctrl+K`, `G O`. */
export function keysText(id: ShortcutId, mac: boolean): string {
  const { strokes }: Shortcut = shortcuts[id];
  return strokes.map((stroke) => strokeText(stroke, mac)).join(' ');
}

/** What a key event says; a structural type, so that this file needs no DOM. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Whether a press is this stroke. Shift is only compared where it does not already make another character. */
export function isStroke(press: KeyPress, stroke: Stroke, mac: boolean): boolean {
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (press.altKey || other || mod !== (stroke.mod === true)) return false;
  if (press.key.toLowerCase() !== stroke.key.toLowerCase()) return false;
  return press.key.length === 1 || press.shiftKey === (stroke.shift === true);
}
