/** Vitest's global setup of the suites that run the built window and shell: both are built once, before any file begins. */
import { buildShell } from '../../scripts/build-shell.mjs';
import { buildWindow } from '../../scripts/build-window.mjs';

export function setup(): void {
  buildWindow();
  buildShell();
}
