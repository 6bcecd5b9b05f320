import type { DynamicZone } from '../../charts/external-dns.js';
import type { Cluster } from './facts.js';
import type { ClusterOutputs, Fleet } from './fleet.js';

/** The zone of a cluster, and the keys that may write it: one for its records, one for proofs to Let's Encrypt. */
export interface ClusterZone {
  readonly name: string;
  readonly tsigKeyName: string;
  readonly challengeKeyName: string;
}

/** The zone of a cluster. */
export function zoneOf({ name, domain }: Pick<Cluster, 'name' | 'domain'>): ClusterZone {
  return { name: domain, tsigKeyName: name, challengeKeyName: `${name}-acme` };
}

/** Zones that the name server of a parent serves: its own and those of its children. */
export function zonesOf(parent: Cluster, fleet: Fleet): readonly ClusterZone[] {
  return [parent, ...fleet.childrenOf(parent.name)].map(zoneOf);
}

/** A zone at the name server of the parent, by the key that is asked for. @throws {Error} when the parent runs none. */
export function zoneAt({ name, nameServer }: ClusterOutputs, zone: ClusterZone, key: 'tsigKeyName' | 'challengeKeyName'): DynamicZone {
  if (nameServer === undefined) throw new Error(`${name} runs no name server`);
  return { zone: zone.name, nameserver: nameServer, keyName: zone[key] };
}
