import { isDeepStrictEqual } from 'node:util';
import { groupOf } from '../../charts/lib/kinds.js';
import { recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import { minorOf } from '../../clusters/lib/versions.js';
import { sha256Of } from '../helm/store.js';
import { canonical } from '../schema/equal.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Cluster API has a core provider that understands the contract of each other provider; what its objects refer to exists; control planes are odd
 * in number; and a template never changes under its name.
 *
 * Why: controllers wait for ever for a status that they cannot read or an object that is not there, etcd loses its majority, and the webhook refuses
 * the new template, so that no machine is replaced.
 *
 * Source: https://cluster-api.sigs.k8s.io/reference/versions (2026-08), metadata.yaml of cluster-api (v1.14), of the providers Talos (v0.6.12,
 * v0.7.0-alpha.2, v0.5.12), KubeVirt (v0.11.2), Proxmox (v0.9.0) and Helm (v0.6.2)
 */
export const providerContract: Rule = {
  id: 'provider-contract',
  *check(view) {
    yield* checkProviders(view);
    for (const kind of clusterKinds) {
      for (const at of view.of(kind)) {
        yield* checkReplicas(at);
        for (const path of referencePaths) yield* checkReference(view, at, path);
      }
    }
    for (const kind of templateKinds) for (const at of view.of(kind)) yield* checkTemplate(view, at);
  },
};

const operatorGroup = 'operator.cluster.x-k8s.io';

/** Contract of a provider by kind and name, from its minor version on. A version before the first is not judged. */
const contracts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'BootstrapProvider talos': { '0.5': 'v1beta1', '0.6': 'v1beta1', '0.7': 'v1beta2' },
  'ControlPlaneProvider talos': { '0.4': 'v1beta1', '0.5': 'v1beta1' },
  'InfrastructureProvider kubevirt': { '0.10': 'v1beta1', '0.11': 'v1beta2' },
  'InfrastructureProvider proxmox': { '0.6': 'v1beta1', '0.7': 'v1beta1', '0.8': 'v1beta2', '0.9': 'v1beta2' },
  'AddonProvider helm': { '0.4': 'v1beta1', '0.5': 'v1beta2', '0.6': 'v1beta2' },
};

/** Contracts that a minor version 1.x of the core understands. */
function understoodBy(minor: number): readonly string[] {
  if (minor < 11) return ['v1beta1'];
  return minor < 16 ? ['v1beta1', 'v1beta2'] : ['v1beta2'];
}

function* checkProviders(view: ClusterView): Generator<Finding> {
  const kinds = ['AddonProvider', 'BootstrapProvider', 'ControlPlaneProvider', 'InfrastructureProvider', 'IPAMProvider'];
  const providers = view.of(...kinds.map((kind) => `${kind}.${operatorGroup}`));
  const [core, ...others] = view.of(`CoreProvider.${operatorGroup}`);
  const [first] = providers;
  if (core === undefined) {
    if (first === undefined || view.mayHide(`CoreProvider.${operatorGroup}`)) return;
    const problem = `Nothing makes a CoreProvider, without which no provider does anything.`;
    return yield { at: first, problem, fix: 'add one, called "cluster-api".' };
  }
  for (const at of others) {
    const problem = `There is a CoreProvider already, ${core.path}, and one cluster has one.`;
    yield { at, problem, fix: 'remove one of them.' };
  }
  const version = String(valueAt(core.manifest, 'spec.version') ?? '');
  const minor = Number(minorOf(version).split('.')[1]);
  const understood = understoodBy(minor);
  for (const at of providers) {
    const own = String(valueAt(at.manifest, 'spec.version') ?? '');
    const rows = contracts[`${at.manifest.kind} ${at.manifest.metadata.name}`] ?? {};
    const contract = rows[minorOf(own)];
    if (contract === undefined || Number.isNaN(minor) || understood.includes(contract)) continue;
    const fits = Object.keys(rows).filter((minor) => understood.includes(rows[minor] ?? ''));
    const problem = `It is of the contract ${contract}, and the core, ${version}, understands ${understood.join(' and ')} only.`;
    const fix = fits.length > 0 ? `take one of ${fits.join(', ')}, or another core.` : 'take another core.';
    yield { at, field: 'spec.version', problem, fix };
  }
}

const clusterKinds: readonly string[] = [
  'Cluster.cluster.x-k8s.io',
  'MachineDeployment.cluster.x-k8s.io',
  'MachinePool.cluster.x-k8s.io',
  'KubeadmControlPlane.controlplane.cluster.x-k8s.io',
  'TalosControlPlane.controlplane.cluster.x-k8s.io',
];

function* checkReplicas(at: SeenObject): Generator<Finding> {
  const { kind } = at.manifest;
  const replicas = valueAt(at.manifest, 'spec.replicas');
  if (!kind.endsWith('ControlPlane') || typeof replicas !== 'number' || replicas % 2 === 1) return;
  const problem = `${replicas} control planes bear no more losses than ${Math.max(replicas - 1, 1)}, and etcd has one more to lose.`;
  yield { at, field: 'spec.replicas', problem, fix: `write ${replicas + 1} or another odd number.` };
}

const referencePaths: readonly string[] = [
  'spec.controlPlaneRef',
  'spec.infrastructureRef',
  'spec.infrastructureTemplate',
  'spec.machineTemplate.infrastructureRef',
  'spec.machineTemplate.spec.infrastructureRef',
  'spec.template.spec.bootstrap.configRef',
  'spec.template.spec.infrastructureRef',
];

function* checkReference(view: ClusterView, at: SeenObject, field: string): Generator<Finding> {
  const reference = recordOf(valueAt(at.manifest, field));
  const [kind, name] = [textOf(reference['kind']), textOf(reference['name'])];
  if (kind === undefined || name === undefined) return;
  const group = textOf(reference['apiGroup']) ?? groupOf(String(reference['apiVersion'] ?? ''));
  const namespace = textOf(reference['namespace']) ?? at.manifest.metadata.namespace;
  const full = `${kind}.${group}`;
  if (view.find(full, name, namespace) !== undefined || view.mayHide(full, namespace)) return;
  const near = view.of(full).filter(({ manifest }) => manifest.metadata.namespace === namespace);
  const names = near.map(({ manifest }) => manifest.metadata.name).sort();
  const problem = `Nothing makes the ${kind} "${name}" of ${group} in the namespace "${namespace}".`;
  yield { at, field, problem, fix: names.length > 0 ? `write one of ${names.join(', ')}.` : `add it.` };
}

const templateKinds: readonly string[] = [
  'KubevirtMachineTemplate.infrastructure.cluster.x-k8s.io',
  'ProxmoxMachineTemplate.infrastructure.cluster.x-k8s.io',
  'TalosConfigTemplate.bootstrap.cluster.x-k8s.io',
  'VSphereMachineTemplate.infrastructure.cluster.x-k8s.io',
];

/** What was committed is what the cluster has. A template that is called by its content cannot change under its name. */
function* checkTemplate(view: ClusterView, at: SeenObject): Generator<Finding> {
  if (at.manifest.metadata.name.endsWith(sha256Of(canonical(at.manifest['spec'])).slice(0, 8))) return;
  const before = view.committed(at);
  if (before === undefined || isDeepStrictEqual(before['spec'], at.manifest['spec'])) return;
  const { name } = at.manifest.metadata;
  const problem = `The template "${name}" has another content than it was committed with, and a template never changes.`;
  yield {
    at,
    field: 'spec',
    problem,
    fix: 'give it a new name, by a hash of its content for example, and keep the old one while machines have it.',
  };
}
