import type { PodSecurityLevel } from '../../../charts/lib/provides.js';
import { listOf, recordOf, textsOf } from '../../../charts/lib/untyped.js';
import { containersOf, type Workload } from './pods.js';

/** A field of a pod that a level forbids. */
export interface Violation {
  readonly field: string;
  /** Lowest level that allows it. */
  readonly needs: PodSecurityLevel;
  /** Ends the sentence "The field ...". */
  readonly what: string;
}

/**
 * Everything in a pod that the levels `baseline` and `restricted` forbid, in the order of its fields.
 *
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ (v1.36)
 */
export function findViolations(workload: Workload): Violation[] {
  const { pod, field } = workload;
  const podContext = recordOf(pod['securityContext']);
  const found: Violation[] = [];
  const add = (path: string, needs: PodSecurityLevel, what: string) => found.push({ field: path, needs, what });
  for (const flag of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[flag] === true) add(`${field}.${flag}`, 'privileged', 'is true');
  listOf(pod['volumes']).forEach((volume, index) => {
    const source = Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
    const path = `${field}.volumes[${index}].${source}`;
    if (source === 'hostPath') add(path, 'privileged', 'mounts a path of the node');
    else if (!restrictedVolumes.has(source)) add(path, 'baseline', `is no volume of the level restricted`);
  });
  listOf(podContext['sysctls']).forEach(({ name }, index) => {
    if (!safeSysctls.has(String(name))) add(`${field}.securityContext.sysctls[${index}]`, 'privileged', `sets the unsafe sysctl ${name}`);
  });
  checkContext(podContext, `${field}.securityContext`, add);
  for (const { container, field: at } of containersOf(workload)) {
    const context = recordOf(container['securityContext']);
    const path = `${at}.securityContext`;
    checkContext(context, path, add);
    if (context['privileged'] === true) add(`${path}.privileged`, 'privileged', 'is true');
    if (!['Default', undefined].includes(context['procMount'] as string | undefined))
      add(`${path}.procMount`, 'privileged', 'unmasks /proc');
    listOf(container['ports']).forEach(({ hostPort }, index) => {
      if (hostPort !== undefined && hostPort !== 0) add(`${at}.ports[${index}].hostPort`, 'privileged', 'opens a port of the node');
    });
    const { add: added, drop } = recordOf(context['capabilities']);
    const unusual = textsOf(added).filter((name) => !baselineCapabilities.has(name));
    if (unusual.length > 0) add(`${path}.capabilities.add`, 'privileged', `adds ${unusual.join(', ')}`);
    else if (textsOf(added).some((name) => name !== 'NET_BIND_SERVICE')) {
      add(`${path}.capabilities.add`, 'baseline', `adds ${textsOf(added).join(', ')}`);
    }
    if (!textsOf(drop).includes('ALL')) add(`${path}.capabilities.drop`, 'baseline', 'does not list ALL');
    if (context['allowPrivilegeEscalation'] !== false) add(`${path}.allowPrivilegeEscalation`, 'baseline', 'is not false');
    if ((context['runAsNonRoot'] ?? podContext['runAsNonRoot']) !== true) add(`${path}.runAsNonRoot`, 'baseline', 'is not true');
    const { type } = recordOf(context['seccompProfile'] ?? podContext['seccompProfile']);
    if (type !== 'RuntimeDefault' && type !== 'Localhost') add(`${path}.seccompProfile.type`, 'baseline', 'is not RuntimeDefault');
  }
  return found;
}

/** What a pod and a container write alike. */
function checkContext(
  context: Readonly<Record<string, unknown>>,
  path: string,
  add: (path: string, needs: PodSecurityLevel, what: string) => void,
): void {
  if (recordOf(context['seccompProfile'])['type'] === 'Unconfined') add(`${path}.seccompProfile.type`, 'privileged', 'is Unconfined');
  if (recordOf(context['appArmorProfile'])['type'] === 'Unconfined') add(`${path}.appArmorProfile.type`, 'privileged', 'is Unconfined');
  const { type = '', user = '', role = '' } = recordOf(context['seLinuxOptions']);
  if (!seLinuxTypes.has(String(type)) || user !== '' || role !== '')
    add(`${path}.seLinuxOptions`, 'privileged', 'is another SELinux label');
  if (recordOf(context['windowsOptions'])['hostProcess'] === true) add(`${path}.windowsOptions.hostProcess`, 'privileged', 'is true');
  if (context['runAsUser'] === 0) add(`${path}.runAsUser`, 'baseline', 'is 0, which is root');
}

const seLinuxTypes: ReadonlySet<string> = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

const restrictedVolumes: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const baselineCapabilities: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const safeSysctls: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);
