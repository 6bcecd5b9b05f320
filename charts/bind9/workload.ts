import { createHash } from 'node:crypto';
import { Duration, Size } from 'cdk8s';
import {
  Capability,
  ConfigMap,
  type ContainerSecurityContextProps,
  Cpu,
  Deployment,
  DeploymentStrategy,
  EmptyDirMedium,
  FsGroupChangePolicy,
  ImagePullPolicy,
  LabelSelector,
  PersistentVolumeAccessMode,
  PersistentVolumeClaim,
  Probe,
  Protocol,
  SeccompProfileType,
  Secret,
  Volume,
} from 'cdk8s-plus-30';
import { dropConstructAddress } from '../lib/construct-address.js';
import type { Stage } from '../lib/stage.js';
import { waive } from '../lib/waiver.js';
import { fileOf, namedConf, paths, port, prepareScript, seedOf, type Zone } from './zones.js';

// renovate: datasource=docker depName=docker.io/internetsystemsconsortium/bind9
const image = 'docker.io/internetsystemsconsortium/bind9:9.20';

export const labels = { 'app.kubernetes.io/name': 'bind9' };

/** The user that named runs as; the image has its own for a start as root only. */
const user = 65534;

const securityContext: ContainerSecurityContextProps = {
  user,
  group: user,
  ensureNonRoot: true,
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: [Capability.ALL] },
  seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
};

export interface WorkloadProps {
  readonly zones: readonly Zone[];
  readonly address: string;
  readonly storageClassName: string;
  /** Name of the Secret with the TSIG keys. */
  readonly keySecret: string;
}

/**
 * One server: a zone that programs write has one writer. Claim and pod are of one stage, because a claim is bound only once its pod is there.
 *
 * Source: https://github.com/isc-projects/bind9-docker (branch v9.20: paths and entry point)
 */
export function addWorkload(stage: Stage, { zones, address, storageClassName, keySecret }: WorkloadProps): void {
  const config = namedConf(zones);
  const deployment = new Deployment(stage, 'deployment', {
    metadata: { name: 'bind9', labels, annotations: { 'secret.reloader.stakater.com/reload': keySecret } },
    // Nothing makes named read its configuration again. Seeds are left out, since a zone that exists takes nothing from them.
    podMetadata: { labels, annotations: { 'checksum/config': createHash('sha256').update(config).digest('hex') } },
    replicas: 1,
    // The volume goes to one pod at a time.
    strategy: DeploymentStrategy.recreate(),
    select: false,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { ensureNonRoot: true, user, group: user, fsGroup: user, fsGroupChangePolicy: FsGroupChangePolicy.ON_ROOT_MISMATCH },
  });
  deployment.select(LabelSelector.of({ labels }));
  waive(deployment, 'pinned-image', 'its publisher has one tag a branch, which takes the fixes of 9.20 and no other release');

  const zoneVolume = addZoneVolume(stage, storageClassName);
  const runVolume = Volume.fromEmptyDir(stage, 'run', 'run', { medium: EmptyDirMedium.MEMORY, sizeLimit: Size.mebibytes(1) });
  const seedData = Object.fromEntries(zones.map((zone) => [fileOf(zone), seedOf(zone, address)]));
  deployment.addInitContainer({
    name: 'prepare',
    image,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    command: ['/bin/sh', '-ec', prepareScript],
    resources: { cpu: { request: Cpu.millis(5) }, memory: { request: Size.mebibytes(16), limit: Size.mebibytes(32) } },
    securityContext,
    volumeMounts: [
      { path: paths.seeds, volume: fileVolume(stage, 'seeds', 'bind9-seeds', seedData), readOnly: true },
      {
        path: paths.keys,
        volume: Volume.fromSecret(stage, 'keys', Secret.fromSecretName(stage, 'key-secret', keySecret), {
          name: 'keys',
          defaultMode: 0o440,
        }),
        readOnly: true,
      },
      { path: '/run/named', volume: runVolume },
      { path: paths.zones, volume: zoneVolume },
    ],
  });

  const probe = (failureThreshold: number) =>
    Probe.fromTcpSocket({ port, periodSeconds: Duration.seconds(10), timeoutSeconds: Duration.seconds(2), failureThreshold });
  deployment.addContainer({
    name: 'named',
    image,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    // The entry point of the image changes the user, which takes root. Two threads, because each has memory of its own.
    command: ['/usr/sbin/named', '-f', '-n', '2', '-c', `${paths.config}/named.conf`],
    ports: [
      { name: 'dns-udp', number: port, protocol: Protocol.UDP },
      { name: 'dns-tcp', number: port, protocol: Protocol.TCP },
    ],
    startup: probe(12),
    readiness: probe(2),
    liveness: probe(3),
    resources: { cpu: { request: Cpu.millis(20) }, memory: { request: Size.mebibytes(128), limit: Size.mebibytes(512) } },
    securityContext,
    volumeMounts: [
      { path: paths.config, volume: fileVolume(stage, 'config', 'bind9-config', { 'named.conf': config }), readOnly: true },
      { path: '/run/named', volume: runVolume, readOnly: true },
      { path: paths.zones, volume: zoneVolume },
      { path: '/var/cache/bind', volume: Volume.fromEmptyDir(stage, 'cache', 'cache', { sizeLimit: Size.mebibytes(64) }) },
    ],
  });
  dropConstructAddress(deployment);
}

/** Zones and their journals, which nothing else has. */
function addZoneVolume(stage: Stage, storageClassName: string): Volume {
  const claim = new PersistentVolumeClaim(stage, 'claim', {
    metadata: { name: 'bind9-zones', labels },
    accessModes: [PersistentVolumeAccessMode.READ_WRITE_ONCE],
    storage: Size.gibibytes(1),
    storageClassName,
  });
  return Volume.fromPersistentVolumeClaim(stage, 'zones', claim, { name: 'zones' });
}

function fileVolume(stage: Stage, name: string, configMapName: string, data: Record<string, string>): Volume {
  const configMap = new ConfigMap(stage, `${name}-files`, { metadata: { name: configMapName, labels }, data });
  return Volume.fromConfigMap(stage, name, configMap, { name });
}
