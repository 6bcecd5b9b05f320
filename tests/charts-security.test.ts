import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Falco, type FalcoProps } from '../charts/falco.js';
import { FalcoTalon } from '../charts/falco-talon.js';
import { isProtected } from '../charts/lib/annotations.js';
import type { Component } from '../charts/lib/component.js';
import { Handle, type IngressClassRef, type IssuerRef, type NamespaceRef, type TrustBundleRef } from '../charts/lib/handle.js';
import { HelmRelease } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { TektonOperator, type TektonOperatorProps } from '../charts/tekton-operator.js';
import { Velero, type VeleroProps } from '../charts/velero/index.js';
import { Made, planOf } from './fixtures/components.js';
import { type Any, expectSound, objectsOf } from './fixtures/rendered.js';

/** Backups, run-time security and builds: what a chart computes from its props. */
const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const issuer: IssuerRef = new Handle(elsewhere, {
  ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' },
  isAcme: false,
});
const ingressClass: IngressClassRef = new Handle(elsewhere, { name: 'made-up' });
const trust: TrustBundleRef = new Handle(elsewhere, { configMap: 'platform-ca', key: 'ca-bundle.crt' });
const protection = new Handle(elsewhere, { annotations: { 'made-up/login': 'required' } });
const namespaceRef = (name: string): NamespaceRef => new Handle({ component: name, stage: 'base' }, { name });

const backups: VeleroProps = {
  cluster: 'made-up',
  bucket: 'backups',
  endpoint: 'https://s3.example.test',
  region: 'nowhere',
  hasSnapshots: true,
};
const addVelero = (app: App, changes: Partial<VeleroProps> = {}) => new Velero(app, 'velero', { ...backups, ...changes });
const addFalco = (app: App, changes: Partial<FalcoProps> = {}) => new Falco(app, 'falco', { cluster: 'made-up', ...changes });
const addTalon = (app: App, shellsAllowedIn: NamespaceRef[] = []) => new FalcoTalon(app, 'falco-talon', { shellsAllowedIn });
const addTekton = (app: App, changes: TektonOperatorProps = {}) => new TektonOperator(app, 'tekton-operator', changes);
const dashboard = { host: 'tekton.example.test', exposure: { ingressClass, issuer, protection } };

const releaseOf = (component: Component) => component.node.findAll().find((node) => node instanceof HelmRelease);
const valuesOf = (component: Component): Any => releaseOf(component)?.props.values;

const find = (component: Component, kind: string, name: string): Any =>
  objectsOf(component).find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name)?.manifest;

/** Names of the components that a stage waits for by its own word. */
const targetsOf = ({ edges }: { readonly edges: readonly { readonly to: { readonly component: string } }[] }) =>
  edges.map(({ to }) => to.component);

describe.each([
  ['Velero with snapshots', (app: App) => addVelero(app, { trust, isMonitored: true })],
  ['Velero without snapshots', (app: App) => addVelero(app, { hasSnapshots: false })],
  ['Falco', (app: App) => addFalco(app, { isMonitored: true })],
  ['Falco Talon', addTalon],
  ['Tekton', (app: App) => addTekton(app, { dashboard, isMonitored: true })],
] as const)('%s, like every component,', (_name, add: (app: App) => Component) => {
  test('renders objects that the schemas of their kinds take, and no Secret', () => {
    const component = add(new App());
    expectSound(component);
    expect(find(component, 'Namespace', component.namespaceName)).toBeDefined();
  });

  test('enforces the level that its pods need', () => {
    const component = add(new App());
    const { labels } = find(component, 'Namespace', component.namespaceName).metadata;
    expect(labels['pod-security.kubernetes.io/enforce']).toBe(releaseOf(component)?.props.provides.podSecurity);
  });
});

describe.each([
  ['Velero', addVelero],
  ['Falco', addFalco],
] as const)('%s', (_name, add: (app: App, changes: { isMonitored: boolean }) => Component) => {
  test.each([true, false])('declares a ServiceMonitor only when it is monitored: %s', (isMonitored) => {
    const kinds = releaseOf(add(new App(), { isMonitored }))?.props.provides.namespaced ?? {};
    expect(kinds['monitoring.coreos.com']).toEqual(isMonitored ? ['ServiceMonitor'] : undefined);
  });
});

