import type { IClusterIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer';
import type { Values } from '../../imports/helm/cert-manager.js';
import { problemOf } from '../lib/collect.js';
import { Handle } from '../lib/handle.js';
import type { Problem } from '../lib/problem.js';
import { DeclaredSecret } from '../lib/secret.js';
import type { Stage } from '../lib/stage.js';

/** Let's Encrypt. Source: https://letsencrypt.org/getting-started/ */
export interface AcmeProps {
  readonly server: 'letsencrypt' | 'letsencrypt-staging';
  /** Mail address of the account. */
  readonly email: string;
  readonly proof: AcmeProof;
}

/** How Let's Encrypt sees that a name is ours. */
export type AcmeProof = CloudflareProof | Rfc2136Proof | Http01Proof;

/** DNS-01: a TXT record through the API of Cloudflare. */
export interface CloudflareProof {
  readonly kind: 'cloudflare';
}

/**
 * DNS-01: a TXT record by a signed change (RFC 2136, hmac-sha256) of a zone that the internet can read.
 *
 * The same server, and no resolver of the cluster, is asked where the zone begins and whether the record is there: the cluster's resolvers
 * may know a zone of that name from the inside only.
 */
export interface Rfc2136Proof {
  readonly kind: 'rfc2136';
  /**
   * What is known of a server elsewhere, or a zone whose server runs in this cluster: then the issuer, and whatever it signs, waits for that
   * server. Waves are gates: a certificate that waits for a server of a later wave would hold up that wave for ever.
   */
  readonly zone: DynamicZone | Handle<DynamicZone>;
}

/** A zone whose server takes signed changes (RFC 2136, hmac-sha256) on port 53. */
export interface DynamicZone {
  /** Names below it, and its own, are the only ones that can be proved. @example 'apps.example.org' */
  readonly zone: string;
  /** Host name or IPv4 address of the server. @example '203.0.113.53' */
  readonly nameserver: string;
  /** Name of the TSIG key as the server knows it. It needs no more than TXT records at `_acme-challenge`. @example 'acme' */
  readonly keyName: string;
}

/**
 * HTTP-01: a file below /.well-known, which the internet must reach on port 80 at every name. The record of a name must be there before its
 * certificate can be, so that ExternalDNS, which comes after the ingress, is too late to write it. No wildcard can be proved so.
 */
export interface Http01Proof {
  readonly kind: 'http01';
  /**
   * Class of the public ingress controller, whose pods then answer for the length of a proof.
   *
   * A name and no handle: an ingress controller takes the issuer for certificates of its own, and an issuer is ready without an ingress. What
   * it signs is ready only with one.
   *
   * @example 'traefik'
   */
  readonly ingressClass: string;
}

/** The proof with its zone opened, which makes the stage wait for a server of the cluster. */
export type OpenProof = CloudflareProof | Http01Proof | { readonly kind: 'rfc2136'; readonly zone: DynamicZone };

/** @param stage the one that has the issuer. */
export function openProof(stage: Stage, proof: AcmeProof): OpenProof {
  if (proof.kind !== 'rfc2136') return proof;
  return { ...proof, zone: proof.zone instanceof Handle ? stage.use(proof.zone) : proof.zone };
}

/**
 * Flags of the controller by which only the server of the zone is asked. They hold for every issuer with DNS-01, of which there is one.
 *
 * Source: https://cert-manager.io/docs/configuration/acme/dns01/#setting-nameservers-for-dns01-self-check and the chart's values (v1.21.1)
 */
export type SelfCheckValues = Pick<Values, 'dns01RecursiveNameservers' | 'dns01RecursiveNameserversOnly'>;

/** @returns nothing where the resolvers of the cluster are asked. */
export function selfCheckOf(proof: OpenProof | undefined): SelfCheckValues {
  if (proof?.kind !== 'rfc2136') return {};
  return { dns01RecursiveNameservers: `${proof.zone.nameserver}:53`, dns01RecursiveNameserversOnly: true };
}

type AcmeSpec = NonNullable<NonNullable<IClusterIssuer['spec']>['acme']>;

const servers = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const;

/** The issuer's part about ACME; declares the Secret of its proof in the stage. */
export function acmeSpecOf(stage: Stage, { server, email }: AcmeProps, proof: OpenProof): AcmeSpec {
  return {
    server: servers[server],
    email,
    // The account key; cert-manager makes it.
    privateKeySecretRef: { name: `${server}-account` },
    solvers: [solverOf(stage, proof)],
  };
}

/**
 * Source: https://cert-manager.io/docs/configuration/acme/ (dns01/cloudflare, dns01/rfc2136, http01), the schema of ClusterIssuer and
 * pkg/issuer/acme (v1.21.1)
 */
function solverOf(stage: Stage, proof: OpenProof): NonNullable<AcmeSpec['solvers']>[number] {
  switch (proof.kind) {
    case 'cloudflare': {
      const token = new DeclaredSecret(stage, 'dns-token', {
        name: 'cloudflare-api-token',
        keys: { token: 'API token that may edit the zone of the domain' },
        consumer: 'cert-manager, to prove that the domain is ours',
      });
      return { dns01: { cloudflare: { apiTokenSecretRef: { name: token.props.name, key: 'token' } } } };
    }
    case 'rfc2136': {
      const { zone, nameserver, keyName } = proof.zone;
      const key = new DeclaredSecret(stage, 'tsig', {
        name: 'acme-tsig',
        keys: { secret: `base64 text of the hmac-sha256 key "${keyName}", the same that the server of ${zone} has` },
        consumer: 'cert-manager, to sign the change that proves a name',
      });
      return {
        // A name outside of the zone gets an error at once instead of a refused change.
        selector: { dnsZones: [zone] },
        dns01: {
          rfc2136: {
            nameserver: `${nameserver}:53`,
            tsigKeyName: keyName,
            // The default is HMACMD5.
            tsigAlgorithm: 'HMACSHA256',
            tsigSecretSecretRef: { name: key.props.name, key: 'secret' },
          },
        },
      };
    }
    case 'http01':
      // The default, NodePort, would open a port of every node.
      return { http01: { ingress: { ingressClassName: proof.ingressClass, serviceType: 'ClusterIP' } } };
  }
}

const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const hostName = new RegExp(`^${label}(\\.${label})*$`);
const domainName = new RegExp(`^${label}(\\.${label})+$`);

/** What cert-manager would take for something else, or refuse only once a certificate is due. */
export function findProblems(id: string, proof: OpenProof): Problem[] {
  const found: Problem[] = [];
  const check = (field: string, value: string, pattern: RegExp, what: string, fix: string) => {
    if (!pattern.test(value)) found.push(problemOf(id, `acme.proof.${field}`, 'valid-acme-proof', `"${value}" is no ${what}.`, fix));
  };
  if (proof.kind === 'http01')
    check('ingressClass', proof.ingressClass, hostName, 'name of an ingress class', 'write the class of the public ingress controller.');
  if (proof.kind === 'rfc2136') {
    const { zone, nameserver, keyName } = proof.zone;
    check('zone.zone', zone, domainName, 'name of a zone', 'write a domain in lower case without a dot at its end.');
    check('zone.nameserver', nameserver, hostName, 'name or IPv4 address of a server', 'write it without a port, which is always 53.');
    check('zone.keyName', keyName, hostName, 'name of a key', 'write it as the server does, like a host name.');
  }
  return found;
}
