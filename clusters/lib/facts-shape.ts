import { nearest } from '../../charts/lib/nearest.js';
import type { Problem } from '../../charts/lib/problem.js';
import { formatCidr, parseAddress, parseCidr } from './ipv4.js';

/**
 * The form of each fact by itself. The compiler knows most of it, but synth runs without the compiler, so that a wrong
 * word must be found here too. What relates two facts is in facts-relations.ts.
 */
type Verdict = { readonly rule: string; readonly problem: string; readonly fix: string } | undefined;
type Check = (value: unknown) => Verdict;
interface ListShape {
  readonly list: Shape | Check;
  readonly min: number;
}
interface Shape {
  readonly [field: string]: Expected | readonly ['optional', Expected];
}
type Expected = Check | Shape | ListShape;

/** A value as the author wrote it; JSON has no NaN and no bigint, and the text of a function is not worth reading. */
const show = (value: unknown): string => {
  if (typeof value === 'function') return 'A function';
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
};
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
const mac = text('valid-mac', 'a MAC address in lower case', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, '00:50:56:00:00:01');

const optional = (inner: Expected) => ['optional', inner] as const;

const shape: Shape = {
  name: dnsLabel('valid-cluster-name', 'the name of a cluster', 'lab'),
  stage: oneOf('valid-stage', 'lab', 'dev', 'test', 'staging', 'prod'),
  repository,
  branch,
  domain,
  versions: { talos: version('Talos', 'v1.13.10'), kubernetes: version('Kubernetes', 'v1.36.4') },
  platform: oneOf('valid-platform', 'vsphere', 'metal', 'proxmox', 'kubevirt', 'capmox'),
  network: {
    nodeCidr: network('valid-node-cidr'),
    gateway: address,
    vip: address,
    dnsServers: { list: address, min: 1 },
    ntpServers: { list: hostOrAddress, min: 1 },
    podCidr: network('valid-pod-cidr'),
    serviceCidr: network('valid-service-cidr'),
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
    ingressAddress: address,
  },
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
  storage: {
    replicas: optional(integer('valid-replicas', 'a number of copies', 1, 7)),
    nas: optional({ address, volume: text('valid-nas-volume', 'a volume of the NAS', /^\/volume[1-9]\d*$/, '/volume1') }),
  },
  certificates: optional({
    authority: oneOf('valid-authority', 'private', 'letsencrypt', 'letsencrypt-staging'),
    email: optional(text('valid-email', 'a mail address', /^[^\s@]+@([a-z0-9-]+\.)+[a-z]{2,}$/, 'platform@example.test')),
    dnsProvider: optional(oneOf('valid-dns-provider', 'cloudflare')),
  }),
  secrets: oneOf('valid-secret-source', 'store', 'bootstrap'),
  engine: oneOf('valid-engine', 'argocd', 'flux'),
  phase: optional(oneOf('valid-phase', 'bootstrap', 'steady')),
  parent: optional(dnsLabel('valid-parent', 'the name of a cluster', 'mgmt')),
  components: callable,
};

/** What is wrong with the form of facts. */
export interface ShapeFindings {
  readonly problems: readonly Problem[];
  /** Paths of the facts that no other check may read; a mistyped name fails the fact that was meant, too. */
  readonly failed: readonly string[];
}

/** Every fact that is missing, unknown or of the wrong form; `field` is its path from the argument of defineCluster. */
export function checkShape(facts: unknown, file: string): ShapeFindings {
  const faults = findFaults(facts, shape, '');
  return {
    problems: faults.map(({ rule, field, problem, fix }) => ({ rule, severity: 'error', file, field, problem, fix })),
    failed: faults.flatMap(({ field, meant }) => (meant === undefined ? [field] : [field, meant])),
  };
}

interface Fault extends NonNullable<Verdict> {
  readonly field: string;
  /** Path of the fact that a mistyped name stands for. */
  readonly meant?: string;
}

function findFaults(value: unknown, expected: Expected, field: string): Fault[] {
  if (typeof expected === 'function') {
    const verdict = expected(value);
    return verdict ? [{ field, ...verdict }] : [];
  }
  return isList(expected) ? findListFaults(value, expected, field) : findFieldFaults(value, expected, field);
}

function findListFaults(value: unknown, { list, min }: ListShape, field: string): Fault[] {
  if (!Array.isArray(value)) return [{ field, rule: 'valid-list', problem: `${show(value)} is not a list.`, fix: 'write a list, [...].' }];
  if (value.length < min) return [{ field, rule: 'non-empty-list', problem: 'The list is empty.', fix: `add at least ${min}.` }];
  return value.flatMap((item, index) => findFaults(item, list, `${field}[${index}]`));
}

function findFieldFaults(value: unknown, expected: Shape, field: string): Fault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const fix = `write { ${Object.keys(expected).join(', ')} }.`;
    return [{ field, rule: 'valid-object', problem: `${show(value)} is not an object.`, fix }];
  }
  const prefix = field === '' ? '' : `${field}.`;
  const record = value as Record<string, unknown>;
  const absent = new Set(Object.keys(expected).filter((key) => record[key] === undefined));
  const isRequired = (key: string) => absent.has(key) && !Array.isArray(expected[key]);
  const faults: Fault[] = [];
  for (const key of Object.keys(record).filter((key) => !Object.hasOwn(expected, key))) {
    // A wrong name is one mistake, not an unknown fact and a missing one.
    const guess =
      nearest(key, absent) ??
      [...absent].filter(isRequired).find((name) => findFaults(record[key], shapeOf(expected, name), '').length === 0);
    const problem = 'There is no such fact.';
    const fix = guess ? `write "${guess}".` : `remove it, or write one of ${Object.keys(expected).join(', ')}.`;
    faults.push({ field: `${prefix}${key}`, rule: 'known-fact', problem, fix, ...(guess && { meant: `${prefix}${guess}` }) });
    if (guess) absent.delete(guess);
  }
  for (const key of [...absent].filter(isRequired)) {
    faults.push({ field: `${prefix}${key}`, rule: 'required-fact', problem: 'It is missing.', fix: 'add it.' });
  }
  for (const key of Object.keys(expected).filter((key) => record[key] !== undefined)) {
    faults.push(...findFaults(record[key], shapeOf(expected, key), `${prefix}${key}`));
  }
  return faults;
}

function shapeOf(expected: Shape, key: string): Expected {
  const inner = expected[key];
  return (Array.isArray(inner) ? inner[1] : inner) as Expected;
}

function isList(expected: Shape | ListShape): expected is ListShape {
  return Object.hasOwn(expected, 'list');
}
