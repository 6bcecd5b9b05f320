import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Cilium, type CiliumProps } from '../charts/cilium/index.js';
import { Gitea, type GiteaProps } from '../charts/gitea.js';
import { collect } from '../charts/lib/collect.js';
import type { Component } from '../charts/lib/component.js';
import { type DatabaseRef, Handle, type IngressClassRef, type IssuerRef } from '../charts/lib/handle.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { Piraeus, type PiraeusProps } from '../charts/piraeus/index.js';
import { Whoami, type WhoamiProps } from '../charts/whoami.js';
import { schemas } from './fixtures/components.js';
import { type Any, valuesOf } from './fixtures/rendered.js';

/** Only what a chart computes from its props; everything else shows in dist/. */

const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const issuer: IssuerRef = new Handle(elsewhere, {
  ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' },
  isAcme: false,
});
const ingressClass: IngressClassRef = new Handle(elsewhere, { name: 'made-up' });

/** The objects of one component: "Kind name" -> spec. */
function specsOf(make: (app: App) => Component): Record<string, Any> {
  const app = new App();
  make(app);
  const { components, problems } = collect(app, schemas);
  expect(problems).toEqual([]);
  const objects = components.flatMap(({ stages }) => stages.flatMap((stage) => stage.objects));
  return Object.fromEntries(objects.map(({ manifest }) => [`${manifest.kind} ${manifest.metadata.name}`, manifest['spec'] ?? manifest]));
}

describe('Cilium', () => {
  const pools = [{ name: 'default', start: '192.0.2.200', stop: '192.0.2.219', autoAssign: true }];
  const props: CiliumProps = { devices: ['eth0'], addresses: { pools, announcedOn: ['eth0'] }, nodeCount: 3, issuer };
  const specs = (changes: Partial<CiliumProps>) => specsOf((app) => new Cilium(app, 'cilium', { ...props, ...changes }));
  const ciliumValues = (changes: Partial<CiliumProps>) => valuesOf(new Cilium(new App(), 'cilium', { ...props, ...changes }));

  test('announces on exactly the interfaces that it was given, a dot being a dot', () => {
    const { interfaces } = specs({ addresses: { pools, announcedOn: ['eth0.111', 'bond0'] } })['CiliumL2AnnouncementPolicy load-balancers'];
    const matches = (name: string) => interfaces.filter((pattern: string) => new RegExp(pattern).test(name)).length;
    expect(['eth0.111', 'bond0'].map(matches)).toEqual([1, 1]);
    expect(['eth0', 'eth0x111', 'eth0.1111', 'xeth0.111', 'bond0.1'].map(matches)).toEqual([0, 0, 0, 0, 0]);
  });

  test('gives addresses of a pool to every Service, of one that is not automatic only to Services that name it', () => {
    const pools = [
      { name: 'default', start: '192.0.2.200', stop: '192.0.2.209', autoAssign: true },
      { name: 'assigned', start: '192.0.2.210', stop: '192.0.2.219', autoAssign: false },
    ];
    const made = specs({ addresses: { pools, announcedOn: ['eth0'] } });
    expect(made['CiliumLoadBalancerIPPool default']).toEqual({ blocks: [{ start: '192.0.2.200', stop: '192.0.2.209' }] });
    expect(made['CiliumLoadBalancerIPPool assigned']).toEqual({
      blocks: [{ start: '192.0.2.210', stop: '192.0.2.219' }],
      serviceSelector: { matchLabels: { 'platform/pool': 'assigned' } },
    });
  });

  test('asks for the address of the ingress controller in the pool that holds it', () => {
    const { service } = ciliumValues({ ingress: { address: '192.0.2.210', pool: 'assigned' } }).ingressController;
    expect(service).toEqual({ annotations: { 'lbipam.cilium.io/ips': '192.0.2.210' }, labels: { 'platform/pool': 'assigned' } });
  });

  test.each([
    [1, 1],
    [2, 2],
    [5, 2],
  ])('on %i nodes runs %i operators, no two of which share a node', (nodeCount, replicas) => {
    expect(ciliumValues({ nodeCount }).operator.replicas).toBe(replicas);
  });

  test('has neither pools, nor announcements, nor an ingress controller when it is not asked for them', () => {
    const { addresses: _none, ...rest } = props;
    expect(specsOf((app) => new Cilium(app, 'cilium', rest))).toEqual({});
    expect(valuesOf(new Cilium(new App(), 'cilium', rest))).toMatchObject({
      l2announcements: { enabled: false },
      ingressController: { enabled: false },
    });
  });
});

