import { listOf, recordOf, textOf, textsOf } from '../../../charts/lib/untyped.js';
import { onceAView } from './once-a-view.js';
import type { SeenObject } from './view.js';

/** A Certificate of cert-manager that is rendered. */
export interface SeenCertificate {
  readonly at: SeenObject;
  readonly namespace: string;
  readonly name: string;
  /** Secret that it fills. */
  readonly secretName: string;
  /** DNS names that it asks for, the common name first. */
  readonly names: readonly string[];
}

/** Who wants a certificate for some hosts from a Secret. */
export interface TlsUse {
  readonly at: SeenObject;
  readonly namespace: string;
  readonly secretName: string;
  /** Where the Secret is named. @example 'spec.tls[0].secretName' */
  readonly field: string;
  readonly hosts: readonly string[];
}

/** One text for each Secret. @example secretKey('web', 'web-tls') */
export function secretKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** Every Certificate that is rendered. */
export const listCertificates = onceAView((view): readonly SeenCertificate[] =>
  view.of('Certificate.cert-manager.io').map((at) => {
    const { name, namespace = 'default' } = at.manifest.metadata;
    const { secretName, commonName, dnsNames } = recordOf(at.manifest['spec']);
    const common = textOf(commonName);
    return { at, namespace, name, secretName: textOf(secretName) ?? '', names: [...(common ? [common] : []), ...textsOf(dnsNames)] };
  }),
);

/** The Secrets that Ingresses and Gateways name, with the hosts that they are for. */
export const listTlsUses = onceAView((view): readonly TlsUse[] => {
  const ingresses = view.of('Ingress.networking.k8s.io').flatMap((at) =>
    listOf(recordOf(at.manifest['spec'])['tls']).flatMap(({ secretName, hosts }, index) => {
      const name = textOf(secretName);
      return name === undefined ? [] : [use(at, name, `spec.tls[${index}].secretName`, textsOf(hosts))];
    }),
  );
  const gateways = view.of('Gateway.gateway.networking.k8s.io').flatMap((at) =>
    listOf(recordOf(at.manifest['spec'])['listeners']).flatMap(({ hostname, tls }, index) =>
      listOf(recordOf(tls)['certificateRefs']).flatMap(({ name, namespace }, position) => {
        const field = `spec.listeners[${index}].tls.certificateRefs[${position}]`;
        return namespace === undefined ? [use(at, textOf(name) ?? '', field, textOf(hostname) ? [String(hostname)] : [])] : [];
      }),
    ),
  );
  return [...ingresses, ...gateways];
});

function use(at: SeenObject, secretName: string, field: string, hosts: readonly string[]): TlsUse {
  return { at, namespace: at.manifest.metadata.namespace ?? 'default', secretName, field, hosts };
}

const issuerAnnotations = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'] as const;

/**
 * Whether cert-manager makes a Certificate of an Ingress or a Gateway itself.
 *
 * Source: https://cert-manager.io/docs/usage/ingress/#supported-annotations (v1.21)
 */
export function asksForCertificate({ manifest }: SeenObject): boolean {
  return issuerAnnotations.some((name) => manifest.metadata.annotations?.[name] !== undefined);
}
