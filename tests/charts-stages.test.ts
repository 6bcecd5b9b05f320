import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { type AccessRule, Authelia, type AutheliaProps } from '../charts/authelia.js';
import type { Component } from '../charts/lib/component.js';
import { exposeService } from '../charts/lib/expose.js';
import { Handle, type IngressClassRef, type IssuerRef, type StorageClassRef } from '../charts/lib/handle.js';
import { Problems } from '../charts/lib/problem.js';
import { HelmRelease } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { MetalLb, type MetalLbProps } from '../charts/metallb.js';
import { SynologyCsi } from '../charts/synology-csi.js';
import { Made, planOf } from './fixtures/components.js';
import { type Any, expectSound, find, objectsOf, valuesOf } from './fixtures/rendered.js';

/** Components of the staged clusters (seed 001) and of the one with MetalLB: what a chart computes from its props. */

const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const issuer: IssuerRef = new Handle(elsewhere, {
  ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' },
  isAcme: false,
});
const ingressClass: IngressClassRef = new Handle(elsewhere, { name: 'made-up' });
const storageClass: StorageClassRef = new Handle(elsewhere, { name: 'made-up' });
const exposure = { ingressClass, issuer };

const login: AutheliaProps = {
  domain: 'dev.example.test',
  host: 'auth.dev.example.test',
  exposure,
  storageClass,
  rules: [{ hosts: ['whoami.dev.example.test'], policy: 'one_factor' }],
  defaultRedirect: 'whoami.dev.example.test',
};
const addLogin = (app: App, changes: Partial<AutheliaProps> = {}) => new Authelia(app, 'authelia', { ...login, ...changes });
const addNas = (app: App) => {
  const snapshotController = new Made(app, 'snapshot-controller').fill('release', 'resources');
  return new SynologyCsi(app, 'synology-csi', { dsm: '192.0.2.10', volume: '/volume1', className: 'nas-iscsi', snapshotController });
};
const pools: MetalLbProps['pools'] = [
  { name: 'automatic', start: '192.0.2.200', stop: '192.0.2.209', autoAssign: true },
  { name: 'assigned', start: '192.0.2.210', stop: '192.0.2.219', autoAssign: false },
];
const addBalancer = (app: App, changes: Partial<MetalLbProps> = {}) =>
  new MetalLb(app, 'metallb', { pools, controlPlaneOnly: false, ...changes });

describe.each([
  ['Authelia', addLogin],
  ['Synology CSI', addNas],
  ['MetalLB', addBalancer],
] as const)('%s, like every component,', (_name, add: (app: App) => Component) => {
  test('renders objects that the schemas of their kinds take, and no Secret', () => {
    const component = add(new App());
    expectSound(component);
    expect(find(component, 'Namespace')).toBeDefined();
  });

  test('enforces the level that its pods need', () => {
    const component = add(new App());
    const release = component.node.findAll().find((node) => node instanceof HelmRelease);
    const labels = find(component, 'Namespace').metadata.labels;
    expect(labels['pod-security.kubernetes.io/enforce']).toBe(release?.props.provides.podSecurity);
  });
});

