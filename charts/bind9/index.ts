import { ApiObject, JsonPatch } from 'cdk8s';
import { k8s, Protocol, Service, ServiceType } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Component } from '../lib/component.js';
import { Handle, type LoadBalancerRef, type StorageClassRef } from '../lib/handle.js';
import { Problems } from '../lib/problem.js';
import { DeclaredSecret } from '../lib/secret.js';
import { addWorkload, labels } from './workload.js';
import { findProblems, keyNamesOf, port, type Zone } from './zones.js';

export type { Zone } from './zones.js';

export interface Bind9Props {
  /** Zones of this cluster and of those that it serves, at least one. */
  readonly zones: readonly Zone[];
  /** Fixed IPv4 address, at which resolvers and other clusters ask. @example '192.0.2.53' */
  readonly address: string;
  /** Who hands out the address, and the pool that holds it. */
  readonly loadBalancer: LoadBalancerRef;
  readonly pool: string;
  readonly storageClass: StorageClassRef;
}

/**
 * A zone that takes signed changes (RFC 2136, hmac-sha256) on port 53, UDP and TCP: what ExternalDNS and a DNS-01 solver ask for. Their key
 * has the name `keyName`, and the text that the Secret `bind9-tsig` has under that name.
 */
export type DynamicZoneRef = Handle<{ readonly zone: string; readonly nameserver: string; readonly keyName: string }>;

const namespaceName = 'dns';

const refOf = (server: string, zone: string, keyName: string): DynamicZoneRef =>
  new Handle({ component: server, stage: 'exposure' }, { zone, nameserver: `bind9.${namespaceName}.svc`, keyName });

/**
 * The zone for a DNS-01 solver, by the key of the solver where it has one. It can be had before the server, which waits for storage, which
 * waits for certificates: those of another issuer.
 *
 * @param server name of the component.
 */
export function challengeZoneOf(server: string, { name, tsigKeyName, challengeKeyName = tsigKeyName }: Zone): DynamicZoneRef {
  return refOf(server, name, challengeKeyName);
}

/**
 * The name server of private zones, whose records ExternalDNS writes. It answers for these alone and refuses every other question.
 *
 * Nodes and pods that must know its names, of this cluster or of one whose zone it serves, have its address as the first of their name servers
 * and a resolver of the internet as the next one. Host DNS of Talos asks in this order and goes on when a server refuses, fails or is silent
 * for 2 seconds, which also carries the cluster while its name server does not run yet. "No such name" is final: the other order would not work.
 * Pods take part by `forwardKubeDNSToHost`, without which CoreDNS asks any of the two. Other resolvers send it what is below its zones.
 *
 * Source: internal/pkg/dns/dns.go of Talos (v1.13.9), https://docs.siderolabs.com/talos/v1.13/networking/host-dns,
 * https://bind9.readthedocs.io/en/v9.20/ and https://github.com/isc-projects/bind9-docker (branch v9.20)
 */
export class Bind9 extends Component {
  readonly #zones: readonly Zone[];

  /** @throws Problems when a zone, a key, a host or an address is none. */
  constructor(scope: Construct, id: string, props: Bind9Props) {
    super(scope, id, { namespace: { name: namespaceName, podSecurity: 'restricted' }, project: 'network' });
    const problems = findProblems(id, props.zones, props.address);
    if (problems.length > 0) throw new Problems(problems);
    this.#zones = props.zones;
    const keys = new DeclaredSecret(this.base, 'tsig', {
      name: 'bind9-tsig',
      keys: Object.fromEntries(keyNamesOf(props.zones).map((name) => [name, keyText(name, props.zones)])),
      consumer: 'named, at its start; the same text is in the Secret of each program that writes the zone',
    });
    addWorkload(this.resources, {
      zones: props.zones,
      address: props.address,
      storageClassName: this.resources.use(props.storageClass).name,
      keySecret: keys.props.name,
    });
    this.addNetworkPolicy();
    this.addService(props);
  }

  /** A zone for programs of this cluster; others ask at the fixed address. @throws Error when the server has no such zone. */
  zone(name: string): DynamicZoneRef {
    const zone = this.#zones.find((other) => other.name === name);
    if (zone === undefined) throw new Error(`${this.node.id} has no zone "${name}": ${this.#zones.map((other) => other.name).join(', ')}`);
    return refOf(this.node.id, name, zone.tsigKeyName);
  }

  /**
   * One Service for both protocols, which then share the address without the annotation that each load balancer calls differently.
   *
   * Source: https://kubernetes.io/docs/concepts/services-networking/service/#load-balancers-with-mixed-protocol-types (stable since 1.26)
   */
  private addService({ address, loadBalancer, pool }: Bind9Props): void {
    const { addressAnnotation, poolLabel } = this.exposure.use(loadBalancer);
    const service = new Service(this.exposure, 'service', {
      metadata: {
        name: 'bind9',
        labels: { ...labels, ...(poolLabel === undefined ? {} : { [poolLabel]: pool }) },
        annotations: { [addressAnnotation]: address },
      },
      type: ServiceType.LOAD_BALANCER,
      ports: [
        { name: 'dns-udp', port: 53, targetPort: port, protocol: Protocol.UDP },
        { name: 'dns-tcp', port: 53, targetPort: port, protocol: Protocol.TCP },
      ],
    });
    for (const [key, value] of Object.entries(labels)) service.selectLabel(key, value);
    ApiObject.of(service).addJsonPatch(JsonPatch.remove('/spec/externalIPs'));
  }

  /** Questions and changes come in from anywhere, on its one port; it never asks anybody. */
  private addNetworkPolicy(): void {
    const ports = ['TCP', 'UDP'].map((protocol) => ({ port: k8s.IntOrString.fromNumber(port), protocol }));
    new k8s.KubeNetworkPolicy(this.resources, 'network-policy', {
      metadata: { name: 'bind9', labels },
      spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress', 'Egress'], ingress: [{ ports }] },
    });
  }
}

function keyText(name: string, zones: readonly Zone[]): string {
  const owned = zones.filter(({ tsigKeyName }) => tsigKeyName === name).map((zone) => zone.name);
  const proved = zones.filter(({ challengeKeyName }) => challengeKeyName === name).map((zone) => `TXT records of ${zone.name}`);
  return `base64 text of 32 random bytes: the hmac-sha256 key that writes ${[...owned, ...proved].join(', ')}`;
}