describe('Velero', () => {
  test('writes into a folder of the bucket that has the name of the cluster', () => {
    const specs = ['one', 'two'].map((cluster) => find(addVelero(new App(), { cluster }), 'BackupStorageLocation', 'default').spec);
    expect(specs.map(({ objectStorage }) => objectStorage)).toEqual([
      { bucket: 'backups', prefix: 'one' },
      { bucket: 'backups', prefix: 'two' },
    ]);
    expect(specs[0]).toMatchObject({
      default: true,
      config: { region: 'nowhere', s3Url: 'https://s3.example.test', s3ForcePathStyle: 'true' },
    });
  });

  test('declares its login, and the password of its copies where it makes some, and reads the login from there', () => {
    const declared = (velero: Component) =>
      velero.node.findAll().flatMap((node) => (node instanceof DeclaredSecret ? [node.props.name, ...Object.keys(node.props.keys)] : []));
    const velero = addVelero(new App());
    expect(declared(velero)).toEqual(['velero-s3', 'cloud', 'velero-repo-credentials', 'repository-password']);
    expect(declared(addVelero(new App(), { hasSnapshots: false }))).toEqual(['velero-s3', 'cloud']);
    expect(valuesOf(velero).credentials.existingSecret).toBe('velero-s3');
    expect(find(velero, 'BackupStorageLocation', 'default').spec.credential).toEqual({ name: 'velero-s3', key: 'cloud' });
  });

  test.each([
    [true, 'privileged', ['DaemonSet', 'Deployment']],
    [false, 'restricted', ['Deployment']],
  ])('copies volumes, with pods on the hosts, only where there are snapshots: %s', (hasSnapshots, level, workloads) => {
    const velero = addVelero(new App(), { hasSnapshots });
    const { deployNodeAgent, configuration, nodeAgent, configMaps } = valuesOf(velero);
    expect([deployNodeAgent, configuration.defaultSnapshotMoveData]).toEqual([hasSnapshots, hasSnapshots]);
    expect([nodeAgent !== undefined, configMaps !== undefined]).toEqual([hasSnapshots, hasSnapshots]);
    expect(releaseOf(velero)?.props.provides).toMatchObject({ podSecurity: level, namespaced: { apps: workloads } });
    for (const name of ['daily', 'weekly'])
      expect(find(velero, 'Schedule', name).spec.template).toMatchObject({ snapshotMoveData: hasSnapshots, snapshotVolumes: hasSnapshots });
  });

  test('passes the settings of its agent under the name that the chart gives them', () => {
    const { configMaps, nodeAgent } = valuesOf(addVelero(new App()));
    const [key = ''] = Object.keys(configMaps);
    expect(nodeAgent.extraArgs).toEqual([`--node-agent-configmap=velero-${key}`]);
    const { podResources } = JSON.parse(configMaps[key].data['node-agent-config.json']);
    expect(Object.values(podResources).every((quantity) => quantity !== '')).toBe(true);
    expect(Object.keys(podResources).sort()).toEqual(['cpuLimit', 'cpuRequest', 'memoryLimit', 'memoryRequest']);
  });

  test('trusts private authorities in every pod that speaks to the bucket, when it is given them', () => {
    const trusting = addVelero(new App(), { trust });
    const { extraVolumes, nodeAgent, configuration } = valuesOf(trusting);
    for (const volumes of [extraVolumes, nodeAgent.extraVolumes])
      expect(volumes).toEqual([{ name: 'platform-trust', configMap: { name: 'platform-ca' } }]);
    expect(configuration.extraEnvVars.map(({ name }: Any) => name)).toContain('SSL_CERT_DIR');
    expect(find(trusting, 'Namespace', 'velero').metadata.labels).toMatchObject({ 'platform/trust': 'enabled' });
    expect(targetsOf(trusting.release)).toEqual(['elsewhere']);
    const plain = addVelero(new App());
    expect(JSON.stringify(valuesOf(plain))).not.toContain('platform-trust');
    expect(find(plain, 'Namespace', 'velero').metadata.labels).not.toHaveProperty('platform/trust');
  });

  test.each([true, false])('alerts only when it is monitored: %s', (isMonitored) => {
    const velero = addVelero(new App(), { isMonitored });
    expect(valuesOf(velero).metrics.serviceMonitor.enabled).toBe(isMonitored);
    expect(find(velero, 'PrometheusRule', 'velero') !== undefined).toBe(isMonitored);
  });
});