describe('Piraeus', () => {
  const named = ['a', 'b', 'c'].map((name) => ({ name, disks: ['/dev/sdb'] }));
  const machines = { count: 3, disks: ['/dev/sdb'] };
  const props: PiraeusProps = { nodes: named, replicas: 2, issuer };
  const specs = (changes: Partial<PiraeusProps> = {}) => specsOf((app) => new Piraeus(app, 'piraeus', { ...props, ...changes }));
  const poolsOf = (made: Record<string, Any>) => Object.entries(made).filter(([name]) => name.includes(' pool-'));

  test('has one pool on all storage nodes when their disks are alike', () => {
    const pools = poolsOf(specs());
    expect(pools.map(([name]) => name)).toEqual(['LinstorSatelliteConfiguration pool-lvm']);
    expect(pools[0]?.[1]).toMatchObject({ nodeSelector: { 'platform/storage': 'data' } });
    expect(pools[0]?.[1]).not.toHaveProperty('nodeAffinity');
  });

  test('has one configuration for each set of disks, which names its nodes; every node is in exactly one', () => {
    const nodes = [
      { name: 'a', disks: ['/dev/sdb'] },
      { name: 'b', disks: ['/dev/nvme0n1', '/dev/nvme1n1'] },
      { name: 'c', disks: ['/dev/sdb'] },
    ];
    const pools = poolsOf(specs({ nodes })).map(([name, spec]) => ({
      name,
      nodes: spec.nodeAffinity.nodeSelectorTerms[0].matchExpressions[0].values,
      pool: spec.storagePools[0].name,
      disks: spec.storagePools[0].source.hostDevices,
    }));
    expect(pools).toEqual([
      { name: 'LinstorSatelliteConfiguration pool-lvm-1', nodes: ['a', 'c'], pool: 'lvm', disks: ['/dev/sdb'] },
      { name: 'LinstorSatelliteConfiguration pool-lvm-2', nodes: ['b'], pool: 'lvm', disks: ['/dev/nvme0n1', '/dev/nvme1n1'] },
    ]);
  });

  test('takes all storage nodes of machines that nobody knows, and empties them before they go', () => {
    const pools = poolsOf(specs({ nodes: machines }));
    const withNames = poolsOf(specs())[0]?.[1];
    expect(pools).toEqual([['LinstorSatelliteConfiguration pool-lvm', { ...withNames, deletionPolicy: 'Evacuate' }]]);
    expect(withNames).not.toHaveProperty('deletionPolicy');
  });

  test.each([
    ['machines', machines, ['piraeus-cluster-api']],
    ['named nodes', named, []],
  ] as const)('asks Cluster API to wait for it only where there are %s', (_name, nodes, expected) => {
    const piraeus = new Piraeus(new App(), 'piraeus', { ...props, nodes });
    const all = piraeus.node.findAll();
    const { operator, extraVolumes } = valuesOf(piraeus);
    expect(all.filter((node) => node instanceof DeclaredSecret).map((secret) => secret.props.name)).toEqual(expected);
    expect((extraVolumes ?? []).map(({ secret }: Any) => secret.secretName)).toEqual(expected);
    const [mount] = operator.extraVolumeMounts ?? [];
    expect(operator.options?.clusterApiKubeconfig).toBe(mount && `${mount.mountPath}/kubeconfig`);
    expect(mount?.name).toBe(extraVolumes?.[0].name);
  });

  test.each([
    [{ nodes: machines, replicas: 4 }, 'There are fewer nodes, 3, than copies, 4.'],
    [{ nodes: named.slice(0, 1) }, 'There are fewer nodes, 1, than copies, 2.'],
    [{ nodes: { count: 3, disks: [] } }, 'There is no disk for the pool of machines.'],
  ])('refuses %o', (changes: Partial<PiraeusProps>, expected) => {
    expect(() => specs(changes)).toThrow(expected);
  });

  test('has a class for as many copies as asked for, the default, and one for a single copy', () => {
    const made = specs({ replicas: 3 });
    const classes = Object.keys(made).filter((name) => name.startsWith('StorageClass'));
    expect(classes).toEqual(['StorageClass linstor-lvm-r1', 'StorageClass linstor-lvm-r3']);
    const isDefault = classes.map((name) => made[name].metadata.annotations?.['storageclass.kubernetes.io/is-default-class']);
    expect(isDefault).toEqual([undefined, 'true']);
    expect(made['StorageClass linstor-lvm-r3'].parameters).toMatchObject({
      'linstor.csi.linbit.com/autoPlace': '3',
      'linstor.csi.linbit.com/allowRemoteVolumeAccess': 'true',
    });
  });

  test('has one class, read where it lies, when one copy is asked for', () => {
    const made = specs({ nodes: [{ name: 'a', disks: ['/dev/sdb'] }], replicas: 1 });
    expect(Object.keys(made).filter((name) => name.startsWith('StorageClass'))).toEqual(['StorageClass linstor-lvm-r1']);
    expect(made['StorageClass linstor-lvm-r1']).toMatchObject({
      metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      parameters: { 'linstor.csi.linbit.com/autoPlace': '1', 'linstor.csi.linbit.com/allowRemoteVolumeAccess': 'false' },
    });
  });

  test('runs what moves pods between copies only where there can be copies', () => {
    const enabledOn = (count: number) => {
      const { affinityController, highAvailabilityController } = specs({ nodes: named.slice(0, count), replicas: 1 })[
        'LinstorCluster linstorcluster'
      ];
      return [affinityController.enabled, highAvailabilityController.enabled];
    };
    expect([1, 2].map(enabledOn)).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('offers the default class', () => {
    const { storageClass } = new Piraeus(new App(), 'piraeus', { ...props, replicas: 2 });
    expect(Handle.open(storageClass)).toEqual({ name: 'linstor-lvm-r2' });
    expect(storageClass.provider).toEqual({ component: 'piraeus', stage: 'resources' });
  });
});

describe('Gitea', () => {
  const props: GiteaProps = {
    host: 'gitea.example.test',
    exposure: { ingressClass, issuer },
    storageClass: new Handle(elsewhere, { name: 'made-up' }),
    adminEmail: 'gitea@example.test',
    trust: new Handle(elsewhere, { configMap: 'authorities', key: 'all.crt' }),
  };
  const databaseIn = (namespace: string): DatabaseRef =>
    new Handle(
      { component: 'git-db', stage: 'resources' },
      { host: `git-db-rw.${namespace}.svc`, database: 'git', secret: 'git-db-app', namespace },
    );
  const add = (changes: Partial<GiteaProps> = {}) => new Gitea(new App(), 'gitea', { ...props, ...changes });
  const secretsOf = (gitea: Gitea) =>
    gitea.node
      .findAll()
      .filter((node) => node instanceof DeclaredSecret)
      .map((secret) => secret.props.name);

  test('keeps its data on its volume where it has no database', () => {
    const { gitea } = valuesOf(add());
    expect(gitea.config.database).toEqual({ DB_TYPE: 'sqlite3' });
    expect(gitea).not.toHaveProperty('additionalConfigFromEnvs');
    expect(add().release.edges.map(({ to }) => to.component)).not.toContain('git-db');
  });

  test('reaches PostgreSQL over TLS, with name and password from the Secret of the operator only', () => {
    const component = add({ database: databaseIn('gitea') });
    const { gitea } = valuesOf(component);
    expect(gitea.config.database).toEqual({ DB_TYPE: 'postgres', HOST: 'git-db-rw.gitea.svc:5432', NAME: 'git', SSL_MODE: 'require' });
    expect(gitea.additionalConfigFromEnvs).toEqual([
      { name: 'GITEA__DATABASE__USER', valueFrom: { secretKeyRef: { name: 'git-db-app', key: 'username' } } },
      { name: 'GITEA__DATABASE__PASSWD', valueFrom: { secretKeyRef: { name: 'git-db-app', key: 'password' } } },
    ]);
    expect(component.release.edges.map(({ to }) => `${to.component}/${to.stage}`)).toContain('git-db/resources');
  });

  test('needs a copy of that Secret only where the database is in another namespace', () => {
    expect(secretsOf(add({ database: databaseIn('gitea') }))).toEqual(['gitea-admin']);
    expect(secretsOf(add({ database: databaseIn('databases') }))).toEqual(['gitea-admin', 'git-db-app']);
    const namespace = new Handle({ component: 'git-db', stage: 'base' }, { name: 'databases' });
    const beside = add({ database: databaseIn('databases'), namespace });
    expect(secretsOf(beside)).toEqual(['gitea-admin']);
    expect(beside.namespaceName).toBe('databases');
  });
});

describe('Whoami', () => {
  const specs = (changes: Partial<WhoamiProps> = {}) =>
    specsOf((app) => new Whoami(app, 'whoami', { host: 'whoami.example.test', exposure: { ingressClass, issuer }, ...changes }));

  test('selects its pods by their own labels, in Deployment, Service and NetworkPolicy alike', () => {
    const made = specs();
    const { selector, template } = made['Deployment whoami'];
    expect(template.metadata.labels).toEqual({ 'app.kubernetes.io/name': 'whoami' });
    expect(selector).toEqual({ matchLabels: template.metadata.labels });
    expect(made['Service whoami'].selector).toEqual(template.metadata.labels);
    expect(made['NetworkPolicy whoami'].podSelector.matchLabels).toEqual(template.metadata.labels);
  });

  test('asks for nothing that the level restricted forbids', () => {
    const { spec } = specs()['Deployment whoami'].template;
    expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
    expect(spec.volumes ?? []).toEqual([]);
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsGroup: 65532,
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('has all probes and limits, and one port from the Service to the container', () => {
    const made = specs();
    const [container] = made['Deployment whoami'].template.spec.containers;
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(container[probe].httpGet).toMatchObject({ path: '/health', port: 8080 });
    }
    expect(container.resources).toMatchObject({ requests: { memory: '16Mi' }, limits: { memory: '64Mi' } });
    expect(container.env).toEqual([{ name: 'WHOAMI_PORT_NUMBER', value: '8080' }]);
    expect(made['Service whoami'].ports).toEqual([{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }]);
    expect(made['NetworkPolicy whoami'].ingress).toEqual([{ ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test('is exposed under its host with a certificate for it', () => {
    const made = specs();
    expect(made['Ingress whoami']).toMatchObject({
      ingressClassName: 'made-up',
      tls: [{ hosts: ['whoami.example.test'], secretName: 'whoami-tls' }],
      rules: [{ host: 'whoami.example.test', http: { paths: [{ backend: { service: { name: 'whoami', port: { number: 80 } } } }] } }],
    });
    expect(made['Certificate whoami-tls']).toMatchObject({ dnsNames: ['whoami.example.test'], issuerRef: { name: 'made-up' } });
  });

  test.each([
    [undefined, 2],
    [1, 1],
  ])('runs as often as asked: %s', (replicas, expected) => {
    expect(specs(replicas === undefined ? {} : { replicas })['Deployment whoami'].replicas).toBe(expected);
  });
});
