import type { Problem } from '../../charts/lib/problem.js';
import { formatCidr, parseAddress, parseCidr } from './ipv4.js';
import { type Check, type Expected, findFaults, type Shape, show } from './shape.js';

/**
 * The form of each fact by itself. The compiler knows most of it, but synth runs without the compiler, so that a wrong
 * word must be found here too. What relates two facts is in facts-relations.ts.
 */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const text =
  (rule: string, what: string, pattern: RegExp, example: string): Check =>
  (value) =>
    typeof value === 'string' && value.length <= 253 && pattern.test(value)
      ? undefined
      : { rule, problem: `${show(value)} is not ${what}.`, fix: `write it like "${example}".` };

const oneOf =
  (rule: string, ...choices: string[]): Check =>
  (value) =>
    choices.includes(value as string)
      ? undefined
      : { rule, problem: `${show(value)} is none of the choices.`, fix: `write one of ${choices.join(', ')}.` };

const address: Check = (value) =>
  typeof value === 'string' && parseAddress(value) !== undefined
    ? undefined
    : { rule: 'valid-address', problem: `${show(value)} is not an IPv4 address.`, fix: 'write it like "192.0.2.10".' };

const network =
  (rule: string): Check =>
  (value) => {
    const cidr = typeof value === 'string' ? parseCidr(value) : undefined;
    if (cidr === undefined) return { rule, problem: `${show(value)} is not an IPv4 network.`, fix: 'write it like "192.0.2.0/24".' };
    if (formatCidr(cidr) === value) return undefined;
    const problem = `${show(value)} has host bits set, so it names a host, not a network.`;
    return { rule, problem, fix: `write "${formatCidr(cidr)}".` };
  };

const integer =
  (rule: string, what: string, min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : { rule, problem: `${show(value)} is not ${what}.`, fix: `write a whole number from ${min} to ${max}.` };

const flag: Check = (value) =>
  typeof value === 'boolean'
    ? undefined
    : { rule: 'valid-flag', problem: `${show(value)} is neither true nor false.`, fix: 'write true or false.' };

const callable: Check = (value) =>
  typeof value === 'function'
    ? undefined
    : { rule: 'valid-components', problem: 'It is not a function.', fix: 'write a function of (app, cluster) that adds components.' };

const dnsLabel = (rule: string, what: string, example: string) => text(rule, `${what} (a DNS label)`, label, example);
const domain = text(
  'valid-domain',
  'a DNS domain in lower case with two labels at least',
  /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'example.test',
);
const version = (what: string, example: string) =>
  text('valid-version', `an exact ${what} version`, /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/, example);
// Digits and dots alone are a mistyped address, not a host name.
const host = text(
  'valid-ntp-server',
  'a host name or an IPv4 address',
  /^(?![\d.]+$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/,
  'pool.ntp.org',
);
const hostOrAddress: Check = (value) => (address(value) === undefined ? undefined : host(value));
const device = text('valid-disk', 'a disk device', /^\/dev\/[a-z0-9][-a-zA-Z0-9/_.:]*$/, '/dev/sda');
// The refs that git itself refuses (git check-ref-format), in the part that can be written by mistake.
const branch = text(
  'valid-branch',
  'the name of a branch, without refs/heads/',
  /^(?!refs\/|HEAD$)(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)))[A-Za-z0-9_][-A-Za-z0-9._/]*(?<![./])$/,
  'main',
);
const repository = text(
  'valid-repository',
  'the URL of a git repository',
  /^(https:\/\/[^\s/@]+\/[^\s]+|ssh:\/\/[^\s]+|[a-z]+@[^\s:]+:[^\s]+)$/,
  'https://git.example.test/platform.git',
);
const delivery = oneOf('valid-delivery', 'engine', 'dist');
const deliveries: Check = (value) => {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isMap) return { rule: 'valid-deliveries', problem: `${show(value)} is not a map.`, fix: "write it like { cilium: 'dist' }." };
  const wrong = Object.entries(value).find(([, choice]) => delivery(choice) !== undefined);
  if (wrong === undefined) return undefined;
  return {
    rule: 'valid-deliveries',
    problem: `${show(wrong[1])} of ${wrong[0]} is none of the choices.`,
    fix: 'write one of engine, dist.',
  };
};
const someText = text('valid-waiver', 'a text', /\S/, 'the node agent mounts /proc of the host');
const clientId = text('valid-client', 'the id of a client', /^[a-zA-Z0-9][-a-zA-Z0-9_.@]*$/, 'kubernetes');
const mac = text('valid-mac', 'a MAC address in lower case', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, '00:50:56:00:00:01');

const optional = (inner: Expected) => ['optional', inner] as const;

const clusterNetwork: Shape = {
  vip: address,
  ntpServers: { list: hostOrAddress, min: 1 },
  podCidr: network('valid-pod-cidr'),
  serviceCidr: network('valid-service-cidr'),
  ingressAddress: address,
  publicIngress: optional(flag),
};

const lanNetwork: Shape = {
  ...clusterNetwork,
  nodeCidr: network('valid-node-cidr'),
  gateway: address,
  dnsServers: { list: address, min: 1 },
  interface: text('valid-interface', 'the name of a network interface', /^[a-z][a-z0-9]{1,14}$/, 'eth0'),
  nodeVlan: optional(integer('valid-vlan-id', 'a VLAN id', 1, 4094)),
  vlans: optional({ list: { id: integer('valid-vlan-id', 'a VLAN id', 1, 4094), cidr: network('valid-vlan-cidr') }, min: 0 }),
  loadBalancerPools: {
    list: {
      name: dnsLabel('valid-pool-name', 'the name of a pool', 'default'),
      start: address,
      stop: address,
      autoAssign: optional(flag),
    },
    min: 1,
  },
  nameServer: optional(address),
  ingressSources: optional({ list: network('valid-source'), min: 1 }),
};

