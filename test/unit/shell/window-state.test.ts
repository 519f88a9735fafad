import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { keepWindowState, placeOn, readWindowState, type WindowState } from '../../../src/main/shell/window-state.ts';
import { tempFolder } from '../../helpers/temp.ts';

const main = { x: 0, y: 25, width: 1920, height: 1055 };
const second = { x: 1920, y: 0, width: 2560, height: 1440 };
const kept = (changes: Partial<WindowState>): WindowState => ({
  x: 100,
  y: 100,
  width: 1280,
  height: 800,
  maximised: false,
  zoom: 1,
  ...changes,
});

describe('where the window opens', () => {
  it('in the middle at the first start, as large as it was made for', () => {
    expect(placeOn([main], undefined)).toEqual({ x: 320, y: 153, width: 1280, height: 800 });
  });

  it('where it was, also on a second display', () => {
    const there = kept({ x: 2_200, y: 300 });
    expect(placeOn([main, second], there)).toEqual({ x: 2_200, y: 300, width: 1280, height: 800 });
  });

  it('on the first display where the one it was on is gone', () => {
    expect(placeOn([main], kept({ x: 2_200, y: 300 }))).toEqual({ x: 320, y: 153, width: 1280, height: 800 });
  });

  it('is always reached by its title bar, and never larger than the display', () => {
    const area = fc.record({
      x: fc.integer({ min: -5_000, max: 5_000 }),
      y: fc.integer({ min: -5_000, max: 5_000 }),
      width: fc.integer({ min: 320, max: 8_000 }),
      height: fc.integer({ min: 240, max: 5_000 }),
    });
    fc.assert(
      fc.property(fc.array(area, { minLength: 1, maxLength: 3 }), fc.option(area), (displays, was) => {
        const placed = placeOn(displays, was === null ? undefined : kept(was));
        const inside = displays.some(
          ({ x, y, width, height }) =>
            placed.x >= x &&
            placed.y >= y &&
            placed.x + placed.width <= x + width &&
            placed.y + placed.height <= y + height,
        );
        expect(inside).toBe(true);
      }),
    );
  });
});

describe('what is remembered of the window', () => {
  const file = (): string => path.join(tempFolder('window'), 'window.json');

  it('is read as it was written', () => {
    const at = file();
    keepWindowState(at, kept({ maximised: true, zoom: 1.25 }));
    expect(readWindowState(at)).toEqual(kept({ maximised: true, zoom: 1.25 }));
  });

  it.each(['', '{', '{"x":1}', '{"x":1,"y":1,"width":1e9,"height":800,"maximised":false,"zoom":1}', '[]', 'null'])(
    'is forgotten where the file holds %s',
    (text) => {
      const at = file();
      writeFileSync(at, text);
      expect(readWindowState(at)).toBeUndefined();
    },
  );
});
