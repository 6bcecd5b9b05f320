import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const storageClass = (parameters: string) => `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: replicated, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: linstor.csi.linbit.com
parameters: {${parameters}}
---
`;

const pool = (name: string, source = 'hostDevices: [/dev/sdb]', selector = 'platform/storage: data', kind = 'lvmThinPool: {}') => `
apiVersion: piraeus.io/v1
kind: LinstorSatelliteConfiguration
metadata: {name: ${name}}
spec:
  nodeSelector: {${selector}}
  storagePools: [{name: ${name}, ${kind}, source: {${source}}}]
---
`;

const snapshots = `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotClass
metadata: {name: linstor}
driver: linstor.csi.linbit.com
deletionPolicy: Delete
`;

const prefix = 'linstor.csi.linbit.com/';

/** With what the nodes must have for LINSTOR, so that nothing else is wrong. */
const on = (manifests: string, facts: NonNullable<Fixture['facts']> = {}): Fixture => ({
  manifests,
  facts,
  build: (app) =>
    void new Made(app, 'storage', {
      talos: {
        systemExtensions: ['siderolabs/drbd'],
        kernelModules: [
          { name: 'drbd', parameters: ['usermode_helper=disabled'] },
          { name: 'drbd_transport_tcp' },
          { name: 'dm_thin_pool' },
        ],
      },
    }),
});

export const fixtures: RuleFixtures = {
  rejected: {
    'more copies than storage nodes': {
      ...on(storageClass(`${prefix}autoPlace: "4"`) + pool('thin')),
      says: /It asks for 4 copies, and 3 nodes can hold one[\s\S]*"3" at most/,
    },
    'more copies than nodes have the pool, by the old name of the parameter': {
      ...on(storageClass('placementCount: "2", storagePool: fast') + pool('fast', undefined, 'kubernetes.io/hostname: w1')),
      says: 'parameters["placementCount"]',
    },
    'more copies than storage nodes, in the values of a chart': {
      release: { values: { storageClasses: [{ name: 'replicated', parameters: { [`${prefix}autoPlace`]: '4' } }] } },
      says: 'values.storageClasses[0].parameters.linstor.csi.linbit.com/autoPlace',
    },
    'a pool that no node has': {
      ...on(storageClass(`${prefix}autoPlace: "2", ${prefix}storagePool: thick`) + pool('thin')),
      says: /"thick"[\s\S]*write one of thin/,
    },
    'snapshots of a thick pool': {
      ...on(pool('thick', undefined, undefined, 'lvmPool: {}') + snapshots),
      says: 'spec.storagePools[0].lvmPool',
    },
    'a pool on the system disk': {
      ...on(pool('thin', 'hostDevices: [/dev/sda]')),
      says: /hostDevices\[0\][\s\S]*is the system disk of w0[\s\S]*write one of \/dev\/sdb/,
    },
    'two pools on one disk': {
      ...on(pool('one') + pool('two', undefined, 'kubernetes.io/hostname: w2')),
      says: '/dev/sdb of w2 is already in the pool "one" (app/resources/LinstorSatelliteConfiguration-one)',
    },
  },
  accepted: {
    'as many copies as storage nodes, on a thin pool with snapshots': on(
      storageClass(`${prefix}autoPlace: "3", ${prefix}storagePool: thin`) + pool('thin') + snapshots,
    ),
    'two pools on the disks of different nodes': on(
      pool('one', undefined, 'kubernetes.io/hostname: w1') + pool('two', undefined, 'kubernetes.io/hostname: w2'),
    ),
    'a thick pool that nobody snapshots': on(pool('thick', undefined, undefined, 'lvmPool: {}')),
    'a pool on nodes that the facts say nothing about': on(pool('thin', 'hostDevices: [/dev/sdz]', 'example.test/rack: a')),
  },
};