describe('Authelia', () => {
  const webhook: AccessRule = { hosts: ['argocd.dev.example.test'], paths: ['^/api/webhook$'], policy: 'bypass' };
  const admins: AccessRule = { hosts: ['argocd.dev.example.test'], groups: ['admins', 'owners'], policy: 'two_factor' };
  const open: AccessRule = { hosts: ['www.dev.example.test'], policy: 'bypass' };
  const closedPath: AccessRule = { hosts: ['www.dev.example.test'], paths: ['^/admin'], policy: 'two_factor' };
  const rulesOf = (rules: readonly AccessRule[]): Any => valuesOf(addLogin(new App(), { rules })).configMap.access_control.rules;

  test('asks rules that let everybody in before the others', () => {
    expect(rulesOf([admins, ...login.rules, webhook])).toEqual([
      { domain: ['argocd.dev.example.test'], resources: ['^/api/webhook$'], policy: 'bypass' },
      { domain: ['argocd.dev.example.test'], subject: ['group:admins', 'group:owners'], policy: 'two_factor' },
      { domain: ['whoami.dev.example.test'], policy: 'one_factor' },
    ]);
  });

  test('never opens a path by opening its host', () => {
    const policies = rulesOf([open, closedPath, webhook]).map(({ policy, resources }: Any) => `${policy} ${resources ?? 'all'}`);
    expect(policies).toEqual(['bypass ^/api/webhook$', 'two_factor ^/admin', 'bypass all']);
  });

  test('takes no group where nobody is asked for a name', () => {
    // @ts-expect-error Authelia does not start with such a rule
    const rule: AccessRule = { hosts: ['www.dev.example.test'], groups: ['admins'], policy: 'bypass' };
    expect(rule.policy).toBe('bypass');
  });

  test('denies what no rule names, and gives its cookie to the whole domain', () => {
    const { access_control, session } = valuesOf(addLogin(new App())).configMap;
    expect(access_control.default_policy).toBe('deny');
    expect(session.cookies).toEqual([
      { domain: 'dev.example.test', subdomain: 'auth', path: '', default_redirection_url: 'https://whoami.dev.example.test' },
    ]);
  });

  test('declares the Secrets that its pod mounts, and mounts no other', () => {
    const component = addLogin(new App());
    const declared = component.node.findAll().filter((node) => node instanceof DeclaredSecret);
    const { secret, configMap, pod } = valuesOf(component);
    expect(declared.map(({ stage, props }) => [stage.stage, props.name])).toEqual([
      ['base', 'authelia'],
      ['base', 'authelia-users'],
    ]);
    expect([secret.existingSecret, ...Object.keys(secret.additionalSecrets)]).toEqual(declared.map(({ props }) => props.name));
    const files = [
      configMap.identity_validation.reset_password.secret.path,
      configMap.session.encryption_key.path,
      configMap.storage.encryption_key.path,
    ];
    expect(Object.keys(declared[0]?.props.keys ?? {})).toEqual(files);
    expect(Object.keys(declared[1]?.props.keys ?? {})).toEqual(secret.additionalSecrets['authelia-users'].items.map(({ key }: Any) => key));
    expect(configMap.authentication_backend.file.path).toBe('/secrets/authelia-users/users_database.yml');
    expect(pod.annotations).toEqual({ 'secret.reloader.stakater.com/reload': 'authelia,authelia-users' });
  });

  test('what is protected names its Middleware, and waits for it', () => {
    const { components, dependencies, problems } = planOf((app) => {
      new Made(app, 'traefik').install({ crds: { 'traefik.io': ['Middleware'] }, classes: { IngressClass: ['made-up'] } });
      new Made(app, 'cert-manager').install({ crds: { 'cert-manager.io': ['Certificate'] } });
      new Made(app, 'elsewhere').fill('resources');
      const { protection } = addLogin(app);
      const { exposure: stage } = new Made(app, 'shown');
      const service = { host: 'shown.dev.example.test', service: 'shown', port: 80, name: 'shown', isProtected: true };
      exposeService(stage, { ...exposure, protection }, service);
    });
    expect(problems).toEqual([]);
    expect(dependencies.graph.edges.get('shown/exposure')).toContain('authelia/resources');
    expect(dependencies.graph.edges.get('authelia/resources')).toContain('traefik/release');

    const [authelia, shown] = ['authelia', 'shown'].map((name) => components.find((other) => other.name === name)?.component);
    const { namespace, name } = find(authelia as Authelia, 'Middleware').metadata;
    expect(find(shown as Made, 'Ingress').metadata.annotations).toEqual({
      'traefik.ingress.kubernetes.io/router.middlewares': `${namespace}-${name}@kubernetescrd`,
    });
    expect(Handle.open((authelia as Authelia).middleware)).toEqual({ name, namespace });
  });

  test('its own page is not protected, even where it is told how', () => {
    const protection = new Handle(elsewhere, { annotations: { made: 'up' } });
    const component = addLogin(new App(), { exposure: { ...exposure, protection } });
    const { metadata, spec } = find(component, 'Ingress');
    expect(metadata.annotations ?? {}).toEqual({});
    expect(spec.rules[0]).toMatchObject({
      host: 'auth.dev.example.test',
      http: { paths: [{ backend: { service: { name: 'authelia', port: { name: 'http' } } } }] },
    });
  });

  test.each<[string, Partial<AutheliaProps>]>([
    ['a domain that browsers keep no cookie for', { domain: 'test' }],
    ['its page outside of the domain', { host: 'auth.example.test' }],
    ['a domain that only looks like the parent', { host: 'authdev.example.test' }],
    ['a protected host outside of the domain', { rules: [{ hosts: ['whoami.example.test'], policy: 'one_factor' }] }],
    ['all hosts at once', { rules: [{ hosts: ['*.dev.example.test'], policy: 'bypass' }] }],
    ['people sent back to its page', { defaultRedirect: login.host }],
    ['no rule', { rules: [] }],
    ['a rule without a host', { rules: [{ hosts: [], policy: 'one_factor' }] }],
  ])('refuses %s', (_mistake, changes) => {
    const make = () => addLogin(new App(), changes);
    expect(make).toThrow(Problems);
    expect(make).toThrow('[valid-login]');
  });
});

