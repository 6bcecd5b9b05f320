import { recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import { classOf } from './routes.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';

/** The installations of Traefik in a cluster, as one. */
export interface Traefik {
  readonly releases: readonly SeenRelease[];
  /** Whether routes may name what other namespaces have. */
  readonly isCrossNamespace: boolean;
  /** What is between namespace and name in a reference of another provider. */
  readonly separator: '-' | '_';
}

/** How Traefik reads references here; undefined where its chart is not installed. */
export function findTraefik(view: ClusterView): Traefik | undefined {
  const releases = view.releasesOf('traefik');
  if (releases.length === 0) return undefined;
  const isSet = (key: string) => releases.some(({ values }) => valueAt(values, `providers.kubernetesCRD.${key}`) === true);
  return { releases, isCrossNamespace: isSet('allowCrossNamespace'), separator: isSet('safeNaming') ? '_' : '-' };
}

/**
 * Whether Traefik takes an Ingress; undefined where nobody can tell.
 *
 * Source: https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-ingress/ (v3.7: ingressClass)
 */
export function isTakenByTraefik(view: ClusterView, ingress: SeenObject, traefik: Traefik | undefined): boolean | undefined {
  const name = classOf(ingress);
  const controller = name === undefined ? undefined : view.find('IngressClass.networking.k8s.io', name)?.manifest['spec'];
  if (controller !== undefined) return recordOf(controller)['controller'] === 'traefik.io/ingress-controller';
  const classes = (traefik?.releases ?? []).map(({ values, release }) => textOf(valueAt(values, 'ingressClass.name')) ?? release.node.id);
  if (name !== undefined && classes.includes(name)) return true;
  const owner = name === undefined ? undefined : view.plan.dependencies.providers.classes.get(`IngressClass ${name}`);
  if (owner === undefined) return undefined;
  // A chart that is no Traefik has a class that is none of Traefik's.
  const charts = view.releases.filter(({ component }) => component === owner.component).map(({ release }) => release.props.chart);
  return charts.length > 0 && charts.every((chart) => chart !== 'traefik') ? false : undefined;
}
