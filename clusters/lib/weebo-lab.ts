import type { App } from 'cdk8s';
import { Alloy } from '../../charts/alloy.js';
import { ArgoCd } from '../../charts/argo-cd/index.js';
import { Falco } from '../../charts/falco.js';
import { FalcoTalon } from '../../charts/falco-talon.js';
import type { Exposure } from '../../charts/lib/expose.js';
import { type LokiRef, pushPath } from '../../charts/loki.js';
import { MetricsServer } from '../../charts/metrics-server.js';
import { OpenTelemetryOperator } from '../../charts/opentelemetry-operator.js';
import { OtelCollector } from '../../charts/otel-collector.js';
import { PrometheusOperatorCrds } from '../../charts/prometheus-operator-crds.js';
import { Reloader } from '../../charts/reloader.js';
import { TalosCloudControllerManager } from '../../charts/talos-cloud-controller-manager.js';
import type { TempoRef } from '../../charts/tempo.js';
import { Velero } from '../../charts/velero/index.js';
import type { ClusterFacts, ProxmoxChild } from './facts.js';
import { type Fleet, platformRepository } from './fleet.js';
import { argoCdLogin } from './login.js';
import {
  basicLogin,
  clusterAccess,
  type Foundation,
  foundation,
  type Gateway,
  replicatedStorage,
  type Storage,
  traefikGateway,
} from './stacks.js';

/** The child of the lab that holds everything central. */
const centralName = 'main';

/** The S3 service of the site, outside of its clusters. The seed asks for a bucket and names none. */
export const objectStore = { endpoint: 'https://s3.weebo-lab.example.org', region: 'garage' } as const;

/**
 * What the children of capi have in common. A child is one file that adds its own facts.
 * Source: seed 004, but for the names and numbers, which it leaves open.
 */
export const labFacts = {
  stage: 'prod',
  repository: platformRepository,
  branch: 'main',
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  parent: 'capi',
  secrets: 'bootstrap',
  engine: 'argocd',
  certificates: { authority: 'letsencrypt', email: 'platform@weebo-lab.example.org', dnsProvider: 'cloudflare' },
} as const satisfies Partial<ClusterFacts>;

/** The one group that administers all children, at the login of main. */
export const labLogin = { provider: 'zitadel', host: `auth.${centralName}.weebo-lab.example.org`, adminGroup: 'platform-admins' } as const;

/** What the other components of a child build on. */
export interface LabChild extends Foundation, Storage {
  readonly gateway: Gateway;
  /** With a login in front, for what has none of its own. */
  readonly exposure: Exposure;
}

/** Network, certificates, storage, Argo CD and the login of a child. */
export function labBase(app: App, c: ProxmoxChild): LabChild {
  const base = foundation(app, c);
  new TalosCloudControllerManager(app, 'talos-cloud-controller-manager');
  new PrometheusOperatorCrds(app, 'prometheus-operator-crds');
  const gateway = traefikGateway(app, c, base, { isMonitored: true });
  const exposure = basicLogin(app, gateway);
  gateway.cilium.exposeHubble(exposure, c.host('hubble'));
  new ArgoCd(app, 'argo-cd', {
    host: c.host('argocd'),
    exposure: gateway.exposure,
    installation: c.name,
    trust: base.trust,
    login: argoCdLogin(c),
    isMonitored: true,
  });
  clusterAccess(app, c);
  new MetricsServer(app, 'metrics-server', { issuer: base.internalIssuer });
  new Reloader(app, 'reloader');
  return { ...base, ...replicatedStorage(app, c, base), gateway, exposure };
}

/** Where a child sends what it observes: to components of its own, or to those of the central child. */
export interface Destinations {
  readonly loki: string | LokiRef;
  readonly tempo: string | TempoRef;
}

/** The addresses of the central child, for all others. */
export function centralDestinations(fleet: Fleet): Destinations {
  const { host } = fleet.outputsOf(centralName);
  return { loki: `https://${host('loki')}${pushPath}`, tempo: `https://${host('tempo')}` };
}

/** Host name at which the central Prometheus takes samples. */
export function metricsHost(fleet: Fleet): string {
  return fleet.outputsOf(centralName).host('metrics');
}

/** Children that send to the central one. */
export function sendersTo(c: ProxmoxChild, fleet: Fleet): string[] {
  return fleet.childrenOf(c.parent).flatMap(({ name }) => (name === c.name ? [] : [name]));
}

/** Logs, traces, detection of intruders and backups, which every child has. */
export function labOperations(app: App, c: ProxmoxChild, { internalIssuer, gateway }: LabChild, { loki, tempo }: Destinations): void {
  const { name: cluster, nodeCount } = c;
  new Alloy(app, 'alloy', { cluster, loki, isMonitored: true });
  new OpenTelemetryOperator(app, 'opentelemetry-operator', { issuer: internalIssuer, isMonitored: true });
  const collector = new OtelCollector(app, 'otel-collector', { cluster, tempo, nodeCount, isMonitored: true });
  const talon = new FalcoTalon(app, 'falco-talon', { shellsAllowedIn: [gateway.traefik.namespaceRef] });
  new Falco(app, 'falco', { cluster, talon: talon.response, collector: collector.otlp, isMonitored: true });
  // The central Prometheus evaluates the samples of all children.
  const hasAlerts = cluster === centralName;
  new Velero(app, 'velero', { cluster, bucket: 'backups', ...objectStore, hasSnapshots: true, isMonitored: true, hasAlerts });
}
