import { defineConfig } from 'vitest/config';

const FLOWS = 'test/flows/**/*.test.ts';
/** All but those that count processes or stand in for a module of Node: they need a process of their own. */
const UNIT = 'test/unit/**/!(processes|image).test.ts';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    setupFiles: ['test/support/no-network.ts'],
    // They run in the order of their names, so that the short unit tests fill up whichever worker is free at last.
    // Flows and unit tests share a process and what they import, which otherwise costs more than the tests.
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [FLOWS, UNIT] } },
      { extends: true, test: { name: 'flows', include: [FLOWS], isolate: false } },
      { extends: true, test: { name: 'unit', include: [UNIT], isolate: false } },
    ],
  },
});