describe('Synology CSI', () => {
  test('has one class that is the default and keeps its data, and a snapshot class that does too', () => {
    const component = addNas(new App());
    expect(Handle.open(component.storageClass)).toEqual({ name: 'nas-iscsi' });
    expect(component.storageClass.provider).toEqual({ component: 'synology-csi', stage: 'resources' });
    expect(find(component, 'StorageClass', 'nas-iscsi')).toMatchObject({
      metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      reclaimPolicy: 'Retain',
      parameters: { dsm: '192.0.2.10', location: '/volume1', protocol: 'iscsi' },
    });
    const snapshots = find(component, 'VolumeSnapshotClass', 'nas-iscsi');
    expect(snapshots).toMatchObject({ driver: find(component, 'StorageClass').provisioner, deletionPolicy: 'Retain' });
  });

  test('leaves none of the classes of the chart, whose deletion would be the default', () => {
    expect(valuesOf(addNas(new App()))).toMatchObject({ storageClasses: null, volumeSnapshotClasses: null });
  });

  test('declares the login that its pods mount', () => {
    const component = addNas(new App());
    const [secret] = component.node.findAll().filter((node) => node instanceof DeclaredSecret);
    expect(valuesOf(component).clientInfoSecret).toEqual({ create: false, name: secret?.props.name });
    expect(Object.keys(secret?.props.keys ?? {})).toEqual(['client-info.yaml']);
  });

  test('is rendered only once the kinds of snapshots are there', () => {
    expect(addNas(new App()).release.edges.map(({ to }) => to)).toEqual([{ component: 'snapshot-controller', stage: 'release' }]);
  });

  test('asks the nodes for iscsiadm, where the driver looks for it', () => {
    const component = addNas(new App());
    expect(component.options.talos).toEqual({ systemExtensions: ['siderolabs/iscsi-tools'] });
    expect(valuesOf(component).node.plugin.extraArgs).toEqual(['--iscsiadm-path=/usr/local/sbin/iscsiadm']);
  });
});

describe('MetalLB', () => {
  test('makes a range of each pool, and announces every one', () => {
    const component = addBalancer(new App());
    const made = objectsOf(component).filter(({ manifest }) => manifest.kind === 'IPAddressPool');
    expect(made.map(({ stage, manifest }) => [stage, manifest.metadata.name, manifest.spec])).toEqual([
      ['resources', 'automatic', { addresses: ['192.0.2.200-192.0.2.209'], autoAssign: true, avoidBuggyIPs: true }],
      ['resources', 'assigned', { addresses: ['192.0.2.210-192.0.2.219'], autoAssign: false, avoidBuggyIPs: true }],
    ]);
    expect(find(component, 'L2Advertisement').spec).toEqual({ ipAddressPools: ['automatic', 'assigned'] });
  });

  test.each([true, false])('announces from control planes only where there is nothing else: %s', (controlPlaneOnly) => {
    const { speaker, frrk8s } = valuesOf(addBalancer(new App(), { controlPlaneOnly }));
    expect([speaker.ignoreExcludeLB, frrk8s.enabled]).toEqual([controlPlaneOnly, false]);
  });

  test('says how a Service asks for an address, once the pools are there', () => {
    const { loadBalancer } = addBalancer(new App());
    expect(loadBalancer.provider).toEqual({ component: 'metallb', stage: 'resources' });
    expect(Handle.open(loadBalancer)).toEqual({ addressAnnotation: 'metallb.io/loadBalancerIPs' });
  });
});
