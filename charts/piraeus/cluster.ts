import { LinstorCluster } from '../../imports/piraeus.io.js';
import { storageNodeLabel } from '../lib/labels.js';
import type { Resources } from '../lib/resources.js';
import type { Stage } from '../lib/stage.js';
import type { Authorities } from './authorities.js';

/** Controller, CSI driver and satellites of LINSTOR. Upstream sets no resources on any of their containers. */
export function addCluster(stage: Stage, authorities: Authorities, nodeCount: number): void {
  const isReplicable = nodeCount > 1;
  new LinstorCluster(stage, 'cluster', {
    metadata: { name: 'linstorcluster' },
    spec: {
      nodeSelector: storageNodeLabel,
      internalTls: { certManager: { kind: 'Issuer', name: authorities.internal } },
      apiTls: { certManager: { kind: 'Issuer', name: authorities.api } },
      controller: { podTemplate: podOf({ 'linstor-controller': limited('100m', '512Mi', '1Gi') }) },
      csiController: {
        replicas: 1,
        podTemplate: podOf({
          'linstor-csi': limited('10m', '64Mi', '256Mi'),
          ...sidecars('csi-attacher', 'csi-health-monitor', 'csi-livenessprobe', 'csi-provisioner', 'csi-resizer', 'csi-snapshotter'),
        }),
      },
      csiNode: {
        podTemplate: podOf({
          'linstor-csi': limited('10m', '64Mi', '256Mi'),
          ...sidecars('csi-livenessprobe', 'csi-node-driver-registrar'),
        }),
      },
      affinityController: { enabled: isReplicable, replicas: 1, podTemplate: podOf(sidecars('linstor-affinity-controller')) },
      highAvailabilityController: { enabled: isReplicable, podTemplate: podOf(sidecars('ha-controller')) },
      // A privileged server on every node for volumes that many pods write, which nothing here asks for.
      nfsServer: { enabled: false },
    },
  });
}

/** A sparse pod template: resources of the named containers, everything else as the operator has it. */
export function podOf(containers: Readonly<Record<string, Resources>>): object {
  return { spec: { containers: Object.entries(containers).map(([name, resources]) => ({ name, resources })) } };
}

export function limited(cpu: string, request: string, limit: string): Resources {
  return { requests: { cpu, memory: request }, limits: { memory: limit } };
}

function sidecars(...names: string[]): Record<string, Resources> {
  return Object.fromEntries(names.map((name) => [name, limited('10m', '32Mi', '128Mi')]));
}
