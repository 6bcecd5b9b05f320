import { test } from 'vitest';
import { checkHistories } from './fixtures/promote-history.js';

test('promotions and rollbacks do what they say in random histories, and move nothing else', () => checkHistories(2, 4));
