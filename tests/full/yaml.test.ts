import { test } from 'vitest';
import { checkRoundTrip } from '../fixtures/yaml-values.js';

test('YAML 1.1 and 1.2 read back every value, name and document', () => checkRoundTrip(10_000));
