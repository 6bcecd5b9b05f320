import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/external-dns.js';
import { problemOf } from './lib/collect.js';
import { Component } from './lib/component.js';
import { Handle } from './lib/handle.js';
import { Problems } from './lib/problem.js';
import { HelmRelease } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=external-dns registryUrl=https://kubernetes-sigs.github.io/external-dns/
const chartVersion = '1.21.1';

type Policy = 'sync' | 'upsert-only';

/** A zone whose server takes signed changes (RFC 2136, hmac-sha256) on port 53. */
export interface DynamicZone {
  /** @example 'apps.example.test' */
  readonly zone: string;
  /** Host name or address of the server. @example '192.0.2.53' */
  readonly nameserver: string;
  /** Name of the TSIG key as the server knows it. @example 'externaldns' */
  readonly keyName: string;
}

export interface ExternalDnsProps {
  /** Name of the cluster, which marks its records: two clusters with one name would delete each other's. */
  readonly cluster: string;
  /** A zone whose server runs in this cluster, or what is known of one elsewhere. */
  readonly zone: DynamicZone | Handle<DynamicZone>;
  /** `sync` deletes records of this cluster that nothing asks for any more; `upsert-only` leaves them. @default 'sync' */
  readonly policy?: Policy;
  /**
   * The component that defines IngressRoutes, whose hosts then get records too, where they say to what by the annotation
   * `external-dns.alpha.kubernetes.io/target`.
   *
   * @default - Ingresses and Services only
   */
  readonly traefik?: { readonly node: { readonly id: string } } | undefined;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Writes a record of each exposed host into the cluster's zone.
 *
 * Source: https://kubernetes-sigs.github.io/external-dns/v0.21.0/docs/tutorials/rfc2136/, the flags of v0.21.0
 * (pkg/apis/externaldns/types.go) and the chart's values (1.21.1)
 */
export class ExternalDns extends Component {
  /** @throws Problems when the cluster has no name, since records without an owner belong to everybody. */
  constructor(scope: Construct, id: string, props: ExternalDnsProps) {
    super(scope, id, { namespace: { name: 'external-dns', podSecurity: 'restricted' }, project: 'network' });
    if (props.cluster === '') {
      const problem = 'It has no name of a cluster, so that it would take the records of others for its own.';
      throw new Problems([problemOf(id, 'cluster', 'valid-record-owner', problem, 'write the name of the cluster.')]);
    }
    const zone = props.zone instanceof Handle ? this.release.use(props.zone) : props.zone;
    const key = new DeclaredSecret(this.base, 'tsig', {
      name: 'external-dns-tsig',
      keys: { secret: `base64 text of the hmac-sha256 key "${zone.keyName}", the same that the server of ${zone.zone} has` },
      consumer: 'ExternalDNS, to sign its changes',
    });
    if (props.traefik) this.release.after(props.traefik, 'release');
    this.addRelease(props, zone, key.props.name);
  }

  private addRelease(props: ExternalDnsProps, { zone, nameserver, keyName }: DynamicZone, keySecret: string): void {
    const { cluster, policy = 'sync', traefik, isMonitored = false } = props;
    new HelmRelease<Values>(this.release, 'external-dns', {
      repository: 'https://kubernetes-sigs.github.io/external-dns/',
      chart: 'external-dns',
      version: chartVersion,
      values: {
        provider: { name: 'rfc2136' },
        // It does not start where the kinds of a source are missing.
        sources: ['service', 'ingress', ...(traefik ? (['traefik-proxy'] as const) : [])],
        policy,
        registry: 'txt',
        txtOwnerId: cluster,
        // A name that holds a CNAME can hold no TXT record beside it. Changing the prefix later would lose all ownership.
        txtPrefix: 'edns-%{record_type}.',
        interval: '1m',
        triggerLoopOnEvent: true,
        logLevel: 'info',
        logFormat: 'json',
        domainFilters: [zone],
        managedRecordTypes: ['A', 'AAAA', 'CNAME', 'TXT'],
        extraArgs: [
          `--rfc2136-host=${nameserver}`,
          // The default is 0.
          '--rfc2136-port=53',
          `--rfc2136-zone=${zone}`,
          `--rfc2136-tsig-keyname=${keyName}`,
          '--rfc2136-tsig-secret-alg=hmac-sha256',
          // Without the transfer it sees no record: it would delete nothing, and create everything again at each run.
          '--rfc2136-tsig-axfr',
          '--rfc2136-min-ttl=60s',
        ],
        env: [{ name: 'EXTERNAL_DNS_RFC2136_TSIG_SECRET', valueFrom: { secretKeyRef: { name: keySecret, key: 'secret' } } }],
        deploymentAnnotations: { 'secret.reloader.stakater.com/reload': keySecret },
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        serviceMonitor: { enabled: isMonitored },
      },
      provides: {
        crds: { 'externaldns.k8s.io': ['DNSEndpoint'] },
        cluster: { 'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'] },
        namespaced: {
          '': ['Service', 'ServiceAccount'],
          apps: ['Deployment'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
        },
        podSecurity: 'restricted',
      },
    });
  }
}
