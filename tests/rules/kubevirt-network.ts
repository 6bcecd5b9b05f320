import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const kubevirt = (evictionStrategy: string) => `
apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata: {name: kubevirt}
spec: {configuration: {evictionStrategy: ${evictionStrategy}}}
---
`;

const cdi = (config: string) => `
apiVersion: cdi.kubevirt.io/v1beta1
kind: CDI
metadata: {name: cdi}
spec: {config: {${config}}}
---
`;

const storage = (isDefault: boolean) => `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "${isDefault}"}}
provisioner: csi.example.test
---
`;

const machines = (strategy: string, mode: string) => `${storage(true)}
apiVersion: infrastructure.cluster.x-k8s.io/v1alpha1
kind: KubevirtMachineTemplate
metadata: {name: machines}
spec:
  template:
    spec:
      virtualMachineTemplate:
        spec:
          runStrategy: Always
          dataVolumeTemplates:
            - metadata: {name: boot}
              spec:
                source: {blank: {}}
                pvc: {accessModes: [${mode}], resources: {requests: {storage: 20Gi}}, storageClassName: fast}
          template: {spec: {${strategy}domain: {devices: {}}}}
---
`;

const cilium = (socketLB: object): Fixture['release'] => ({
  chart: 'cilium',
  version: '1.20.3',
  values: { kubeProxyReplacement: true, socketLB },
});

export const fixtures: RuleFixtures = {
  rejected: {
    'virtual machines on a Cilium that balances in their sockets': {
      manifests: kubevirt('LiveMigrate'),
      release: cilium({}),
      says: 'values.socketLB.hostNamespaceOnly',
    },
    'machines that are to move on a single node': {
      facts: {
        nodes: [{ name: 'c0', role: 'controlplane', address: '192.0.2.11', disks: { system: '/dev/sda' } }],
        storage: { replicas: undefined },
      },
      manifests: kubevirt('LiveMigrate'),
      says: /spec\.configuration\.evictionStrategy[\s\S]*write "None"/,
    },
    'machines that are to move and cannot take their volume along': {
      manifests: machines('evictionStrategy: LiveMigrate, ', 'ReadWriteOnce'),
      says: 'spec.template.spec.virtualMachineTemplate.spec.dataVolumeTemplates[0].spec.pvc.accessModes',
    },
    'machines that are to move because all are': {
      manifests: kubevirt('LiveMigrate') + machines('', 'ReadWriteOnce'),
      says: 'its volume is ReadWriteOnce, so that it cannot',
    },
    'machines that are to move and cannot take a claim along': {
      manifests: `${machines('evictionStrategy: LiveMigrate, volumes: [{name: data, persistentVolumeClaim: {claimName: data}}], ', 'ReadWriteMany')}
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
`,
      says: /Claim-data spec\.accessModes[\s\S]*this volume of it is ReadWriteOnce/,
    },
    'imports without scratch space': { manifests: storage(false) + cdi(''), says: /scratchSpaceStorageClass[\s\S]*write one of fast/ },
  },
  accepted: {
    'virtual machines on a Cilium that leaves their sockets alone': {
      manifests: kubevirt('LiveMigrate'),
      release: cilium({ hostNamespaceOnly: true }),
    },
    'a Cilium without virtual machines': { release: cilium({}) },
    'machines that move with shared volumes, and those that need not move': {
      manifests: kubevirt('LiveMigrate') + machines('', 'ReadWriteMany'),
    },
    'machines that the provider drains': { manifests: machines('evictionStrategy: External, ', 'ReadWriteOnce') },
    'imports into the default class': { manifests: storage(true) + cdi('') },
    'imports into a class by name': { manifests: storage(false) + cdi('scratchSpaceStorageClass: fast') },
  },
};
