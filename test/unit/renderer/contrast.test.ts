import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const file = join(import.meta.dirname, '../../../src/renderer/style/tokens.css');
// What a person asked for by a preference of the system comes on top and only lifts.
const text = readFileSync(file, 'utf8').split('@media')[0] ?? '';

type Theme = 'light' | 'dark';
interface Colour {
  /** Linear light, each 0 to 1. */
  red: number;
  green: number;
  blue: number;
  alpha: number;
}

/** oklch to linear sRGB: https://bottosson.github.io/posts/oklab/ */
function oklch(written: string): Colour {
  const found = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(written);
  if (found === null) throw new Error(`Not an oklch colour: ${written}`);
  const [lightness = 0, chroma = 0, hue = 0] = found.slice(1, 4).map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const brief = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return {
    red: clamp(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * brief),
    green: clamp(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * brief),
    blue: clamp(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * brief),
    alpha: found[4] === undefined ? 1 : Number(found[4]),
  };
}

function role(name: string, theme: Theme): Colour {
  const found = new RegExp(`--${name}:\\s*light-dark\\((oklch\\([^)]*\\)),\\s*(oklch\\([^)]*\\))\\)`).exec(text);
  const written = found?.[theme === 'light' ? 1 : 2];
  if (written === undefined) throw new Error(`No colour --${name} in tokens.css`);
  return oklch(written);
}

const encode = (linear: number): number => (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
const decode = (shown: number): number => (shown <= 0.04045 ? shown / 12.92 : ((shown + 0.055) / 1.055) ** 2.4);

/** A colour that lets something through, on an opaque one. Screens blend the encoded values. */
function over(top: Colour, ground: Colour): Colour {
  const mix = (a: number, b: number) => decode(encode(a) * top.alpha + encode(b) * (1 - top.alpha));
  return {
    red: mix(top.red, ground.red),
    green: mix(top.green, ground.green),
    blue: mix(top.blue, ground.blue),
    alpha: 1,
  };
}

/** WCAG 2 contrast. */
function contrast(a: Colour, b: Colour): number {
  const luminance = ({ red, green, blue }: Colour) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['window', 'content', 'raised', 'sunken', 'control'] as const;
const meanings = ['proven', 'working', 'attention', 'danger'] as const;
const white: Colour = { red: 1, green: 1, blue: 1, alpha: 1 };

/** Pairs of a theme that fall short, in words: an empty list is the proof. */
function tooFaint(theme: Theme, pairs: readonly (readonly [string, Colour, Colour])[], least: number): string[] {
  return pairs
    .map(([name, ink, ground]) => [name, contrast(ink, ground)] as const)
    .filter(([, ratio]) => ratio < least)
    .map(([name, ratio]) => `${theme}: ${name} ${ratio.toFixed(2)}`);
}

describe.each(['light', 'dark'] as const)('Colours of the %s theme', (theme) => {
  it('show every text at 4.5:1 on every surface', () => {
    const pairs = ['text', 'text-2', 'text-3'].flatMap((ink) =>
      surfaces.map((ground) => [`${ink} on ${ground}`, role(ink, theme), role(ground, theme)] as const),
    );
    expect(tooFaint(theme, pairs, 4.5)).toEqual([]);
  });

  it('show every text at 4.5:1 on every soft ground', () => {
    const pairs = ['text', 'text-2', 'text-3'].flatMap((ink) =>
      [...meanings, 'accent'].map(
        (meaning) =>
          [
            `${ink} on ${meaning}-soft`,
            role(ink, theme),
            over(role(`${meaning}-soft`, theme), role('content', theme)),
          ] as const,
      ),
    );
    expect(tooFaint(theme, pairs, 4.5)).toEqual([]);
  });

  it('show the ink of a meaning at 5.7:1 on its own soft ground', () => {
    const pairs = meanings.map(
      (meaning) =>
        [
          `${meaning}-ink on its soft`,
          role(`${meaning}-ink`, theme),
          over(role(`${meaning}-soft`, theme), role('content', theme)),
        ] as const,
    );
    expect(tooFaint(theme, pairs, 5.7)).toEqual([]);
  });

  it('show the ink of a meaning and links at 4.5:1 on every surface', () => {
    const pairs = [...meanings.map((meaning) => `${meaning}-ink`), 'accent'].flatMap((ink) =>
      surfaces.map((ground) => [`${ink} on ${ground}`, role(ink, theme), role(ground, theme)] as const),
    );
    expect(tooFaint(theme, pairs, 4.5)).toEqual([]);
  });

  it('show marks, edges of fields and the ring of focus at 3:1', () => {
    const pairs = [...meanings.map((meaning) => `${meaning}-fill`), 'edge', 'focus'].map(
      (mark) => [`${mark} on content`, role(mark, theme), role('content', theme)] as const,
    );
    expect(tooFaint(theme, pairs, 3)).toEqual([]);
  });

  it('show white at 4.5:1 on the main button and on one that destroys, at rest and pressed', () => {
    const pairs = ['accent-fill', 'accent-down', 'danger-solid', 'danger-down'].map(
      (ground) => [`white on ${ground}`, white, role(ground, theme)] as const,
    );
    expect(tooFaint(theme, pairs, 4.5)).toEqual([]);
  });
});

describe('The arithmetic of contrast', () => {
  it('gives black on white its 21:1, and notices a grey that is too light', () => {
    const black = oklch('oklch(0 0 0)');
    expect(contrast(black, white)).toBeCloseTo(21, 1);
    expect(tooFaint('light', [['grey', oklch('oklch(0.7 0 0)'), white]], 4.5)).toHaveLength(1);
  });
});
