import path from 'node:path';
import { defineConfig } from 'vitest/config';

// The suites start Holdfast some thousand times. Compiled once, a start needs half of the time.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve(import.meta.dirname, 'node_modules/.cache/holdfast-code');

/** One project per folder of test/. docs/testing.md says what each of them proves. */
function suite(name: string, timeoutMs: number) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  };
}

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // Two files at a time everywhere: the suites with real servers start several programs per file.
    maxWorkers: 2,
    passWithNoTests: true,
    // A test that hangs on to a server must not hold the run for ever.
    teardownTimeout: 20_000,
    projects: [
      suite('unit', 5_000),
      suite('contract', 30_000),
      suite('real', 120_000),
      suite('faults', 120_000),
      suite('attack', 120_000),
      suite('standin', 180_000),
      suite('e2e', 180_000),
    ],
  },
});
