import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Says what a group of tests needs and, where it is absent, why. True means: it is here, run them.
 *
 *     const keychain = needs('gnome-keyring', keychainMissing());
 *     describe.runIf(keychain)('the keychain', () => { … });
 *
 * `what` names the thing (`PostgreSQL server`, `Electron`); `why` is undefined where it is present and otherwise a
 * sentence for the person who reads the closing table of `npm test`. Call it while the file is being collected, at
 * the top or inside a `describe`, not inside a test: there, `context.skip('why')` does the same.
 */
export function needs(what: string, why: string | undefined): boolean {
  if (why === undefined) return true;
  const file = expect.getState().testPath ?? '';
  const notes = process.env['HOLDFAST_TEST_NOTES'];
  if (notes === undefined) console.warn(`Not run here: ${what}: ${why}`);
  else appendFileSync(notes, `${JSON.stringify({ file, what, why })}\n`);
  return false;
}
