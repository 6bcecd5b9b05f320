import type { Fleet } from '../../clusters/lib/fleet.js';
import { listComponents } from '../../clusters/lib/inventory.js';
import { keyOf } from './lock.js';
import type { ChartId } from './model.js';

/** A chart that releases of the fleet name. */
export interface WantedChart extends ChartId {
  /** Where a person finds the release: its component and its name. @example 'cert-manager/trust-manager' */
  readonly users: readonly string[];
}

/** An upstream manifest that the fleet names. */
export interface WantedManifest {
  readonly url: string;
  /** Every digest that a component states for it; more than one is a mistake. */
  readonly stated: readonly string[];
  readonly users: readonly string[];
}

/** What the fleet needs from upstream; each chart and each file once. */
export interface Wanted {
  /** Names of all components of the fleet, sorted. */
  readonly components: readonly string[];
  readonly charts: readonly WantedChart[];
  readonly manifests: readonly WantedManifest[];
}

/** Everything that the clusters of a fleet take from upstream, in the order of the lock. */
export function listWanted(fleet: Fleet): Wanted {
  const components = new Set<string>();
  const charts = new Map<string, ChartId & { users: Set<string> }>();
  const manifests = new Map<string, { url: string; stated: Set<string>; users: Set<string> }>();
  for (const component of fleet.clusters.flatMap((cluster) => listComponents(cluster, fleet))) {
    components.add(component.name);
    for (const { name, repository, chart, version } of component.releases) {
      const id = { repository, chart, version };
      const known = charts.get(keyOf(id)) ?? { ...id, users: new Set() };
      known.users.add(`${component.name}/${name}`);
      charts.set(keyOf(id), known);
    }
    for (const { url, sha256 } of component.manifests) {
      const known = manifests.get(url) ?? { url, stated: new Set(), users: new Set() };
      known.users.add(component.name);
      if (sha256 !== undefined) known.stated.add(sha256);
      manifests.set(url, known);
    }
  }
  const sorted = <Item>(items: ReadonlyMap<string, Item>) => [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return {
    components: [...components].sort(),
    charts: sorted(charts).map((chart) => ({ ...chart, users: [...chart.users].sort() })),
    manifests: sorted(manifests).map(({ url, stated, users }) => ({ url, stated: [...stated], users: [...users].sort() })),
  };
}

/** The part of it that the named components use; all of it when no name is given. */
export function wantedBy(names: readonly string[], wanted: Wanted): Wanted {
  if (names.length === 0) return wanted;
  const isUsed = ({ users }: { readonly users: readonly string[] }) => users.some((user) => names.includes(user.split('/')[0] ?? ''));
  return { components: wanted.components, charts: wanted.charts.filter(isUsed), manifests: wanted.manifests.filter(isUsed) };
}
