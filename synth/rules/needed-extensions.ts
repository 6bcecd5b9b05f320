import { listOf, recordOf, textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import type { Cluster } from '../../clusters/lib/facts.js';
import type { ClusterView, Place, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * The image of the nodes has the system extensions, and their configuration loads the kernel modules, that the objects of the cluster count on:
 * DRBD and thin LVM, iSCSI, runtimes, the guest agent of the platform.
 *
 * Why: satellites and drivers crash for ever, volumes do not mount, and pods of a runtime that is not there are never created.
 *
 * Source: https://github.com/siderolabs/extensions (v1.13: container-runtime, guest-agents, storage),
 * https://piraeus.io/docs/stable/how-to/talos/ (2.11), https://github.com/SynologyOpenSource/synology-csi (v1.2.1)
 */
export const neededExtensions: Rule = {
  id: 'needed-extensions',
  *check(view) {
    const extensions = new Set(textsOf(valueAt(view.plan.talos.get('talos/schematic.yaml')?.[0], extensionsPath)));
    const needs = needsOf(view);
    for (const extension of new Set(needs.map((need) => need.extension))) {
      const need = needs.find((one) => one.extension === extension);
      if (extension === undefined || need === undefined || extensions.has(extension)) continue;
      const problem = `It needs the system extension ${extension}, which the image of the nodes lacks.`;
      yield { at: need.at, problem, fix: `add it to the options \`talos.systemExtensions\` of the component that installs it.` };
    }
    for (const name of new Set(needs.map((need) => need.module))) {
      const need = needs.find((one) => one.module === name);
      if (name !== undefined && need !== undefined) yield* checkModule(view, need, name);
    }
  },
  *checkFleet(views) {
    for (const child of views) {
      const parent = views.find(({ cluster }) => cluster.name === child.cluster.parent);
      if (parent) for (const finding of checkMachines(parent, child)) yield { ...finding, in: child };
    }
  },
};

const extensionsPath = 'customization.systemExtensions.officialExtensions';

interface Need {
  readonly at: Place;
  readonly extension?: string | undefined;
  readonly module?: string;
  readonly parameter?: string;
}

function* checkModule({ plan }: ClusterView, { at, parameter }: Need, name: string): Generator<Finding> {
  const lacking = [...plan.talos].flatMap(([path, documents]) => {
    if (!path.startsWith('talos/nodes/')) return [];
    const modules = documents.flatMap((document) => listOf(valueAt(document, 'machine.kernel.modules')));
    const module = modules.find((one) => one['name'] === name);
    const isLoaded = module !== undefined && (parameter === undefined || textsOf(module['parameters']).includes(parameter));
    return isLoaded ? [] : [path.slice('talos/nodes/'.length, -'.yaml'.length)];
  });
  if (lacking.length === 0) return;
  const what = parameter === undefined ? name : `${name} with ${parameter}`;
  const problem = `It needs the kernel module ${what}, which these nodes do not load: ${lacking.join(', ')}.`;
  yield { at, problem, fix: 'add it to the options `talos.kernelModules` of the component that installs it.' };
}

/** The configuration of a child's workers is in the tree of its parent, as text. */
function* checkMachines(parent: ClusterView, child: ClusterView): Generator<Finding> {
  const templates = parent.of('TalosConfigTemplate.bootstrap.cluster.x-k8s.io').filter(({ component }) => component === child.cluster.name);
  const needs = templates.length === 0 ? [] : needsOf(child);
  for (const { manifest, path } of templates) {
    const text = textsOf(valueAt(manifest, 'spec.template.spec.strategicPatches')).join('\n');
    for (const { at, module, parameter = '' } of needs) {
      if (module === undefined || (new RegExp(`name: "?${module}"?$`, 'm').test(text) && text.includes(parameter))) continue;
      const problem = `It needs the kernel module ${module}${parameter && ` with ${parameter}`}, which the machines of ${path} in ${parent.cluster.name} do not load.`;
      yield { at, problem, fix: 'add it to the options `talos.kernelModules` of the component that installs it.' };
    }
  }
}

function needsOf(view: ClusterView): Need[] {
  const satellites = view.of('LinstorSatelliteConfiguration.piraeus.io');
  const [linstor] = [...view.of('LinstorCluster.piraeus.io'), ...satellites];
  const thin = satellites.find(({ manifest }) => listOf(recordOf(manifest['spec'])['storagePools']).some((pool) => 'lvmThinPool' in pool));
  const agent = guestAgents[view.cluster.platform];
  return [
    ...(linstor ? drbd.map((need) => ({ at: linstor, ...need })) : []),
    ...(thin ? [{ at: thin, module: 'dm_thin_pool' }] : []),
    ...[...view.of('StorageClass.storage.k8s.io'), ...view.of('CSIDriver.storage.k8s.io')].flatMap(needsOfDriver),
    ...view.releasesOf('synology-csi').map((at) => ({ at, extension: iscsi })),
    ...view.of('RuntimeClass.node.k8s.io').map((at) => ({ at, extension: runtimes.get(String(at.manifest['handler'])) })),
    ...(agent === undefined ? [] : [{ at: { fact: 'platform' }, extension: agent }]),
  ];
}

const drbd: readonly Omit<Need, 'at'>[] = [
  { extension: 'siderolabs/drbd' },
  // Without the parameter DRBD calls programs of the host, which Talos does not have.
  { module: 'drbd', parameter: 'usermode_helper=disabled' },
  { module: 'drbd_transport_tcp' },
];

const iscsi = 'siderolabs/iscsi-tools';

function needsOfDriver(at: SeenObject): Need[] {
  const { manifest } = at;
  const driver = textOf(manifest['provisioner']) ?? manifest.metadata.name;
  const protocol = recordOf(manifest['parameters'])['protocol'] ?? 'iscsi';
  if (driver === 'csi.san.synology.com' && protocol === 'iscsi') return [{ at, extension: iscsi }];
  if (driver !== 'driver.longhorn.io') return [];
  return [iscsi, 'siderolabs/util-linux-tools'].map((extension) => ({ at, extension }));
}

/** Handler of containerd -> extension that brings it. */
const runtimes: ReadonlyMap<string, string> = new Map([
  ['crun', 'siderolabs/crun'],
  ['kata', 'siderolabs/kata-containers'],
  ['kata-qemu', 'siderolabs/kata-containers'],
  ['runsc', 'siderolabs/gvisor'],
  ['runsc-kvm', 'siderolabs/gvisor'],
  ['spin', 'siderolabs/spin'],
  ['wasmedge', 'siderolabs/wasmedge'],
  ['youki', 'siderolabs/youki'],
]);

const guestAgents: Readonly<Partial<Record<Cluster['platform'], string>>> = {
  capmox: 'siderolabs/qemu-guest-agent',
  kubevirt: 'siderolabs/qemu-guest-agent',
  proxmox: 'siderolabs/qemu-guest-agent',
  vsphere: 'siderolabs/vmtoolsd-guest-agent',
};
