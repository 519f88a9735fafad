import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// The suites start Holdfast some thousand times. Compiled once, a start needs half of the time.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve(import.meta.dirname, 'node_modules/.cache/holdfast-code');

/** Short files that take long. Vitest begins with the largest where it has not measured them, and would leave these for the end. */
const long =
  /(?:real\/(?:schedule-years|writers)|faults\/(?:swaps|kills)|standin\/package|e2e\/(?:every-screen|plan-fires))[.]test[.]ts$/;

/** Nobody waits for one long file while the other half of the machine is idle. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- this is vitest's own method, not an array's
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): number => (long.test(moduleId) ? 0 : 1);
    return sorted.toSorted((a, b) => isLong(a) - isLong(b));
  }
}

/** Built before the first file: two files at once would each put their own build where the other's runs. */
const built = ['test/helpers/built.ts'];

/** One project per folder of test/. docs/testing.md says what each of them proves. */
function suite(name: string, timeoutMs: number, globalSetup: string[] = []) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      globalSetup,
    },
  };
}

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // Two files at a time everywhere: the suites with real servers start several programs per file.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    passWithNoTests: true,
    // A second is what a busy machine needs to start a program; the limit of the test itself comes first.
    expect: { poll: { timeout: 30_000 } },
    // A test that hangs on to a server must not hold the run for ever.
    teardownTimeout: 20_000,
    projects: [
      suite('unit', 5_000),
      suite('contract', 30_000),
      suite('real', 120_000),
      suite('faults', 120_000),
      suite('attack', 120_000, built),
      suite('standin', 180_000, built),
      suite('e2e', 180_000, built),
    ],
  },
});
