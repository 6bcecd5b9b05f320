import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { discoverFleet } from '../clusters/lib/discover.js';
import type { RootCluster } from '../clusters/lib/facts.js';
import { stageFacts } from '../clusters/lib/stages.js';
import { renderCluster } from '../synth/render.js';
import { schemas } from './fixtures/components.js';

/** The four stages are one platform: they differ in facts, and in what follows from these facts, and in nothing else. */

const root = fileURLToPath(new URL('..', import.meta.url));
const fleet = await discoverFleet(root, (name) => import(`../clusters/${name}.ts`));
const names = ['dev', 'test', 'staging', 'prod'];
const stages = names.map((name) => ({ name, ...stageNamed(name) }));

function stageNamed(name: string): { cluster: RootCluster; files: ReadonlyMap<string, string> } {
  const cluster = fleet.clusters.find((other) => other.name === name);
  if (!cluster || !('nodes' in cluster)) throw new Error(`there is no stage ${name}`);
  const { tree } = renderCluster(cluster, fleet, schemas, () => []);
  const replace = maskOf(cluster);
  return { cluster, files: new Map([...tree].map(([path, text]) => [replace(path), replace(text)])) };
}

/** Replaces the facts that a stage has of its own by their names. */
function maskOf({ name, branch, domain, network, nodes }: RootCluster): (text: string) => string {
  const [vlan] = network.vlans ?? [];
  const services = vlan?.cidr.replace(/0\/\d+$/, '') ?? '';
  const hostPart = (address: string) => address.slice(address.lastIndexOf('.') + 1);
  const words: [string, string][] = [
    ...nodes.flatMap(({ name: node, address, mac = '' }, index): [string, string][] => [
      [address, `<node ${index}>`],
      [`${services}${hostPart(address)}`, `<node ${index} at the services>`],
      [mac, `<mac ${index}>`],
      [node, `<name of node ${index}>`],
    ]),
    [network.vip, '<vip>'],
    [`refs/heads/${branch}`, '<branch>'],
    [`eth0.${vlan?.id}`, '<service link>'],
    [`eth0\\.${vlan?.id}`, '<service link as a pattern>'],
    [`vlanID: ${vlan?.id}`, '<service VLAN>'],
    [`dist/${name}/`, 'dist/<name>/'],
    [`clusterName: ${name}\n`, 'clusterName: <name>\n'],
    [`cluster: ${name}\n`, 'cluster: <name>\n'],
    [`installationID: ${name}\n`, 'installationID: <name>\n'],
    [`: ${name} platform\n`, ': <name> platform\n'],
    [domain, '<domain>'],
    [domain.replaceAll('.', '\\.'), '<domain as a pattern>'],
    [services, '<services>.'],
  ];
  return (text) => words.reduce((masked, [word, mask]) => masked.replaceAll(word, mask), text);
}

/** Paths of the files that are in one of the stages only, or differ. */
function differing(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => one.get(path) !== other.get(path)).sort();
}

/** Lines of the first that the second lacks. */
function linesOnlyIn(one = '', other = ''): string[] {
  const lines = new Set(other.split('\n'));
  return one.split('\n').filter((line) => !lines.has(line));
}

const filesOf = (name: string) => stages.find((stage) => stage.name === name)?.files ?? new Map<string, string>();

describe.each(stages)('$name', ({ cluster }) => {
  test('has what all stages have, but for its own name, place and certificates', () => {
    const own = ['name', 'stage', 'branch', 'domain', 'network', 'nodes', 'certificates'];
    const shared = Object.keys(stageFacts)
      .filter((key) => key !== 'components')
      .sort();
    expect(shared.filter((key) => own.includes(key))).toEqual([]);
    const pick = (facts: object) => Object.fromEntries(Object.entries(facts).filter(([key]) => shared.includes(key)));
    expect(pick(cluster)).toEqual(pick(stageFacts));
  });

  test('stands on a branch, a domain, addresses and machines that no other stage has', () => {
    const claims = ({ branch, domain, network, nodes }: RootCluster) => [
      branch,
      domain,
      network.vip,
      network.ingressAddress,
      ...(network.vlans ?? []).map(({ cidr }) => cidr),
      ...nodes.flatMap(({ name, address, mac }) => [name, address, mac]),
    ];
    const others = stages.filter((stage) => stage.cluster !== cluster).flatMap((stage) => claims(stage.cluster));
    expect(claims(cluster).filter((claim) => others.includes(claim))).toEqual([]);
  });
});

test('dev and test differ in nothing but their facts', () => {
  expect(differing(filesOf('dev'), filesOf('test'))).toEqual([]);
});

test('staging and prod differ in the server that signs', () => {
  const issuer = 'manifests/cert-manager/resources/cluster-issuer.cert-manager.io_ingress.yaml';
  const [staging, prod] = [filesOf('staging'), filesOf('prod')];
  expect(differing(staging, prod)).toEqual([issuer]);
  expect(linesOnlyIn(staging.get(issuer), prod.get(issuer))).toEqual([
    '      name: letsencrypt-staging-account',
    '    server: https://acme-staging-v02.api.letsencrypt.org/directory',
  ]);
});

test('dev and prod differ in who signs, and in what that needs', () => {
  const [dev, prod] = [filesOf('dev'), filesOf('prod')];
  const paths = differing(dev, prod);
  const isCertificate = (path: string) => path.includes('/certificate.cert-manager.io_');
  expect(paths.filter((path) => !isCertificate(path))).toEqual([
    'argocd/apps/cilium.yaml',
    'argocd/apps/metrics-server.yaml',
    'manifests/cert-manager/resources/cluster-issuer.cert-manager.io_ingress.yaml',
    'manifests/cert-manager/resources/cluster-issuer.cert-manager.io_internal.yaml',
  ]);
  // A public authority decides by itself how long a certificate lasts.
  for (const path of paths.filter(isCertificate)) {
    expect([path, linesOnlyIn(dev.get(path), prod.get(path))]).toEqual([path, ['  duration: 4320h', '  renewBefore: 2160h']]);
    expect([path, linesOnlyIn(prod.get(path), dev.get(path))]).toEqual([path, []]);
  }
  // It signs no name inside the cluster.
  for (const path of paths.filter((name) => name.startsWith('argocd/'))) {
    expect(linesOnlyIn(dev.get(path), prod.get(path)).map((line) => line.trim())).toEqual(['name: ingress']);
    expect(linesOnlyIn(prod.get(path), dev.get(path)).map((line) => line.trim())).toEqual(['name: internal']);
  }
});
