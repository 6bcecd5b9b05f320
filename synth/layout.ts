import { createHash } from 'node:crypto';
import { formatIdentity, type Identity } from '../charts/lib/kinds.js';

/**
 * Where an object lies in dist/: a readable, injective function of its own identity and of the component and stage that own it,
 * whatever else is rendered. Part of the contract of dist/: changing anything here renames files in every cluster.
 */

/**
 * `manifests/<component>/<stage>/<kind>[.<group>]_[<namespace>_]<name>.yaml`; the group is left out for well-known kinds, the namespace
 * for the component's own and for objects of the whole cluster.
 *
 * @param home namespace of the component.
 * @example manifests/whoami/resources/deployment_whoami.yaml
 */
export function pathOf(identity: Identity, component: string, stage: string, home: string): string {
  return `manifests/${component}/${stage}/${fileNameOf(identity, home)}.yaml`;
}

/** Longest file name without its ending; file systems allow 255 bytes with it. */
const longest = 200;

function fileNameOf(identity: Identity, home: string): string {
  const { group, kind, namespace, name } = identity;
  const type = wellKnown.has(`${group}/${kind}`) ? encodeKind(kind) : `${encodeKind(kind)}.${encodeGroup(group)}`;
  const parts = namespace === undefined || namespace === home ? [type, encode(name)] : [type, encode(namespace), encode(name)];
  const full = parts.join('_');
  if (full.length <= longest) return full;
  const hash = createHash('sha256').update(formatIdentity(identity)).digest('hex').slice(0, 32);
  // No encoded text holds a tilde, so that a cut name never equals a whole one.
  return `${full.slice(0, longest - hash.length - 1)}~${hash}`;
}

/** Keeps [a-z0-9.-] and percent-encodes the UTF-8 bytes of everything else, upper case too: some file systems fold it. */
function encode(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => (/[a-z0-9.-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : escapeByte(byte)))
    .join('');
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).padStart(2, '0')}`;
}

/** The core group has no name. An aggregated API server may serve a group that is really called core, which is spelled otherwise. */
function encodeGroup(group: string): string {
  if (group === '') return 'core';
  return group === 'core' ? `${escapeByte(0x63)}ore` : encode(group);
}

/** Words of kind names that are written in capitals. Each decodes to one spelling only, which keeps kinds apart. */
const acronyms = ['API', 'BGP', 'CDI', 'CIDR', 'CSI', 'DNS', 'GRPC', 'HTTP', 'IP', 'OCI', 'TCP', 'TLS', 'UDP', 'VM'];

/**
 * A kind in words: `ConfigMap` is config-map, `CiliumLoadBalancerIPPool` is cilium-load-balancer-ip-pool. Spelling that the words do not
 * give back is escaped (`IpPool` is %49p-pool), so that two kinds never share a name.
 */
function encodeKind(kind: string): string {
  const words: string[] = [];
  for (let rest = kind; rest.length > 0; ) {
    const acronym = acronyms.find((word) => rest.startsWith(word) && !/^[a-z]/.test(rest.slice(word.length)));
    const word = acronym ?? /^[A-Z][a-z0-9]*|^[^A-Z]+/.exec(rest)?.[0] ?? rest;
    words.push(spell(word));
    rest = rest.slice(word.length);
  }
  return words.join('-');
}

function spell(word: string): string {
  const lower = word.toLowerCase();
  const isAcronym = acronyms.includes(lower.toUpperCase());
  const expected = isAcronym ? lower.toUpperCase() : `${lower.slice(0, 1).toUpperCase()}${lower.slice(1)}`;
  if (word === expected && /^[a-z0-9]+$/.test(lower)) return lower;
  return [...Buffer.from(word, 'utf8')]
    .map((byte, index) => (index === 0 || !/[a-z0-9]/.test(String.fromCharCode(byte)) ? escapeByte(byte) : String.fromCharCode(byte)))
    .join('');
}

/** Kinds that every reader knows without their group. */
const wellKnown: ReadonlySet<string> = new Set([
  '/ConfigMap',
  '/LimitRange',
  '/Namespace',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  '/Pod',
  '/ResourceQuota',
  '/Secret',
  '/Service',
  '/ServiceAccount',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/StatefulSet',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'autoscaling/HorizontalPodAutoscaler',
  'batch/CronJob',
  'batch/Job',
  'networking.k8s.io/Ingress',
  'networking.k8s.io/IngressClass',
  'networking.k8s.io/NetworkPolicy',
  'node.k8s.io/RuntimeClass',
  'policy/PodDisruptionBudget',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/StorageClass',
]);
