import type { Problem } from '../../charts/lib/problem.js';
import { checkAddresses } from './address-relations.js';
import type { ClusterFacts } from './facts.js';
import { minorOf, supportedKubernetes, talosContracts } from './versions.js';

/** Reports a problem of one cluster file. */
export type Report = (rule: string, field: string, problem: string, fix: string) => void;

/** True when no fact at or below any of these paths has failed, so that a check that depends on them can speak. */
export type IsSound = (...fields: string[]) => boolean;

/**
 * Checks between facts. Each one is left out when a fact that it reads has already failed.
 *
 * @param misshapen paths of the facts that have the wrong form; '' is all of them.
 */
export function checkRelations(facts: ClusterFacts, file: string, misshapen: readonly string[]): Problem[] {
  if (misshapen.includes('')) return [];
  const problems: Problem[] = [];
  const report: Report = (rule, field, problem, fix) => void problems.push({ rule, severity: 'error', file, field, problem, fix });
  const isSound: IsSound = (...fields) =>
    ![...misshapen, ...problems.map(({ field }) => field)].some((failed) =>
      fields.some((field) => failed === field || failed.startsWith(`${field}.`) || failed.startsWith(`${field}[`)),
    ) && !misshapen.some((failed) => fields.some((field) => field.startsWith(`${failed}.`) || field.startsWith(`${failed}[`)));

  checkVersions(facts, report, isSound);
  checkNodes(facts, report, isSound);
  checkParent(facts, report, isSound);
  checkCertificates(facts, report, isSound);
  checkAddresses(facts, report, isSound);
  return problems;
}

function checkVersions({ versions }: ClusterFacts, report: Report, isSound: IsSound): void {
  if (!isSound('versions.talos')) return;
  if (!talosContracts.includes(minorOf(versions.talos))) {
    const known = talosContracts.map((minor) => `v${minor}`).join(', ');
    return void report(
      'supported-talos',
      'versions.talos',
      `No machine configuration can be written for Talos ${versions.talos}.`,
      `use a release of ${known}.`,
    );
  }
  const range = supportedKubernetes(versions.talos);
  if (!range || !isSound('versions.kubernetes')) return;
  const [major, minor = 0] = minorOf(versions.kubernetes).split('.').map(Number);
  if (major === 1 && minor >= range[0] && minor <= range[1]) return;
  const problem = `Talos ${versions.talos} does not support Kubernetes ${versions.kubernetes}.`;
  report('supported-kubernetes', 'versions.kubernetes', problem, `use a version from v1.${range[0]} to v1.${range[1]}.`);
}

function checkNodes({ nodes, platform, storage }: ClusterFacts, report: Report, isSound: IsSound): void {
  if (!isSound('nodes')) return;
  const controlPlanes = nodes.filter((node) => node.role === 'controlplane').length;
  if (controlPlanes % 2 === 0) {
    const why = controlPlanes === 0 ? 'nothing would run the Kubernetes API' : 'etcd would lose its quorum with half of them';
    report(
      'odd-control-planes',
      'nodes',
      `The cluster has ${controlPlanes} control planes; ${why}.`,
      `make it ${controlPlanes + 1} or another odd number.`,
    );
  }
  reportRepeats(
    nodes.map((node) => node.name),
    'name',
    'distinct-node-names',
    report,
  );
  reportRepeats(
    nodes.map((node) => node.mac),
    'mac',
    'distinct-macs',
    report,
  );
  nodes.forEach((node, index) => {
    const disks = [node.disks.system, ...(node.disks.data ?? [])];
    const repeated = disks.find((disk, at) => disks.indexOf(disk) !== at);
    if (repeated) {
      const problem = `Node ${node.name} names the disk ${repeated} twice; one use would destroy the other.`;
      report('distinct-disks', `nodes[${index}].disks.data`, problem, 'name each disk once, and never the system disk.');
    }
  });
  if (platform === 'metal') checkMacs(nodes, report);
  // Other faults of a node change nothing about its disks.
  if (!isSound('storage', ...nodes.map((_, index) => `nodes[${index}].disks`))) return;
  const storageNodes = nodes.filter((node) => (node.disks.data ?? []).length > 0).length;
  const { replicas } = storage;
  if (replicas !== undefined && replicas > storageNodes) {
    const problem = `${replicas} copies of a volume do not fit on ${storageNodes} nodes with data disks.`;
    const fix =
      storageNodes === 0 ? 'remove it, or give nodes a data disk.' : `write at most ${storageNodes}, or give more nodes a data disk.`;
    report('replicas-fit', 'storage.replicas', problem, fix);
  }
}

/** Many nodes without a MAC address are one mistake: nobody looked them up, or the platform is another. */
function checkMacs(nodes: ClusterFacts['nodes'], report: Report): void {
  const without = nodes.filter(({ mac }) => mac === undefined);
  if (without.length === 0) return;
  const names = without.map(({ name }) => name).join(', ');
  const problem = `Interface names differ from machine to machine, and no MAC address is there to find those of ${names} by.`;
  const field = without.length === 1 ? `nodes[${nodes.findIndex(({ mac }) => mac === undefined)}].mac` : 'nodes';
  report('mac-on-metal', field, problem, 'add the MAC address of each.');
}

function reportRepeats(values: readonly (string | undefined)[], field: string, rule: string, report: Report): void {
  values.forEach((value, index) => {
    const first = values.indexOf(value);
    if (value === undefined || first === index) return;
    report(rule, `nodes[${index}].${field}`, `"${value}" is already the ${field} of nodes[${first}].`, 'give each node its own.');
  });
}

function checkParent({ platform, parent, name }: ClusterFacts, report: Report, isSound: IsSound): void {
  if (isSound('platform', 'parent')) {
    const needsParent = platform === 'kubevirt' || platform === 'capmox';
    if (needsParent && parent === undefined) {
      const problem = `On ${platform} a parent cluster creates the machines, and none is named.`;
      report('parent-creates-machines', 'parent', problem, 'add the name of the parent cluster.');
    }
    if (!needsParent && parent !== undefined) {
      const problem = `On ${platform} the bootstrap creates the machines, not the parent "${parent}".`;
      report('parent-creates-machines', 'parent', problem, 'remove it, or set platform to kubevirt or capmox.');
    }
  }
  if (isSound('parent', 'name') && parent === name) {
    report('other-parent', 'parent', 'A cluster cannot create itself.', 'name another cluster.');
  }
}

/** Top-level domains that no public authority signs. Source: https://www.rfc-editor.org/rfc/rfc6761 and rfc6762. */
const privateDomain = /(^|\.)(test|local|localhost|invalid|example|internal|lan|home\.arpa)$/;

function checkCertificates({ certificates, domain }: ClusterFacts, report: Report, isSound: IsSound): void {
  if (certificates === undefined || certificates.authority === 'private' || !isSound('certificates')) return;
  const { authority, email, dnsProvider } = certificates;
  if (isSound('domain') && privateDomain.test(domain)) {
    const problem = `${authority} signs names of public domains only, and "${domain}" is none.`;
    report('public-domain', 'certificates.authority', problem, 'write "private", or give the cluster a public domain.');
    return;
  }
  if (email === undefined) report('acme-account', 'certificates.email', `${authority} wants a mail address to warn.`, 'add it.');
  if (dnsProvider === undefined) {
    const problem = `${authority} wants proof that the domain is ours, and nothing says who serves its DNS.`;
    report('acme-proof', 'certificates.dnsProvider', problem, 'add it.');
  }
}
