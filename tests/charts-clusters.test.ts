import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Cdi } from '../charts/cdi.js';
import { contentHash } from '../charts/child-cluster/content-hash.js';
import { ChildCluster, type KubeVirtChildProps, type ProxmoxChildProps } from '../charts/child-cluster/index.js';
import { ClusterApi, type ClusterApiProps } from '../charts/cluster-api/index.js';
import { KubeVirt } from '../charts/kubevirt.js';
import { isProtected } from '../charts/lib/annotations.js';
import type { Component } from '../charts/lib/component.js';
import { Handle, type LoadBalancerRef, type StorageClassRef } from '../charts/lib/handle.js';
import { HelmRelease, ReleaseManifest } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { type Any, expectSound, objectsOf } from './fixtures/rendered.js';

/** Components of clusters that make other clusters (seeds 002 and 004): what a chart computes from its props. */

const storageClass: StorageClassRef = new Handle({ component: 'storage', stage: 'resources' }, { name: 'made-up' });
const addressing = { addressAnnotation: 'example.test/address', poolLabel: 'example.test/pool' };
const loadBalancer: LoadBalancerRef = new Handle({ component: 'network', stage: 'resources' }, addressing);
const named = (id: string) => ({ node: { id } });

const common = {
  name: 'child',
  clusterApi: named('cluster-api'),
  versions: { talos: 'v1.13.10', kubernetes: 'v1.36.4' },
  network: { podCidr: '10.245.0.0/16', serviceCidr: '10.97.0.0/16', clusterDomain: 'cluster.local' },
  controlPlane: { replicas: 3, cores: 2, memoryMib: 4096, diskGib: 20 },
  workers: { replicas: 2, cores: 4, memoryMib: 8192, diskGib: 40 },
  hasCloudController: true,
} as const;
const onKubeVirt: KubeVirtChildProps = {
  ...common,
  infrastructure: 'kubevirt',
  kubevirt: named('kubevirt'),
  cdi: named('cdi'),
  imageUrl: 'https://images.example.test/v1.13.10/openstack-amd64.raw.xz',
  storageClass,
  endpoint: { address: '192.0.2.210', loadBalancer, pool: 'assigned' },
};
const placement = { sourceNode: 'pve-1', allowedNodes: ['pve-1', 'pve-2'], storage: 'local-lvm' };
const pools = { controlPlane: { ...common.controlPlane, template: 9000 }, workers: { ...common.workers, template: 9001 } };
const link = { endpoint: '192.0.2.50', interface: 'ens18', bridge: 'vmbr1', prefix: 24, gateway: '192.0.2.1' };
const given = { addresses: ['192.0.2.51-192.0.2.59'], dnsServers: ['192.0.2.1'] } as const;
const onProxmox: ProxmoxChildProps = { ...common, infrastructure: 'proxmox', ...pools, ...placement, ...link, ...given };

const addClusterApi = (app: App, infrastructure: ClusterApiProps['infrastructure'] = ['kubevirt', 'proxmox']) =>
  new ClusterApi(app, 'cluster-api', { infrastructure });
const addKubeVirt = (app: App, nodeCount = 3) => new KubeVirt(app, 'kubevirt', { nodeCount });
const addCdi = (app: App, nodeCount = 3) => new Cdi(app, 'cdi', { scratchSpace: storageClass, nodeCount });
const addVirtual = (app: App, changes: Partial<KubeVirtChildProps> = {}) => new ChildCluster(app, 'child', { ...onKubeVirt, ...changes });
const addCloned = (app: App, changes: Partial<ProxmoxChildProps> = {}) => new ChildCluster(app, 'child', { ...onProxmox, ...changes });

const findAll = (component: Component, kind: string): Any[] =>
  objectsOf(component).flatMap(({ manifest }) => (manifest.kind === kind ? [manifest] : []));
