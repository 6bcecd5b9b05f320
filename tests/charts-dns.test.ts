import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Bind9, type Bind9Props, challengeZoneOf, type Zone } from '../charts/bind9/index.js';
import { paths, prepareScript } from '../charts/bind9/zones.js';
import { ExternalDns, type ExternalDnsProps } from '../charts/external-dns.js';
import type { Component } from '../charts/lib/component.js';
import { Handle, type LoadBalancerRef, type StorageClassRef } from '../charts/lib/handle.js';
import { Problems } from '../charts/lib/problem.js';
import { HelmRelease } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { Made, planOf } from './fixtures/components.js';
import { type Any, expectSound, find, objectsOf, valuesOf } from './fixtures/rendered.js';

/** The name server and what writes its records: what a chart computes from its props. */

const elsewhere = { component: 'elsewhere', stage: 'resources' } as const;
const storageClass: StorageClassRef = new Handle(elsewhere, { name: 'made-up' });
const loadBalancer: LoadBalancerRef = new Handle(elsewhere, { addressAnnotation: 'made.up/ips', poolLabel: 'made-up/pool' });

const apps = { name: 'apps.example.test', tsigKeyName: 'apps-dns' };
const main = { name: 'example.test', tsigKeyName: 'main-dns', records: { router: '192.0.2.1', 'api.main': '192.0.2.2' } };
const addServer = (app: App, changes: Partial<Bind9Props> = {}) =>
  new Bind9(app, 'bind9', { zones: [main, apps], address: '192.0.2.53', loadBalancer, pool: 'assigned', storageClass, ...changes });
const zone = { zone: apps.name, nameserver: '192.0.2.53', keyName: apps.tsigKeyName };
const addWriter = (app: App, changes: Partial<ExternalDnsProps> = {}) =>
  new ExternalDns(app, 'external-dns', { cluster: 'made-up', zone, ...changes });

const secretsOf = (component: Component) => component.node.findAll().filter((node) => node instanceof DeclaredSecret);
const podOf = (component: Component, kind = 'Deployment'): Any => find(component, kind).spec.template;

describe.each<[string, (app: App) => Component]>([
  ['Bind9', addServer],
  ['ExternalDNS', addWriter],
])('%s, like every component,', (_name, add) => {
  test('renders objects that the schemas of their kinds take, and no Secret', () => {
    const component = add(new App());
    expectSound(component);
  });

  test('limits the memory of every container, and selects its pods by their own labels', () => {
    for (const { manifest } of objectsOf(add(new App()))) {
      const template = manifest.spec?.template;
      if (template === undefined) continue;
      expect(manifest.spec.selector.matchLabels).toEqual(template.metadata.labels);
      for (const { name, resources } of [...template.spec.containers, ...(template.spec.initContainers ?? [])]) {
        expect(resources.limits.memory, name).toMatch(/^\d+Mi$/);
      }
    }
  });
});

