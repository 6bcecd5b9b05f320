import type { Cluster } from '../../clusters/lib/facts.js';
import { Made } from '../fixtures/components.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const satellites = `
apiVersion: piraeus.io/v1
kind: LinstorSatelliteConfiguration
metadata: {name: pool}
spec:
  nodeSelector: {platform/storage: data}
  storagePools:
    - name: pool
      lvmThinPool: {volumeGroup: pool, thinPool: pool}
      source: {hostDevices: [/dev/sdb]}
`;

const drbd = [{ name: 'drbd', parameters: ['usermode_helper=disabled'] }, { name: 'drbd_transport_tcp' }];
const thin = { name: 'dm_thin_pool' };

/** The component that says what the nodes must have. */
const needs =
  (systemExtensions: readonly string[], kernelModules: { name: string; parameters?: string[] }[]) =>
  (app: ConstructorParameters<typeof Made>[0]) =>
    void new Made(app, 'storage', { talos: { systemExtensions, kernelModules } });

const runtime = `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: wasm}
handler: spin
`;

/** A child with Piraeus, whose workers load these modules. */
const parentOf = (modules: readonly string[]): Fixture => ({
  build: (app) =>
    void new Made(app, 'lower').install({ crds: { 'bootstrap.cluster.x-k8s.io': ['TalosConfigTemplate'] } }).put('resources', {
      apiVersion: 'bootstrap.cluster.x-k8s.io/v1alpha3',
      kind: 'TalosConfigTemplate',
      metadata: { name: 'workers' },
      spec: {
        template: {
          spec: {
            generateType: 'worker',
            strategicPatches: [`machine:\n  kernel:\n    modules:\n${modules.map((name) => `      - name: ${name}\n`).join('')}`],
          },
        },
      },
    }),
  others: [
    {
      facts: { name: 'lower' },
      manifests: satellites,
      build: needs(['siderolabs/drbd'], [...drbd, thin]),
      change: (plan) => ({ ...plan, cluster: { ...plan.cluster, parent: 'made-up' } as Cluster }),
    },
  ],
});
const drbdText = ['drbd\n        parameters: [usermode_helper=disabled]', 'drbd_transport_tcp'];

export const fixtures: RuleFixtures = {
  rejected: {
    'Piraeus without the DRBD extension': {
      manifests: satellites,
      build: needs([], [...drbd, thin]),
      says: 'It needs the system extension siderolabs/drbd',
    },
    'thin volumes without the kernel module for them': {
      manifests: satellites,
      build: needs(['siderolabs/drbd'], drbd),
      says: 'the kernel module dm_thin_pool, which these nodes do not load: c0, w0, w1, w2',
    },
    'DRBD that may call programs of the host': {
      manifests: satellites,
      build: needs(['siderolabs/drbd'], [{ name: 'drbd' }, { name: 'drbd_transport_tcp' }, thin]),
      says: 'the kernel module drbd with usermode_helper=disabled',
    },
    'a runtime that the nodes do not have': { manifests: runtime, says: 'siderolabs/spin' },
    'volumes over iSCSI without its tools': {
      manifests: `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: nas, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.san.synology.com
parameters: {dsm: 192.0.2.9, location: /volume1}
`,
      says: 'siderolabs/iscsi-tools',
    },
    'an image without the guest agent of the platform': {
      facts: { platform: 'proxmox' },
      change: (plan) => ({ ...plan, talos: new Map([...plan.talos, ['talos/schematic.yaml', [{ customization: {} }]]]) }),
      says: 'siderolabs/qemu-guest-agent',
    },
    'a child whose machines, which its parent makes, lack a kernel module': {
      ...parentOf(drbdText),
      says: 'the kernel module dm_thin_pool, which the machines of lower/resources/TalosConfigTemplate-workers in made-up do not load',
    },
  },
  accepted: {
    'a child whose machines have what it needs': parentOf([...drbdText, 'dm_thin_pool']),

    'Piraeus with everything that it needs': { manifests: satellites, build: needs(['siderolabs/drbd'], [...drbd, thin]) },
    'a runtime that the nodes have': { manifests: runtime, build: needs(['siderolabs/spin'], []) },
    'a runtime that containerd has anyway': { manifests: runtime.replace('handler: spin', 'handler: runc') },
    'volumes of a NAS over NFS': {
      manifests: `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: nas, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: csi.san.synology.com
parameters: {dsm: 192.0.2.9, location: /volume1, protocol: nfs}
`,
    },
  },
};