const find = (component: Component, kind: string): Any => findAll(component, kind)[0];
const namesOf = (component: Component, kind: string): string[] => findAll(component, kind).map(({ metadata }) => metadata.name);
const controlPlaneConfig = (component: Component) => find(component, 'TalosControlPlane').spec.controlPlaneConfig.controlplane;
const workerConfig = (component: Component) => find(component, 'TalosConfigTemplate').spec.template.spec;
/** As a reader of YAML 1.1 sees them. */
const patchesOf = (config: Any): Any[] => config.strategicPatches.map((text: string) => parse(text, { version: '1.1' }));
const syncOptions = 'argocd.argoproj.io/sync-options';
const fluxPrune = 'kustomize.toolkit.fluxcd.io/prune';

describe.each([
  ['ClusterApi', addClusterApi],
  ['KubeVirt', addKubeVirt],
  ['Cdi', addCdi],
  ['ChildCluster on KubeVirt', addVirtual],
  ['ChildCluster on Proxmox', addCloned],
] as const)('%s, like every component,', (_name, add: (app: App) => Component) => {
  test('renders objects that the schemas of their kinds take, and no Secret', () => {
    const component = add(new App());
    expectSound(component);
    expect(find(component, 'Namespace')).toBeDefined();
  });
});

describe('ClusterApi', () => {
  const providersIn = (component: Component) => objectsOf(component).filter(({ manifest }) => manifest.kind.endsWith('Provider'));
  const always = ['capi-system/cluster-api', 'cabpt-system/talos', 'cacppt-system/talos', 'caaph-system/helm'];
  const providers = { kubevirt: ['capk-system/kubevirt'], proxmox: ['capmox-system/proxmox', 'capi-ipam-in-cluster-system/in-cluster'] };
  const sources: ClusterApiProps['infrastructure'][] = [['kubevirt'], ['proxmox'], ['proxmox', 'kubevirt', 'proxmox']];
  test.each(sources.map((source) => [source]))('has the providers for machines on %s, each limited', (infrastructure) => {
    const component = addClusterApi(new App(), infrastructure);
    const made = providersIn(component).map(({ manifest: { metadata } }) => `${metadata.namespace}/${metadata.name}`);
    const expected = [...new Set(infrastructure)].flatMap((source) => providers[source]);
    expect(made.sort()).toEqual([...always, ...expected].sort());
    for (const { manifest } of providersIn(component)) {
      const [{ name, resources }] = manifest.spec.deployment.containers;
      expect([name, resources.limits.memory]).toEqual(['manager', expect.stringMatching(/^\d+Mi$/)]);
    }
    const namespaces = ['capi-operator-system', ...providersIn(component).map(({ manifest }) => manifest.metadata.namespace)];
    expect(namesOf(component, 'Namespace').sort()).toEqual(namespaces.sort());
  });

  test('declares the login of Proxmox where, and only where, its provider reads it', () => {
    const secretsOf = (component: Component) => component.node.findAll().filter((node) => node instanceof DeclaredSecret);
    expect(secretsOf(addClusterApi(new App(), ['kubevirt']))).toEqual([]);
    const component = addClusterApi(new App(), ['proxmox']);
    const [secret] = secretsOf(component);
    expect(Object.keys(secret?.props.keys ?? {})).toEqual(['PROXMOX_URL', 'PROXMOX_TOKEN', 'PROXMOX_SECRET']);
    const { configSecret } = find(component, 'InfrastructureProvider').spec;
    expect(configSecret).toEqual({ name: 'proxmox-credentials', namespace: 'capmox-system' });
    expect(secret?.props).toMatchObject(configSecret);
  });

  test('says of every kind of a child cluster that it makes it, each once', () => {
    const { node } = addClusterApi(new App());
    const release = node.findAll().find((child) => child instanceof HelmRelease);
    const kinds = release?.props.provides.crdsAtRunTime ?? {};
    for (const { stage, manifest } of [addVirtual(new App()), addCloned(new App())].flatMap(objectsOf)) {
      if (stage === 'resources') expect(kinds[manifest.apiVersion.split('/')[0]]).toContain(manifest.kind);
    }
    for (const names of Object.values(kinds)) expect(names).toEqual([...new Set(names)].sort());
    expect(kinds['addons.cluster.x-k8s.io']).toContain('HelmChartProxy');
  });
});

