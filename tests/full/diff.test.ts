import { test } from 'vitest';
import { checkApply, checkMirror, checkSame } from '../diff/properties.js';

test('a value compared with itself shows nothing', () => checkSame(10_000));
test('what is added one way is removed the other way', () => checkMirror(20_000));
test('the changes make the new object of the old one', () => checkApply(20_000));
