import { readFileSync } from 'node:fs';

/** The rows of digits on a printed kit. */
export const digitsOnPage = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/<td class="digits">([0-9a-f ]+)</g)].map(([, digits = '']) => digits);
