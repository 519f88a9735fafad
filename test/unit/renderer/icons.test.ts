import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { glyphNames, iconNames } from '../../../src/renderer/ui/icon-names.ts';

it('Every icon that can be named is drawn, and every drawing has a name', () => {
  const drawn = readFileSync(join(import.meta.dirname, '../../../src/renderer/ui/icons.svg'), 'utf8');
  const ids = [...drawn.matchAll(/symbol id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids)).toEqual(new Set([...iconNames, ...glyphNames.map((name) => `state-${name}`)]));
  expect(ids).toHaveLength(iconNames.length + glyphNames.length);
});
