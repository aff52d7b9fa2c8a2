import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the output of a test run with one line for machines: `12 passed, 0 failed, 1 skipped`. What failed outside
 * of any test (a file that cannot be loaded, an error nobody caught) counts as failed too.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      count.failed += module.errors().length;
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    const failed = count.failed + count.pending;
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    process.stdout.write(`${count.passed} passed, ${failed} failed${skipped}\n`);
  }
}
