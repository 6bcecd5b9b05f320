import type { FieldChange } from '../model.js';
import { type DangerCheck, type Found, says } from './check.js';

/**
 * What a running node takes of its machine configuration, below `machine`; everything else there reboots it. Other documents never do.
 *
 * Source: https://github.com/siderolabs/talos/blob/v1.13.0/internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_runtime.go (CanApplyImmediate)
 */
const immediate: ReadonlySet<string> = new Set([
  ...['ca', 'acceptedCAs', 'time', 'certSANs', 'install', 'network', 'sysfs', 'sysctls', 'logging', 'controlPlane', 'kubelet', 'kernel'],
  ...['registries', 'pods', 'seccompProfiles', 'nodeAnnotations', 'nodeLabels', 'nodeTaints'],
  ...['kubernetesTalosAPIAccess', 'kubePrism', 'hostDNS', 'imageCache', 'nodeAddressSortAlgorithm'].map((name) => `features.${name}`),
]);

const upgrade =
  'Nothing happens until somebody runs "talosctl upgrade", which drains and reboots the node; a disk is chosen at installation only.';
const reboot = 'The node reboots when somebody applies the configuration, and its pods move.';
const replace = 'Cluster API replaces every machine of it, one after the other.';

/** Documents that say how disks are laid out or encrypted, which an installed node never changes by itself. */
const diskDocuments = /^(VolumeConfig|UserVolumeConfig|RawVolumeConfig|SwapVolumeConfig|ExistingVolumeConfig)\.talos\.dev$/;

/** Nodes reboot, are installed anew, or are replaced. */
export const talosReboot: DangerCheck = {
  id: 'talos-reboot',
  *check({ kind, change, before, after }) {
    if (diskDocuments.test(kind) && before) {
      const isGone = after === undefined;
      const touched = change.fields.filter(({ path }) => isGone || /^(provisioning|encryption|filesystem)/.test(path));
      const effect =
        'A volume that is there keeps its size, file system and encryption, or loses its data: it is made at installation only.';
      if (isGone) yield { problem: `The volume ${change.name} is no longer configured.`, effect };
      for (const { path, before: old, after: now } of touched) yield { field: path, problem: says(path, old, now), effect };
      return;
    }
    for (const field of change.fields) {
      const effect = effectOf(kind, field.path);
      if (effect !== undefined) yield found(field, effect);
    }
  },
};

function found({ path, before, after }: FieldChange, effect: string): Found {
  return { field: path, problem: says(path, before, after), effect };
}

function effectOf(kind: string, path: string): string | undefined {
  if (kind === 'Schematic.talos.dev') return upgrade;
  if (kind === 'MachineConfig.talos.dev') return effectOfMachine(path);
  if (kind === 'TalosControlPlane.controlplane.cluster.x-k8s.io') {
    return /^spec\.(infrastructureTemplate\.name|controlPlaneConfig|version)/.test(path) ? replace : undefined;
  }
  if (kind !== 'MachineDeployment.cluster.x-k8s.io') return undefined;
  return /^spec\.template\.spec\.(infrastructureRef\.name|bootstrap\.configRef\.name|version)/.test(path) ? replace : undefined;
}

function effectOfMachine(path: string): string | undefined {
  const [root, section = '', feature = ''] = path.split(/[.[]/);
  if (root !== 'machine') return undefined;
  if (section === 'install') return upgrade;
  return immediate.has(section) || immediate.has(`${section}.${feature}`) ? undefined : reboot;
}
