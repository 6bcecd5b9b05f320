import { test } from 'vitest';
import { checkApply, checkMirror, checkSame } from './properties.js';

test('a value compared with itself shows nothing', () => checkSame(200));
test('what is added one way is removed the other way', () => checkMirror(300));
test('the changes make the new object of the old one', () => checkApply(300));
