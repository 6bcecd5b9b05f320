import { defineConfig } from 'vitest/config';

/** `npm run test:e2e`: against real programs, which tools/ builds. */
export default defineConfig({
  test: { include: ['tests/e2e/**/*.test.ts'], testTimeout: 300_000, passWithNoTests: true },
});
