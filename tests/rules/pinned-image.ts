import type { RuleFixtures } from '../fixtures/rule-harness.js';

const pod = (image: string) => `
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
          image: "${image}"
          resources: {limits: {memory: 64Mi}, requests: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`;

const collector = (image: string) => `
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: traces}
spec:
  image: ${image}
  config:
    receivers: {otlp: {}}
    exporters: {debug: {}}
    service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}`;

export const fixtures: RuleFixtures = {
  rejected: {
    'an image without a tag': { manifests: pod('example.test/web'), says: 'spec.template.spec.containers[0].image' },
    'an image of a registry with a port and no tag': { manifests: pod('example.test:5000/web'), says: 'It has no tag, which means latest' },
    'the tag latest': { manifests: pod('example.test/web:latest'), says: 'The tag "latest" moves with every release' },
    'the tag of a line of releases': { manifests: pod('example.test/web:v1.2'), says: 'names a line of releases' },
    'an image that was taken away': { manifests: pod('docker.io/bitnami/redis:7.2.4'), says: 'use the image of the project itself' },
    'an image of a registry that is frozen': { manifests: pod('k8s.gcr.io/pause:3.9.0'), says: 'use registry.k8s.io' },
    'a moving image in a custom resource': {
      manifests: collector('example.test/collector:main'),
      says: 'app/resources/OpenTelemetryCollector-traces spec.image',
    },
    'a moving tag in Helm values': { release: { values: { image: { repository: 'example/web', tag: 'edge' } } }, says: 'values.image.tag' },
    'a whole image in Helm values': {
      release: { values: { sidecar: { image: 'example.test/side:nightly' } } },
      says: 'values.sidecar.image',
    },
    'an image that was taken away, in Helm values': {
      release: { values: { image: { registry: 'docker.io', repository: 'bitnami/postgresql', tag: '17.0.0' } } },
      says: 'values.image.repository',
    },
  },
  accepted: {
    'an exact version': { manifests: pod('example.test:5000/web:v1.2.3') },
    'a moving tag with a digest': { manifests: pod(`example.test/web:latest@sha256:${'0'.repeat(64)}`) },
    'a custom resource with an exact version': { manifests: collector('example.test/collector:0.158.0') },
    'values that leave the tag to the chart': {
      release: { values: { image: { repository: 'example/web', tag: '' }, cache: { tag: 'latest' }, imageUpdater: { image: 'latest' } } },
    },
  },
};
