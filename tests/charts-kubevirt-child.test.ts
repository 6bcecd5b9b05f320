import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CloudProviderKubevirt } from '../charts/cloud-provider-kubevirt.js';
import {
  KubevirtCsi,
  KubevirtCsiController,
  type KubevirtCsiControllerProps,
  type KubevirtCsiProps,
} from '../charts/kubevirt-csi/index.js';
import type { Component } from '../charts/lib/component.js';
import { Handle, type StorageClassRef } from '../charts/lib/handle.js';
import { type Any, expectSound, find, objectsOf } from './fixtures/rendered.js';

/** What joins a child cluster to the cluster that holds its machines: what a chart computes from its props. */

const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const storageClass: StorageClassRef = new Handle(elsewhere, { name: 'made-up' });
const namespace = new Handle(elsewhere, { name: 'child' });

const addCloud = (app: App, cluster = 'child') => new CloudProviderKubevirt(app, `${cluster}-cloud`, { cluster, namespace });
const addController = (app: App, changes: Partial<KubevirtCsiControllerProps> = {}) => {
  const props = { cluster: 'child', namespace, storageClass, ...changes };
  return new KubevirtCsiController(app, `${props.cluster}-storage`, props);
};
const addDriver = (app: App, changes: Partial<KubevirtCsiProps> = {}) =>
  new KubevirtCsi(app, 'kubevirt-csi', { parentStorageClass: 'linstor', ...changes });
const snapshots = { controller: { node: { id: 'snapshot-controller' } }, parentClass: 'linstor' };

const podOf = (component: Component, kind = 'Deployment'): Any => find(component, kind).spec.template;

describe.each<[string, (app: App) => Component]>([
  ['the cloud provider', (app) => addCloud(app)],
  ['the storage controller of a child', (app) => addController(app, { snapshotClass: 'linstor' })],
  ['the storage driver in a child', (app) => addDriver(app, { snapshots })],
])('%s, like every component,', (_name, add) => {
  test('renders objects that the schemas of their kinds take, and no Secret', () => {
    const component = add(new App());
    expectSound(component);
  });

  test('limits the memory of every container, and selects its pods by their own labels', () => {
    for (const { manifest } of objectsOf(add(new App()))) {
      const template = manifest.spec?.template;
      if (template === undefined) continue;
      expect(manifest.spec.selector.matchLabels).toEqual(template.metadata.labels);
      for (const { name, resources } of [...template.spec.containers, ...(template.spec.initContainers ?? [])]) {
        expect(resources.limits.memory, name).toMatch(/^\d+Mi$/);
      }
    }
  });
});

test('Load balancers of a child get their addresses from the pool that is theirs', () => {
  const addressing = { addressAnnotation: 'example.test/address', poolLabel: 'example.test/pool' };
  const addresses = { loadBalancer: new Handle(elsewhere, addressing), pool: 'of-the-child' };
  const configOf = (component: Component) => parse(find(component, 'ConfigMap').data['cloud-config']) as Any;
  const named = { 'cluster.x-k8s.io/cluster-name': 'child' };
  expect(configOf(addCloud(new App())).infraLabels).toEqual(named);
  const given = new CloudProviderKubevirt(new App(), 'cloud', { cluster: 'child', namespace, addresses });
  expect(configOf(given).infraLabels).toEqual({ ...named, 'example.test/pool': 'of-the-child' });
});

