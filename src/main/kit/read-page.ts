/** The digits of a kit out of a file: the page that was printed from, or a text that somebody typed from paper. */

/** More than any page of a kit has. */
export const maxKitBytes = 1024 * 1024;

/** What is on the page, or the whole text; whether it is a secret is looked at by who takes it. */
export function digitsOf(text: string): string {
  const rows = [...text.matchAll(/<td class="digits">([^<]*)<\/td>/g)].map(([, digits = '']) => digits);
  return (rows.length > 0 ? rows.join('') : text).replaceAll(/[\s-]+/g, '');
}
