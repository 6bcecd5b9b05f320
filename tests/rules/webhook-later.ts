import type { App } from 'cdk8s';
import type { KubernetesObject } from '../../charts/lib/kinds.js';
import type { ClusterPlan } from '../../clusters/lib/plan.js';
import { Made } from '../fixtures/components.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const issuer = `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: internal}
spec: {selfSigned: {}}
`;

const kinds = { 'cert-manager.io': ['Issuer'] };
const operator = (app: App) => void new Made(app, 'operator').install({ crds: kinds, webhooks: kinds });
const withOperator = { manifests: issuer, withoutDefinitions: true, build: operator };

/** Puts another object in the place of one of the engine. */
const replace = (name: string, change: (spec: Record<string, unknown>) => object) => (plan: ClusterPlan) => ({
  ...plan,
  engine: new Map(
    [...plan.engine].map(([path, object]): [string, KubernetesObject] => [
      path,
      object.metadata.name === name && path.includes('/') ? { ...object, ...change(object['spec'] as Record<string, unknown>) } : object,
    ]),
  ),
});

export const fixtures: RuleFixtures = {
  rejected: {
    'an Application in the wave of the operator whose webhook it passes': {
      ...withOperator,
      change: (plan) => ({
        ...replace('app', () => ({
          metadata: { name: 'app', namespace: 'argocd', annotations: { 'argocd.argoproj.io/sync-wave': '0' } },
        }))(plan),
        // As if nothing else knew that it waits.
        applications: plan.applications.map((part) => ({ ...part, after: [] })),
      }),
      says: /operator\/release, which comes in wave 0[\s\S]*let it come after wave 0/,
    },
    'an Application that passes a webhook and does not retry': {
      ...withOperator,
      change: replace('app', (spec) => ({ spec: { ...spec, syncPolicy: { automated: {} } } })),
      says: 'spec.syncPolicy.retry.limit',
    },
    'an object in the stage of the webhook that it passes': {
      stage: 'release',
      manifests: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}',
      release: { provides: { podSecurity: 'restricted', webhooks: { '': ['ConfigMap'] } } },
      says: 'It comes in the stage release, and passes a webhook that app/release installs',
    },
    'an object that comes as a hook before the sync that installs its webhook': {
      manifests: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, annotations: {argocd.argoproj.io/hook: PreSync}}}',
      release: { provides: { podSecurity: 'restricted', webhooks: { '': ['ConfigMap'] } } },
      says: 'metadata.annotations["argocd.argoproj.io/hook"]',
    },
    'a Kustomization that depends on nothing, and passes a webhook': {
      ...withOperator,
      facts: { engine: 'flux' },
      change: replace('app-resources', (spec) => ({ spec: { ...spec, dependsOn: [] } })),
      says: 'let it depend on operator-release-charts',
    },
  },
  accepted: {
    'an object in a later Application than its operator': withOperator,
    'the same with Flux': { ...withOperator, facts: { engine: 'flux' } },
    'an object in a later stage than the webhook of the same component': {
      manifests: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}',
      release: { provides: { podSecurity: 'restricted', webhooks: { '': ['ConfigMap'] } } },
    },
    'an object whose webhook the bootstrap installs': {
      manifests: issuer,
      withoutDefinitions: true,
      build: (app) => void new Made(app, 'operator', { bootstrap: true }).install({ crds: kinds, webhooks: kinds }),
    },
  },
};
