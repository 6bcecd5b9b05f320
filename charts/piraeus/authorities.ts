import type { ICertificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import type { IIssuer } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer';
import { lifetime } from '../lib/certificate.js';
import { Manifest } from '../lib/manifest.js';
import type { Stage } from '../lib/stage.js';

/** Names of the Issuers that LINSTOR takes its certificates from. */
export interface Authorities {
  /** Between controller and satellites. */
  readonly internal: string;
  /** Of the controller's REST interface. */
  readonly api: string;
}

/**
 * Two private authorities in the namespace of Piraeus, so that nobody else can join its traffic.
 *
 * Source: https://piraeus.io/docs/stable/how-to/internal-tls/, https://piraeus.io/docs/stable/how-to/api-tls/
 */
export function addAuthorities(stage: Stage): Authorities {
  const bootstrapper = 'ca-bootstrapper';
  addIssuer(stage, bootstrapper, { selfSigned: {} });
  const authorities = { internal: 'linstor-internal-ca', api: 'linstor-api-ca' };
  for (const name of Object.values(authorities)) {
    new Manifest<ICertificate>(stage, `${name}-certificate`, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name },
      spec: {
        isCA: true,
        commonName: name,
        secretName: name,
        ...lifetime.authority,
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
        usages: ['cert sign', 'crl sign', 'digital signature'],
        issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: bootstrapper },
      },
    });
    addIssuer(stage, name, { ca: { secretName: name } });
  }
  return authorities;
}

function addIssuer(stage: Stage, name: string, spec: NonNullable<IIssuer['spec']>): void {
  new Manifest<IIssuer>(stage, `${name}-issuer`, { apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name }, spec });
}
