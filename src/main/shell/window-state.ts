/** Where the window was, and where it may be now: on a display that is there. */
import { readFileSync } from 'node:fs';
import { writePrivateFile } from '../base/private-file.ts';
import { z } from '../../shared/schema.ts';

export const WindowState = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().check(z.gte(200), z.lte(20_000)),
  height: z.int().check(z.gte(200), z.lte(20_000)),
  maximised: z.boolean(),
  zoom: z.number().check(z.gte(0.5), z.lte(3)),
});
export type WindowState = z.output<typeof WindowState>;

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const smallest = { width: 960, height: 640 };
const usual = { width: 1280, height: 800 };
/** How much of the title bar must be on a display for a hand to reach it. */
const grip = { width: 120, height: 40 };

/** What was kept; undefined at the first start, and where the file is damaged. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    const parsed = z.safeParse(WindowState, JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function keepWindowState(file: string, state: WindowState): void {
  writePrivateFile(file, `${JSON.stringify(state)}\n`);
}

/**
 * Where a window belongs on these displays: where it was, if its title bar can be reached there, else in the middle of
 * the first one; never larger than the display it is on.
 * @param displays the areas that windows may use, the main one first.
 */
export function placeOn(displays: readonly Area[], kept: WindowState | undefined): Area {
  const [main = { x: 0, y: 0, ...usual }] = displays;
  if (kept === undefined) return middleOf(main, usual);
  const home = displays.find((display) => canReach(display, kept));
  if (home === undefined) return middleOf(main, kept);
  const { width, height } = sizeOn(home, kept);
  return {
    x: clamp(kept.x, home.x, home.x + home.width - width),
    y: clamp(kept.y, home.y, home.y + home.height - height),
    width,
    height,
  };
}

function canReach(display: Area, window: Area): boolean {
  const wide = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  const high = Math.min(window.y + grip.height, display.y + display.height) - Math.max(window.y, display.y);
  return wide >= grip.width && high >= grip.height / 2;
}

function middleOf(display: Area, wanted: { width: number; height: number }): Area {
  const { width, height } = sizeOn(display, wanted);
  return {
    x: Math.round(display.x + (display.width - width) / 2),
    y: Math.round(display.y + (display.height - height) / 2),
    width,
    height,
  };
}

/** A display can be smaller than the smallest window; then the window is as large as the display. */
const sizeOn = (display: Area, { width, height }: { width: number; height: number }) => ({
  width: Math.min(display.width, Math.max(smallest.width, width)),
  height: Math.min(display.height, Math.max(smallest.height, height)),
});

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));
