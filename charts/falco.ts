import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/falco.js';
import { Component } from './lib/component.js';
import type { Handle } from './lib/handle.js';
import { HelmRelease } from './lib/release.js';

// renovate: datasource=helm depName=falco registryUrl=https://falcosecurity.github.io/charts
const chartVersion = '9.1.1';

// renovate: datasource=docker depName=ghcr.io/falcosecurity/rules/falco-rules
const rulesVersion = '5.1.0';

/** Talos has one container engine, with its socket there. */
const containerd = { enabled: true, sockets: ['/run/containerd/containerd.sock'] } as const;

export interface FalcoProps {
  /** Name of the cluster, the field `cluster` of every event that leaves it. */
  readonly cluster: string;
  /** What takes each event as a trace, by OTLP over HTTP, and knows where traces go. @default - nothing */
  readonly collector?: Handle<{ readonly http: string }> | undefined;
  /** What answers events, by its address. @default - nothing, events are only recorded */
  readonly talon?: Handle<{ readonly address: string }> | undefined;
  /** Whether Prometheus reads Falco. @default false */
  readonly isMonitored?: boolean;
}

/**
 * Reports what containers do and should not, from the system calls of every node. It prints events, and falcosidekick passes them on.
 *
 * Its rules come from ghcr.io when a pod starts, at a fixed version.
 *
 * Source: https://falco.org/docs/ (0.44) and the chart's values (9.1.1)
 */
export class Falco extends Component {
  constructor(scope: Construct, id: string, props: FalcoProps) {
    super(scope, id, {
      // It loads eBPF programs and reads the host's /proc, /sys and the socket of containerd.
      namespace: { name: 'falco', podSecurity: 'privileged' },
      project: 'security',
    });
    const { isMonitored = false } = props;
    new HelmRelease<Values>(this.release, 'falco', {
      repository: 'https://falcosecurity.github.io/charts',
      chart: 'falco',
      version: chartVersion,
      values: {
        // Events are printed at once.
        tty: true,
        podPriorityClassName: 'system-node-critical',
        // Removes the chart's limit: a throttled Falco drops events.
        resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: null, memory: '1Gi' } },
        tolerations: [{ effect: 'NoSchedule', operator: 'Exists' }],
        // Talos has no kernel headers to build another driver with; this one needs neither those nor a loader.
        driver: { enabled: true, kind: 'modern_ebpf', modernEbpf: { leastPrivileged: true }, loader: { enabled: false } },
        collectors,
        falcoctl: {
          artifact: {
            install: { enabled: true, resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } } },
            // Would replace the rules by newer ones, unseen.
            follow: { enabled: false },
          },
          config: {
            artifact: {
              install: { refs: [`falco-rules:${rulesVersion}`] },
              follow: { refs: [`falco-rules:${rulesVersion}`] },
            },
          },
        },
        customRules: { 'platform-rules.yaml': minerRules },
        // The chart itself turns on JSON and the way to falcosidekick.
        falco: { priority: 'notice', syslog_output: { enabled: false }, stdout_output: { enabled: true } },
        metrics: { enabled: true, service: { create: true } },
        serviceMonitor: { create: isMonitored },
        // An older Talon than the one of the component.
        responseActions: { enabled: false },
        falcosidekick: this.falcosidekickValues(props),
      },
      provides: {
        // Settings of falcosidekick.
        openSecrets: ['falco-falcosidekick'],
        namespaced: {
          '': ['ConfigMap', 'Secret', 'Service', 'ServiceAccount'],
          apps: ['DaemonSet', 'Deployment'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
          'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
        },
        podSecurity: 'privileged',
      },
    });
  }

  private falcosidekickValues({ cluster, collector, talon }: FalcoProps): Values['falcosidekick'] {
    const minimumpriority = 'notice';
    const endpoint = collector && `${this.release.use(collector).http}/v1/traces`;
    return {
      enabled: true,
      replicaCount: 1,
      podSecurityContext: { runAsUser: 1234, fsGroup: 1234, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      config: {
        customfields: `cluster:${cluster}`,
        // A shell in a container is a notice: a higher one would never reach Talon.
        talon: talon && { address: this.release.use(talon).address, minimumpriority },
        otlp: endpoint === undefined ? undefined : { traces: { endpoint, protocol: 'http/protobuf', minimumpriority } },
      },
      // Needs a database of its own.
      webui: { enabled: false },
      // The chart has it only where the kind exists when it is rendered, which not everybody who renders it knows.
      serviceMonitor: { enabled: false },
    };
  }
}

const off = { enabled: false };

const collectors: Values['collectors'] = {
  enabled: true,
  containerEngine: {
    enabled: true,
    // Those that are on mount folders of the host, which Talos does not have.
    engines: { containerd, cri: containerd, docker: off, podman: off, lxc: off, libvirt_lxc: off, bpm: off },
  },
  kubernetes: off,
};

/**
 * Miners, of which the stable rules know none. The macros are those of falco-rules; a process has at most 15 characters of its name.
 *
 * Source: "Known Cryptominer Process Executed" and "Detect crypto miners using the Stratum protocol" of falco-sandbox-rules 6.1.0
 */
const minerRules = `- list: miner_binaries
  items: [xmrig, xmr-stak, minerd, minergate, cpuminer, ccminer, ethminer, cgminer, bfgminer, sgminer, claymore, nbminer, t-rex, gminer,
    lolminer, phoenixminer, teamredminer, nanominer, bminer, wildrig, srbminer]
- rule: Crypto miner in a container
  desc: A process whose name is that of a miner, or whose arguments name a pool by the Stratum protocol, started in a container.
  condition: >-
    spawned_process and container and (proc.name in (miner_binaries) or proc.cmdline contains "stratum+tcp"
    or proc.cmdline contains "stratum2+tcp" or proc.cmdline contains "stratum+ssl" or proc.cmdline contains "stratum2+ssl")
  output: Crypto miner in a container | process=%proc.name exe=%proc.exepath parent=%proc.pname command=%proc.cmdline user=%user.name
  priority: CRITICAL
  tags: [container, process, mitre_impact, T1496]
`;