describe('Bind9', () => {
  test('lets each key write and transfer its own zone, and nobody else', () => {
    const config: string = find(addServer(new App()), 'ConfigMap', 'bind9-config').data['named.conf'];
    const zones = [...config.matchAll(/^zone "(.+)" \{[\s\S]*?^\};/gm)].map(([text, name]) => [name, text]);
    expect(zones.map(([name]) => name)).toEqual(['example.test', 'apps.example.test']);
    expect(zones[0]?.[1]).toContain('update-policy { grant main-dns zonesub ANY; };\n  allow-transfer { key main-dns; };');
    expect(zones[1]?.[1]).toContain('update-policy { grant apps-dns zonesub ANY; };\n  allow-transfer { key apps-dns; };');
    for (const line of ['recursion no;', 'allow-transfer { none; };', 'allow-update { none; };', 'controls { };']) {
      expect(config).toContain(`${line}\n`);
    }
    // A key must be known before a zone names it.
    expect(config.startsWith('include "/run/named/keys.conf";\n')).toBe(true);
  });

  test('lets the key of a solver change TXT records of its zone, and transfer nothing', () => {
    const proved = { ...apps, challengeKeyName: 'apps-acme' };
    const component = addServer(new App(), { zones: [main, proved] });
    const config: string = find(component, 'ConfigMap', 'bind9-config').data['named.conf'];
    expect(config.split('\n').filter((line) => line.includes('apps-acme'))).toEqual([
      '  update-policy { grant apps-dns zonesub ANY; grant apps-acme zonesub TXT; };',
    ]);
    expect(secretsOf(component)[0]?.props.keys).toMatchObject({
      'apps-acme': expect.stringMatching(/writes TXT records of apps\.example\.test$/),
      'apps-dns': expect.stringMatching(/writes apps\.example\.test$/),
    });
  });

  test('starts a zone with the server itself and the given addresses', () => {
    const { data } = find(addServer(new App()), 'ConfigMap', 'bind9-seeds');
    expect(Object.keys(data).sort()).toEqual(['apps.example.test.zone', 'example.test.zone']);
    expect(data['example.test.zone']).toBe(`$ORIGIN example.test.
$TTL 300
@ IN SOA ns1.example.test. hostmaster.example.test. ( 1 3600 600 86400 60 )
@ IN NS ns1.example.test.
ns1 IN A 192.0.2.53
api.main IN A 192.0.2.2
router IN A 192.0.2.1
`);
  });

  test('makes the files of named: a zone only where there is none, and a statement for each key', () => {
    const root = mkdtempSync(join(tmpdir(), 'bind9-'));
    try {
      for (const folder of [paths.seeds, paths.keys, paths.zones, '/run/named']) mkdirSync(join(root, folder), { recursive: true });
      const at = (path: string) => join(root, path);
      writeFileSync(at(`${paths.seeds}/old.zone`), 'seed\n');
      writeFileSync(at(`${paths.seeds}/new.zone`), 'seed\n');
      writeFileSync(at(`${paths.zones}/old.zone`), 'grown\n');
      writeFileSync(at(`${paths.keys}/main-dns`), 'AAAA\n');
      writeFileSync(at(`${paths.keys}/apps-dns`), 'BBBB');
      const named = new RegExp([paths.keyFile, paths.seeds, paths.keys, paths.zones].join('|'), 'g');
      execFileSync('/bin/sh', ['-ec', prepareScript.replace(named, at)]);
      expect(readFileSync(at(`${paths.zones}/old.zone`), 'utf8')).toBe('grown\n');
      expect(readFileSync(at(`${paths.zones}/new.zone`), 'utf8')).toBe('seed\n');
      expect(existsSync(at(`${paths.zones}/new.zone.new`))).toBe(false);
      expect(readFileSync(at(paths.keyFile), 'utf8')).toBe(
        'key "apps-dns" { algorithm hmac-sha256; secret "BBBB"; };\nkey "main-dns" { algorithm hmac-sha256; secret "AAAA"; };\n',
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  test('declares each key once, under the name that the zones use', () => {
    const shared = [main, { name: 'b.example.test', tsigKeyName: 'main-dns' }];
    for (const [zones, names] of [
      [
        [main, apps],
        ['apps-dns', 'main-dns'],
      ],
      [shared, ['main-dns']],
    ] as const) {
      const [secret, ...others] = secretsOf(addServer(new App(), { zones }));
      expect(others).toEqual([]);
      expect([secret?.stage.stage, secret?.props.name]).toEqual(['base', 'bind9-tsig']);
      expect(Object.keys(secret?.props.keys ?? {})).toEqual(names);
    }
    const component = addServer(new App());
    expect(podOf(component).spec.volumes.find(({ name }: Any) => name === 'keys').secret.secretName).toBe('bind9-tsig');
    expect(find(component, 'Deployment').metadata.annotations).toEqual({ 'secret.reloader.stakater.com/reload': 'bind9-tsig' });
  });

  test('asks for its address in the pool that holds it, for both protocols at once', () => {
    const { metadata, spec } = find(addServer(new App()), 'Service');
    expect(metadata.annotations).toEqual({ 'made.up/ips': '192.0.2.53' });
    expect(metadata.labels['made-up/pool']).toBe('assigned');
    expect(spec).toEqual({
      type: 'LoadBalancer',
      selector: { 'app.kubernetes.io/name': 'bind9' },
      ports: [
        { name: 'dns-udp', port: 53, targetPort: 5353, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 5353, protocol: 'TCP' },
      ],
    });
    const bare = new Handle(elsewhere, { addressAnnotation: 'made.up/ips' });
    expect(find(addServer(new App(), { loadBalancer: bare }), 'Service').metadata.labels).toEqual({ 'app.kubernetes.io/name': 'bind9' });
  });

  test('has one writer of its volume, in one stage with it', () => {
    const component = addServer(new App());
    const { replicas, strategy, template } = find(component, 'Deployment').spec;
    expect([replicas, strategy]).toEqual([1, { type: 'Recreate' }]);
    expect(template.spec.volumes).toContainEqual({ name: 'zones', persistentVolumeClaim: { claimName: 'bind9-zones', readOnly: false } });
    const stages = objectsOf(component).filter(({ manifest }) => ['Deployment', 'PersistentVolumeClaim'].includes(manifest.kind));
    expect(stages.map(({ stage }) => stage)).toEqual(['resources', 'resources']);
    expect(find(component, 'PersistentVolumeClaim').spec.storageClassName).toBe('made-up');
  });

  test('restarts when its configuration changes, and not when a seed does', () => {
    const checksum = (zones: Bind9Props['zones']) => podOf(addServer(new App(), { zones })).metadata.annotations['checksum/config'];
    expect(checksum([main, apps])).toBe(checksum([{ ...main, records: {} }, apps]));
    expect(checksum([main, apps])).not.toBe(checksum([main]));
  });

  test('asks for nothing that the level restricted forbids', () => {
    const { spec } = podOf(addServer(new App()));
    expect(spec.automountServiceAccountToken).toBe(false);
    for (const { securityContext } of [...spec.containers, ...spec.initContainers]) {
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test('offers its zones, once they can be reached', () => {
    const component = addServer(new App());
    expect(Handle.open(component.zone('apps.example.test'))).toEqual({
      zone: 'apps.example.test',
      nameserver: 'bind9.dns.svc',
      keyName: 'apps-dns',
    });
    expect(component.zone('example.test').provider).toEqual({ component: 'bind9', stage: 'exposure' });
    expect(() => component.zone('example.org')).toThrow('example.test, apps.example.test');
    expect(component.exposure.edges.map(({ to }) => to)).toEqual([elsewhere]);
    expect(component.resources.edges.map(({ to }) => to)).toEqual([elsewhere]);
  });

  test('offers a zone to a solver before it is there itself, by the narrower key', () => {
    const keyOf = (zone: Zone) => Handle.open(challengeZoneOf('bind9', zone)).keyName;
    expect([keyOf(apps), keyOf({ ...apps, challengeKeyName: 'apps-acme' })]).toEqual(['apps-dns', 'apps-acme']);
    const promised = challengeZoneOf('bind9', apps);
    const own = addServer(new App()).zone(apps.name);
    expect([promised.provider, Handle.open(promised)]).toEqual([own.provider, Handle.open(own)]);
  });

  test('takes a zone below another one, with names beside it in the upper one', () => {
    const zones = [{ ...main, records: { 'my-apps': '192.0.2.1', 'apps.other': '192.0.2.2' } }, apps];
    expect(() => addServer(new App(), { zones })).not.toThrow();
  });

  test.each<[string, Partial<Bind9Props>]>([
    ['no zone', { zones: [] }],
    ['one zone twice', { zones: [apps, { ...apps, tsigKeyName: 'other' }] }],
    ['a zone with a dot at its end', { zones: [{ ...apps, name: 'apps.example.test.' }] }],
    ['a zone that leaves its quotes', { zones: [{ ...apps, name: 'a.test"; };' }] }],
    ['a key that leaves its statement', { zones: [{ ...apps, tsigKeyName: 'a b' }] }],
    ['a key of a solver that leaves its statement', { zones: [{ ...apps, challengeKeyName: 'a b' }] }],
    ['a key of a solver that writes the zone', { zones: [{ ...apps, challengeKeyName: apps.tsigKeyName }] }],
    ['a key of a solver that writes another zone', { zones: [{ ...apps, challengeKeyName: main.tsigKeyName }, main] }],
    ['a record that another zone hides', { zones: [{ ...main, records: { 'router.apps': '192.0.2.1' } }, apps] }],
    ['a record at the top of another zone', { zones: [{ ...main, records: { apps: '192.0.2.1' } }, apps] }],
    ['a host with a dot at its end', { zones: [{ ...apps, records: { 'router.': '192.0.2.1' } }] }],
    ['an address that is none', { zones: [{ ...apps, records: { router: '192.0.2.256' } }] }],
    ['another address for the server', { zones: [{ ...apps, records: { ns1: '192.0.2.1' } }] }],
    ['a server without an address', { address: 'ns1.example.test' }],
  ])('refuses %s', (_mistake, changes) => {
    const make = () => addServer(new App(), changes);
    expect(make).toThrow(Problems);
    expect(make).toThrow('[valid-zone]');
  });
});

describe('ExternalDNS', () => {
  test('marks its records with the cluster, and touches one zone only', () => {
    const values = (cluster: string) => valuesOf(addWriter(new App(), { cluster }));
    expect(['one', 'two'].map((cluster) => values(cluster).txtOwnerId)).toEqual(['one', 'two']);
    expect(values('one')).toMatchObject({ registry: 'txt', policy: 'sync', domainFilters: ['apps.example.test'] });
    expect(() => values('')).toThrow('[valid-record-owner]');
    expect(valuesOf(addWriter(new App(), { policy: 'upsert-only' })).policy).toBe('upsert-only');
  });

  test('reads and writes the zone with its key, at the server', () => {
    const { extraArgs, env } = valuesOf(addWriter(new App()));
    expect(extraArgs).toEqual([
      '--rfc2136-host=192.0.2.53',
      '--rfc2136-port=53',
      '--rfc2136-zone=apps.example.test',
      '--rfc2136-tsig-keyname=apps-dns',
      '--rfc2136-tsig-secret-alg=hmac-sha256',
      '--rfc2136-tsig-axfr',
      '--rfc2136-min-ttl=60s',
    ]);
    const [secret] = secretsOf(addWriter(new App()));
    expect([secret?.stage.stage, ...Object.keys(secret?.props.keys ?? {})]).toEqual(['base', 'secret']);
    expect(env).toEqual([
      { name: 'EXTERNAL_DNS_RFC2136_TSIG_SECRET', valueFrom: { secretKeyRef: { name: secret?.props.name, key: 'secret' } } },
    ]);
  });

  test('waits for a server of its own cluster, and for the kinds that it reads', () => {
    const { dependencies, problems } = planOf((app) => {
      new Made(app, 'elsewhere').fill('resources');
      const traefik = new Made(app, 'traefik').install({
        crds: { 'traefik.io': ['IngressRoute'] },
        classes: { StorageClass: ['made-up'] },
      });
      const component = addWriter(app, { zone: addServer(app).zone(apps.name), traefik });
      expect(valuesOf(component).sources).toEqual(['service', 'ingress', 'traefik-proxy']);
      expect(valuesOf(component).extraArgs).toContain('--rfc2136-host=bind9.dns.svc');
    });
    expect(problems).toEqual([]);
    expect(dependencies.graph.edges.get('external-dns/release')).toEqual(expect.arrayContaining(['bind9/exposure', 'traefik/release']));
    const alone = addWriter(new App());
    expect(alone.release.edges).toEqual([]);
    expect(valuesOf(alone).sources).toEqual(['service', 'ingress']);
  });

  test.each([true, false])('is scraped when asked for: %s', (isMonitored) => {
    const component = addWriter(new App(), { isMonitored });
    const release = component.node.findAll().find((node) => node instanceof HelmRelease);
    expect(valuesOf(component).serviceMonitor.enabled).toBe(isMonitored);
    expect('monitoring.coreos.com' in (release?.props.provides.namespaced ?? {})).toBe(isMonitored);
  });
});
