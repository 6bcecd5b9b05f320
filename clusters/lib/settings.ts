import type { Delivery } from '../../charts/lib/delivery.js';

/** What holds for every cluster that says nothing else. */
export interface FleetSettings {
  /** Who renders what comes from upstream. */
  readonly delivery: Delivery;
  /**
   * Where the archives lie that `npm run vendor` fetches: `cache` is a folder outside of Git, `repository` the folder vendored/, for whoever must
   * render without a network.
   */
  readonly archives: 'cache' | 'repository';
}

export const settings: FleetSettings = { delivery: 'engine', archives: 'cache' };
