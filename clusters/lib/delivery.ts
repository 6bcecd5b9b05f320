import { type CollectedComponent, problemOf } from '../../charts/lib/collect.js';
import { type Delivery, type Upstream, upstreamOf } from '../../charts/lib/delivery.js';
import type { Problem } from '../../charts/lib/problem.js';
import { HelmRelease } from '../../charts/lib/release.js';
import type { Cluster } from './facts.js';
import { settings } from './settings.js';

type Facts = Pick<Cluster, 'name' | 'delivery' | 'deliveries'>;

/** Who renders a release: what is said of itself, of its component, of the cluster, of the fleet. */
export function deliveryOf({ delivery, deliveries = {} }: Facts, component: string, upstream: Upstream): Delivery {
  const own = upstream instanceof HelmRelease ? deliveries[`${component}/${upstream.releaseName}`] : undefined;
  return own ?? deliveries[component] ?? delivery ?? settings.delivery;
}

/** A choice for something that the cluster does not have would be silent. */
export function findLostDeliveries({ name, deliveries = {} }: Facts, components: readonly CollectedComponent[]): Problem[] {
  const known = components.flatMap((component) => {
    const upstream = component.stages.flatMap(upstreamOf);
    const releases = upstream.flatMap((release) => (release instanceof HelmRelease ? [`${component.name}/${release.releaseName}`] : []));
    return upstream.length > 0 ? [component.name, ...releases] : [];
  });
  return Object.keys(deliveries)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      ...problemOf(
        key,
        `deliveries.${key}`,
        'known-delivery',
        `Nothing that comes from upstream is called "${key}" here.`,
        `write one of ${known.join(', ')}.`,
      ),
      file: `clusters/${name}.ts`,
    }));
}
