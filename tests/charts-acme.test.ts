import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { type AcmeProof, CertManager } from '../charts/cert-manager/index.js';
import { addLeafCertificate } from '../charts/lib/certificate.js';
import { Handle, type LoadBalancerRef } from '../charts/lib/handle.js';
import { Problems } from '../charts/lib/problem.js';
import { HelmRelease } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { Traefik } from '../charts/traefik/index.js';
import type { RootFacts } from '../clusters/lib/facts.js';
import { certificates, type ProofSource } from '../clusters/lib/stacks.js';
import { aCluster, type Changes } from './fixtures/a-cluster.js';
import { linesOf, Made, planOf } from './fixtures/components.js';
import { expectSound, find, objectsOf, valuesOf } from './fixtures/rendered.js';

/** How cert-manager proves names to Let's Encrypt: what the chart computes, and what waits for what. */

const zone = { zone: 'example.org', nameserver: '203.0.113.53', keyName: 'acme' };
const server = { component: 'name-server', stage: 'exposure' } as const;
const proofs = {
  cloudflare: { kind: 'cloudflare' },
  'a server elsewhere': { kind: 'rfc2136', zone },
  'a server of the cluster': { kind: 'rfc2136', zone: new Handle(server, zone) },
  http01: { kind: 'http01', ingressClass: 'traefik' },
} as const satisfies Record<string, AcmeProof>;

const addCertManager = (app: App, proof?: AcmeProof) => {
  const acme = proof && ({ server: 'letsencrypt', email: 'platform@example.org', proof } as const);
  return new CertManager(app, 'cert-manager', { authorityName: 'made up', acme });
};
const certManagerOf = (proof?: AcmeProof) => addCertManager(new App(), proof);
const issuerOf = (proof: AcmeProof) => find(certManagerOf(proof), 'ClusterIssuer', 'ingress').spec.acme;
const secretsOf = (proof?: AcmeProof) =>
  certManagerOf(proof)
    .node.findAll()
    .filter((node) => node instanceof DeclaredSecret);

describe.each(Object.entries(proofs))('with proof by %s', (_, proof: AcmeProof) => {
  test('the objects are what the schemas of their kinds take', () => {
    expectSound(certManagerOf(proof));
  });

  test('the issuer of what is exposed is promised with the stage that has it', () => {
    const component = certManagerOf(proof);
    const found = objectsOf(component).find(({ manifest }) => manifest.kind === 'ClusterIssuer' && manifest.metadata.name === 'ingress');
    expect(component.issuer.provider).toEqual({ component: 'cert-manager', stage: found?.stage });
    expect(Handle.open(component.issuer)).toMatchObject({ ref: { name: 'ingress' }, isAcme: true });
    expect(Handle.open(component.internalIssuer)).toMatchObject({ ref: { name: 'internal' }, isAcme: false });
    expect(component.internalIssuer.provider.stage).toBe('resources');
  });

  test('every Secret that the issuer names is declared in its stage, under the key that it reads', () => {
    const refs: { name: string; key?: string }[] = [];
    JSON.stringify(issuerOf(proof).solvers, (name, value) => {
      if (name.endsWith('SecretRef')) refs.push(value);
      return value;
    });
    expect(refs.map(({ name, key }) => [name, key])).toEqual(secretsOf(proof).map(({ props }) => [props.name, ...Object.keys(props.keys)]));
    for (const { stage } of secretsOf(proof)) expect(stage.stage).toBe(certManagerOf(proof).issuer.provider.stage);
  });
});

describe('cert-manager', () => {
  test('proves names at a server with the algorithm of its key, and asks that server alone whether it did', () => {
    const proof = proofs['a server elsewhere'];
    expect(issuerOf(proof).solvers).toEqual([
      {
        selector: { dnsZones: ['example.org'] },
        dns01: {
          rfc2136: {
            nameserver: '203.0.113.53:53',
            tsigKeyName: 'acme',
            tsigAlgorithm: 'HMACSHA256',
            tsigSecretSecretRef: { name: 'acme-tsig', key: 'secret' },
          },
        },
      },
    ]);
    expect(valuesOf(certManagerOf(proof))).toMatchObject({
      dns01RecursiveNameservers: '203.0.113.53:53',
      dns01RecursiveNameserversOnly: true,
    });
    for (const other of [proofs.cloudflare, proofs.http01, undefined]) {
      expect(Object.keys(valuesOf(certManagerOf(other))).filter((key) => key.startsWith('dns01'))).toEqual([]);
    }
  });

  test('answers HTTP-01 through the ingress class, and opens no port of a node', () => {
    expect(issuerOf(proofs.http01).solvers).toEqual([{ http01: { ingress: { ingressClassName: 'traefik', serviceType: 'ClusterIP' } } }]);
    expect(secretsOf(proofs.http01)).toEqual([]);
  });

  test('offers an issuer of wildcards, the private one where HTTP-01 proves none', () => {
    const nameOf = (proof?: AcmeProof) => Handle.open(certManagerOf(proof).wildcardIssuer).ref.name;
    expect(Object.values(proofs).map(nameOf)).toEqual(['ingress', 'ingress', 'ingress', 'internal']);
    expect(nameOf()).toBe('ingress');
  });

  test.each<[string, AcmeProof]>([
    ['a server with a port', { kind: 'rfc2136', zone: { ...zone, nameserver: '203.0.113.53:53' } }],
    ['a zone with a dot at its end', { kind: 'rfc2136', zone: { ...zone, zone: 'example.org.' } }],
    ['a zone without a domain', { kind: 'rfc2136', zone: { ...zone, zone: '' } }],
    ['a key without a name', { kind: 'rfc2136', zone: { ...zone, keyName: '' } }],
    ['a zone of a handle that is none', { kind: 'rfc2136', zone: new Handle(server, { ...zone, zone: 'EXAMPLE.org' }) }],
    ['a class without a name', { kind: 'http01', ingressClass: '' }],
  ])('refuses %s', (_mistake, proof) => {
    const make = () => certManagerOf(proof);
    expect(make).toThrow(Problems);
    expect(make).toThrow('[valid-acme-proof]');
  });
});

