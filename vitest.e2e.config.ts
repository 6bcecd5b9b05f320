import { defineConfig } from 'vitest/config';

/** `npm run test:e2e`: against the real programs that `npm run tools` builds. Console lines come as they are: they say what was skipped. */
export default defineConfig({
  test: { include: ['tests/e2e/**/*.test.ts'], testTimeout: 300_000, disableConsoleIntercept: true },
});
