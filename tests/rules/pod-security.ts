import type { RuleFixtures } from '../fixtures/rule-harness.js';

const deployment = (spec: string, template = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {${spec}}
${template}`;

const strict =
  'securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}';
const container = (context: string) =>
  `containers: [{name: web, image: "example.test/web:1.0.0", resources: {limits: {memory: 64Mi}}, ${context}}]`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a privileged pod in a baseline namespace': {
      namespace: { name: 'app', podSecurity: 'baseline' },
      manifests: deployment(container('securityContext: {privileged: true}')),
      says: 'app/resources/Deployment-web spec.template.spec.containers[0].securityContext.privileged',
    },
    'a pod on the network of its node': {
      namespace: { name: 'app', podSecurity: 'baseline' },
      manifests: deployment(`hostNetwork: true, ${container(strict)}`),
      says: 'spec.template.spec.hostNetwork',
    },
    'a pod without any security context in a restricted namespace': {
      manifests: deployment(container('command: [web]')),
      says: 'So do 3 other fields',
    },
    'a release whose pods need more than its namespace allows': {
      release: { provides: { podSecurity: 'privileged' } },
      says: 'Its pods need the level "privileged", and the namespace "app" enforces "restricted"',
    },
  },
  accepted: {
    'a strict pod in a restricted namespace': { manifests: deployment(container(strict)) },
    'a privileged pod in kube-system': {
      namespace: 'kube-system',
      manifests: deployment(`hostPID: true, ${container('securityContext: {privileged: true}')}`),
    },
  },
};
