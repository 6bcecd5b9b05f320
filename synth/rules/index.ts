import { filledSecret } from './filled-secret.js';
import { podSecurity } from './pod-security.js';
import type { Rule } from './rule.js';
import { singleWriter } from './single-writer.js';
import { volumeWithConsumer } from './volume-with-consumer.js';

/** Every rule, in the order of their names. */
export const rules: readonly Rule[] = [filledSecret, podSecurity, singleWriter, volumeWithConsumer];
