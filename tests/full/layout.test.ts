import { test } from 'vitest';
import { checkPaths } from '../fixtures/identities.js';

test('different objects never share a path, whatever they are called', () => checkPaths(20_000));