test.each([1, 2, 5])('KubeVirt and CDI on %i nodes rely on a second node only where there is one', (nodeCount) => {
  const { infra, configuration, workloadUpdateStrategy } = find(addKubeVirt(new App(), nodeCount), 'KubeVirt').spec;
  const cdi = addCdi(new App(), nodeCount);
  const { spec } = find(cdi, 'CDI');
  expect([infra.replicas, spec.infra.apiServerReplicas]).toEqual(nodeCount === 1 ? [1, 1] : [2, 2]);
  expect(configuration.evictionStrategy).toBe(nodeCount === 1 ? 'None' : 'LiveMigrate');
  expect(workloadUpdateStrategy.workloadUpdateMethods).toEqual(nodeCount === 1 ? ['Evict'] : ['LiveMigrate', 'Evict']);
  expect([spec.config.scratchSpaceStorageClass, cdi.resources.edges[0]?.to.component]).toEqual(['made-up', 'storage']);
});

describe.each([
  ['KubeVirt', addKubeVirt, 'kubevirt', 'kubevirt.io', /\/v[\d.]+\/kubevirt-operator\.yaml$/],
  ['CDI', addCdi, 'cdi', 'cdi.kubevirt.io', /\/v[\d.]+\/cdi-operator\.yaml$/],
] as const)('%s, from an upstream manifest,', (kind, add, namespace, label, url) => {
  test('makes its Namespace itself, with the label of upstream', () => {
    const component = add(new App());
    const [manifest] = component.node.findAll().filter((node) => node instanceof ReleaseManifest);
    expect(manifest?.props.urls).toEqual([{ url: expect.stringMatching(url) }]);
    expect(manifest?.props.without).toEqual([{ apiVersion: 'v1', kind: 'Namespace', name: namespace }]);
    expect(find(component, 'Namespace').metadata).toMatchObject({ name: namespace, labels: { [label]: '' } });
  });

  test('is never removed by an engine, and limits the memory of what it runs', () => {
    const own = find(add(new App()), kind);
    expect(isProtected(own)).toBe(true);
    for (const { resourceName, patch } of own.spec.customizeComponents.patches) {
      const [container] = JSON.parse(patch).spec.template.spec.containers;
      expect([container.name, container.resources.limits.memory]).toEqual([resourceName, expect.stringMatching(/^\d+[GM]i$/)]);
    }
  });
});

