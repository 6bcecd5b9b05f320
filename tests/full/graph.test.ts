import fc from 'fast-check';
import { test } from 'vitest';
import { graphProperties } from '../fixtures/components.js';

/** tests/graph.test.ts holds the same properties with a count that fits the fast tier. */
test.each(Object.entries(graphProperties))('%s', (_, property) => {
  fc.assert(property, { numRuns: 1500 });
});
