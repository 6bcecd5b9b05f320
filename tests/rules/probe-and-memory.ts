import type { RuleFixtures } from '../fixtures/rule-harness.js';

const context = 'securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}';

const deployment = (container: string, pod = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      ${pod}
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers: [{name: web, image: "example.test/web:1.0.0", ${context}, ${container}}]
`;

const limit = 'resources: {limits: {memory: 64Mi}}';
const sidecar = (more: string) => `initContainers: [{name: log, image: "example.test/log:1.0.0", ${context}${more}}]`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a container with a request only': {
      manifests: deployment('resources: {requests: {memory: 64Mi}}'),
      says: 'The container "web" has no memory limit.',
    },
    'a sidecar without a limit': { manifests: deployment(limit, sidecar(', restartPolicy: Always')), says: 'The container "log"' },
    'a liveness probe that kills what starts slowly': {
      manifests: deployment(`${limit}, livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}`),
      says: 'is killed if it does not answer 15 seconds after its start',
    },
  },
  accepted: {
    'a container with a limit and a patient probe': { manifests: deployment(`${limit}, livenessProbe: {tcpSocket: {port: 80}}`) },
    'a quick probe after a startup probe': {
      manifests: deployment(`${limit}, startupProbe: {tcpSocket: {port: 80}}, livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 2}`),
    },
    'a limit of the namespace': {
      manifests: `${deployment('command: [web]')}---
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec: {limits: [{type: Container, default: {memory: 64Mi}}]}
`,
    },
    'an init container that ends by itself': { manifests: deployment(limit, sidecar('')) },
  },
};
