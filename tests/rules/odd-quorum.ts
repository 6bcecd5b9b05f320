import type { RuleFixtures } from '../fixtures/rule-harness.js';

const set = (image: string, replicas: number) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: members}
spec:
  replicas: ${replicas}
  serviceName: members
  selector: {matchLabels: {app: members}}
  template:
    metadata: {labels: {app: members}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: member
          image: ${image}
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

const vault = (replicas: number, raft: boolean) => ({
  chart: 'vault',
  values: {
    server: {
      ha: {
        enabled: true,
        replicas,
        raft: { enabled: raft },
        ...(raft ? {} : { config: 'storage "postgresql" {}' }),
        disruptionBudget: { enabled: false },
      },
    },
  },
});

export const fixtures: RuleFixtures = {
  rejected: {
    'an etcd of four': { manifests: set('registry.example.test:5000/etcd:v3.6.0', 4), says: 'write 3 or 5.' },
    'a Vault of two': { release: vault(2, true), says: 'app/release/app server.ha.replicas' },
    'a Redis of Argo CD with two sentinels': {
      release: { chart: 'argo-cd', values: { 'redis-ha': { enabled: true, replicas: 2 } } },
      says: 'redis-ha.replicas',
    },
  },
  accepted: {
    'four copies of something without a quorum': { manifests: set('example.test/etcd-exporter:1.0.0', 4) },
    'a Vault of two whose storage decides': { release: vault(2, false) },
    'a Redis of Argo CD that is not in use': {
      release: { chart: 'argo-cd', values: { 'redis-ha': { enabled: false, replicas: 2 } } },
    },
  },
};
