import { test } from 'vitest';
import { checkHistories } from './fixtures/promote-history.js';

test('promotions and rollbacks do what they say in a dozen random histories, and move nothing else', () => checkHistories(12, 4));
