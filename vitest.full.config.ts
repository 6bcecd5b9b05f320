import { defineConfig } from 'vitest/config';

/** `npm run test:full`: the same properties with large counts, and whole processes. Needs npm packages only. */
export default defineConfig({
  test: { include: ['tests/full/**/*.test.ts'], testTimeout: 300_000, pool: 'threads' },
});
