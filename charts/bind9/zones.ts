import { problemOf } from '../lib/collect.js';
import type { Problem } from '../lib/problem.js';

/**
 * A zone whose records programs write, each with a key of the zone. It may lie below another one of the server: a question, and a change,
 * belongs to the most specific zone, so that the upper one needs no delegation, and what its key writes there is answered to nobody.
 */
export interface Zone {
  /** Name without a dot at its end. @example 'apps.example.test' */
  readonly name: string;
  /**
   * Name of the TSIG key that may change and transfer the zone. Clusters that must not touch each other's records have a zone and a key each.
   *
   * @example 'externaldns'
   */
  readonly tsigKeyName: string;
  /**
   * Name of a second key, for a DNS-01 solver: it may change TXT records alone, and transfer nothing. Whoever has it still gets certificates
   * for every name of the zone, but can redirect none. Which TXT records is left open, because named knows no pattern for a first label.
   *
   * @default - none, a solver would need the first key @example 'acme'
   */
  readonly challengeKeyName?: string;
  /**
   * Addresses that the zone starts with, by host name below it. The zone belongs to its journal from then on: a later change here reaches
   * no zone that exists.
   *
   * @default - none but that of the server itself @example { gateway: '192.0.2.1' }
   */
  readonly records?: Readonly<Record<string, string>>;
}

/** Where the pod has what these files name. */
export const paths = {
  config: '/etc/bind',
  seeds: '/seeds',
  keys: '/keys',
  keyFile: '/run/named/keys.conf',
  zones: '/var/lib/bind',
} as const;

/** Port inside the pod: one that needs no capability. */
export const port = 5353;

/** Name of a zone's file, of the seed as of the zone itself. */
export function fileOf({ name }: Zone): string {
  return `${name}.zone`;
}

/** Names of the TSIG keys, each once. */
export function keyNamesOf(zones: readonly Zone[]): string[] {
  return [...new Set(zones.flatMap(({ tsigKeyName, challengeKeyName = tsigKeyName }) => [tsigKeyName, challengeKeyName]))].sort();
}

/**
 * named.conf: it answers for its zones, and neither asks other servers nor takes a change that no key signed.
 *
 * Source: https://bind9.readthedocs.io/en/v9.20/reference.html
 */
export function namedConf(zones: readonly Zone[]): string {
  return `include "${paths.keyFile}";
options {
  directory "/var/cache/bind";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { any; };
  listen-on-v6 port ${port} { any; };
  recursion no;
  allow-query { any; };
  allow-transfer { none; };
  allow-update { none; };
  dnssec-validation no;
  minimal-responses yes;
  notify no;
  version none;
};
controls { };
logging {
  channel out { stderr; severity info; print-time yes; print-category yes; print-severity yes; };
  category default { out; };
};
${zones.map(zoneStatement).join('')}`;
}

function zoneStatement(zone: Zone): string {
  const { challengeKeyName } = zone;
  const challenge = challengeKeyName === undefined ? '' : ` grant ${challengeKeyName} zonesub TXT;`;
  return `zone "${zone.name}" {
  type primary;
  file "${paths.zones}/${fileOf(zone)}";
  update-policy { grant ${zone.tsigKeyName} zonesub ANY;${challenge} };
  allow-transfer { key ${zone.tsigKeyName}; };
};
`;
}

/** The zone before its first update: the server itself, and the given addresses. @param address that of the server. */
export function seedOf({ name, records = {} }: Zone, address: string): string {
  const hosts = Object.entries(records)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, target]) => `${host} IN A ${target}\n`);
  return `$ORIGIN ${name}.
$TTL 300
@ IN SOA ns1.${name}. hostmaster.${name}. ( 1 3600 600 86400 60 )
@ IN NS ns1.${name}.
ns1 IN A ${address}
${hosts.join('')}`;
}

/**
 * Makes the files that named needs besides its configuration: a zone that the volume lacks, and key statements, so that the Secret holds
 * nothing but keys. A seed is moved into place, because a copy that was cut short would count as the zone.
 */
export const prepareScript = `umask 077
for seed in ${paths.seeds}/*.zone; do
  zone=${paths.zones}/$(basename "$seed")
  if [ ! -e "$zone" ]; then cat "$seed" > "$zone.new"; mv "$zone.new" "$zone"; fi
done
for key in ${paths.keys}/*; do
  printf 'key "%s" { algorithm hmac-sha256; secret "%s"; };\\n' "$(basename "$key")" "$(cat "$key")"
done > ${paths.keyFile}
`;

const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const domainName = new RegExp(`^${label}(\\.${label})+$`);
const hostName = new RegExp(`^${label}(\\.${label})*$`);
const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/** What named, or the loop that seeds it, would take for something else. */
export function findProblems(id: string, zones: readonly Zone[], address: string): Problem[] {
  const found: Problem[] = [];
  const report = (field: string, problem: string, fix: string) => found.push(problemOf(id, field, 'valid-zone', problem, fix));
  const checkAddress = (field: string, value: string) => {
    if (!ipv4.test(value)) report(field, `"${value}" is no IPv4 address.`, 'write four numbers up to 255 with dots between them.');
  };
  checkAddress('address', address);
  if (zones.length === 0) report('zones', 'The server has no zone, so that it answers nothing.', 'name at least one zone.');
  for (const [index, { name, tsigKeyName, challengeKeyName, records = {} }] of zones.entries()) {
    const field = `zones[${index}]`;
    if (!domainName.test(name))
      report(`${field}.name`, `"${name}" is no name of a zone.`, 'write a domain in lower case without a dot at its end.');
    if (zones.findIndex((other) => other.name === name) < index)
      report(`${field}.name`, `The zone "${name}" is there twice.`, 'leave one of them out.');
    for (const [key, value] of Object.entries({ tsigKeyName, challengeKeyName })) {
      if (value !== undefined && !hostName.test(value))
        report(`${field}.${key}`, `"${value}" is no name of a key.`, 'write it like a host name.');
    }
    // Otherwise one statement would give the key more than the other one says.
    if (challengeKeyName !== undefined && zones.some((other) => other.tsigKeyName === challengeKeyName))
      report(`${field}.challengeKeyName`, `"${challengeKeyName}" writes a whole zone already.`, 'give the solver a key of its own.');
    for (const [host, target] of Object.entries(records)) {
      if (!hostName.test(host))
        report(`${field}.records`, `"${host}" is no host name below the zone.`, 'write it in lower case, without the zone.');
      if (host === 'ns1') report(`${field}.records`, 'ns1 is the name of the server itself.', 'leave it out.');
      const owner = zones.find((other) => other.name.endsWith(`.${name}`) && `.${host}.${name}`.endsWith(`.${other.name}`));
      if (owner) report(`${field}.records`, `"${host}" is a name of the zone ${owner.name}, which alone answers for it.`, 'move it there.');
      checkAddress(`${field}.records.${host}`, target);
    }
  }
  return found;
}
