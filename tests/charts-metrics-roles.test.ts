import type { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { CloudNativePg } from '../charts/cloudnative-pg.js';
import {
  type AgentProps,
  type CentralProps,
  KubePrometheusStack,
  type KubePrometheusStackProps,
  remoteWritePath,
  type StandaloneProps,
} from '../charts/kube-prometheus-stack/index.js';
import { Handle, type StageName } from '../charts/lib/handle.js';
import { Problems } from '../charts/lib/problem.js';
import { validateObject } from '../synth/schema/validate.js';
import { Made, planOf, schemas } from './fixtures/components.js';
import type { Any } from './fixtures/rendered.js';

/** Metrics of several clusters: one that keeps, evaluates and shows them, and others that only send. */

const offer = <T extends object>(component: string, value: T, stage: StageName = 'resources') => new Handle({ component, stage }, value);

const namespace = offer('cert-manager', { name: 'made-up' }, 'release');
const trust = offer('trust', { configMap: 'made-up-ca', key: 'bundle.crt' });
const issuer = offer('cert-manager', { ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' }, isAcme: false } as const);
const login = offer('login', { annotations: { login: 'needed' } });
const hosts = { grafana: 'g.example.test', prometheus: 'p.example.test', alertmanager: 'a.example.test' };

const server = {
  cluster: 'main',
  exposure: { ingressClass: offer('ingress', { name: 'made-up' }, 'release'), issuer, protection: login },
  hosts,
  storageClass: offer('storage', { name: 'fast' }),
  trust,
  certManagerNamespace: namespace,
} satisfies StandaloneProps;

const central = (changes: Partial<CentralProps> = {}): CentralProps => ({
  ...server,
  role: 'central',
  hosts: { ...hosts, remoteWrite: 'metrics.example.test' },
  clusters: ['tenant', 'other'],
  loki: offer('loki', { url: 'http://loki:3100' }, 'release'),
  tempo: offer('tempo', { url: 'http://tempo:3200' }, 'release'),
  ...changes,
});

const agent = (changes: Partial<AgentProps> = {}): AgentProps => ({
  role: 'agent',
  cluster: 'tenant',
  certManagerNamespace: namespace,
  remoteWrite: 'https://metrics.example.test/api/v1/write',
  ...changes,
});

function surround(app: App): void {
  new Made(app, 'crds').install({
    crds: { 'monitoring.coreos.com': ['Alertmanager', 'Prometheus', 'PrometheusAgent', 'PrometheusRule', 'ServiceMonitor'] },
  });
  new Made(app, 'cert-manager').install({ crds: { 'cert-manager.io': ['Certificate', 'Issuer'] } }).fill('resources');
  new Made(app, 'ingress').install({ crds: { 'traefik.io': ['Middleware'] }, classes: { IngressClass: ['made-up'] } });
  for (const id of ['login', 'storage', 'trust']) new Made(app, id).fill('resources');
  for (const id of ['loki', 'tempo']) new Made(app, id).install({});
}

/** What the stack renders, installs, declares and waits for in a role. */
function look(props: KubePrometheusStackProps) {
  const plan = planOf((app) => {
    surround(app);
    new KubePrometheusStack(app, 'kube-prometheus-stack', props);
  });
  const { stages = [], secrets = [] } = plan.components.find(({ name }) => name === 'kube-prometheus-stack') ?? {};
  const objects = stages.flatMap((stage) => stage.objects.map(({ manifest }) => manifest)) as Any[];
  const release = stages.flatMap(({ releases }) => releases)[0]?.props;
  const rules = objects
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => spec.groups.flatMap(({ rules: list }: Any) => list));
  return {
    problems: plan.problems,
    objects,
    find: (kind: string, name: string): Any => objects.find((object) => object.kind === kind && object.metadata.name === name),
    kinds: [...new Set(objects.map(({ kind }) => kind))].sort(),
    values: release?.values as Any,
    provides: release?.provides as Any,
    secrets: Object.fromEntries(secrets.map(({ props: { name, keys } }) => [name, Object.keys(keys)])),
    alerts: rules as Any[],
    waitsFor: (stage: string) => plan.dependencies.graph.edges.get(`kube-prometheus-stack/${stage}`) ?? [],
  };
}

const specOf = (props: KubePrometheusStackProps): Any => look(props).values.prometheus.prometheusSpec;

test.each([
  ['standalone', server],
  ['central', central()],
  ['central, alone', central({ clusters: [] })],
  ['agent', agent()],
  ['agent of a private authority', agent({ trust })],
] as const)('%s has no problem, fits the schemas and renders no Secret', (_name, props) => {
  const { problems, objects, kinds } = look(props);
  expect(problems).toEqual([]);
  expect(kinds).not.toContain('Secret');
  for (const object of objects) {
    const entry = schemas.find(object.apiVersion, object.kind);
    expect(entry && validateObject(object, entry, schemas.resolve), `${object.kind} ${object.metadata.name}`).toEqual([]);
  }
});

test('a standalone one takes nothing from others, and is told apart by alerts only', () => {
  const { values, find } = look(server);
  expect(values.prometheus.prometheusSpec).not.toHaveProperty('enableRemoteWriteReceiver');
  expect(values.prometheus.prometheusSpec).not.toHaveProperty('scrapeClasses');
  expect(values.grafana).not.toHaveProperty('additionalDataSources');
  expect(find('Ingress', 'remote-write')).toBeUndefined();
  expect(find('ConfigMap', 'dashboard-platform-overview').data['platform-overview.json']).not.toContain('$cluster');
});

describe('central', () => {
  test('takes samples at one path of a host of its own, with a password and TLS, and nothing else there', () => {
    const { find, secrets } = look(central());
    const { metadata, spec } = find('Ingress', 'remote-write');
    expect(spec.rules).toEqual([
      {
        host: 'metrics.example.test',
        http: {
          paths: [
            {
              path: remoteWritePath,
              pathType: 'Exact',
              backend: { service: { name: 'kube-prometheus-stack-prometheus', port: { name: 'http-web' } } },
            },
          ],
        },
      },
    ]);
    expect(spec.tls).toEqual([{ hosts: ['metrics.example.test'], secretName: 'remote-write-tls' }]);
    expect(find('Certificate', 'remote-write-tls').spec).toMatchObject({
      dnsNames: ['metrics.example.test'],
      issuerRef: { name: 'made-up' },
    });
    const middleware = 'monitoring-remote-write-login@kubernetescrd';
    expect(metadata.annotations).toEqual({ 'traefik.ingress.kubernetes.io/router.middlewares': middleware });
    const { basicAuth } = find('Middleware', 'remote-write-login').spec;
    expect(secrets[basicAuth.secret]).toEqual(['users']);
  });

  test('takes what an agent could not send for hours', () => {
    const hours = (text: string) => Number(/^(\d+)h$/.exec(text)?.[1]);
    const { tsdb, enableRemoteWriteReceiver, ruleQueryOffset } = specOf(central());
    const [kept] = specOf(agent()).additionalArgs;
    expect(enableRemoteWriteReceiver).toBe(true);
    expect(ruleQueryOffset).toMatch(/^\d+s$/);
    expect(kept.name).toBe('storage.agent.retention.max-time');
    // The log is cut every two hours.
    expect(hours(tsdb.outOfOrderTimeWindow)).toBeGreaterThanOrEqual(hours(kept.value) + 2);
  });

  test('has logs and traces in Grafana, each leading to the other, and waits for them', () => {
    const { values, waitsFor } = look(central());
    const [loki, tempo] = values.grafana.additionalDataSources;
    expect([loki.url, tempo.url]).toEqual(['http://loki:3100', 'http://tempo:3200']);
    expect(tempo.jsonData.tracesToLogsV2.datasourceUid).toBe(loki.uid);
    const [trace] = loki.jsonData.derivedFields;
    expect(trace.datasourceUid).toBe(tempo.uid);
    const id = '0af7651916cd43dd8448eb211c80319c';
    for (const line of [`msg=x trace_id=${id}`, `{"traceId": "${id}"}`, `traceID=${id} a=b`, `{"TraceId":"${id}"}`]) {
      expect(new RegExp(trace.matcherRegex).exec(line)?.[1], line).toBe(id);
    }
    // A single dollar would be read as a variable of the environment.
    expect(trace.url).toBe(['$', '$', '{__value.raw}'].join(''));
    expect(waitsFor('release')).toEqual(expect.arrayContaining(['loki/release', 'tempo/release']));
  });

  test('links nothing to a data source that is not there', () => {
    const { loki, tempo, ...rest } = central();
    const only = (source: Partial<CentralProps>) => look({ ...rest, ...source }).values.grafana.additionalDataSources;
    expect(loki && only({ loki })).toMatchObject([{ uid: 'loki', jsonData: {} }]);
    expect(JSON.stringify(loki && only({ loki }))).not.toContain('tempo');
    expect(JSON.stringify(tempo && only({ tempo }))).not.toContain('loki');
    expect(look(rest).values.grafana).not.toHaveProperty('additionalDataSources');
  });

  test('fires for each cluster that sends nothing, by its name, and for what one lacks', () => {
    const { alerts } = look(central());
    const silent = alerts.filter(({ alert }) => alert === 'ClusterSilent').map(({ expr }) => expr);
    expect(silent).toEqual(['absent(up{cluster="tenant"})\nor absent(up{cluster="other"})']);
    const { expr } = alerts.find(({ alert }) => alert === 'MetricsMissing');
    for (const job of ['apiserver', 'kubelet', 'kube-state-metrics', 'node-exporter']) expect(expr).toContain(`"job", "${job}"`);
    for (const props of [server, central({ clusters: [] })]) {
      expect(look(props).alerts.map(({ alert }) => alert)).not.toContain('ClusterSilent');
    }
  });

  test('asks of every alert in which cluster it is', () => {
    const grouped = look(central()).alerts.flatMap(({ alert, expr }) =>
      [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].map(([, labels = '']) => ({ alert, labels: labels.split(', ') })),
    );
    expect(grouped.length).toBeGreaterThan(15);
    for (const { alert, labels } of grouped) expect(labels, alert).toContain('cluster');
    const { defaultRules } = look(central()).values;
    for (const name of ['KubeAPIDown', 'KubeControllerManagerDown', 'KubeSchedulerDown']) expect(defaultRules.disabled[name]).toBe(true);
    expect(defaultRules.rules.kubePrometheusNodeRecording).toBe(false);
  });

  test('lets people choose the clusters that a dashboard shows, in every query of it', () => {
    const { find, values } = look(central());
    expect(values.grafana.sidecar.dashboards.multicluster.global.enabled).toBe(true);
    for (const uid of ['platform-overview', 'platform-gitops']) {
      const { templating, panels } = JSON.parse(find('ConfigMap', `dashboard-${uid}`).data[`${uid}.json`]);
      expect(templating.list.map(({ name }: Any) => name)).toEqual(['cluster']);
      for (const { title, targets } of panels) for (const { expr } of targets) expect(expr, title).toContain('cluster=~"$cluster"');
    }
  });

  test.each([
    ['itself', ['main'], 'is the centre itself'],
    ['one twice', ['tenant', 'tenant'], 'is there twice'],
    ['no name', ['Tenant"} or vector(1'], 'is no name of a cluster'],
  ])('refuses %s among its clusters', (_name, clusters, problem) => {
    expect(() => look(central({ clusters }))).toThrow(Problems);
    expect(() => look(central({ clusters }))).toThrow(problem);
  });
});

test('tells nobody of alerts by default, and takes those of two clusters for two', () => {
  const { config } = look(central()).values.alertmanager;
  expect([config.route.receiver, config.receivers]).toEqual(['null', [{ name: 'null' }]]);
  expect(config.route.group_by).toContain('cluster');
  expect(config.inhibit_rules.length).toBeGreaterThan(0);
  for (const { equal } of config.inhibit_rules) expect(equal).toContain('cluster');
});

describe('agent', () => {
  test('is nothing but what collects', () => {
    const { values, provides, kinds, alerts } = look(agent());
    expect(values.prometheus.agentMode).toBe(true);
    expect([values.grafana, values.alertmanager, values.defaultRules]).toEqual([{ enabled: false }, { enabled: false }, { create: false }]);
    expect(provides.namespaced['monitoring.coreos.com']).toEqual(['PrometheusAgent', 'ServiceMonitor']);
    expect(alerts).toEqual([]);
    expect(kinds).toEqual(['Namespace', 'ServiceMonitor']);
  });

  test('sends with a name and a password from the declared Secret, and holds back a bounded amount', () => {
    const { secrets } = look(agent());
    const { remoteWrite, storageSpec } = specOf(agent());
    expect(remoteWrite).toHaveLength(1);
    const [{ url, basicAuth, queueConfig }] = remoteWrite;
    expect(url).toBe('https://metrics.example.test/api/v1/write');
    expect(secrets).toEqual({ 'prometheus-remote-write': ['username', 'password'] });
    for (const part of ['username', 'password']) expect(basicAuth[part]).toEqual({ name: 'prometheus-remote-write', key: part });
    expect(queueConfig.maxShards * (queueConfig.capacity + queueConfig.maxSamplesPerSend)).toBeLessThanOrEqual(200_000);
    expect(storageSpec).toEqual({ emptyDir: { sizeLimit: '5Gi' } });
  });

  test('trusts public authorities, or those of a bundle that its namespace gets', () => {
    expect(specOf(agent()).remoteWrite[0]).not.toHaveProperty('tlsConfig');
    expect(look(agent()).find('Namespace', 'monitoring').metadata.labels).not.toHaveProperty('platform/trust');
    const made = look(agent({ trust }));
    expect(made.values.prometheus.prometheusSpec.remoteWrite[0].tlsConfig).toEqual({
      ca: { configMap: { name: 'made-up-ca', key: 'bundle.crt' } },
    });
    expect(made.find('Namespace', 'monitoring').metadata.labels['platform/trust']).toBe('enabled');
    expect(made.waitsFor('release')).toContain('trust/resources');
  });

  test.each([
    ['an agent', agent(), 'tenant'],
    ['the centre', central(), 'main'],
  ])('%s puts the name of its cluster on every sample', (_name, props, cluster) => {
    const { scrapeClasses, externalLabels } = specOf(props);
    expect(externalLabels).toEqual({ cluster });
    expect(scrapeClasses).toMatchObject([{ default: true, relabelings: [{ targetLabel: 'cluster', replacement: cluster }] }]);
  });
});

test('the samples of all databases are asked for where the operator is monitored, under labels that their pods have', () => {
  for (const isMonitored of [true, false]) {
    const { components, problems } = planOf((app) => {
      new Made(app, 'crds').install({ crds: { 'monitoring.coreos.com': ['PodMonitor'] } });
      new CloudNativePg(app, 'cloudnative-pg', { isMonitored });
    });
    expect(problems).toEqual([]);
    const objects = components.flatMap(({ stages }) => stages.flatMap((stage) => stage.objects.map(({ manifest }) => manifest))) as Any[];
    const found = objects.filter(({ kind }) => kind === 'PodMonitor').map(({ spec }) => spec);
    const spec = {
      namespaceSelector: { any: true },
      selector: { matchLabels: { 'cnpg.io/podRole': 'instance' } },
      podMetricsEndpoints: [{ port: 'metrics' }],
    };
    expect(found).toEqual(isMonitored ? [spec] : []);
    const entry = schemas.find('monitoring.coreos.com/v1', 'PodMonitor');
    for (const object of objects.filter(({ kind }) => kind === 'PodMonitor')) {
      expect(entry && validateObject(object, entry, schemas.resolve)).toEqual([]);
    }
  }
});
