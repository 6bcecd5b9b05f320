import { listOf, recordOf, textsOf } from '../../charts/lib/untyped.js';
import { isBelow, isPublicName, quoteAll } from './lib/host-names.js';
import { findIssuer, type IssuerUse, listIssuerUses } from './lib/issuers.js';
import type { Finding, Rule } from './rule.js';

/**
 * An issuer of the ACME protocol signs public names only: each has a solver that takes it, a wildcard one by DNS-01, and no authority is signed.
 *
 * Why: the authority refuses the order, the Certificate is never ready, and the limits of failed orders lock the account out for hours.
 *
 * Source: https://cert-manager.io/docs/configuration/acme/#adding-multiple-solver-types (v1.21), https://letsencrypt.org/docs/challenge-types/
 */
export const acmePublicName: Rule = {
  id: 'acme-public-name',
  *check(view) {
    for (const use of listIssuerUses(view)) {
      const acme = recordOf(findIssuer(view, use)?.manifest['spec'])['acme'];
      if (acme !== undefined) yield* checkUse(use, listOf(recordOf(acme)['solvers']));
    }
  },
};

type Solvers = ReturnType<typeof listOf>;

function* checkUse(use: IssuerUse, solvers: Solvers): Generator<Finding> {
  const { at, field, kind, name, names, isAuthority } = use;
  const issuer = `The ${kind} "${name}" is one of ACME`;
  const other = 'take the issuer of a private authority';
  const inside = names.filter((one) => !isPublicName(one));
  const unsolved = names.filter((one) => !solvers.some((solver) => solves(solver, one, labelsOf(use))));
  if (isAuthority) {
    yield { at, field, problem: `${issuer}, which signs no authority.`, fix: `${other}, or set isCA to false.` };
  } else if (inside.length > 0) {
    yield { at, field, problem: `${issuer}, which signs no name that is not public: ${quoteAll(inside)}.`, fix: `${other}.` };
  } else if (unsolved.length > 0) {
    const isWildcard = unsolved.every((one) => one.startsWith('*.'));
    const problem = isWildcard
      ? `${issuer}, and none of its solvers proves the wildcard ${quoteAll(unsolved)} by DNS-01.`
      : `${issuer}, and none of its solvers takes ${quoteAll(unsolved)}.`;
    const fix = isWildcard ? `${other}, name each host, or set certificates.dnsProvider of the cluster` : `${other}, or add a solver`;
    yield { at, field, problem, fix: `${fix}.` };
  }
}

function labelsOf({ at }: IssuerUse): Readonly<Record<string, unknown>> {
  return 'manifest' in at ? recordOf(at.manifest.metadata.labels) : {};
}

/** A solver without a selector takes every name; HTTP-01 none with a star. */
function solves({ dns01, http01, selector }: Solvers[number], name: string, labels: Readonly<Record<string, unknown>>): boolean {
  if (dns01 === undefined && (http01 === undefined || name.startsWith('*.'))) return false;
  const { dnsNames, dnsZones, matchLabels } = recordOf(selector);
  const isSelected = Object.entries(recordOf(matchLabels)).every(([key, value]) => labels[key] === value);
  const isNamed = dnsNames === undefined || textsOf(dnsNames).length === 0 || textsOf(dnsNames).includes(name);
  const zones = textsOf(dnsZones);
  return isSelected && isNamed && (zones.length === 0 || zones.some((zone) => isBelow(zone, name.replace(/^\*\./, ''))));
}
