import { describe, expect, it } from 'vitest';
import { isStroke, keysText, type KeyPress, shortcuts } from '../../../src/renderer/keys.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('Shortcuts', () => {
  it('are named as each system names its keys', () => {
    expect(keysText('find', true)).toBe('⌘K');
    expect(keysText('find', false)).toBe('Ctrl+K');
    expect(keysText('goOverview', false)).toBe('G O');
  });

  it('ask Command on a Mac and Ctrl elsewhere, and nothing besides', () => {
    const [find] = shortcuts.find.strokes;
    expect(isStroke(press('k', { metaKey: true }), find, true)).toBe(true);
    expect(isStroke(press('k', { ctrlKey: true }), find, true)).toBe(false);
    expect(isStroke(press('k', { ctrlKey: true }), find, false)).toBe(true);
    expect(isStroke(press('k', { ctrlKey: true, altKey: true }), find, false)).toBe(false);
    expect(isStroke(press('k'), find, false)).toBe(false);
  });

  it('take the question mark however the layout makes it', () => {
    const [sheet] = shortcuts.sheet.strokes;
    expect(isStroke(press('?', { shiftKey: true }), sheet, false)).toBe(true);
    expect(isStroke(press('?'), sheet, false)).toBe(true);
  });

  it('never stand for two things in one place', () => {
    const places = new Map<string, string>();
    for (const [id, { strokes, where }] of Object.entries(shortcuts)) {
      const place = JSON.stringify([where, strokes]);
      expect(places.get(place), `${id} and ${places.get(place)}`).toBeUndefined();
      places.set(place, id);
    }
  });
});