describe.each([
  ['KubeVirt', addVirtual, 'baseline', ['cluster-api', 'network', 'storage', 'kubevirt', 'cdi'], 'KubevirtMachineTemplate'],
  ['Proxmox', addCloned, 'restricted', ['cluster-api'], 'ProxmoxMachineTemplate'],
] as const)('A child cluster on %s', (_source, add: (app: App, changes?: Any) => ChildCluster, level, waitsFor, templateKind) => {
  test('lives in the namespace of its name, after what makes its machines, and offers itself for add-ons', () => {
    const component = add(new App());
    const { name, labels } = find(component, 'Namespace').metadata;
    expect([name, labels['pod-security.kubernetes.io/enforce']]).toEqual(['child', level]);
    const others = objectsOf(component).filter(({ manifest }) => manifest.kind !== 'Namespace');
    expect(new Set(others.map(({ manifest }) => manifest.metadata.namespace))).toEqual(new Set(['child']));
    expect(component.resources.edges.map(({ to }) => `${to.component}/${to.stage}`)).toEqual(waitsFor.map((id) => `${id}/resources`));
    const child = { name: 'child', namespace: 'child', labels: find(component, 'Cluster').metadata.labels };
    expect(Handle.open(component.cluster)).toEqual({ ...child, kubeconfigSecret: 'child-kubeconfig' });
  });

  test('refers only to objects that it has', () => {
    const component = add(new App());
    const cluster = find(component, 'Cluster').spec;
    const { metadata, spec } = find(component, 'TalosControlPlane');
    const worker = find(component, 'MachineDeployment').spec.template.spec;
    expect(namesOf(component, cluster.infrastructureRef.kind)).toEqual([cluster.infrastructureRef.name]);
    expect(metadata.name).toBe(cluster.controlPlaneRef.name);
    expect(namesOf(component, templateKind)).toEqual([spec.infrastructureTemplate.name, worker.infrastructureRef.name]);
    expect(namesOf(component, 'TalosConfigTemplate')).toEqual([worker.bootstrap.configRef.name]);
    expect(spec.infrastructureTemplate.apiVersion).toBe(find(component, templateKind).apiVersion);
  });

  test('calls templates by their content and keeps them; what owns machines goes only when a person agrees', () => {
    const component = add(new App());
    for (const { metadata, spec } of [templateKind, 'TalosConfigTemplate'].flatMap((kind) => findAll(component, kind))) {
      expect(metadata.name).toMatch(new RegExp(`^child-(control-plane|workers)-${contentHash(spec)}$`));
      expect(metadata.annotations).toMatchObject({ [syncOptions]: 'Prune=false', [fluxPrune]: 'disabled' });
    }
    for (const kind of ['Cluster', find(component, 'Cluster').spec.infrastructureRef.kind, 'TalosControlPlane', 'MachineDeployment']) {
      const { annotations } = find(component, kind).metadata;
      expect(annotations).toEqual({ [syncOptions]: 'Prune=confirm,Delete=confirm', [fluxPrune]: 'disabled' });
    }
  });

  test('replaces the template of the machines that change, and no other', () => {
    const [controlPlane, workers] = namesOf(add(new App()), templateKind);
    const changed = namesOf(add(new App(), { workers: { ...pools.workers, memoryMib: 16384 } }), templateKind);
    expect([changed[0] === controlPlane, changed[1] === workers]).toEqual([true, false]);
    expect(namesOf(add(new App(), { workers: { ...pools.workers, replicas: 5 } }), templateKind)).toEqual([controlPlane, workers]);
  });

  test('runs the versions and as many machines as asked', () => {
    const component = add(new App());
    const { spec } = find(component, 'TalosControlPlane');
    const workers = find(component, 'MachineDeployment').spec;
    expect([spec.replicas, spec.version, workers.replicas, workers.template.spec.version]).toEqual([3, 'v1.36.4', 2, 'v1.36.4']);
    expect(controlPlaneConfig(component)).toMatchObject({ generateType: 'controlplane', talosVersion: 'v1.13' });
    expect(workerConfig(component)).toMatchObject({ generateType: 'worker', talosVersion: 'v1.13' });
  });

  test('leaves the network to Cilium, and waits for a cloud controller only where there is one', () => {
    const machine = { features: { kubePrism: { enabled: true, port: 7445 } } };
    const network = { cni: { name: 'none' }, dnsDomain: 'cluster.local' };
    for (const [hasCloudController, external] of [[true, { externalCloudProvider: { enabled: true } }] as const, [false, {}] as const]) {
      const component = add(new App(), { hasCloudController });
      for (const config of [controlPlaneConfig(component), workerConfig(component)]) {
        expect(patchesOf(config)[0]).toEqual({ machine, cluster: { network, ...external } });
      }
      expect(patchesOf(controlPlaneConfig(component))).toContainEqual({ cluster: { proxy: { disabled: true } } });
      expect(find(component, 'Cluster').spec.clusterNetwork.serviceDomain).toBe('cluster.local');
    }
  });

  test('adds the patches of each role, as YAML that means the same to every reader', () => {
    const controlPlane = [{ cluster: { apiServer: { extraArgs: { a: 'off' } } } }];
    const workers = [{ machine: { nodeLabels: { b: '012' } } }];
    const component = add(new App(), { patches: { controlPlane, workers } });
    expect(patchesOf(controlPlaneConfig(component)).at(-1)).toEqual(controlPlane[0]);
    expect(patchesOf(workerConfig(component)).slice(1)).toEqual(workers);
  });

  test.each([1, 3, 6])('of %i workers replaces at most half at once, and one in any case', (replicas) => {
    const component = add(new App(), { workers: { ...pools.workers, replicas } });
    const { selector, remediation } = find(component, 'MachineHealthCheck').spec;
    const deployment = find(component, 'MachineDeployment').spec;
    expect(remediation.triggerIf.unhealthyLessThanOrEqualTo).toBe({ 1: 1, 3: 1, 6: 3 }[replicas]);
    expect([deployment.selector, deployment.template.metadata.labels]).toEqual([selector, selector.matchLabels]);
  });
});

