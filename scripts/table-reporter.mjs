// Tells scripts/test.mjs what a run of vitest came to. Named on vitest's command line, beside its own reporter.
import { writeFileSync } from 'node:fs';

/**
 * @typedef {{ file: string, name: string, note?: string }} Skipped
 * @typedef {{ passed: number, failed: number, skipped: Skipped[] }} Report
 */

export default class TableReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env['HOLDFAST_TEST_REPORT'];
    if (file === undefined) return;
    /** @type {Report} */
    const report = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // A file or a group that fails outside its tests (an import, a beforeAll) is one failure of its own.
      report.failed += module.errors().length > 0 ? 1 : 0;
      for (const suite of module.children.allSuites()) report.failed += suite.errors().length > 0 ? 1 : 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') report.passed++;
        else if (result.state === 'failed') report.failed++;
        else report.skipped.push({ file: module.moduleId, name: test.fullName, ...why(test, result) });
      }
    }
    writeFileSync(file, JSON.stringify(report));
  }
}

/**
 * What vitest itself knows of the reason. Where it knows none, the file may have said it with `needs`.
 * @param {import('vitest/node').TestCase} test
 * @param {import('vitest/node').TestResult} result
 * @returns {{ note?: string }}
 */
function why(test, result) {
  if (result.state === 'pending') return { note: 'The run ended before it' };
  if (result.state === 'skipped' && result.note !== undefined) return { note: result.note };
  if (test.options.mode === 'todo') return { note: 'Not written yet (todo)' };
  for (let { parent } = test; ; parent = parent.parent) {
    if (parent.errors().length > 0) return { note: 'What it stands on failed (see above)' };
    if (parent.type === 'module') return {};
  }
}
