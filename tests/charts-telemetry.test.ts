import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Alloy, type AlloyProps } from '../charts/alloy.js';
import { Handle } from '../charts/lib/handle.js';
import { Loki, type LokiProps, pushPath } from '../charts/loki.js';
import { OpenTelemetryOperator } from '../charts/opentelemetry-operator.js';
import { OtelCollector, type OtelCollectorProps } from '../charts/otel-collector.js';
import { Tempo, type TempoProps } from '../charts/tempo.js';
import { validateObject } from '../synth/schema/validate.js';
import { Made, planOf, schemas } from './fixtures/components.js';
import type { Any } from './fixtures/rendered.js';

/** Logs and traces, from the pods of one cluster to the Loki and the Tempo of the same or another one. */

const offer = <T extends object>(component: string, value: T) => new Handle({ component, stage: 'resources' }, value);

/** What the components of a test find in their cluster. */
function surround(app: App) {
  new Made(app, 'metrics').install({ crds: { 'monitoring.coreos.com': ['ServiceMonitor'] } });
  new Made(app, 'certificates').install({ crds: { 'cert-manager.io': ['Certificate'] } }).fill('resources');
  new Made(app, 'ingress').install({ crds: { 'traefik.io': ['Middleware'] }, classes: { IngressClass: ['made-up'] } });
  for (const id of ['login', 'storage', 'trust']) new Made(app, id).fill('resources');
  const ref = { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' } as const;
  const issuer = offer('certificates', { ref, isAcme: false });
  return {
    issuer,
    exposure: { ingressClass: offer('ingress', { name: 'made-up' }), issuer, protection: offer('login', { annotations: { login: 'x' } }) },
    storageClass: offer('storage', { name: 'fast' }),
    trust: offer('trust', { configMap: 'made-up-ca', key: 'ca-bundle.crt' }),
  };
}

type Surroundings = ReturnType<typeof surround>;

/** One component with its surroundings: what it renders, installs, declares and waits for. */
function look(name: string, add: (app: App, around: Surroundings) => void) {
  const plan = planOf((app) => add(app, surround(app)));
  const { stages = [], secrets = [] } = plan.components.find((component) => component.name === name) ?? {};
  const objects = stages.flatMap((stage) => stage.objects.map(({ manifest }) => manifest)) as Any[];
  const [release] = stages.flatMap(({ releases }) => releases);
  return {
    problems: plan.problems,
    objects,
    find: (kind: string): Any => objects.find((object) => object.kind === kind),
    values: release?.props.values as Any,
    provides: release?.props.provides as Any,
    secrets: secrets.map(({ props }) => [props.name, ...Object.keys(props.keys)]),
    waitsFor: (stage: string) => plan.dependencies.graph.edges.get(`${name}/${stage}`) ?? [],
  };
}

const bucketsOf = ({ storageClass }: Surroundings) =>
  ({ kind: 's3', endpoint: 'https://s3.example.test', region: 'garage', storageClass }) as const;

const addLoki = (app: App, { storageClass }: Surroundings, changes: Partial<LokiProps> = {}) =>
  new Loki(app, 'loki', { cluster: 'here', storage: { kind: 'volume', storageClass, size: '50Gi' }, ...changes });
const addTempo = (app: App, { storageClass }: Surroundings, changes: Partial<TempoProps> = {}) =>
  new Tempo(app, 'tempo', { storageClass, ...changes });
const addAlloy = (app: App, loki: AlloyProps['loki'], changes: Partial<AlloyProps> = {}) =>
  new Alloy(app, 'alloy', { cluster: 'here', loki, ...changes });
const addOperator = (app: App, { issuer }: Surroundings, isMonitored = false) =>
  new OpenTelemetryOperator(app, 'opentelemetry-operator', { issuer, isMonitored });
const addCollector = (app: App, around: Surroundings, tempo: OtelCollectorProps['tempo'], changes: Partial<OtelCollectorProps> = {}) => {
  addOperator(app, around);
  return new OtelCollector(app, 'otel-collector', { cluster: 'here', tempo, nodeCount: 3, ...changes });
};

const [lokiElsewhere, tempoElsewhere] = [`https://loki.main.example.test${pushPath}`, 'https://tempo.main.example.test'];
type Changes<Props> = (around: Surroundings) => Partial<Props>;
const loki = (changes: Changes<LokiProps> = () => ({})) => look('loki', (app, around) => addLoki(app, around, changes(around)));
const tempo = (changes: Changes<TempoProps> = () => ({})) => look('tempo', (app, around) => addTempo(app, around, changes(around)));
const alloy = (changes: Changes<AlloyProps> = () => ({})) => look('alloy', (app, around) => addAlloy(app, lokiElsewhere, changes(around)));
const operator = (isMonitored = false) => look('opentelemetry-operator', (app, around) => addOperator(app, around, isMonitored));
const collector = (changes: Changes<OtelCollectorProps> = () => ({})) =>
  look('otel-collector', (app, around) => addCollector(app, around, tempoElsewhere, changes(around)));

describe.each([
  ['Loki on a volume', () => loki()],
  ['Loki on S3, exposed', () => loki((around) => ({ storage: bucketsOf(around), outside: { host: 'loki.example.test', ...around } }))],
  ['Tempo', () => tempo()],
  ['Tempo, exposed', () => tempo((around) => ({ outside: { host: 'tempo.example.test', ...around } }))],
  ['Alloy', () => alloy(({ trust }) => ({ trust }))],
  ['the OpenTelemetry operator', () => operator()],
  ['the OpenTelemetry collector', () => collector(({ trust }) => ({ trust, isMonitored: true }))],
] as const)('%s', (_name, made) => {
  test('has no problem, fits the schemas, renders no Secret, and lives in a namespace of the strictest level', () => {
    const { problems, objects, find } = made();
    expect(problems).toEqual([]);
    for (const object of objects) {
      const entry = schemas.find(object.apiVersion, object.kind);
      expect(entry && validateObject(object, entry, schemas.resolve), `${object.kind} ${object.metadata.name}`).toEqual([]);
    }
    expect(find('Secret')).toBeUndefined();
    expect(find('Namespace').metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });
});

test.each([
  ['loki', (isMonitored: boolean) => loki(() => ({ isMonitored })), 'monitoring.serviceMonitor.enabled'],
  ['tempo', (isMonitored: boolean) => tempo(() => ({ isMonitored })), 'serviceMonitor.enabled'],
  ['alloy', (isMonitored: boolean) => alloy(() => ({ isMonitored })), 'serviceMonitor.enabled'],
  ['opentelemetry-operator', operator, 'manager.serviceMonitor.enabled'],
] as const)('%s is scraped only where it is asked for, and then waits for the kinds of Prometheus', (_name, made, path) => {
  for (const isMonitored of [true, false]) {
    const { values, provides, waitsFor } = made(isMonitored);
    expect(values).toHaveProperty(path, isMonitored);
    expect(provides.namespaced['monitoring.coreos.com']).toEqual(isMonitored ? ['ServiceMonitor'] : undefined);
    expect(waitsFor('release').includes('metrics/release')).toBe(isMonitored);
  }
});

test('nothing is reached from outside by default', () => {
  for (const made of [loki(), tempo(), alloy(), collector()]) expect(made.find('Ingress')).toBeUndefined();
});

describe('Loki', () => {
  test('keeps everything on one volume of the class, and asks for no Secret', () => {
    const { values, secrets, waitsFor } = loki();
    expect(values.loki.storage).toEqual({ type: 'filesystem' });
    expect(values.singleBinary.persistence).toMatchObject({ size: '50Gi', storageClass: 'fast' });
    // The chart crashes on an empty key.
    expect(values.singleBinary).not.toHaveProperty('extraEnv');
    expect(secrets).toEqual([]);
    expect(waitsFor('release')).toContain('storage/resources');
  });

  test.each([
    ['here', undefined, { chunks: 'loki-here-chunks', ruler: 'loki-here-ruler' }],
    ['there', undefined, { chunks: 'loki-there-chunks', ruler: 'loki-there-ruler' }],
    ['here', { chunks: 'a', ruler: 'b' }, { chunks: 'a', ruler: 'b' }],
  ])('on S3, keeps logs of %s in buckets of its own', (cluster, buckets, expected) => {
    const { values } = loki((around) => ({ cluster, storage: { ...bucketsOf(around), ...(buckets ? { buckets } : {}) } }));
    expect(values.loki.storage).toMatchObject({ type: 's3', bucketNames: expected });
  });

  test('on S3, reads every variable of its configuration from a key of the declared Secret', () => {
    const { values, secrets } = loki((around) => ({ storage: bucketsOf(around) }));
    expect(secrets).toEqual([['loki-s3', 'access-key-id', 'secret-access-key']]);
    expect(values.singleBinary.extraEnv).toEqual([
      { name: 'S3_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'loki-s3', key: 'access-key-id' } } },
      { name: 'S3_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'loki-s3', key: 'secret-access-key' } } },
    ]);
    const { accessKeyId, secretAccessKey } = values.loki.storage.s3;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Loki replaces them
    expect([accessKeyId, secretAccessKey]).toEqual(['${S3_ACCESS_KEY_ID}', '${S3_SECRET_ACCESS_KEY}']);
  });

  test.each([loki(), loki((around) => ({ storage: bucketsOf(around) }))])(
    'stores, indexes and deletes in one kind of store',
    ({ values }) => {
      const { storage, schemaConfig, compactor } = values.loki;
      expect([schemaConfig.configs[0].object_store, compactor.delete_request_store]).toEqual([storage.type, storage.type]);
    },
  );

  test('is reached from outside by its push path only, behind a login of its own', () => {
    const { find, secrets } = loki((around) => ({ outside: { host: 'loki.example.test', ...around } }));
    const { metadata, spec } = find('Ingress');
    expect(metadata.annotations).toEqual({ 'traefik.ingress.kubernetes.io/router.middlewares': 'loki-push-login@kubernetescrd' });
    expect(spec.rules).toMatchObject([{ host: 'loki.example.test', http: { paths: [{ path: pushPath, pathType: 'Exact' }] } }]);
    expect(find('Certificate').spec.dnsNames).toEqual(['loki.example.test']);
    expect(find('Middleware')).toMatchObject({ metadata: { name: 'push-login' }, spec: { basicAuth: { secret: 'loki-push-users' } } });
    expect(secrets).toEqual([['loki-push-users', 'users']]);
  });
});

describe('Tempo', () => {
  test('keeps traces on a volume of the class for as long as asked', () => {
    const { values, waitsFor } = tempo(() => ({ size: '100Gi', retention: '720h' }));
    expect(values.persistence).toMatchObject({ enabled: true, size: '100Gi', storageClassName: 'fast' });
    expect(values.tempo.retention).toBe('720h');
    expect(waitsFor('release')).toContain('storage/resources');
  });

  test('takes OTLP from outside behind a login of its own, and no queries', () => {
    const { find, secrets, waitsFor } = tempo((around) => ({ outside: { host: 'tempo.example.test', ...around } }));
    const { metadata, spec } = find('Ingress');
    expect(metadata.annotations).toEqual({ 'traefik.ingress.kubernetes.io/router.middlewares': 'tempo-sender-login@kubernetescrd' });
    expect(spec.rules[0].http.paths[0].backend.service).toEqual({ name: 'tempo', port: { name: 'tempo-otlp-http' } });
    expect(find('Middleware')).toMatchObject({ metadata: { name: 'sender-login' }, spec: { basicAuth: { secret: 'tempo-senders' } } });
    expect(secrets).toEqual([['tempo-senders', 'users']]);
    expect(waitsFor('exposure')).not.toContain('login/resources');
  });
});

describe('Alloy', () => {
  const configOf = ({ values }: ReturnType<typeof alloy>): string => values.alloy.configMap.content;
  const inside = (changes: Partial<AlloyProps> = {}) =>
    look('alloy', (app, around) => addAlloy(app, addLoki(app, around).address, changes));

  test('pushes to the Loki of its cluster without a login, and waits for it', () => {
    const made = inside();
    expect(configOf(made)).toContain('url = "http://loki.loki.svc.cluster.local:3100/loki/api/v1/push"');
    expect(configOf(made)).not.toContain('basic_auth');
    expect([made.secrets, made.values.alloy.extraEnv]).toEqual([[], []]);
    expect(made.waitsFor('release')).toContain('loki/release');
    expect(configOf(made)).toContain('external_labels = { cluster = "here" }');
  });

  test('pushes to the Loki of another cluster with a name and a password from the declared Secret', () => {
    const made = alloy(() => ({ cluster: 'there' }));
    expect(configOf(made)).toContain('external_labels = { cluster = "there" }');
    expect(configOf(made)).toContain('url = "https://loki.main.example.test/loki/api/v1/push"');
    expect(made.secrets).toEqual([['alloy-loki', 'username', 'password']]);
    const given = made.values.alloy.extraEnv.map(({ name }: Any) => name);
    const read = [...configOf(made).matchAll(/sys\.env\("(LOKI_\w+)"\)/g)].map(([, name]) => name);
    expect(read).toEqual(given);
  });

  test('logs in where it is told to, whatever the address', () => {
    const made = [alloy(() => ({ hasLogin: false })), inside({ hasLogin: true })];
    expect(made.map((each) => configOf(each).includes('basic_auth'))).toEqual([false, true]);
    expect(made.map(({ secrets }) => secrets.length)).toEqual([0, 1]);
  });

  test('reads the pods of its own node only, mounts no folder of it, and may read no Secret', () => {
    const { values } = alloy();
    expect(values.alloy.configMap.content).toContain('"spec.nodeName=" + sys.env("K8S_NODE_NAME")');
    expect(values.alloy.mounts).toMatchObject({ varlog: false, dockercontainers: false });
    expect(JSON.stringify(values.controller.volumes)).not.toContain('hostPath');
    expect([...values.rbac.rules, ...values.rbac.clusterRules].flatMap(({ resources }: Any) => resources)).not.toContain('secrets');
  });

  test('trusts the authorities of the platform where it is given them', () => {
    const { values, find, waitsFor } = alloy(({ trust }) => ({ trust }));
    expect(values.controller.volumes.extra).toContainEqual({ name: 'platform-trust', configMap: { name: 'made-up-ca' } });
    expect(find('Namespace').metadata.labels).toMatchObject({ 'platform/trust': 'enabled' });
    expect(waitsFor('release')).toContain('trust/resources');
    expect(alloy().find('Namespace').metadata.labels).not.toHaveProperty('platform/trust');
  });
});

test('the OpenTelemetry operator takes the certificate of its webhooks from the issuer, and keeps its kinds', () => {
  const { values, waitsFor } = operator();
  expect(values.admissionWebhooks.certManager.issuerRef).toEqual({ group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' });
  expect(values.crds.annotations).toMatchObject({ 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false' });
  expect(waitsFor('release')).toContain('certificates/resources');
});

describe('OtelCollector', () => {
  const specOf = ({ find }: ReturnType<typeof collector>): Any => find('OpenTelemetryCollector').spec;

  test('runs once on one node, and twice on more', () => {
    expect([1, 2, 5].map((nodeCount) => specOf(collector(() => ({ nodeCount }))).replicas)).toEqual([1, 2, 2]);
  });

  test.each(['here', 'there'])('says of each trace which cluster it is from: %s', (cluster) => {
    const { processors, service } = specOf(collector(() => ({ cluster }))).config;
    expect(processors.resource.attributes).toEqual([{ key: 'k8s.cluster.name', value: cluster, action: 'upsert' }]);
    expect(service.pipelines.traces.processors).toContain('resource');
  });

  test('names in its pipelines and extensions only what it configures', () => {
    for (const hasLogin of [true, false]) {
      const { service, ...config } = specOf(collector(() => ({ hasLogin }))).config;
      for (const part of ['receivers', 'processors', 'exporters']) {
        expect([...service.pipelines.traces[part]].sort(), part).toEqual(Object.keys(config[part]).sort());
      }
      expect([...service.extensions].sort()).toEqual(Object.keys(config.extensions).sort());
    }
  });

  test('sends to the Tempo of another cluster with a name and a password from the declared Secret', () => {
    const made = collector();
    const { exporters, extensions } = specOf(made).config;
    expect(exporters.otlp_http).toMatchObject({ endpoint: tempoElsewhere, auth: { authenticator: 'basicauth' } });
    expect(made.secrets).toEqual([['otel-tempo', 'username', 'password']]);
    const read = [...JSON.stringify(extensions).matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name);
    const given = specOf(made).env.filter(({ valueFrom }: Any) => valueFrom !== undefined);
    expect(read.sort()).toEqual(given.map(({ name }: Any) => name).sort());
    expect(given.map(({ valueFrom }: Any) => valueFrom.secretKeyRef.key)).toEqual(['username', 'password']);
  });

  test('sends to the Tempo of its cluster without a login, and waits for it and for the operator', () => {
    const made = look('otel-collector', (app, around) => addCollector(app, around, addTempo(app, around).address));
    expect(specOf(made).config.exporters.otlp_http.endpoint).toBe('http://tempo.tempo.svc.cluster.local:4318');
    expect(specOf(made).config.exporters.otlp_http).not.toHaveProperty('auth');
    expect(made.secrets).toEqual([]);
    expect(made.waitsFor('resources')).toEqual(expect.arrayContaining(['opentelemetry-operator/release', 'tempo/release']));
  });

  test('selects its own pods and metrics by one set of labels', () => {
    const made = collector(() => ({ isMonitored: true }));
    const { matchLabels } = specOf(made).topologySpreadConstraints[0].labelSelector;
    expect(matchLabels).toMatchObject({ 'app.kubernetes.io/instance': 'opentelemetry.otel' });
    expect(made.find('ServiceMonitor').spec.selector.matchLabels).toMatchObject(matchLabels);
    expect(collector().find('ServiceMonitor')).toBeUndefined();
  });

  test('offers the ports that it listens on', () => {
    const app = new App();
    const { otlp } = addCollector(app, surround(app), tempoElsewhere);
    const host = 'otel-collector.opentelemetry.svc.cluster.local';
    expect(Handle.open(otlp)).toEqual({ grpc: `http://${host}:4317`, http: `http://${host}:4318` });
    expect(otlp.provider).toEqual({ component: 'otel-collector', stage: 'resources' });
  });
});