test('A child cluster on KubeVirt answers at a load balancer of its parent', () => {
  const metadata = { annotations: { 'example.test/address': '192.0.2.210' }, labels: { 'example.test/pool': 'assigned' } };
  expect(find(addVirtual(new App()), 'KubevirtCluster').spec).toEqual({
    controlPlaneEndpoint: { host: '192.0.2.210', port: 6443 },
    controlPlaneServiceTemplate: { metadata, spec: { type: 'LoadBalancer' } },
  });
});

test('A child cluster on KubeVirt has machines of the asked size, each with a disk of its own', () => {
  const { virtualMachineTemplate } = findAll(addVirtual(new App()), 'KubevirtMachineTemplate')[1].spec.template.spec;
  const { dataVolumeTemplates, template } = virtualMachineTemplate.spec;
  const [{ metadata, spec }] = dataVolumeTemplates;
  const { domain, volumes } = template.spec;
  expect([domain.cpu.cores, domain.memory.guest]).toEqual([4, '8192Mi']);
  expect(spec.pvc).toMatchObject({ resources: { requests: { storage: '40Gi' } }, storageClassName: 'made-up' });
  expect(spec.source.http.url).toBe(onKubeVirt.imageUrl);
  expect(volumes).toEqual([{ name: domain.devices.disks[0].name, dataVolume: { name: metadata.name } }]);
});

test('A child cluster on Proxmox answers at an address that its control planes share, on the interface that it was given', () => {
  const component = addCloned(new App());
  const { controlPlaneEndpoint, ipv4Config } = find(component, 'ProxmoxCluster').spec;
  expect(controlPlaneEndpoint).toEqual({ host: '192.0.2.50', port: 6443 });
  expect(ipv4Config).toMatchObject({ addresses: ['192.0.2.51-192.0.2.59'], prefix: 24, gateway: '192.0.2.1' });
  const shared = { apiVersion: 'v1alpha1', kind: 'Layer2VIPConfig', name: '192.0.2.50', link: 'ens18' };
  expect(patchesOf(controlPlaneConfig(component))).toContainEqual(shared);
  expect(patchesOf(workerConfig(component))).not.toContainEqual(shared);
});

test('A child cluster on Proxmox has machines of the asked size, whose provider ID the cloud controller alone can read', () => {
  const hasTalosApi = (hasCloudController: boolean) =>
    controlPlaneConfig(addCloned(new App(), { hasCloudController })).strategicPatches.join().includes('kubernetesTalosAPIAccess');
  expect([true, false].map(hasTalosApi)).toEqual([true, false]);
  expect(findAll(addCloned(new App()), 'ProxmoxMachineTemplate')[1].spec.template.spec).toMatchObject({
    ...{ templateID: 9001, sourceNode: 'pve-1', storage: 'local-lvm', numCores: 4, memoryMiB: 8192 },
    disks: { bootVolume: { disk: 'scsi0', sizeGb: 40 } },
    metadataSettings: { providerIDInjection: true },
  });
});

test('a content hash is the same whatever the order of keys, and another for another content', () => {
  const hash = contentHash({ a: 1, b: { c: [1, 2], d: undefined } });
  expect(hash).toMatch(/^[0-9a-f]{8}$/);
  expect([contentHash({ b: { c: [1, 2] }, a: 1 }), contentHash({ a: 1, b: { c: [2, 1] } }) === hash]).toEqual([hash, false]);
});
