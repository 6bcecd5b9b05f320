import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { TalosNeeds } from '../charts/lib/component.js';
import { defineCluster } from '../clusters/lib/cluster.js';
import type { Cluster, RootCluster, RootFacts } from '../clusters/lib/facts.js';
import { renderChildMachines, renderTalos } from '../clusters/lib/talos/index.js';
import { schematicId, schematicOf } from '../clusters/lib/talos/schematic.js';
import { loadSchemas } from '../synth/schema/load.js';
import { validateObject } from '../synth/schema/validate.js';
import { toYamlDocuments } from '../synth/yaml.js';
import { aCluster, childFacts, cloneFacts, macs, shapes } from './fixtures/a-cluster.js';

type Fields = { readonly [field: string]: unknown };
interface Document extends Fields {
  readonly kind?: string;
  readonly name?: string;
}

const schemas = loadSchemas(fileURLToPath(new URL('../imports/schemas', import.meta.url)));

/** What Talos would refuse in a document. */
function check(document: Document): string[] {
  const entry = document.kind === undefined ? schemas.findTalos() : schemas.findTalos(String(document['apiVersion']), document.kind);
  if (entry === undefined) throw new Error(`no schema of ${document.kind}`);
  return validateObject(document, entry, schemas.resolve).map(({ path, message }) => `${path}: ${message}`);
}

/** The documents of a node as they are read from dist/. */
function documentsOf(cluster: Cluster, node: string, needs: readonly TalosNeeds[] = []): Document[] {
  const written = toYamlDocuments(renderTalos(cluster, needs).get(`talos/nodes/${node}.yaml`) ?? []);
  return parseAllDocuments(written).map((document) => document.toJS() as Document);
}

const machineOf = (cluster: Cluster, node: string, needs?: readonly TalosNeeds[]) =>
  documentsOf(cluster, node, needs).find(({ kind }) => kind === undefined) as unknown as { machine: Fields; cluster: Fields };
const kindsOf = (cluster: Cluster, node: string) => documentsOf(cluster, node).flatMap(({ kind }) => kind ?? []);

/** What `talosctl gen config` writes, as far as it is the same for everyone; secrets are added when a machine is made. */
const generated = (role: string): Fields => ({
  version: 'v1alpha1',
  debug: false,
  machine: {
    type: role,
    certSANs: [],
    kubelet: { image: 'ghcr.io/siderolabs/kubelet:v1.36.4', defaultRuntimeSeccompProfileEnabled: true, disableManifestsDirectory: true },
    install: { disk: '/dev/sda', image: 'ghcr.io/siderolabs/installer:v1.13.10', wipe: false },
    features: { diskQuotaSupport: true, kubePrism: { enabled: true, port: 7445 }, hostDNS: { enabled: true, forwardKubeDNSToHost: true } },
  },
  cluster: {
    controlPlane: { endpoint: 'https://192.0.2.99:6443' },
    clusterName: 'generated',
    network: { dnsDomain: 'cluster.local', podSubnets: ['10.244.0.0/16'], serviceSubnets: ['10.96.0.0/12'] },
    discovery: { enabled: true, registries: { kubernetes: { disabled: true }, service: {} } },
    ...(role === 'controlplane' && { apiServer: { image: 'registry.k8s.io/kube-apiserver:v1.36.4', certSANs: ['192.0.2.99'] } }),
  },
});

/** As a strategic-merge patch: maps are merged, lists appended. */
function merge(base: unknown, patch: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(patch)) return [...base, ...patch];
  if (!isMap(base) || !isMap(patch)) return patch;
  return { ...base, ...Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, merge(base[key], value)])) };
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  return isMap(value) ? Object.entries(value).flatMap(([key, child]) => [key, ...fieldsOf(child)]) : [];
}

const own = Object.entries(shapes).flatMap(([name, facts]): [string, () => RootFacts][] => {
  const made = facts();
  return 'nodes' in made ? [[name, () => made]] : [];
});

