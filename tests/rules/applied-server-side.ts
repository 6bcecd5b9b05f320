import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { setInEngine } from './lib/plan-changes.js';

const configMap = (options: string, size: number) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, annotations: {argocd.argoproj.io/sync-options: "${options}"}}
data: {text: ${'x'.repeat(size)}}`;

const job = (options: string) => `
apiVersion: batch/v1
kind: Job
metadata: {name: once, annotations: {argocd.argoproj.io/sync-options: "${options}"}}
spec:
  template:
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: once
          image: example.test/once:1.0.0
          resources: {limits: {memory: 64Mi}, requests: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a large object that is not applied server-side': {
      manifests: configMap('ServerSideApply=false', 300_000),
      says: /app\/resources\/ConfigMap-settings.*\n.*It is 300\d{3} bytes/,
    },
    'a large object of an Application without server-side apply': {
      manifests: `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {text: ${'x'.repeat(300_000)}}}`,
      change: setInEngine('argocd/apps/app.yaml', 'spec.syncPolicy.syncOptions', ['RespectIgnoreDifferences=true']),
      says: 'add the option ServerSideApply=true',
    },
    'an object that is replaced': { manifests: configMap('Replace=true', 3), says: 'leave Replace=true out' },
    'an Application that replaces': {
      manifests: configMap('Prune=false', 3),
      change: setInEngine('argocd/apps/app.yaml', 'spec.syncPolicy.syncOptions', ['ServerSideApply=true', 'Replace=true']),
      says: 'spec.syncPolicy.syncOptions[1]',
    },
  },
  accepted: {
    'a large object that is applied server-side': { manifests: configMap('Prune=false', 300_000) },
    'a small object that is not': { manifests: configMap('ServerSideApply=false', 3) },
    'a Job that is made anew': { manifests: job('Force=true,Replace=true') },
    'a large object under Flux': { facts: { engine: 'flux' }, manifests: configMap('Prune=false', 300_000) },
  },
};
