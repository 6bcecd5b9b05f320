import type { RuleFixtures } from '../fixtures/rule-harness.js';
import { setInEngine } from './lib/plan-changes.js';

const deployment = (memory: string, replicas = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: example.test/web:1.0.0
          resources: {limits: {memory: ${memory}}, requests: {cpu: 10m, memory: ${memory}}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`;

const scaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}`;

const copied = (metadata: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, ${metadata}}}`;

const webhook = (bundle: string) => `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: web, annotations: {cert-manager.io/inject-ca-from: app/web}}
webhooks:
  - name: web.example.test
    admissionReviewVersions: [v1]
    sideEffects: None
    rules: [{apiGroups: [example.test], apiVersions: [v1], operations: [CREATE], resources: [things]}]
    clientConfig: {url: "https://web.example.test"${bundle}}`;

const options = 'metadata.annotations.argocd~argoproj~io/compare-options';

export const fixtures: RuleFixtures = {
  rejected: {
    'an object that was copied from the cluster': {
      manifests: copied('resourceVersion: "12", uid: 6b1c6b1c-0000-4000-8000-000000000000'),
      says: 'It was copied from a live object: only the cluster writes it. So are metadata.uid.',
    },
    'an owner that lives elsewhere': {
      manifests: copied('ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: a, uid: b}]'),
      says: 'metadata.ownerReferences',
    },
    'what kubectl leaves behind': {
      manifests: copied('annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}'),
      says: 'last-applied-configuration',
    },
    'a status': { manifests: `${deployment('64Mi')}\nstatus: {replicas: 1}`, says: 'app/resources/Deployment-web status' },
    'replicas that an autoscaler sets': { manifests: `${deployment('64Mi', 'replicas: 2')}\n---${scaler}`, says: 'spec.replicas' },
    'an authority that cert-manager fills in': { manifests: webhook(', caBundle: Cg=='), says: 'webhooks[0].clientConfig.caBundle' },
    'a quantity in another form where Argo CD compares text': {
      manifests: deployment('1024Mi'),
      change: setInEngine('argocd/apps/app.yaml', options, undefined),
      says: 'stores "1024Mi" as "1Gi"',
    },
  },
  accepted: {
    'a quantity in another form where the server compares': { manifests: deployment('1024Mi') },
    'a quantity in another form under Flux': { facts: { engine: 'flux' }, manifests: deployment('1024Mi') },
    'quantities as they are stored': {
      manifests: deployment('1536Mi'),
      change: setInEngine('argocd/apps/app.yaml', options, undefined),
    },
    'what generators write': { manifests: copied('creationTimestamp: null') },
    'no replicas below an autoscaler': { manifests: `${deployment('64Mi')}\n---${scaler}` },
    'no authority where cert-manager fills it in': { manifests: webhook('') },
  },
};
