import type { ClusterFacts, NodeFacts, ProxmoxPoolFacts } from './facts.js';
import type { IsSound, Report } from './facts-relations.js';

/** How machines relate to each other and to the storage on them. Each check is left out when a fact that it reads has already failed. */
export function checkMachines(facts: ClusterFacts, report: Report, isSound: IsSound): void {
  if ('nodes' in facts) checkNodes(facts.nodes, facts.platform, report, isSound);
  if ('machines' in facts) checkPools(facts.machines, report, isSound);
  checkReplicas(facts, report, isSound);
}

function checkNodes(nodes: readonly NodeFacts[], platform: ClusterFacts['platform'], report: Report, isSound: IsSound): void {
  if (!isSound('nodes')) return;
  reportEven(nodes.filter((node) => node.role === 'controlplane').length, 'nodes', report);
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
}

function checkPools(machines: Extract<ClusterFacts, { machines: object }>['machines'], report: Report, isSound: IsSound): void {
  if (!isSound('machines')) return;
  const { replicas } = machines.controlPlane;
  reportEven(replicas, 'machines.controlPlane.replicas', report);
  for (const role of ['controlPlane', 'workers'] as const) {
    const disks = (machines[role] as Partial<ProxmoxPoolFacts>).dataDisks ?? [];
    const repeated = disks.find((disk, at) => disks.indexOf(disk) !== at);
    if (repeated === undefined) continue;
    report(
      'distinct-disks',
      `machines.${role}.dataDisks`,
      `The disk ${repeated} is named twice; one use would destroy the other.`,
      'name each disk once.',
    );
  }
}

function reportEven(controlPlanes: number, field: string, report: Report): void {
  if (controlPlanes % 2 === 1) return;
  const why = controlPlanes === 0 ? 'nothing would run the Kubernetes API' : 'etcd would lose its quorum with half of them';
  const problem = `The cluster has ${controlPlanes} control planes; ${why}.`;
  report('odd-control-planes', field, problem, `make it ${controlPlanes + 1} or another odd number.`);
}

/** Copies of a volume are on different nodes. */
function checkReplicas(facts: ClusterFacts, report: Report, isSound: IsSound): void {
  // Other faults of a node change nothing about its disks.
  const nodes = 'nodes' in facts ? facts.nodes : undefined;
  const fields = Array.isArray(nodes) && nodes.length > 0 ? nodes.map((_, index) => `nodes[${index}].disks`) : ['nodes', 'machines'];
  if (!isSound('storage', ...fields)) return;
  const { replicas } = facts.storage;
  const storageNodes = countStorageNodes(facts);
  if (replicas === undefined || replicas <= storageNodes) return;
  const problem = `${replicas} copies of a volume do not fit on ${storageNodes} nodes with data disks.`;
  const fix =
    storageNodes === 0 ? 'remove it, or give nodes a data disk.' : `write at most ${storageNodes}, or give more nodes a data disk.`;
  report('replicas-fit', 'storage.replicas', problem, fix);
}

function countStorageNodes(facts: ClusterFacts): number {
  if ('nodes' in facts) return facts.nodes.filter((node) => (node.disks.data ?? []).length > 0).length;
  const pools: readonly Partial<ProxmoxPoolFacts>[] = [facts.machines.controlPlane, facts.machines.workers];
  return pools.reduce((sum, { dataDisks, replicas }) => sum + ((dataDisks ?? []).length > 0 ? (replicas ?? 0) : 0), 0);
}

/** Many nodes without a MAC address are one mistake: nobody looked them up, or the platform is another. */
function checkMacs(nodes: readonly NodeFacts[], report: Report): void {
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
