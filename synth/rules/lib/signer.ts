import { recordOf, textOf } from '../../../charts/lib/untyped.js';
import type { ClusterView } from './view.js';

/** What an issuerRef leads to. */
export interface SeenIssuer {
  readonly name: string;
  readonly isAcme: boolean;
  /** Whether it passes the asked lifetime on to its ACME server. */
  readonly obeysDuration: boolean;
  /** Namespace and name of the Secret that it signs with. @default - it is no authority of ours @example 'cert-manager/ingress-ca' */
  readonly authority?: string;
}

/** The Issuer or ClusterIssuer of a certificate, or undefined where nobody sees it. */
export function issuerOf(view: ClusterView, issuerRef: unknown, namespace: string): SeenIssuer | undefined {
  const { name, kind = 'Issuer', group = 'cert-manager.io' } = recordOf(issuerRef);
  if (group !== 'cert-manager.io' || typeof name !== 'string') return undefined;
  const isCluster = kind === 'ClusterIssuer';
  const object = view.find(`${kind}.cert-manager.io`, name, isCluster ? undefined : namespace);
  if (object === undefined) return undefined;
  const { acme, ca } = recordOf(object.manifest['spec']);
  const secret = textOf(recordOf(ca)['secretName']);
  // Secrets of ClusterIssuers are those of cert-manager's own namespace.
  const home = isCluster ? (view.releasesOf('cert-manager')[0]?.namespace ?? 'cert-manager') : namespace;
  return {
    name,
    isAcme: acme !== undefined,
    obeysDuration: recordOf(acme)['enableDurationFeature'] === true,
    ...(secret === undefined ? {} : { authority: `${home}/${secret}` }),
  };
}
