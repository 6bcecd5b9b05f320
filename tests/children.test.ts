import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { helmChartProxyOf } from '../charts/child-cluster/add-ons.js';
import { Problems } from '../charts/lib/problem.js';
import { defineCluster } from '../clusters/lib/cluster.js';
import { discoverFleet } from '../clusters/lib/discover.js';
import type { Cluster } from '../clusters/lib/facts.js';
import { assembleFleet } from '../clusters/lib/fleet.js';
import { planCluster } from '../clusters/lib/plan.js';
import { aCluster, childFacts, cloneFacts } from './fixtures/a-cluster.js';
import { schemas } from './fixtures/components.js';
import type { Any } from './fixtures/rendered.js';

/** What a parent renders for its children. */

test('an add-on is installed once, with values that no template language changes', () => {
  const values = { flag: 'off', text: 'a {{ b }} c', list: [1] };
  const addOn = {
    release: 'network',
    namespace: 'kube-system',
    repository: 'oci://charts.example.test/x',
    chart: 'net',
    version: '1.2.3',
    values,
  };
  const { valuesTemplate, ...spec } = helmChartProxyOf(addOn, { made: 'up' });
  expect(spec).toMatchObject({
    clusterSelector: { matchLabels: { made: 'up' } },
    ...{ releaseName: 'network', namespace: 'kube-system', chartName: 'net', repoURL: addOn.repository, version: '1.2.3' },
    reconcileStrategy: 'InstallOnce',
  });
  const written = '{{ "{{" }}';
  expect(valuesTemplate.replaceAll(written, '')).not.toContain('{{');
  expect(parse(valuesTemplate.replaceAll(written, '{{'), { version: '1.1' })).toEqual(values);
});

function problemsOf(run: () => unknown): (readonly [rule: string, file: string, field: string])[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ rule, file, field }) => [rule, file, field]);
    throw error;
  }
}

const upper = aCluster({ name: 'upper' });
const pods = (changes: Parameters<typeof childFacts>[0] = {}) => defineCluster(childFacts({ name: 'pods', ...changes }));
const clones = (changes: Parameters<typeof cloneFacts>[0] = {}) => defineCluster(cloneFacts({ name: 'clones', ...changes }));

describe('a parent and its children', () => {
  const problemsWith = (...children: Cluster[]) => problemsOf(() => assembleFleet([upper, ...children]));

  test('have no problem with networks and addresses of their own', () => {
    expect(problemsWith(pods(), clones({ network: { podCidr: '10.246.0.0/16' } }))).toEqual([]);
  });

  test.each([
    ['disjoint-from-parent', 'network.podCidr', () => pods({ network: { podCidr: '10.244.128.0/17' } })],
    ['disjoint-from-parent', 'network.serviceCidr', () => pods({ network: { serviceCidr: '10.100.0.0/16' } })],
    ['disjoint-from-parent', 'network.podCidr', () => pods({ network: { podCidr: '192.0.2.0/25' } })],
    ['address-of-parent', 'network.vip', () => pods({ network: { vip: '192.0.2.100' } })],
    ['address-of-parent', 'network.ingressAddress', () => pods({ network: { ingressAddress: '198.51.100.1' } })],
    ['one-owner-of-address', 'network.ingressAddress', () => pods({ network: { ingressAddress: '192.0.2.200' } })],
  ])('say %s of %s', (rule, field, child) => {
    expect(problemsWith(child())).toEqual([[rule, 'clusters/pods.ts', field]]);
  });

  test.each([
    ['network.vip', { network: { vip: '192.0.2.11' } }],
    ['machines.firstAddress', { machines: { firstAddress: '192.0.2.20', lastAddress: '192.0.2.39' } }],
    [
      'network.loadBalancerPools[0]',
      { network: { loadBalancerPools: [{ name: 'a', start: '192.0.2.230', stop: '192.0.2.240' }], ingressAddress: '192.0.2.240' } },
    ],
  ])('on one network share no %s', (field, changes) => {
    const network = { nodeCidr: '192.0.2.0/24', gateway: '192.0.2.1', vip: '192.0.2.50', ingressAddress: '192.0.2.180' };
    const pool = [{ name: 'default', start: '192.0.2.180', stop: '192.0.2.189' }];
    const machines = { firstAddress: '192.0.2.60', lastAddress: '192.0.2.79' };
    const own = {
      network: { ...network, loadBalancerPools: pool, ...('network' in changes ? changes.network : {}) },
      machines: { ...machines, ...('machines' in changes ? changes.machines : {}) },
    };
    expect(problemsWith(clones({ network: { ...network, loadBalancerPools: pool }, machines }))).toEqual([]);
    expect(problemsWith(clones(own))).toEqual([['one-owner-of-address', 'clusters/clones.ts', field]]);
  });

  test('share no load-balancer address with a sibling', () => {
    const sibling = defineCluster(childFacts({ name: 'second', network: { vip: '192.0.2.221', ingressAddress: '192.0.2.222' } }));
    expect(problemsWith(pods(), sibling)).toEqual([['one-owner-of-address', 'clusters/second.ts', 'network.vip']]);
  });
});