describe('Falco', () => {
  const sidekick = (changes: Partial<FalcoProps>) => valuesOf(addFalco(new App(), changes)).falcosidekick.config;

  test('sends events to nobody unless it is told to, and names the cluster in each', () => {
    expect(sidekick({})).toEqual({ customfields: 'cluster:made-up' });
    const collector = new Handle({ component: 'collector', stage: 'resources' }, { http: 'http://collector.example.test:4318' });
    const endpoint = 'http://collector.example.test:4318/v1/traces';
    expect(sidekick({ collector }).otlp.traces).toMatchObject({ endpoint, protocol: 'http/protobuf' });
  });

  test('waits for Talon and sends it shells too, which are no more than notices', () => {
    const app = new App();
    const falco = addFalco(app, { talon: addTalon(app).response });
    expect(valuesOf(falco).falcosidekick.config.talon).toEqual({
      address: 'http://falco-talon.falco-talon:2803',
      minimumpriority: 'notice',
    });
    expect(falco.release.edges.map(({ to }) => to)).toEqual([{ component: 'falco-talon', stage: 'release' }]);
  });
});

describe('Falco Talon', () => {
  const rulesOf = (...shellsAllowedIn: string[]): Any[] =>
    parse(valuesOf(addTalon(new App(), shellsAllowedIn.map(namespaceRef))).config.rulesOverride);

  test('labels the pod, by actions that exist', () => {
    const entries = rulesOf();
    const actions = new Map(entries.filter(({ actionner }) => actionner).map((entry) => [entry.action, entry.actionner]));
    const taken = entries
      .filter(({ rule }) => rule)
      .map(({ rule, actions: list }) => [rule, list.map(({ action }: Any) => actions.get(action))]);
    expect(Object.fromEntries(taken)).toEqual({ 'Shell in a container': ['kubernetes:label'], 'Crypto miner': ['kubernetes:label'] });
  });

  test('cuts off whatever it labels, but not from the probes of its node', () => {
    const component = addTalon(new App());
    const { endpointSelector, ingressDeny, egressDeny, ...others } = find(component, 'CiliumClusterwideNetworkPolicy', 'quarantine').spec;
    const [{ key, operator }, ...further] = endpointSelector.matchExpressions;
    expect([operator, further]).toEqual(['Exists', []]);
    const labels = rulesOf().flatMap(({ parameters }) => (parameters ? [parameters.labels] : []));
    expect(labels.map((given) => Object.keys(given))).toEqual([[key], [key]]);
    expect(egressDeny).toEqual([{ toEntities: ['all'] }]);
    // What is denied is denied before anything is allowed: the node must not be among it.
    const entities = ingressDeny.flatMap(({ fromEntities = [] }: Any) => fromEntities);
    for (const withNode of ['all', 'cluster', 'host', 'kube-apiserver']) expect(entities).not.toContain(withNode);
    expect(entities).toEqual(expect.arrayContaining(['world', 'remote-node']));
    expect(ingressDeny.flatMap(({ fromEndpoints = [] }: Any) => fromEndpoints)).toEqual([
      { matchExpressions: [{ key: 'io.kubernetes.pod.namespace', operator: 'Exists' }] },
    ]);
    expect(others).toEqual({});
  });

  test.each([
    [[], ['kube-system', 'falco', 'falco-talon']],
    [
      ['argocd', 'piraeus-datastore'],
      ['kube-system', 'falco', 'falco-talon', 'argocd', 'piraeus-datastore'],
    ],
    [['falco'], ['kube-system', 'falco', 'falco-talon']],
  ])('allows shells in %j and in what is always spared', (names, spared) => {
    const shell = rulesOf(...names).find(({ rule }) => rule === 'Shell in a container');
    expect(shell.match.output_fields).toEqual([spared.map((name) => `k8s.ns.name!=${name}`).join(', ')]);
    expect(shell.match.rules).toEqual(['Terminal shell in container']);
  });

  test('knows a miner by a tag of the rule that Falco has for it, in any namespace', () => {
    const [list, rule] = parse(valuesOf(addFalco(new App())).customRules['platform-rules.yaml']);
    // A process keeps 15 characters of its name.
    expect(list.items.filter((name: string) => name.length > 15)).toEqual([]);
    expect(rule.condition).toContain(`(${list.list})`);
    const miner = rulesOf('argocd').find((entry) => entry.rule === 'Crypto miner');
    expect(miner.match).toEqual({ tags: ['T1496'] });
    expect(rule.tags).toContain('T1496');
  });

  test('starts anew exactly when its rules change', () => {
    const digestOf = (...names: string[]) => valuesOf(addTalon(new App(), names.map(namespaceRef))).extraEnv[1].value;
    expect(digestOf('argocd')).toBe(digestOf('argocd'));
    expect(digestOf('argocd')).not.toBe(digestOf('traefik'));
  });

  test('may do no more than its actions need', () => {
    const { serviceAccount: _made, ...verbs } = valuesOf(addTalon(new App())).rbac;
    const writing = Object.entries<string[]>(verbs).filter(([, list]) => list.some((verb) => !['get', 'list', 'watch'].includes(verb)));
    expect(writing.map(([resource]) => resource).sort()).toEqual(['events', 'pods']);
    expect(Object.values<string[]>(verbs).flat()).not.toContain('delete');
    expect(valuesOf(addTalon(new App())).config.deduplication.leaderElection).toBe('false');
  });

  test('takes events from nobody but Falco', () => {
    const app = new App();
    const falco = addFalco(app);
    const { ingress, podSelector } = find(addTalon(app), 'NetworkPolicy', 'events-from-falco').spec;
    expect([podSelector, ingress.length]).toEqual([{}, 1]);
    expect(ingress[0].from).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': falco.namespaceName } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'falcosidekick' } },
      },
    ]);
    expect(ingress[0].ports).toEqual([{ port: 2803, protocol: 'TCP' }]);
  });

  test('waits for the namespaces that it spares, and makes no cycle with Falco', () => {
    const { problems, dependencies } = planOf((app) => {
      new Made(app, 'cilium', { bootstrap: true }).install({ crds: { 'cilium.io': ['CiliumClusterwideNetworkPolicy'] } });
      const spared = new Made(app, 'argo-cd', { namespace: { name: 'argocd', podSecurity: 'baseline' } });
      const talon = addTalon(app, [spared.namespaceRef]);
      addFalco(app, { talon: talon.response });
    });
    expect(problems).toEqual([]);
    expect(dependencies.graph.edges.get('falco-talon/release')).toContain('argo-cd/base');
    expect(dependencies.graph.edges.get('falco/release')).toContain('falco-talon/release');
  });
});

