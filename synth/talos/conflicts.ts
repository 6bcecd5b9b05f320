import { isObject } from '../schema/node.js';
import { type TalosProblem, titleOf } from './problem.js';

/** One document of a machine configuration. */
type Document = Record<string, unknown>;

/**
 * Kinds of which a name may be taken by one only.
 * Source: https://github.com/siderolabs/talos/tree/v1.13.9/pkg/machinery/config/types (ConflictsWithKinds)
 */
const EXCLUSIVE: readonly (readonly string[])[] = [
  ['BondConfig', 'BridgeConfig', 'DummyLinkConfig', 'LinkConfig', 'VLANConfig', 'VRFConfig', 'WireguardConfig'],
  ['HCloudVIPConfig', 'Layer2VIPConfig'],
  ['ExistingVolumeConfig', 'UserVolumeConfig'],
];

/** A document that says what a field of the machine configuration says too. */
interface Replacement {
  readonly rule: string;
  readonly kind: string;
  /** Below `machine`. */
  readonly fields: readonly string[];
}

/** Source: https://github.com/siderolabs/talos/tree/v1.13.9/pkg/machinery/config/types (V1Alpha1ConflictValidate) */
const REPLACEMENTS: readonly Replacement[] = [
  { rule: 'talos-one-hostname', kind: 'HostnameConfig', fields: ['network.hostname', 'features.stableHostname'] },
  {
    rule: 'talos-one-resolver',
    kind: 'ResolverConfig',
    fields: ['network.nameservers', 'network.searchDomains', 'network.disableSearchDomain'],
  },
  { rule: 'talos-one-time-sync', kind: 'TimeSyncConfig', fields: ['time.disabled', 'time.servers', 'time.bootTimeout'] },
  { rule: 'talos-one-kubespan', kind: 'KubeSpanConfig', fields: ['network.kubespan'] },
];

/** What the documents of one node say against each other, each of them being right. Talos refuses such a configuration as a whole. */
export function findConflicts(documents: readonly Document[]): TalosProblem[] {
  const machine = documents.find(({ kind }) => kind === undefined);
  return [
    ...findRepeats(documents),
    ...findExclusive(documents),
    ...documents.flatMap(checkHostname),
    ...(machine === undefined
      ? []
      : [...findReplaced(machine, documents), ...findEncryption(machine, documents), ...checkRole(machine, documents)]),
  ];
}

function findRepeats(documents: readonly Document[]): TalosProblem[] {
  const titles = documents.map((document) => titleOf(document) || 'machine configuration');
  return [...new Set(titles)].flatMap((title) => {
    const count = titles.filter((other) => other === title).length;
    const problem = `${title} is there ${count} times.`;
    return count === 1 ? [] : [{ rule: 'talos-distinct-documents', field: title, problem, fix: 'write one document.' }];
  });
}

function findExclusive(documents: readonly Document[]): TalosProblem[] {
  return EXCLUSIVE.flatMap((kinds) => {
    const first = new Map<unknown, Document>();
    return documents
      .filter(({ kind }) => kinds.includes(String(kind)))
      .flatMap((document): TalosProblem[] => {
        const other = first.get(document['name']);
        first.set(document['name'], other ?? document);
        if (other === undefined || other['kind'] === document['kind']) return [];
        const problem = `${titleOf(other)} and ${titleOf(document)} are of one name, which only one of them may have.`;
        return [{ rule: 'talos-exclusive-kinds', field: titleOf(document), problem, fix: 'delete one of them.' }];
      });
  });
}

/** What `talosctl gen config` writes has an automatic name, which merging keeps unless it is turned off. */
function checkHostname({ kind, auto, hostname }: Document): TalosProblem[] {
  if (kind !== 'HostnameConfig') return [];
  const about = (problem: string, fix: string) => [{ rule: 'talos-hostname-mode', field: kind, problem, fix }];
  if (hostname === undefined && auto !== 'stable') return about('It gives neither a name nor an automatic one.', 'write a hostname.');
  if (hostname === undefined || auto === 'off') return [];
  return about(`The name ${String(hostname)} and an automatic one exclude each other, and automatic is the default.`, 'write auto: "off".');
}

function findReplaced(machine: Document, documents: readonly Document[]): TalosProblem[] {
  return REPLACEMENTS.filter(({ kind }) => documents.some((document) => document['kind'] === kind)).flatMap(({ rule, kind, fields }) =>
    fields
      .filter((field) => isSet(valueAt(machine, `machine.${field}`)))
      .map((field) => {
        const problem = `machine.${field} and the ${kind} say the same thing.`;
        return { rule, field: `machine.${field}`, problem, fix: `write it in the ${kind} only.` };
      }),
  );
}

function findEncryption(machine: Document, documents: readonly Document[]): TalosProblem[] {
  return documents.flatMap(({ kind, name, encryption }): TalosProblem[] => {
    if (kind !== 'VolumeConfig' || encryption === undefined || (name !== 'STATE' && name !== 'EPHEMERAL')) return [];
    const field = `machine.systemDiskEncryption.${name.toLowerCase()}`;
    if (valueAt(machine, field) === undefined) return [];
    const problem = `${field} and the VolumeConfig ${name} both encrypt it.`;
    return [{ rule: 'talos-one-encryption', field, problem, fix: 'write it in the VolumeConfig only.' }];
  });
}

/** Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction (v1.36) */
function checkRole(machine: Document, documents: readonly Document[]): TalosProblem[] {
  if (valueAt(machine, 'machine.type') !== 'worker') return [];
  const labels = valueAt(machine, 'machine.nodeLabels');
  const forbidden = Object.keys(isObject(labels) ? labels : {}).filter((label) => label.startsWith('node-role.kubernetes.io/'));
  const shared = documents.filter(({ kind }) => kind === 'Layer2VIPConfig' || kind === 'HCloudVIPConfig');
  return [
    ...forbidden.map((label) => {
      const problem = `A worker may not give itself the label ${label}; the API server refuses it.`;
      return { rule: 'talos-worker-labels', field: 'machine.nodeLabels', problem, fix: 'set it with kubectl, or use another label.' };
    }),
    ...shared.map((document) => {
      const problem = 'A worker takes no part in the election of who holds the address of the API server.';
      return { rule: 'talos-worker-vip', field: titleOf(document), problem, fix: 'give it to control planes only.' };
    }),
  ];
}

/** Empty texts and lists, and false, are as good as nothing. */
function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function valueAt(document: Document, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), document);
}