describe('What runs beside the machines of a child cluster', () => {
  test('has names of that child, so that two children share nothing', () => {
    const app = new App();
    const names = ['one', 'two'].flatMap((cluster) =>
      [addCloud(app, cluster), addController(app, { cluster })].map((component) => ({ cluster, component })),
    );
    for (const { cluster, component } of names) {
      const objects = objectsOf(component);
      expect(objects.every(({ manifest }) => manifest.metadata.name.startsWith(`${cluster}-`))).toBe(true);
      expect(podOf(component).metadata.labels['app.kubernetes.io/instance']).toBe(cluster);
    }
  });

  test.each<[string, (app: App) => Component]>([
    ['cloud provider', (app) => addCloud(app)],
    ['storage controller', (app) => addController(app)],
  ])('uses the kubeconfig that Cluster API makes, and holds nobody up until it is there: %s', (_name, add) => {
    const component = add(new App());
    const { spec } = podOf(component);
    expect(spec.volumes).toContainEqual(expect.objectContaining({ secret: { secretName: 'child-kubeconfig' } }));
    expect(component.options.humanGate).toContain('child-kubeconfig');
    expect(component.namespaceName).toBe('child');
    expect(component.base.edges.map(({ to }) => to)).toEqual([elsewhere]);
    for (const { securityContext } of spec.containers) {
      expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    }
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    const { rules } = find(component, 'Role');
    expect(rules.some(({ resources }: Any) => resources.includes('secrets'))).toBe(false);
  });

  test('gives load balancers to the machines of that child only', () => {
    const component = addCloud(new App());
    expect(find(component, 'ConfigMap').data['cloud-config']).toContain(
      'namespace: child\ninfraLabels:\n  cluster.x-k8s.io/cluster-name: child\n',
    );
    expect(objectsOf(component).map(({ manifest }) => manifest.kind)).not.toContain('ClusterRole');
  });

  test.each([
    [undefined, { allowAll: false, allowDefault: false, allowList: ['made-up'] }],
    [
      'snap',
      {
        allowAll: false,
        allowDefault: false,
        allowList: ['made-up'],
        storageSnapshotMapping: [{ storageClasses: ['made-up'], volumeSnapshotClasses: ['snap'] }],
      },
    ],
  ])('makes volumes of one class; snapshots %s', (snapshotClass, enforced) => {
    const { containers } = podOf(addController(new App(), { snapshotClass })).spec;
    expect(JSON.parse(containers[0].env[0].value)).toEqual(enforced);
    expect(containers.some(({ name }: Any) => name === 'csi-snapshotter')).toBe(snapshotClass !== undefined);
    for (const { name, args } of containers) {
      const socket = name === 'csi-driver' ? '--endpoint=unix:///csi/csi.sock' : '--csi-address=/csi/csi.sock';
      expect(args, name).toContain(socket);
    }
  });
});

describe('The storage driver in a child cluster', () => {
  test('has one class that is the default, of the class of the parent', () => {
    const component = addDriver(new App());
    expect(Handle.open(component.storageClass)).toEqual({ name: find(component, 'StorageClass').metadata.name });
    expect(find(component, 'StorageClass')).toMatchObject({
      provisioner: find(component, 'CSIDriver').metadata.name,
      parameters: { infraStorageClassName: 'linstor', bus: 'scsi' },
    });
    expect(component.storageClass.provider).toEqual({ component: 'kubevirt-csi', stage: 'resources' });
  });

  test('takes snapshots only where their kinds are, and waits for these', () => {
    expect(find(addDriver(new App()), 'VolumeSnapshotClass')).toBeUndefined();
    const component = addDriver(new App(), { snapshots });
    expect(find(component, 'VolumeSnapshotClass')).toMatchObject({
      driver: 'csi.kubevirt.io',
      parameters: { infraSnapshotClassName: 'linstor' },
    });
    expect(component.resources.edges.map(({ to }) => to)).toEqual([{ component: 'snapshot-controller', stage: 'release' }]);
  });

  test('runs on every node, and may only read which machine that is', () => {
    const component = addDriver(new App());
    expect(podOf(component, 'DaemonSet').spec.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(find(component, 'ClusterRole').rules).toEqual([{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }]);
    const privileged = podOf(component, 'DaemonSet').spec.containers.filter(({ securityContext }: Any) => securityContext.privileged);
    expect(privileged.map(({ name }: Any) => name)).toEqual(['csi-driver']);
    expect(find(component, 'Namespace').metadata.labels['pod-security.kubernetes.io/enforce']).toBe('privileged');
  });
});