describe('facts choose the proof', () => {
  const account = { authority: 'letsencrypt', email: 'platform@example.org' } as const;
  const solversOf = (changes: Changes<RootFacts>, source?: ProofSource) => {
    const app = new App();
    certificates(app, aCluster({ domain: 'example.org', ...changes }), source);
    return find(app.node.findChild('cert-manager') as CertManager, 'ClusterIssuer', 'ingress').spec.acme?.solvers;
  };
  const byServer = { certificates: { ...account, dnsProvider: 'rfc2136' } } as const;

  test('DNS-01 wherever somebody serves the DNS', () => {
    const network = { publicIngress: true };
    expect(solversOf({ network, certificates: { ...account, dnsProvider: 'cloudflare' } })[0].dns01.cloudflare).toBeDefined();
    expect(solversOf(byServer, { zone })[0].dns01.rfc2136.nameserver).toBe('203.0.113.53:53');
  });

  test('HTTP-01 at a public ingress, of the class that the stack has', () => {
    const facts = { network: { publicIngress: true }, certificates: account };
    expect(solversOf(facts)[0].http01.ingress.ingressClassName).toBe('traefik');
    expect(solversOf(facts, { ingressClass: 'cilium' })[0].http01.ingress.ingressClassName).toBe('cilium');
  });

  test('none for a private authority, even at a public ingress', () => {
    expect(solversOf({ network: { publicIngress: true } })).toBeUndefined();
  });

  test('a server that nobody names is a problem', () => {
    expect(() => solversOf(byServer)).toThrow(Problems);
    expect(() => solversOf(byServer)).toThrow('[acme-proof]');
  });
});

describe('order', () => {
  const balancer = { component: 'balancer', stage: 'resources' } as const;
  const loadBalancer: LoadBalancerRef = new Handle(balancer, { addressAnnotation: 'made.up/ips' });

  /** Storage waits for the private authority, the name server for storage, and Traefik for the public one. */
  const addPlatform = (app: App, proof?: AcmeProof, nodeCount = 3) => {
    const certManager = addCertManager(app, proof);
    const { internalIssuer, wildcardIssuer: issuer } = certManager;
    new Made(app, 'balancer').fill('resources');
    const storage = new Made(app, 'storage').fill('resources');
    addLeafCertificate(storage.resources, 'certificate', { name: 'storage', dnsNames: ['storage.svc'], issuer: internalIssuer });
    const nameServer = new Made(app, 'name-server').fill('resources', 'exposure');
    nameServer.resources.after(storage);
    const traefik = { address: '192.0.2.70', loadBalancer, pool: 'made-up', nodeCount, domain: 'example.org' };
    return { certManager, traefik: new Traefik(app, 'traefik', { ...traefik, issuer }) };
  };

  test('with a name server of the cluster, what is exposed waits for it, and storage does not', () => {
    const { dependencies, problems, partition } = planOf((app) => addPlatform(app, proofs['a server of the cluster']));
    expect(problems).toEqual([]);
    const { edges } = dependencies.graph;
    expect(edges.get('cert-manager/exposure')).toContain('name-server/exposure');
    expect(edges.get('cert-manager/release')).not.toContain('name-server/exposure');
    expect(edges.get('traefik/resources')).toContain('cert-manager/exposure');
    expect(edges.get('storage/resources')).not.toContain('cert-manager/exposure');
    const lines = linesOf(partition());
    const waveOf = (part: string) => Number(lines.find((line) => line.startsWith(`${part} `))?.match(/ (-?\d+):/)?.[1]);
    expect(waveOf('cert-manager')).toBeLessThan(waveOf('storage'));
    expect(waveOf('storage')).toBeLessThan(waveOf('name-server'));
    expect(waveOf('name-server')).toBeLessThan(waveOf('cert-manager-exposure'));
    expect(waveOf('cert-manager-exposure')).toBeLessThan(waveOf('traefik'));
  });

  test.each(['cloudflare', 'a server elsewhere', 'http01'] as const)('with %s, cert-manager stays one Application', (name) => {
    const { problems, partition } = planOf((app) => addPlatform(app, proofs[name]));
    expect(problems).toEqual([]);
    expect(linesOf(partition()).filter((line) => line.startsWith('cert-manager'))).toHaveLength(1);
  });

  test("Traefik asks Let's Encrypt for no wildcard that HTTP-01 cannot prove", () => {
    for (const [name, proof] of Object.entries(proofs)) {
      const { traefik } = addPlatform(new App(), proof);
      const { dnsNames, issuerRef } = find(traefik, 'Certificate', 'default-tls').spec;
      expect(dnsNames).toContain('*.example.org');
      expect(issuerRef.name, name).toBe(name === 'http01' ? 'internal' : 'ingress');
    }
  });

  test.each([
    [1, undefined],
    [3, ['PodDisruptionBudget']],
  ])('Traefik on %i nodes declares a budget only where its chart makes one', (nodeCount, policy) => {
    const { traefik } = addPlatform(new App(), undefined, nodeCount);
    const release = traefik.node.findAll().find((node) => node instanceof HelmRelease);
    expect(valuesOf(traefik).podDisruptionBudget.enabled).toBe(policy !== undefined);
    expect(release?.props.provides.namespaced?.['policy']).toEqual(policy);
  });
});
