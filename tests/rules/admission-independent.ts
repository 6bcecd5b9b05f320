import type { RuleFixtures } from '../fixtures/rule-harness.js';

const webhook = (more: string, resource = 'pods', group = '') => `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policy}
webhooks:
  - name: policy.example.test
    admissionReviewVersions: [v1]
    sideEffects: None
    rules: [{apiGroups: ["${group}"], apiVersions: [v1], operations: [CREATE], resources: [${resource}]}]
    clientConfig: {service: {name: policy, namespace: app}}
    ${more}`;

const backend = (replicas: number) => `
---
apiVersion: v1
kind: Service
metadata: {name: policy}
spec: {selector: {app: policy}, ports: [{port: 443, targetPort: 8443}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: policy}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: policy}}
  template:
    metadata: {labels: {app: policy}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: policy
          image: example.test/policy:1.0.0
          ports: [{containerPort: 8443}]
          resources: {limits: {memory: 64Mi}, requests: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`;

const without = (...names: string[]) =>
  `namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [${names.join(', ')}]}]}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a webhook for pods of every namespace': {
      manifests: webhook('failurePolicy: Fail') + backend(1),
      says: 'before anything is made in kube-system, argocd, app',
    },
    'a webhook that fails by default and leaves out one namespace': {
      manifests: webhook(without('kube-system')) + backend(1),
      says: 'before anything is made in argocd, app',
    },
    'a webhook for pods under Flux': {
      facts: { engine: 'flux' },
      manifests: webhook(without('kube-system', 'app')) + backend(1),
      says: 'before anything is made in flux-system.',
    },
  },
  accepted: {
    'a webhook that leaves the cluster alone': { manifests: webhook(without('kube-system', 'argocd', 'app')) + backend(1) },
    'a webhook with two replicas': { manifests: webhook('failurePolicy: Fail') + backend(2) },
    'a webhook that may fail': { manifests: webhook('failurePolicy: Ignore') + backend(1) },
    'a webhook for kinds of its own': { manifests: webhook('failurePolicy: Fail', 'things', 'example.test') + backend(1) },
    'a webhook for pods that ask for it': {
      manifests: webhook('objectSelector: {matchLabels: {policy: "on"}}') + backend(1),
    },
  },
};
