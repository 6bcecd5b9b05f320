import { Made } from '../fixtures/components.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const service = (labels = 'app: web', port = 'metrics') => `---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {${labels}}}
spec: {selector: {app: web}, ports: [{name: ${port}, port: 9090}]}
`;

const deployment = `---
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
          ports: [{name: metrics, containerPort: 9090}]
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

const serviceMonitor = (port: string, more = '', labels = '') => `---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, labels: {${labels}}}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: ${port}}]${more}}
`;

const podMonitor = (port: string, app = 'web') => `---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: web}
spec: {selector: {matchLabels: {app: ${app}}}, podMetricsEndpoints: [{port: ${port}}]}
`;

const rules = (name: string) => `---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: ${name}}
spec: {groups: [{name: web, rules: [{alert: Down, expr: up == 0}]}]}
`;

/** A kube-prometheus-stack in a namespace of its own. */
const stack =
  (prometheus: object): NonNullable<RuleFixtures['accepted'][string]['build']> =>
  (app) => {
    const monitoring = new Made(app, 'metrics', { namespace: { name: 'monitoring', podSecurity: 'baseline' } });
    monitoring.install({ podSecurity: 'baseline' }, { chart: 'kube-prometheus-stack', values: { prometheus } });
  };

const open = stack({
  prometheusSpec: {
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
    ruleSelectorNilUsesHelmValues: false,
  },
});

export const fixtures: RuleFixtures = {
  rejected: {
    'a monitor that selects the labels of the pods instead of those of the Service': {
      manifests: service('name: web') + deployment + serviceMonitor('metrics'),
      says: 'It selects no Service in the namespace app.',
    },
    'a monitor with the number of the port': {
      manifests: service() + deployment + serviceMonitor('"9090"'),
      says: 'There is no port called "9090" at the Service web.',
    },
    'a monitor that looks into another namespace': {
      manifests: service() + deployment + serviceMonitor('metrics', ', namespaceSelector: {matchNames: [default]}'),
      says: 'write {matchNames: [app]}',
    },
    'a monitor of pods that are not there': { manifests: deployment + podMonitor('metrics', 'wbe'), says: 'It selects no pod' },
    'a monitor of pods without that port': { manifests: deployment + podMonitor('http'), says: 'write one of metrics.' },
    'a monitor without the label that the stack asks for by default': {
      manifests: service() + deployment + serviceMonitor('metrics'),
      build: stack({ prometheusSpec: {} }),
      says: '{"matchLabels":{"release":"metrics"}}',
    },
    'two sets of alerts for a Prometheus that only forwards': {
      manifests: rules('one') + rules('two'),
      build: stack({ agentMode: true, prometheusSpec: { ruleSelectorNilUsesHelmValues: false } }),
      says: 'takes none at all. Nor is any of app/resources/PrometheusRule-two.',
    },
    'a monitor outside of the namespaces that Prometheus looks into': {
      manifests: service() + deployment + serviceMonitor('metrics'),
      build: stack({
        prometheusSpec: {
          serviceMonitorSelectorNilUsesHelmValues: false,
          serviceMonitorNamespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
        },
      }),
      says: 'No Prometheus takes it',
    },
  },
  accepted: {
    'monitors and alerts of an open Prometheus': {
      manifests: service() + deployment + serviceMonitor('metrics') + podMonitor('metrics') + rules('one'),
      build: open,
    },
    'a monitor with the label of the release': {
      manifests: service() + deployment + serviceMonitor('metrics', '', 'release: metrics'),
      build: stack({ prometheusSpec: {} }),
    },
    'a monitor of a Service that a chart may make': {
      manifests: serviceMonitor('metrics'),
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['Service'] } } },
      build: open,
    },
  },
};
