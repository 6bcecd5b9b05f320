import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { deliver, setInObjects } from './lib/plan-changes.js';

const options = 'metadata.annotations.argocd~argoproj~io/sync-options';

const child = (annotations: string) => `
apiVersion: cluster.x-k8s.io/v1beta2
kind: Cluster
metadata: {name: lower, annotations: {${annotations}}}
spec: {paused: true}`;

const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  volumeName: data
  resources: {requests: {storage: 1Gi}}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a Namespace that may be pruned': { change: setInObjects('Namespace', options, 'Delete=false'), says: 'Fix: write Prune=false.' },
    'a claim without any protection': {
      manifests: claim,
      change: setInObjects('PersistentVolumeClaim', options, undefined),
      says: 'Prune=false,Delete=false',
    },
    'a cluster of Cluster API that nobody must confirm': { manifests: child('a: b'), says: 'Fix: write Prune=confirm,Delete=confirm.' },
    'a Namespace of a chart that synth rendered': {
      change: deliver({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'upstream', annotations: { a: 'b' } } }),
      says: 'The engine may remove this Namespace',
    },
    'a claim under Flux that may be pruned': {
      facts: { engine: 'flux' },
      manifests: claim,
      change: setInObjects('PersistentVolumeClaim', 'metadata.annotations.kustomize~toolkit~fluxcd~io/prune', 'enabled'),
      says: 'kustomize.toolkit.fluxcd.io/prune',
    },
  },
  accepted: {
    'a Namespace of a chart with what synth adds': {
      change: deliver({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'upstream', annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' } },
      }),
    },
    'a claim with what the model adds': { manifests: claim },
    'a cluster of Cluster API whose end a person confirms': {
      manifests: child('argocd.argoproj.io/sync-options: "Prune=confirm,Delete=confirm"'),
    },
    'a claim under Flux': { facts: { engine: 'flux' }, manifests: claim },
  },
};