describe.each(own)('a cluster %s', (_, facts) => {
  const cluster: RootCluster = defineCluster(facts());
  const needs = [{ systemExtensions: ['siderolabs/drbd'], kernelModules: [{ name: 'drbd', parameters: ['usermode_helper=disabled'] }] }];
  const nodes = cluster.nodes.map((node) => ({ node, documents: documentsOf(cluster, node.name, needs) }));

  test('has one file a node, and the schematic', () => {
    const files = cluster.nodes.map(({ name }) => `talos/nodes/${name}.yaml`);
    expect([...renderTalos(cluster, []).keys()].sort()).toEqual([...files, 'talos/schematic.yaml']);
  });

  test('has documents that Talos accepts, each by itself', () => {
    for (const { documents } of nodes) {
      for (const document of documents) expect(check(document), JSON.stringify(document)).toEqual([]);
      expect(documents.filter(({ kind }) => kind === undefined)).toHaveLength(1);
      const names = documents.map(({ kind, name }) => `${kind} ${name}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('has a machine document that fits what Talos generates', () => {
    for (const { node, documents } of nodes) {
      const machine = documents.find(({ kind }) => kind === undefined);
      const merged = merge(generated(node.role), machine) as Document;
      expect(check(merged)).toEqual([]);
      expect(merged).toMatchObject({ machine: { type: node.role }, cluster: { clusterName: 'made-up' } });
    }
  });

  test('gives only control planes what is theirs', () => {
    for (const { node, documents } of nodes) {
      const isControlPlane = node.role === 'controlplane';
      const fields = new Set(documents.flatMap(fieldsOf));
      for (const field of ['apiServer', 'etcd', 'certSANs', 'allowSchedulingOnControlPlanes', 'proxy']) {
        expect([field, fields.has(field)]).toEqual([field, isControlPlane]);
      }
      expect(documents.filter(({ kind }) => kind === 'Layer2VIPConfig').map(({ name, link }) => [name, link])).toEqual(
        isControlPlane ? [['192.0.2.10', 'eth0']] : [],
      );
    }
  });

  test('holds no secret', () => {
    const secret =
      /^(ca|crt|key|token|secret|id|acceptedCAs|aggregatorCA|serviceAccount|secretboxEncryptionSecret|.*(Token|Secret|Key|Password))$/;
    for (const { documents } of nodes) expect(documents.flatMap(fieldsOf).filter((field) => secret.test(field))).toEqual([]);
  });

  test('has the address of each node', () => {
    for (const { node, documents } of nodes) {
      const link = documents.find(({ kind }) => kind === 'LinkConfig');
      expect(link).toMatchObject({ name: 'eth0', addresses: [{ address: `${node.address}/24` }], routes: [{ gateway: '192.0.2.1' }] });
      expect(documents.find(({ kind }) => kind === 'HostnameConfig')).toMatchObject({ hostname: node.name, auto: 'off' });
    }
  });
});

test('the check refuses a field that Talos does not know', () => {
  expect(check({ apiVersion: 'v1alpha1', kind: 'HostnameConfig', host: 'c0' })).not.toEqual([]);
  expect(check({ version: 'v1alpha1', machine: { type: 'worker', instal: {} } })).not.toEqual([]);
});

test('a control plane is schedulable when there is no worker', () => {
  const schedulable = (facts: keyof typeof shapes) =>
    machineOf(defineCluster(shapes[facts]()), facts === 'on vSphere' ? 'c0' : 'w0').cluster;
  expect(schedulable('with three control planes and no worker')).toMatchObject({ allowSchedulingOnControlPlanes: true });
  expect(schedulable('on vSphere')).toMatchObject({ allowSchedulingOnControlPlanes: false });
});

test('a node has its own host part in every VLAN', () => {
  const vlans = documentsOf(defineCluster(shapes['with VLANs']()), 'w1').filter(({ kind }) => kind === 'VLANConfig');
  expect(vlans.map(({ name, parent, vlanID, addresses }) => ({ name, parent, vlanID, addresses }))).toEqual([
    { name: 'eth0.120', parent: 'eth0', vlanID: 120, addresses: [{ address: '198.51.100.22/24' }] },
    { name: 'eth0.121', parent: 'eth0', vlanID: 121, addresses: [{ address: '203.0.113.22/24' }] },
  ]);
});

test('an interface is found by its MAC address on metal only', () => {
  const metal = documentsOf(defineCluster(shapes['on metal']()), 'w2').find(({ kind }) => kind === 'LinkAliasConfig');
  expect(metal).toMatchObject({ name: 'eth0', selector: { match: `mac(link.permanent_addr) == "${macs['w2']}"` } });
  expect(kindsOf(aCluster(), 'w2')).not.toContain('LinkAliasConfig');
});

test('nodes with data disks are labelled', () => {
  expect(machineOf(aCluster(), 'w0').machine['nodeLabels']).toBeDefined();
  expect(machineOf(aCluster(), 'c0').machine['nodeLabels']).toBeUndefined();
});

test('a kernel module is loaded once, with the parameters of all who need it', () => {
  const needs: TalosNeeds[] = [
    { kernelModules: [{ name: 'zfs' }, { name: 'drbd', parameters: ['usermode_helper=disabled'] }] },
    { kernelModules: [{ name: 'drbd' }, { name: 'drbd', parameters: ['a=1', 'usermode_helper=disabled'] }] },
  ];
  expect(machineOf(aCluster(), 'w0', needs).machine['kernel']).toEqual({
    modules: [{ name: 'drbd', parameters: ['a=1', 'usermode_helper=disabled'] }, { name: 'zfs' }],
  });
  expect(machineOf(aCluster(), 'w0').machine['kernel']).toBeUndefined();
});

describe('the image', () => {
  test.each([
    ['no extension', 'metal', '376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba'],
    ['vmtoolsd-guest-agent', 'vsphere', '903b2da78f99adef03cbbd4df6714563823f63218508800751560d3bc3557e40'],
  ] as const)('with %s has the id that the Image Factory publishes', (_, platform, id) => {
    expect(schematicId(schematicOf(platform, []))).toBe(id);
  });

  test('does not depend on the order of extensions, nor on who asks twice', () => {
    const [one, other] = ['siderolabs/drbd', 'siderolabs/spin'];
    expect(schematicOf('vsphere', [other, one, other])).toEqual(schematicOf('vsphere', [one, other]));
    expect(schematicOf('vsphere', [other, one]).customization.systemExtensions?.officialExtensions).toEqual([
      one,
      other,
      'siderolabs/vmtoolsd-guest-agent',
    ]);
  });

  test('is the installer of the platform, the schematic and the exact version', () => {
    const cluster = aCluster();
    const needs = [{ systemExtensions: ['siderolabs/drbd'] }];
    const [schematic] = renderTalos(cluster, needs).get('talos/schematic.yaml') ?? [];
    const id = schematicId(schematic as ReturnType<typeof schematicOf>);
    const install = { disk: '/dev/sda', image: `factory.talos.dev/vmware-installer/${id}:v1.13.10`, wipe: false };
    expect(machineOf(cluster, 'w0', needs).machine['install']).toEqual(install);
    expect(machineOf(cluster, 'c0', needs).machine['install']).toEqual(install);
  });
});

describe('a login', () => {
  const login = {
    provider: 'authentik',
    host: 'auth.example.test',
    clients: { kubernetes: 'kube', argocd: 'argo' },
    adminGroup: 'admins',
  } as const;
  const argumentsOf = (cluster: Cluster) => (machineOf(cluster, 'c0').cluster['apiServer'] as Fields)['extraArgs'] as Fields | undefined;

  test('is known to the API server once the first deployment is over', () => {
    expect(argumentsOf(aCluster({ login }))).toMatchObject({
      'oidc-issuer-url': 'https://auth.example.test/application/o/kube/',
      'oidc-client-id': 'kube',
      'oidc-groups-prefix': 'oidc:',
    });
    expect(argumentsOf(aCluster({ login: { ...login, provider: 'zitadel' } }))?.['oidc-issuer-url']).toBe('https://auth.example.test');
    expect(argumentsOf(aCluster({ login, phase: 'bootstrap' }))).toBeUndefined();
    expect(argumentsOf(aCluster())).toBeUndefined();
  });

  test('is asked for by control planes only', () => {
    expect(JSON.stringify(documentsOf(aCluster({ login }), 'w0'))).not.toContain('oidc');
  });
});

describe.each([
  ['KubeVirt', () => defineCluster(childFacts()), '/dev/vda', 'openstack-installer'],
  ['Proxmox', () => defineCluster(cloneFacts()), '/dev/sda', 'nocloud-installer'],
] as const)('the machines of a child on %s', (_, make, disk, installer) => {
  const needs = [{ systemExtensions: ['siderolabs/drbd'], kernelModules: [{ name: 'drbd' }], controlPlaneMetrics: true }];
  const { patches, imageUrl } = renderChildMachines(make(), needs);

  test('get patches that Talos accepts, on top of what is generated', () => {
    for (const [role, documents] of [
      ['controlplane', patches.controlPlane],
      ['worker', patches.workers],
    ] as const) {
      const [machine = {}, ...others] = documents;
      expect(check(merge(generated(role), machine) as Document)).toEqual([]);
      for (const document of others) expect(check(document)).toEqual([]);
      expect(machine).toMatchObject({ machine: { install: { disk }, kernel: { modules: [{ name: 'drbd' }] } } });
    }
    expect(JSON.stringify(patches.workers)).not.toContain('etcd');
    expect(patches.controlPlane[0]).toMatchObject({ cluster: { etcd: { extraArgs: { 'listen-metrics-urls': 'http://0.0.0.0:2381' } } } });
  });

  test('start from an image with the extensions of the components, which is what they would be upgraded to', () => {
    const [, id] = /image\/([0-9a-f]{64})\/v1\.13\.10\//.exec(imageUrl) ?? [];
    expect((patches.workers[0] as { machine: Fields }).machine).toMatchObject({
      install: { image: `factory.talos.dev/${installer}/${id}:v1.13.10` },
    });
    expect(id).not.toBe(/image\/([0-9a-f]{64})/.exec(renderChildMachines(make(), []).imageUrl)?.[1]);
    expect([...renderTalos(make(), needs).keys()]).toEqual(['talos/schematic.yaml']);
  });
});

test('only machines with data disks are storage nodes', () => {
  const { patches } = renderChildMachines(defineCluster(cloneFacts()), []);
  expect(JSON.stringify(patches.workers)).toContain('nodeLabels');
  expect(JSON.stringify(patches.controlPlane)).not.toContain('nodeLabels');
});
