// Tells scripts/test.mjs what a run of vitest came to. Named on vitest's command line, beside its own reporter.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * @typedef {{ file: string, name: string, note?: string }} Skipped
 * @typedef {{ file: string, name: string, why: string }} Failed `name` is '' where it is the file itself
 * @typedef {{ message?: string, stacks?: ReadonlyArray<{ file: string, line: number }> }} Thrown
 * @typedef {{ passed: number, failed: Failed[], skipped: Skipped[] }} Report
 */

export default class TableReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<Thrown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const reportFile = process.env['HOLDFAST_TEST_REPORT'];
    if (reportFile === undefined) return;
    /** @type {Report} */
    const report = { passed: 0, failed: [], skipped: [] };
    for (const error of unhandledErrors)
      report.failed.push({ file: '', name: 'an error that no test caught', why: firstLine([error]) });
    for (const module of modules) {
      const file = module.moduleId;
      // A file or a group that fails outside its tests (an import, a beforeAll) is one failure of its own.
      if (module.errors().length > 0) report.failed.push({ file, name: '', why: firstLine(module.errors()) });
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0)
          report.failed.push({ file, name: suite.fullName, why: firstLine(suite.errors()) });
      }
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') report.passed++;
        else if (result.state === 'failed')
          report.failed.push({ file, name: test.fullName, why: firstLine(result.errors) });
        else report.skipped.push({ file, name: test.fullName, ...why(test, result) });
      }
    }
    writeFileSync(reportFile, JSON.stringify(report));
  }
}

/** @param {ReadonlyArray<Thrown>} errors */
function firstLine([error]) {
  const [line = ''] = (error?.message ?? 'no error was given').trim().split('\n');
  const at = error?.stacks?.[0];
  return at === undefined ? line : `${line} (${relative(process.cwd(), at.file)}:${at.line})`;
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