describe('Tekton', () => {
  test('runs a controller for each part that it turns on, and is scraped only when it is monitored', () => {
    const monitors = [true, false].map((isMonitored) => find(addTekton(new App(), { isMonitored }), 'ServiceMonitor', 'tekton-operator'));
    expect(monitors.map((monitor) => monitor !== undefined)).toEqual([true, false]);
    const tekton = addTekton(new App());
    const { spec } = find(tekton, 'TektonConfig', 'config');
    const controllers = valuesOf(tekton).controllers.split(',');
    const parts = { tektonchain: spec.chain, tektonresult: spec.result, tektontrigger: spec.trigger };
    for (const [controller, { disabled }] of Object.entries(parts)) expect(controllers.includes(controller), controller).toBe(!disabled);
    for (const controller of ['tektonconfig', 'tektonpipeline', 'tektondashboard']) expect(controllers).toContain(controller);
    expect(spec).toMatchObject({ profile: 'all', result: { disabled: true }, tektonpruner: { disabled: !spec.pruner.disabled } });
    expect(valuesOf(tekton).operator.autoInstallComponents).toBe(false);
    expect(isProtected(find(tekton, 'TektonConfig', 'config'))).toBe(true);
  });

  test('keeps as many runs as asked for', () => {
    const kept = [{}, { keptRuns: 7 }].map((changes) => find(addTekton(new App(), changes), 'TektonConfig', 'config').spec.pruner.keep);
    expect(kept).toEqual([100, 7]);
  });

  test('makes the namespace of its parts with the labels that the operator writes, and limits memory in it', () => {
    const tekton = addTekton(new App());
    const { targetNamespace: name, targetNamespaceMetadata } = find(tekton, 'TektonConfig', 'config').spec;
    expect(find(tekton, 'Namespace', name).metadata.labels).toEqual(targetNamespaceMetadata.labels);
    const limits = find(tekton, 'LimitRange', 'defaults');
    expect(limits.metadata.namespace).toBe(name);
    expect(limits.spec.limits).toEqual([
      { type: 'Container', defaultRequest: { cpu: '10m', memory: '64Mi' }, default: { memory: '512Mi' } },
    ]);
  });

  test('exposes the dashboard, where it runs and behind the login, only when asked', () => {
    const tekton = addTekton(new App(), { dashboard });
    const ingress = find(tekton, 'Ingress', 'tekton-dashboard');
    expect(ingress.metadata).toMatchObject({ namespace: 'tekton-pipelines', annotations: { 'made-up/login': 'required' } });
    expect(ingress.spec.tls).toEqual([{ hosts: ['tekton.example.test'], secretName: 'tekton-dashboard-tls' }]);
    expect(find(tekton, 'Certificate', 'tekton-dashboard-tls').metadata.namespace).toBe('tekton-pipelines');
    expect(objectsOf(addTekton(new App())).filter(({ stage }) => stage === 'exposure')).toEqual([]);
  });
});
