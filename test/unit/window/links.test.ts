import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { links } from '../../../src/main/window/links.ts';

it('opens pages that exist: files of this program, or a site that is named', () => {
  const files = Object.values(links).filter((link) => link.startsWith('file:'));
  expect(files.map((link) => existsSync(fileURLToPath(link)))).toEqual([true, true]);
  expect(Object.values(links).filter((link) => !files.includes(link))).toEqual([
    'https://www.postgresql.org/download/',
  ]);
});
