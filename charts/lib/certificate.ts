import type { ICertificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import type { IssuerRef } from './handle.js';
import { Manifest } from './manifest.js';
import type { Stage } from './stage.js';

/**
 * Lifetimes of the platform's own certificates, in hours: leaves live 180 days and are renewed at 90. The authority lives ten years, so that
 * no leaf outlives it.
 */
export const lifetime = {
  leaf: { duration: '4320h', renewBefore: '2160h' },
  authority: { duration: '87600h', renewBefore: '8760h' },
} as const;

export interface LeafCertificateProps {
  /** Name of the Certificate and of the Secret that it fills. */
  readonly name: string;
  /** Host names, the first of which people see. */
  readonly dnsNames: readonly [string, ...string[]];
  readonly issuer: IssuerRef;
  /** @default - the component's namespace */
  readonly namespace?: string;
}

/** A server certificate with an ECDSA P-256 key, which is replaced at each renewal. @returns the name of its Secret. */
export function addLeafCertificate(stage: Stage, id: string, { name, dnsNames, issuer, namespace }: LeafCertificateProps): string {
  const { ref, isAcme } = stage.use(issuer);
  new Manifest<ICertificate>(stage, id, {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      secretName: name,
      dnsNames: [...dnsNames],
      ...(isAcme ? {} : lifetime.leaf),
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      issuerRef: ref,
    },
  });
  return name;
}
