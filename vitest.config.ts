import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    // No module of ours holds state, so a worker keeps what it has loaded from one file to the next.
    isolate: false,
    disableConsoleIntercept: true,
    globalSetup: ['test/support/templates.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'lib', include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/soak/**', 'test/e2e/**'] },
      },
      {
        // These run the built command line, so something has to be built.
        extends: true,
        test: { name: 'e2e', include: ['test/e2e/**/*.test.{ts,tsx}'], globalSetup: ['test/support/build.ts'] },
      },
    ],
  },
});
