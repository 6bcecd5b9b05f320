import { describe, expect, test } from 'vitest';
import { dangerous as dangerousObjects } from './edits-dangers.js';
import { harmless } from './edits-objects.js';
import { dangerousToAll } from './edits-platform.js';
import { judgeEdit } from './labelled.js';

const dangerous = { ...dangerousObjects, ...dangerousToAll };

describe('an edit that harms nobody', () => {
  test.each(Object.entries(harmless))('%s is shown and not warned of', (_, { before, after, dangers, changes }) => {
    expect(judgeEdit({ before, after })).toEqual({ dangers, changes });
  });
});

describe('an edit that may harm', () => {
  test.each(Object.entries(dangerous))('%s is warned of', (_, { before, after, dangers, changes }) => {
    expect(judgeEdit({ before, after })).toEqual({ dangers, changes });
  });

  test('there are sixty labelled edits at least', () => {
    expect(Object.keys({ ...harmless, ...dangerous }).length).toBeGreaterThanOrEqual(60);
  });
});
