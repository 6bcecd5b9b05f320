import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const files = readdirSync('tests/e2e').filter((name) => name.endsWith('.test.ts'));
if (files.length === 0) console.log('test:e2e: skipped, because nothing here drives a real program yet.');

/** `npm run test:e2e`: against real programs. */
export default defineConfig({
  test: { include: ['tests/e2e/**/*.test.ts'], testTimeout: 300_000, passWithNoTests: true },
});
