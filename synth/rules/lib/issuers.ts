import { recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import { listCertificates, listTlsUses } from './certificates.js';
import { onceAView } from './once-a-view.js';
import { listValueMaps } from './value-maps.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';

/** Somebody names an issuer of cert-manager. */
export interface IssuerUse {
  readonly at: SeenObject | SeenRelease;
  /** Where it is named. */
  readonly field: string;
  readonly kind: string;
  /** False where the kind is what cert-manager takes when none is written. */
  readonly isKindWritten: boolean;
  readonly name: string;
  /** Namespace that an Issuer must be in. */
  readonly namespace: string;
  /** Names that it must sign, where they are seen. */
  readonly names: readonly string[];
  /** Whether it must sign an authority. */
  readonly isAuthority: boolean;
}

const group = 'cert-manager.io';

/**
 * Everything that names an issuer: Certificates, annotations of Ingresses and Gateways, fields of other kinds that lead to one, and Helm values.
 *
 * Source: https://cert-manager.io/docs/usage/certificate/, https://cert-manager.io/docs/usage/ingress/ (v1.21),
 * https://github.com/piraeusdatastore/piraeus-operator/tree/v2/docs/reference (v2.10)
 */
export const listIssuerUses = onceAView((view): readonly IssuerUse[] => {
  const certificates = listCertificates(view).flatMap(({ at, names }) => {
    const isAuthority = recordOf(at.manifest['spec'])['isCA'] === true;
    return useOf(at, namespaceOf(at), 'spec.issuerRef', valueAt(at.manifest, 'spec.issuerRef'), names, isAuthority);
  });
  const tls = listTlsUses(view);
  const annotated = view.of('Ingress.networking.k8s.io', 'Gateway.gateway.networking.k8s.io').flatMap((at) => {
    const names = tls.filter((use) => use.at === at).flatMap(({ hosts }) => hosts);
    const { annotations = {} } = at.manifest.metadata;
    if (annotations[`${group}/issuer-group`] !== undefined && annotations[`${group}/issuer-group`] !== group) return [];
    return (['issuer', 'cluster-issuer'] as const).flatMap((key): IssuerUse[] => {
      const name = annotations[`${group}/${key}`];
      if (name === undefined) return [];
      const kind = key === 'issuer' ? (annotations[`${group}/issuer-kind`] ?? 'Issuer') : 'ClusterIssuer';
      const field = `metadata.annotations["${group}/${key}"]`;
      return [{ at, field, kind, isKindWritten: true, name, namespace: namespaceOf(at), names, isAuthority: false }];
    });
  });
  const storage = view.of('LinstorCluster.piraeus.io', 'LinstorSatelliteConfiguration.piraeus.io').flatMap((at) =>
    ['spec.internalTLS.certManager', 'spec.apiTLS.certManager'].flatMap((field) => {
      // They make their Certificates where the operator runs, which their own component says.
      const home = view.plan.components.find(({ name }) => name === at.component)?.component.namespaceName ?? '';
      return useOf(at, home, field, valueAt(at.manifest, field));
    }),
  );
  const values = listValueMaps(view).flatMap(({ at, key, field, map }): IssuerUse[] => {
    if (key.endsWith('ssuerRef')) return useOf(at, at.namespace, field, map);
    if (!key.endsWith('nnotations')) return [];
    return (['Issuer', 'ClusterIssuer'] as const).flatMap((kind): IssuerUse[] => {
      const annotation = `${group}/${kind === 'Issuer' ? 'issuer' : 'cluster-issuer'}`;
      const name = textOf(map[annotation]);
      if (name === undefined || (map[`${group}/issuer-group`] ?? group) !== group) return [];
      const named = kind === 'Issuer' ? (textOf(map[`${group}/issuer-kind`]) ?? kind) : kind;
      const place = `${field}["${annotation}"]`;
      return [{ at, field: place, kind: named, isKindWritten: true, name, namespace: at.namespace, names: [], isAuthority: false }];
    });
  });
  return [...certificates, ...annotated, ...storage, ...values];
});

/** The issuer that a use means; undefined when nothing renders it. */
export function findIssuer(view: ClusterView, { kind, name, namespace }: Pick<IssuerUse, 'kind' | 'name' | 'namespace'>) {
  return view.find(`${kind}.${group}`, name, kind === 'Issuer' ? namespace : undefined);
}

function useOf(
  at: IssuerUse['at'],
  namespace: string,
  field: string,
  ref: unknown,
  names: readonly string[] = [],
  isAuthority = false,
): IssuerUse[] {
  const { name, kind, group: written } = recordOf(ref);
  const text = textOf(name);
  // Other groups are issuers that somebody adds to cert-manager.
  if (text === undefined || (written !== undefined && written !== '' && written !== group)) return [];
  const isKindWritten = textOf(kind) !== undefined;
  return [{ at, field, kind: textOf(kind) ?? 'Issuer', isKindWritten, name: text, namespace, names, isAuthority }];
}

function namespaceOf({ manifest }: SeenObject): string {
  return manifest.metadata.namespace ?? 'default';
}
