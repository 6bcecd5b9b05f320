import type { RuleFixtures } from '../fixtures/rule-harness.js';

const deployment = (container = '') => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: example.test/web:1.0.0
          ports: [{name: http, containerPort: 8080}]
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          ${container}
`;

const service = (port = '{name: http, port: 80, targetPort: http}', app = 'web') => `---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: ${app}}, ports: [${port}]}
`;

const ingress = (name: string, port: string) => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{host: web.example.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${name}, port: {${port}}}}}]}}]}
`;

const route = (services: string) => `---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: web}
spec: {routes: [{kind: Rule, match: "Host(\`web.example.test\`)", services: [${services}]}]}
`;

const policy = (spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {policyTypes: [Ingress], ${spec}}
`;

/** A Service of a release that synth rendered. */
const addRendered: NonNullable<RuleFixtures['accepted'][string]['change']> = (plan) => ({
  ...plan,
  components: plan.components.map((component) => ({
    ...component,
    stages: component.stages.map((stage) => ({
      ...stage,
      files: [
        {
          identity: { group: '', kind: 'Service', namespace: 'app', name: 'rendered' },
          path: 'manifests/app/release/service_rendered.yaml',
          content: `
apiVersion: v1
kind: Service
metadata: {name: rendered, namespace: app}
spec: {selector: {app: rendered}, ports: [{name: http, port: 80}]}
`,
        },
      ],
    })),
  })),
});

const whole = deployment() + service();

export const fixtures: RuleFixtures = {
  rejected: {
    'a Service that selects no pod': {
      manifests: deployment() + service(undefined, 'wbe'),
      says: 'select the labels of a pod template: web {"app":"web"}',
    },
    'a Service whose target is no port of the pod': {
      manifests: deployment() + service('{port: 80, targetPort: web}'),
      says: 'spec.ports[0].targetPort',
    },
    'an Ingress to a Service that is not there': { manifests: whole + ingress('wbe', 'number: 80'), says: 'name one of web.' },
    'an Ingress to the port of the container instead of that of the Service': {
      manifests: whole + ingress('web', 'number: 8080'),
      says: 'has no port 8080',
    },
    'an Ingress to a port that the Service of a rendered chart lacks': {
      manifests: ingress('rendered', 'name: https'),
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['Service'] } } },
      change: addRendered,
      says: 'The Service "rendered" (manifests/app/release/service_rendered.yaml) has no port "https".',
    },
    'a route of Traefik to a port that the Service lacks': {
      manifests: whole + route('{name: web, port: https}'),
      says: 'spec.routes[0].services[0]',
    },
    'a webhook whose Service is not there': {
      manifests: `${whole}---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: web}
webhooks: [{name: web.example.test, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {service: {name: hook, namespace: app}}}]
`,
      says: 'webhooks[0].clientConfig.service',
    },
    'an aggregated API on a port that its Service lacks': {
      manifests: `${whole}---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.example.test}
spec: {group: example.test, version: v1, groupPriorityMinimum: 100, versionPriority: 100, service: {name: web, namespace: app, port: 443}}
`,
      says: 'has no port 443',
    },
    'pages of errors from a Service that is not there': {
      manifests: `${whole}---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: errors}
spec: {errors: {status: ["500-599"], query: /, service: {name: pages, port: 80}}}
`,
      says: 'spec.errors.service',
    },
    'a policy that protects nothing': {
      manifests: deployment() + policy('podSelector: {matchLabels: {app: wbe}}'),
      says: 'spec.podSelector',
    },
    'a policy that opens a port by a name that no container has': {
      manifests: deployment() + policy('podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: https}]}]'),
      says: 'spec.ingress[0].ports[0].port',
    },
    'a policy that lets in pods that are not there': {
      manifests: deployment() + policy('podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]'),
      says: 'spec.ingress[0].from[0].podSelector',
    },
    'a probe of a port that the container does not name': {
      manifests: deployment('readinessProbe: {httpGet: {path: /, port: web}}'),
      says: 'readinessProbe.httpGet.port',
    },
  },
  accepted: {
    'routes, a Service and a policy that fit': {
      manifests:
        whole + ingress('web', 'name: http') + policy('podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: http}]}]'),
    },
    'a route of Traefik to itself and by a number': {
      manifests: whole + route('{name: web, port: 80}, {kind: TraefikService, name: api@internal}'),
    },
    'an Ingress to a Service that a chart may make': {
      manifests: ingress('hidden', 'number: 80'),
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['Service'] } } },
    },
    'a policy for every pod of a namespace that has none yet': { manifests: policy('podSelector: {}') },
    'a Service for addresses that somebody writes': {
      manifests: '{apiVersion: v1, kind: Service, metadata: {name: outside}, spec: {ports: [{port: 443}]}}',
    },
  },
};
