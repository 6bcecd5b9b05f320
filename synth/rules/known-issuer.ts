import { findIssuer, type IssuerUse, listIssuerUses } from './lib/issuers.js';
import type { ClusterView } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * An issuer of cert-manager that a Certificate, an annotation or a Helm value names is in this cluster, with the kind that is named, an Issuer
 * also in the same namespace. Where no kind is written, Issuer is meant.
 *
 * Why: the Certificate is never ready, its Secret never comes, and pods that mount it and the wave of its Application wait for ever.
 *
 * Source: https://cert-manager.io/docs/concepts/issuer/, https://cert-manager.io/docs/usage/ingress/#supported-annotations (v1.21)
 */
export const knownIssuer: Rule = {
  id: 'known-issuer',
  *check(view) {
    for (const use of listIssuerUses(view)) {
      const { at, field, kind, name, namespace } = use;
      const where = kind === 'Issuer' ? ` in the namespace "${namespace}"` : '';
      if (kind !== 'Issuer' && kind !== 'ClusterIssuer') {
        yield { at, field, problem: `cert-manager has no kind "${kind}".`, fix: fixOf(view, use) };
      } else if (
        findIssuer(view, use) === undefined &&
        !view.mayHide(`${kind}.cert-manager.io`, kind === 'Issuer' ? namespace : undefined)
      ) {
        yield { at, field, problem: `There is no ${kind} "${name}"${where}.`, fix: fixOf(view, use) };
      }
    }
  },
};

function fixOf(view: ClusterView, { name, namespace, kind, isKindWritten }: IssuerUse): string {
  const other = kind === 'Issuer' ? 'ClusterIssuer' : 'Issuer';
  if (findIssuer(view, { kind: other, name, namespace })) {
    return `write the kind ${other}, of which there is one called "${name}"${isKindWritten ? '' : '; without a kind Issuer is meant'}.`;
  }
  const clusterIssuers = view.of('ClusterIssuer.cert-manager.io').map(({ manifest }) => `ClusterIssuer ${manifest.metadata.name}`);
  const issuers = view.of('Issuer.cert-manager.io').filter(({ manifest }) => manifest.metadata.namespace === namespace);
  const choices = [...clusterIssuers, ...issuers.map(({ manifest }) => `Issuer ${manifest.metadata.name}`)].join(', ');
  return choices === '' ? 'add an issuer, or the component cert-manager.' : `name one of ${choices}.`;
}
