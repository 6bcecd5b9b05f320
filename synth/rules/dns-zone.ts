import { listOf, recordOf, textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { isBelow, quoteAll } from './lib/host-names.js';
import { listRoutes } from './lib/routes.js';
import type { ClusterView, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * ExternalDNS writes a record for each host of the cluster that it sees: its filters and its zone cover the host, it marks its records as its own,
 * and for signed changes it has a key whose Secret is declared.
 *
 * Why: the host has no record, the name server refuses each change, or two clusters with one mark delete each other's records.
 *
 * Source: https://kubernetes-sigs.github.io/external-dns/v0.21.0/docs/tutorials/rfc2136/,
 * https://kubernetes-sigs.github.io/external-dns/v0.21.0/docs/registry/txt/ and the chart's values (1.21.1)
 */
export const dnsZone: Rule = {
  id: 'dns-zone',
  *check(view) {
    const releases = view.releasesOf('external-dns');
    for (const release of releases) yield* checkRelease(view, release);
    yield* findLostHosts(view, releases);
  },
};

function* checkRelease(view: ClusterView, at: SeenRelease): Generator<Finding> {
  const { values } = at;
  const owner = textOf(values['txtOwnerId']) ?? argumentsOf(at, 'txt-owner-id')[0];
  if ((textOf(values['registry']) ?? 'txt') === 'txt' && (owner === undefined || owner === 'default')) {
    const problem = 'Its records have the owner "default", as those of every other cluster that says nothing.';
    yield { at, field: 'values.txtOwnerId', problem, fix: `write "${view.cluster.name}".` };
  }
  const zones = argumentsOf(at, 'rfc2136-zone');
  const outside = filtersOf(at).filter((filter) => !zones.some((zone) => isBelow(zone, filter)));
  if (zones.length > 0 && outside.length > 0) {
    const problem = `It looks after ${quoteAll(outside)}, which is not in the zone ${quoteAll(zones)} that it changes.`;
    yield { at, field: 'values.domainFilters', problem, fix: `write ${quoteAll(zones)}, or add a --rfc2136-zone.` };
  }
  if ((textOf(values['provider']) ?? textOf(valueAt(values, 'provider.name'))) === 'rfc2136') yield* checkKey(at);
}

const keyVariable = 'EXTERNAL_DNS_RFC2136_TSIG_SECRET';

function* checkKey(at: SeenRelease): Generator<Finding> {
  const isOpen = ['rfc2136-insecure', 'rfc2136-gss-tsig'].some((name) => argumentsOf(at, name).length > 0);
  const index = listOf(at.values['env']).findIndex(({ name }) => name === keyVariable);
  if (isOpen || argumentsOf(at, 'rfc2136-tsig-secret').length > 0) return;
  if (index >= 0) return;
  const problem = 'It has no key to sign its changes with, which the name server then refuses.';
  yield { at, field: 'values.env', problem, fix: `set ${keyVariable} from a declared Secret.` };
}

/** Only hosts of the cluster's own domain; others are wrong by themselves. */
function* findLostHosts(view: ClusterView, releases: readonly SeenRelease[]): Generator<Finding> {
  const isBroad = releases.some((release) => filtersOf(release).length === 0 || usesPatterns(release));
  if (releases.length === 0 || isBroad) return;
  const filters = releases.flatMap(filtersOf);
  const sources = new Set(releases.flatMap(({ values }) => textsOf(values['sources'] ?? ['service', 'ingress'])));
  const told = new Set<string>();
  for (const { at, field, host } of listRoutes(view)) {
    if (!('manifest' in at) || told.has(host) || !isBelow(view.cluster.domain, host)) continue;
    const { annotations = {} } = at.manifest.metadata;
    const isTarget = annotations['external-dns.alpha.kubernetes.io/target'] !== undefined;
    const isSeen = at.manifest.kind === 'Ingress' ? sources.has('ingress') : sources.has('traefik-proxy') && isTarget;
    // Somebody else looks after it then.
    const isForeign = (annotations['external-dns.alpha.kubernetes.io/controller'] ?? 'dns-controller') !== 'dns-controller';
    if (!isSeen || isForeign || filters.some((filter) => isBelow(filter, host))) continue;
    told.add(host);
    const problem = `ExternalDNS (${releases[0]?.path}) writes no record for "${host}", since it looks after ${quoteAll(filters)} only.`;
    yield { at, field, problem, fix: `write a host below ${filters[0]}, or add its domain to domainFilters.` };
  }
}

function filtersOf(release: SeenRelease): readonly string[] {
  return [...textsOf(release.values['domainFilters']), ...argumentsOf(release, 'domain-filter')];
}

function usesPatterns(release: SeenRelease): boolean {
  return textOf(release.values['regexDomainFilter']) !== undefined || argumentsOf(release, 'regex-domain-filter').length > 0;
}

/** Values of a flag, '' where it has none. The chart takes flags as a list or as a map. */
function argumentsOf({ values }: SeenRelease, flag: string): string[] {
  const { extraArgs } = values;
  const listed = textsOf(extraArgs).flatMap((text) => {
    const [name, ...value] = text.split('=');
    return name === `--${flag}` ? [value.join('=')] : [];
  });
  const mapped = recordOf(extraArgs)[flag];
  if (mapped === undefined || mapped === false) return listed;
  return [...listed, ...(Array.isArray(mapped) ? textsOf(mapped) : [String(mapped ?? '')])];
}
