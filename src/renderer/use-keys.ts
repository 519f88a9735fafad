import { useEffect, useRef } from 'react';
import { isStroke, type Shortcut, type ShortcutId, shortcuts } from './keys.ts';

export const isMac = (): boolean => /mac/i.test(navigator.platform);

/** A second stroke counts for this long. */
const sequenceMs = 1_200;

/** Letters belong to whoever is being typed into; chords with Command or Ctrl do not. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select');
}

const isOverlaid = (): boolean => document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null;

/** Handles shortcuts of the table while the component is shown. Nothing happens while a dialog or menu is open. */
export function useKeys(handlers: Partial<Record<ShortcutId, () => void>>): void {
  const newest = useRef(handlers);
  useEffect(() => {
    newest.current = handlers;
  });
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    // A control with the focus keeps Enter to itself, with Ctrl too: chords are taken before it, letters after.
    const take = (event: KeyboardEvent, chords: boolean) => {
      if (event.defaultPrevented || event.repeat || isOverlaid()) return;
      const isChord = event.ctrlKey || event.metaKey;
      if (isChord !== chords) return;
      const before = first !== null && event.timeStamp - first.at < sequenceMs ? first.key : null;
      first = { key: event.key, at: event.timeStamp };
      for (const [id, handle] of Object.entries(newest.current)) {
        const { strokes }: Shortcut = shortcuts[id as ShortcutId];
        const last = strokes.at(-1);
        if (last === undefined || !isStroke(event, last, isMac())) continue;
        if (strokes.length > 1 && before !== strokes[0]?.key) continue;
        // `b` alone and `g b` are different things.
        if (strokes.length === 1 && before === 'g' && last.mod !== true) continue;
        if (last.mod !== true && isTyping(event.target)) continue;
        event.preventDefault();
        if (chords) event.stopPropagation();
        handle();
        first = null;
        return;
      }
    };
    const onChord = (event: KeyboardEvent) => take(event, true);
    const onKey = (event: KeyboardEvent) => take(event, false);
    document.addEventListener('keydown', onChord, true);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onChord, true);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}
