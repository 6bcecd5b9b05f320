import type { Values } from '../../imports/helm/zitadel.js';
import type { Resources } from '../lib/resources.js';
import type { Annotations } from './values.js';

/** Secret with the pair of keys that login pages and server know each other by. */
export const loginKey = 'zitadel-login-service-key';

const reloaded = { 'reloader.stakater.com/auto': 'true' };

/**
 * The chart makes Helm hooks of them, which Argo CD runs before it makes the Namespace and the Secrets that they need. They stay ordinary
 * objects instead, in waves between base (-10) and the servers (0), the Jobs as hooks of the sync itself, so that each sync runs them anew.
 */
function inWave(wave: number): Annotations {
  return {
    'helm.sh/hook': null,
    'helm.sh/hook-delete-policy': null,
    'helm.sh/hook-weight': null,
    'argocd.argoproj.io/sync-wave': String(wave),
  };
}

function jobInWave(wave: number): Annotations {
  return { ...inWave(wave), 'argocd.argoproj.io/hook': 'Sync', 'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation' };
}

/** Servers and login pages, alike in number. */
export function workloadValues(replicaCount: number, isMonitored: boolean): Pick<Values, 'replicaCount' | 'pdb' | 'login' | 'metrics'> {
  const pdb: Values['pdb'] = replicaCount > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false };
  const metrics = { enabled: isMonitored, serviceMonitor: { enabled: isMonitored } };
  return {
    replicaCount,
    pdb,
    login: {
      enabled: true,
      loginServiceKeySecretName: loginKey,
      replicaCount,
      pdb,
      annotations: reloaded,
      resources: { requests: { cpu: '20m', memory: '128Mi' }, limits: { memory: '512Mi' } },
      serviceAccount: { annotations: inWave(-5) },
      configMap: { annotations: inWave(-5) },
      ingress: { enabled: false },
      metrics,
    },
    metrics,
  };
}

const resources: Resources = { requests: { cpu: '50m', memory: '256Mi' }, limits: { memory: '1Gi' } };

/** What no prop decides: the Jobs, the Service and the contexts that all pods share. */
export const fixedValues: Omit<Values, 'replicaCount' | 'pdb' | 'login' | 'metrics' | 'zitadel' | 'env'> = {
  annotations: reloaded,
  serviceAccount: { annotations: inWave(-5) },
  configMap: { annotations: inWave(-5) },
  podSecurityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    readOnlyRootFilesystem: true,
    privileged: false,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  },
  resources,
  // Only its tables: database and owner exist.
  initJob: { enabled: true, command: 'zitadel', annotations: jobInWave(-3), resources },
  setupJob: { annotations: jobInWave(-2), resources },
  cleanupJob: { enabled: false },
  tools: { wait4x: { resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '64Mi' } } } },
  // gRPC comes in without TLS; the annotation says so to Traefik, the protocol to the others.
  service: {
    port: 8080,
    protocol: 'http2',
    appProtocol: 'kubernetes.io/h2c',
    annotations: { 'traefik.ingress.kubernetes.io/service.serversscheme': 'h2c' },
  },
  ingress: { enabled: false },
  postgresql: { enabled: false },
};
