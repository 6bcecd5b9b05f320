import { defineConfig } from 'vitest/config';

/** The fast tier, part of `npm test`: units, rules, small properties. On every core: the default leaves one free, which is half of two. */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/full/**', 'tests/e2e/**'],
    pool: 'threads',
    isolate: false,
    maxWorkers: '100%',
    // Other programs may take most of a machine.
    testTimeout: 30_000,
  },
});
