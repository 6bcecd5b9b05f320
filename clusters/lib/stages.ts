import type { App } from 'cdk8s';
import { ArgoCd } from '../../charts/argo-cd/index.js';
import { Authelia } from '../../charts/authelia.js';
import { KubePrometheusStack } from '../../charts/kube-prometheus-stack/index.js';
import { MetricsServer } from '../../charts/metrics-server.js';
import { PrometheusOperatorCrds } from '../../charts/prometheus-operator-crds.js';
import { Reloader } from '../../charts/reloader.js';
import { SnapshotController } from '../../charts/snapshot-controller.js';
import { SynologyCsi } from '../../charts/synology-csi.js';
import { Whoami } from '../../charts/whoami.js';
import type { ClusterFacts, NasFacts, RootCluster } from './facts.js';
import { platformRepository } from './fleet.js';
import { foundation, traefikGateway } from './stacks.js';

/** The NAS of the site, which all stages share. Its address is open in the seed. */
const nas: NasFacts = { address: '192.168.111.10', volume: '/volume1' };

/**
 * What the four stages have in common. A stage is one file that adds its own facts: name, branch, domain, network, nodes, certificates.
 * Source: seed 001.
 */
export const stageFacts = {
  repository: platformRepository,
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  platform: 'metal',
  storage: { nas },
  secrets: 'bootstrap',
  engine: 'argocd',
  components: stagePlatform,
} as const satisfies Partial<ClusterFacts>;

/** Traefik behind a fixed address, a login in front of what has none of its own, volumes from the NAS, and monitoring. */
export function stagePlatform(app: App, c: RootCluster): void {
  const base = foundation(app, c);
  const { issuer, internalIssuer, trust, certManagerNamespace } = base;
  new PrometheusOperatorCrds(app, 'prometheus-operator-crds');
  const { cilium, traefik, exposure: open } = traefikGateway(app, c, base, { isMonitored: true });
  const { storageClass } = siteStorage(app, c);

  const hosts = { argocd: c.host('argocd'), hubble: c.host('hubble'), traefik: c.host('traefik'), whoami: c.host('whoami') };
  const monitoring = { grafana: c.host('grafana'), prometheus: c.host('prometheus'), alertmanager: c.host('alertmanager') };
  const authelia = new Authelia(app, 'authelia', {
    domain: c.domain,
    host: c.host('auth'),
    exposure: open,
    storageClass,
    defaultRedirect: hosts.whoami,
    isMonitored: true,
    rules: [
      // Git servers have no login; Argo CD checks what they send by itself.
      { hosts: [hosts.argocd], policy: 'bypass', paths: ['^/api/webhook$'] },
      {
        hosts: [hosts.argocd, hosts.traefik, hosts.hubble, monitoring.prometheus, monitoring.alertmanager],
        policy: 'one_factor',
        groups: ['admins'],
      },
      { hosts: [hosts.whoami], policy: 'one_factor' },
    ],
  });
  const exposure = { ...open, protection: authelia.protection };
  cilium.exposeHubble(exposure, hosts.hubble);
  traefik.exposeDashboard(hosts.traefik, issuer, authelia.middleware);
  new ArgoCd(app, 'argo-cd', { host: hosts.argocd, exposure, installation: c.name, trust, isMonitored: true });
  new KubePrometheusStack(app, 'kube-prometheus-stack', {
    cluster: c.name,
    storageClass,
    exposure,
    hosts: monitoring,
    trust,
    certManagerNamespace,
  });
  new MetricsServer(app, 'metrics-server', { issuer: internalIssuer });
  new Reloader(app, 'reloader');
  new Whoami(app, 'whoami', { host: hosts.whoami, exposure });
}

function siteStorage(app: App, { storage }: RootCluster): SynologyCsi {
  const snapshotController = new SnapshotController(app, 'snapshot-controller');
  const { address, volume } = storage.nas ?? nas;
  return new SynologyCsi(app, 'synology-csi', { dsm: address, volume, className: 'synelia-iscsi', snapshotController });
}
