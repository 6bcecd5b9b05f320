import { listOf, recordOf, textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { classKinds, classNamesOf } from './lib/classes.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Where virtual machines run, Cilium balances Services in the network of the host only; machines that move on a drain have somewhere to move to and
 * volumes that two nodes can mount; and CDI has a class for its scratch space.
 *
 * Why: nothing inside a virtual machine reaches a Service, a drain waits for ever, and imports stay Pending.
 *
 * Source: https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/ (1.20), https://github.com/cilium/cilium/issues/14563,
 * https://kubevirt.io/user-guide/compute/live_migration/ (1.9),
 * https://github.com/kubevirt/containerized-data-importer/blob/v1.66.1/doc/scratch-space.md
 */
export const kubevirtNetwork: Rule = {
  id: 'kubevirt-network',
  *check(view) {
    const [kubevirt] = view.of('KubeVirt.kubevirt.io');
    if (kubevirt) {
      yield* checkCilium(view);
      yield* checkEviction(view, kubevirt, 'spec.configuration.evictionStrategy');
    }
    const fallback = textOf(valueAt(kubevirt?.manifest, 'spec.configuration.evictionStrategy'));
    for (const at of view.of('VirtualMachine.kubevirt.io')) yield* checkMachine(view, at, 'spec', fallback);
    const template = 'spec.template.spec.virtualMachineTemplate.spec';
    for (const at of view.of('KubevirtMachineTemplate.infrastructure.cluster.x-k8s.io')) yield* checkMachine(view, at, template, fallback);
    for (const at of view.of('CDI.cdi.kubevirt.io')) yield* checkScratchSpace(view, at);
  },
};

function* checkCilium(view: ClusterView): Generator<Finding> {
  for (const at of view.releasesOf('cilium')) {
    const { kubeProxyReplacement, socketLB } = at.values;
    const { enabled, hostNamespaceOnly } = recordOf(socketLB);
    const isBalancing = enabled === true || String(kubeProxyReplacement) === 'true';
    if (!isBalancing || hostNamespaceOnly === true) continue;
    const problem = 'It balances Services in sockets, also in pods of virtual machines, whose guests have sockets of their own.';
    yield { at, field: 'values.socketLB.hostNamespaceOnly', problem, fix: 'write `true`.' };
  }
}

function* checkEviction({ cluster }: ClusterView, at: SeenObject, field: string): Generator<Finding> {
  if (cluster.nodeCount > 1 || valueAt(at.manifest, field) !== 'LiveMigrate') return;
  const problem = 'Virtual machines are to move when their node is drained, and there is one node only.';
  yield { at, field, problem, fix: 'write "None".' };
}

/** A machine that must move, with volumes that it cannot take along. */
function* checkMachine(view: ClusterView, at: SeenObject, path: string, fallback: string | undefined): Generator<Finding> {
  const spec = recordOf(valueAt(at.manifest, path));
  const field = `${path}.template.spec.evictionStrategy`;
  const own = textOf(valueAt(at.manifest, field));
  if ((own ?? fallback) !== 'LiveMigrate') return;
  if (own !== undefined && view.cluster.nodeCount === 1) return yield* checkEviction(view, at, field);
  const fix = 'write "ReadWriteMany" with a class that can, or evictionStrategy "LiveMigrateIfPossible" or "None".';
  for (const [index, volume] of listOf(spec['dataVolumeTemplates']).entries()) {
    const { pvc, storage } = recordOf(volume['spec']);
    const [key, claim] = pvc === undefined ? ['storage', recordOf(storage)] : ['pvc', recordOf(pvc)];
    const modes = textsOf(claim['accessModes']);
    // Without modes the profile of the class decides.
    if (modes.length === 0 || modes.includes('ReadWriteMany')) continue;
    const problem = `It is to move when its node is drained, and its volume is ${modes.join(', ')}, so that it cannot.`;
    return yield { at, field: `${path}.dataVolumeTemplates[${index}].spec.${key}.accessModes`, problem, fix };
  }
  for (const { persistentVolumeClaim } of listOf(valueAt(spec, 'template.spec.volumes'))) {
    const name = textOf(recordOf(persistentVolumeClaim)['claimName']);
    const claim = name === undefined ? undefined : view.find('PersistentVolumeClaim', name, at.manifest.metadata.namespace);
    const modes = textsOf(valueAt(claim?.manifest, 'spec.accessModes'));
    if (claim === undefined || modes.includes('ReadWriteMany')) continue;
    const problem = `${at.path} is to move when its node is drained, and this volume of it is ${modes.join(', ')}, so that it cannot.`;
    return yield { at: claim, field: 'spec.accessModes', problem, fix };
  }
}

/** A name that nobody knows is told by [known-class-in-values]. */
function* checkScratchSpace(view: ClusterView, at: SeenObject): Generator<Finding> {
  const field = 'spec.config.scratchSpaceStorageClass';
  if (textOf(valueAt(at.manifest, field)) !== undefined) return;
  const classes = view.of(classKinds.StorageClass);
  const names = classNamesOf(view, 'StorageClass');
  const isDefault = classes.some(
    ({ manifest }) => manifest.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
  );
  if (isDefault || names.size > classes.length || view.mayHide(classKinds.StorageClass)) return;
  const problem = 'It names no class for the space that it unpacks images in, and the cluster has no default.';
  yield {
    at,
    field,
    problem,
    fix: names.size > 0 ? `write one of ${[...names].sort().join(', ')}.` : 'add a component that makes a class.',
  };
}
