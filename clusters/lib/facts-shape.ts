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
  readonly [field: string]: Check | Shape | ListShape | readonly ['optional', Check | Shape | ListShape];
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);
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
const hostOrAddress = text('valid-ntp-server', 'a host name or an IPv4 address', /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'pool.ntp.org');
const device = text('valid-disk', 'a disk device', /^\/dev\/[a-z0-9][-a-zA-Z0-9/_.:]*$/, '/dev/sda');
// The refs that git itself refuses (git check-ref-format), in the part that can be written by mistake.
const branch = text(
  'valid-branch',
  'the name of a branch, without refs/heads/',
  /^(?!refs\/)(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9_][-A-Za-z0-9._/]*(?<![./])$/,
  'main',
);
const repository = text(
  'valid-repository',
  'the URL of a git repository',
  /^(https:\/\/[^\s/@]+\/[^\s]+|ssh:\/\/[^\s]+|[a-z]+@[^\s:]+:[^\s]+)$/,
  'https://git.example.test/platform.git',
);
const mac = text('valid-mac', 'a MAC address in lower case', /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/, '00:50:56:00:00:01');

const optional = (inner: Check | Shape | ListShape) => ['optional', inner] as const;

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
  storage: { replicas: optional(integer('valid-replicas', 'a number of copies', 1, 7)) },
  secrets: oneOf('valid-secret-source', 'store', 'bootstrap'),
  engine: oneOf('valid-engine', 'argocd', 'flux'),
  phase: optional(oneOf('valid-phase', 'bootstrap', 'steady')),
  parent: optional(dnsLabel('valid-parent', 'the name of a cluster', 'mgmt')),
  components: callable,
};

/** Every fact that is missing, unknown or of the wrong form; `field` is its path from the argument of defineCluster. */
export function checkShape(facts: unknown, file: string): Problem[] {
  const problems: Problem[] = [];
  const report = (field: string, verdict: NonNullable<Verdict>) => problems.push({ severity: 'error', file, field, ...verdict });

  const visit = (value: unknown, expected: Check | Shape | ListShape, field: string): void => {
    if (typeof expected === 'function') {
      const verdict = expected(value);
      if (verdict) report(field, verdict);
    } else if (isList(expected)) {
      if (!Array.isArray(value))
        return void report(field, { rule: 'valid-list', problem: `${show(value)} is not a list.`, fix: 'write a list, [...].' });
      if (value.length < expected.min) {
        report(field, { rule: 'non-empty-list', problem: 'The list is empty.', fix: `add at least ${expected.min}.` });
      }
      for (const [index, item] of value.entries()) visit(item, expected.list, `${field}[${index}]`);
    } else {
      visitFields(value, expected, field);
    }
  };
  const visitFields = (value: unknown, expected: Shape, field: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return void report(field, {
        rule: 'valid-object',
        problem: `${show(value)} is not an object.`,
        fix: `write { ${Object.keys(expected).join(', ')} }.`,
      });
    }
    const prefix = field === '' ? '' : `${field}.`;
    const record = value as Record<string, unknown>;
    const missing = Object.keys(expected).filter((key) => record[key] === undefined && !Array.isArray(expected[key]));
    // A mistyped name is one mistake, not an unknown fact and a missing one.
    const meant = new Set<string>();
    for (const key of Object.keys(record).filter((key) => !Object.hasOwn(expected, key))) {
      const guess = nearest(
        key,
        Object.keys(expected).filter((name) => record[name] === undefined),
      );
      if (guess) meant.add(guess);
      const fix = guess ? `write "${guess}".` : `remove it, or write one of ${Object.keys(expected).join(', ')}.`;
      report(`${prefix}${key}`, { rule: 'known-fact', problem: 'There is no such fact.', fix });
    }
    for (const key of missing.filter((key) => !meant.has(key))) {
      report(`${prefix}${key}`, { rule: 'required-fact', problem: 'It is missing.', fix: 'add it.' });
    }
    for (const [key, inner] of Object.entries(expected)) {
      if (record[key] !== undefined)
        visit(record[key], (Array.isArray(inner) ? inner[1] : inner) as Check | Shape | ListShape, `${prefix}${key}`);
    }
  };
  visitFields(facts, shape, '');
  return problems;
}

function isList(expected: Shape | ListShape): expected is ListShape {
  return Object.hasOwn(expected, 'list');
}