test.each([
  ['pods', pods, 'virtualizeChildren'],
  ['clones', clones, 'cloneChildren'],
] as const)('a parent that does not make its child %s is a problem that says how', (_name, child, fix) => {
  const fleet = assembleFleet([upper, child()]);
  const plan = () => planCluster(upper, fleet, schemas);
  expect(problemsOf(plan)).toEqual([['made-by-parent', 'clusters/upper.ts', 'components']]);
  expect(plan).toThrow(fix);
});

const root = fileURLToPath(new URL('..', import.meta.url));
const fleet = await discoverFleet(root, (name) => import(`../clusters/${name}.ts`));
const families = fleet.clusters.flatMap((parent) => {
  const children = fleet.childrenOf(parent.name);
  const plan = children.length > 0 ? planCluster(parent, fleet, schemas) : undefined;
  return children.map((child) => ({ name: child.name, child, plan: planCluster(child, fleet, schemas), parentPlan: plan }));
});

describe.each(families)('$name, in the tree of its parent,', ({ name, child, plan, parentPlan }) => {
  const objects = parentPlan?.objects.filter(({ component }) => component === name).map(({ manifest }) => manifest as Any) ?? [];
  const ofKind = (kind: string): Any[] => objects.filter((object) => object.kind === kind);
  const proxies = ofKind('HelmChartProxy').map(({ spec }) => spec);
  const valuesOf = (release: string): Any => parse(proxies.find(({ releaseName }) => releaseName === release)?.valuesTemplate ?? '');

  test('has the networks, versions and machines of its facts', () => {
    const { pods: podNetwork, services } = ofKind('Cluster')[0].spec.clusterNetwork;
    expect([podNetwork.cidrBlocks, services.cidrBlocks]).toEqual([[child.network.podCidr], [child.network.serviceCidr]]);
    const { replicas, version, controlPlaneConfig } = ofKind('TalosControlPlane')[0].spec;
    expect(version).toBe(child.versions.kubernetes);
    expect(controlPlaneConfig.controlplane.strategicPatches.join()).toContain(`:${child.versions.talos}"`);
    expect('machines' in child && replicas === child.machines.controlPlane.replicas).toBe(true);
  });

  test('gets exactly what its own Argo CD cannot install, from the charts that it goes on with', () => {
    const bootstrap = plan.components.filter(({ component }) => component.options.bootstrap);
    const releases = bootstrap.flatMap(({ stages }) => stages.flatMap((stage) => stage.releases));
    expect(releases.map(({ releaseName }) => releaseName)).toEqual(expect.arrayContaining(['argocd', 'cilium']));
    const chartOf = ({ repoURL, chartName, version, releaseName }: Any) => [releaseName, repoURL, chartName, version];
    const own = releases.map(({ releaseName, props: { repository, chart, version } }) => [releaseName, repository, chart, version]);
    const [roots, others] = [
      proxies.filter(({ releaseName }) => releaseName === 'argocd-apps'),
      proxies.filter(({ releaseName }) => releaseName !== 'argocd-apps'),
    ];
    expect(roots).toHaveLength(1);
    expect(others.map(chartOf).sort()).toEqual(own.sort());
  });

  test('gets nothing of a kind that comes only later', () => {
    for (const { valuesTemplate } of proxies) expect(valuesTemplate).not.toMatch(/serviceMonitor|certManagerIssuerRef/);
  });

  test('gets the root that is in its own tree', () => {
    const { metadata, spec } = plan.engine.get('argocd/root.yaml') as Any;
    const { namespace, additionalAnnotations, ...rest } = valuesOf('argocd-apps').applications.root;
    expect([namespace, additionalAnnotations, rest]).toEqual([metadata.namespace, metadata.annotations, spec]);
    const project = plan.engine.get('argocd/projects/root.yaml') as Any;
    expect(valuesOf('argocd-apps').projects.root).toMatchObject(project.spec);
  });
});
