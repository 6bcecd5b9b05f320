import { describe, expect, test } from 'vitest';
import { Problems } from '../charts/lib/problem.js';
import { poolOf } from '../clusters/lib/stacks.js';
import { aCluster } from './fixtures/a-cluster.js';

/** How facts become props. */

describe('the pool of an address', () => {
  const cluster = aCluster();

  test.each([
    ['192.0.2.200', 'default'],
    ['192.0.2.219', 'default'],
    ['192.0.2.220', 'reserved'],
    ['192.0.2.239', 'reserved'],
  ])('%s is %s', (address, pool) => {
    expect(poolOf(cluster, address)).toBe(pool);
  });

  test.each(['192.0.2.199', '192.0.2.240', '192.0.3.200', 'no address', ''])(
    '"%s" is in none, which is a problem and no guess',
    (address) => {
      const make = () => poolOf(cluster, address);
      expect(make).toThrow(Problems);
      expect(make).toThrow('192.0.2.200 to 192.0.2.219, 192.0.2.220 to 192.0.2.239');
    },
  );
});