const common: Shape = {
  name: dnsLabel('valid-cluster-name', 'the name of a cluster', 'lab'),
  stage: oneOf('valid-stage', 'lab', 'dev', 'test', 'staging', 'prod'),
  repository,
  branch,
  domain,
  versions: { talos: version('Talos', 'v1.13.10'), kubernetes: version('Kubernetes', 'v1.36.4') },
  platform: oneOf('valid-platform', 'vsphere', 'metal', 'proxmox', 'kubevirt', 'capmox'),
  storage: {
    replicas: optional(integer('valid-replicas', 'a number of copies', 1, 7)),
    nas: optional({ address, volume: text('valid-nas-volume', 'a volume of the NAS', /^\/volume[1-9]\d*$/, '/volume1') }),
  },
  certificates: optional({
    authority: oneOf('valid-authority', 'private', 'letsencrypt', 'letsencrypt-staging'),
    email: optional(text('valid-email', 'a mail address', /^[^\s@]+@([a-z0-9-]+\.)+[a-z]{2,}$/, 'platform@example.test')),
    dnsProvider: optional(oneOf('valid-dns-provider', 'cloudflare', 'rfc2136')),
  }),
  login: optional({
    provider: oneOf('valid-login-provider', 'authentik', 'zitadel'),
    host: domain,
    clients: { kubernetes: clientId, argocd: clientId },
    adminGroup: text('valid-group', 'the name of a group', /^[a-zA-Z0-9][-a-zA-Z0-9_.]*$/, 'platform-admins'),
  }),
  secrets: oneOf('valid-secret-source', 'store', 'bootstrap'),
  engine: oneOf('valid-engine', 'argocd', 'flux'),
  phase: optional(oneOf('valid-phase', 'bootstrap', 'steady')),
  delivery: optional(delivery),
  deliveries: optional(deliveries),
  waivers: optional({ list: { rule: someText, at: someText, reason: someText }, min: 1 }),
  parent: optional(dnsLabel('valid-parent', 'the name of a cluster', 'mgmt')),
  components: callable,
};

const pool: Shape = {
  replicas: integer('valid-machine-count', 'a number of machines', 1, 100),
  cores: integer('valid-cores', 'a number of processors', 1, 128),
  memoryMib: integer('valid-memory', 'a memory size in MiB', 1024, 1048576),
  diskGib: integer('valid-disk-size', 'a disk size in GiB', 10, 65536),
};
const proxmoxPool: Shape = {
  ...pool,
  template: integer('valid-template', 'the id of a Proxmox template', 100, 999999999),
  dataDisks: optional({ list: device, min: 0 }),
};
const proxmoxName = text('valid-proxmox-name', 'a name in Proxmox', /^[a-zA-Z0-9][-a-zA-Z0-9_.]*$/, 'pve-1');

/** A form for each origin of machines. */
const shapes = {
  root: {
    ...common,
    network: lanNetwork,
    nodes: {
      list: {
        name: dnsLabel('valid-node-name', 'the name of a node', 'c0'),
        role: oneOf('valid-role', 'controlplane', 'worker'),
        address,
        mac: optional(mac),
        disks: { system: device, data: optional({ list: device, min: 0 }) },
      },
      min: 1,
    },
  },
  capmox: {
    ...common,
    network: lanNetwork,
    machines: {
      controlPlane: proxmoxPool,
      workers: proxmoxPool,
      sourceNode: proxmoxName,
      hosts: { list: proxmoxName, min: 1 },
      storage: proxmoxName,
      bridge: text('valid-bridge', 'the name of a bridge', /^[a-z][a-z0-9]{1,14}$/, 'vmbr1'),
      firstAddress: address,
      lastAddress: address,
    },
  },
  kubevirt: { ...common, network: clusterNetwork, machines: { controlPlane: pool, workers: pool } },
} as const satisfies Readonly<Record<string, Shape>>;

/** Where the machines of a cluster come from, by what its facts look like. */
export type MachineOrigin = keyof typeof shapes;

/** By what most of the facts say, so that one wrong word, the platform too, is one problem and not a different form. */
export function originOf(facts: unknown): MachineOrigin {
  const { platform, parent, nodes, network } = asRecord(facts);
  const looksLan = asRecord(network)['nodeCidr'] !== undefined;
  // Whatever they are called.
  const machines = Object.values(asRecord(facts)).find((value) => asRecord(value)['controlPlane'] !== undefined);
  const hasPools = machines !== undefined;
  const signs = [
    hasPools,
    hasPools,
    platform === 'kubevirt' || platform === 'capmox',
    parent !== undefined,
    !looksLan,
    nodes === undefined,
  ];
  if (signs.filter(Boolean).length < 3) return 'root';
  const looksCloned = asRecord(machines)['hosts'] !== undefined;
  if (looksLan === looksCloned) return looksLan ? 'capmox' : 'kubevirt';
  return platform === 'kubevirt' ? 'kubevirt' : 'capmox';
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** What is wrong with the form of facts. */
export interface ShapeFindings {
  readonly problems: readonly Problem[];
  /** Paths of the facts that no other check may read; a mistyped name fails the fact that was meant, too. */
  readonly failed: readonly string[];
}

/** Every fact that is missing, unknown or of the wrong form; `field` is its path from the argument of defineCluster. */
export function checkShape(facts: unknown, file: string): ShapeFindings {
  const faults = findFaults(facts, shapes[originOf(facts)], '');
  return {
    problems: faults.map(({ rule, field, problem, fix }) => ({ rule, severity: 'error', file, field, problem, fix })),
    failed: faults.flatMap(({ field, meant }) => (meant === undefined ? [field] : [field, meant])),
  };
}
