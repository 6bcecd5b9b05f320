import { recordOf, valueAt } from '../../charts/lib/untyped.js';
import { type ClaimUser, findClaimUsers, isSingleNode } from './lib/claims.js';
import type { Workload } from './lib/pods.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * A volume that one node can mount at a time (ReadWriteOnce, ReadWriteOncePod) has one pod: one workload with at most one replica, which stops its
 * old pod before it starts the new one.
 *
 * Why: the second pod stays in ContainerCreating with Multi-Attach errors, so that a rollout never ends; on one node both write at once, which
 * corrupts what is in the files.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes (v1.36),
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy (v1.36)
 */
export const singleWriter: Rule = {
  id: 'single-writer',
  *check(view) {
    const users = findClaimUsers(view);
    for (const claim of view.of('PersistentVolumeClaim')) {
      if (!isSingleNode(claim)) continue;
      const { name, namespace = 'default' } = claim.manifest.metadata;
      const own = distinct(users.get(`${namespace}/${name}`) ?? []);
      const [first, second] = own.filter((user) => !isBesideOthers(user));
      if (first && second && first.at.path !== second.at.path) {
        yield {
          at: second.at,
          field: second.field,
          problem: `${first.at.path} mounts "${name}" too, and that volume can be on one node at a time.`,
          fix: 'give each a claim of its own, let the claim be ReadWriteMany, or put both into one pod.',
        };
      }
      for (const user of own) if (user.workload) yield* checkWorkload(view, user, user.workload, claim);
    }
  },
};

function* checkWorkload(view: ClusterView, user: ClaimUser, workload: Workload, claim: SeenObject): Generator<Finding> {
  const { object: at, replicas } = workload;
  const { kind, metadata } = at.manifest;
  const volume = `the volume "${claim.manifest.metadata.name}" can be on one node at a time`;
  const scaler = scalerOf(view, workload);
  if (kind === 'DaemonSet') {
    const fix = 'mount a volume of the node, let the claim be ReadWriteMany, or make it a Deployment with one replica.';
    yield { at, field: `${workload.field}.volumes`, problem: `It runs on every node, and ${volume}.`, fix };
  } else if (scaler) {
    const max = valueAt(scaler.manifest, 'spec.maxReplicas');
    const problem = `It makes up to ${max} pods of ${kind} "${metadata.name}", and ${volume}.`;
    yield { at: scaler, field: 'spec.maxReplicas', problem, fix: 'remove it, or let the claim be ReadWriteMany.' };
  } else if ((replicas ?? 1) > 1) {
    const fix =
      kind === 'StatefulSet'
        ? 'use volumeClaimTemplates, which give each pod a claim of its own.'
        : 'write 1, or let the claim be ReadWriteMany.';
    yield { at, field: kind === 'Job' ? 'spec.parallelism' : 'spec.replicas', problem: `It has ${replicas} pods, and ${volume}.`, fix };
  } else if (kind === 'Deployment' && isSurging(at) && replicas !== 0 && !isBesideOthers(user)) {
    const problem = `It starts a new pod before it stops the old one, and ${volume}.`;
    yield { at, field: 'spec.strategy', problem, fix: 'write {type: "Recreate"}.' };
  }
}

/** Each object once, however often it names the claim. */
function distinct(users: readonly ClaimUser[]): ClaimUser[] {
  return users.filter((user, index) => users.findIndex(({ at }) => at.path === user.at.path) === index);
}

/** A pod that must run beside others, or beside the one that it replaces, can share a node's volume with them. */
function isBesideOthers({ workload }: ClaimUser): boolean {
  return valueAt(workload?.pod, 'affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution.0') !== undefined;
}

/** An update that removes first needs no second pod. */
function isSurging({ manifest }: SeenObject): boolean {
  const { type = 'RollingUpdate', rollingUpdate } = recordOf(valueAt(manifest, 'spec.strategy'));
  const { maxSurge = '25%' } = recordOf(rollingUpdate);
  return type === 'RollingUpdate' && maxSurge !== 0 && maxSurge !== '0%' && maxSurge !== '0';
}

function scalerOf(view: ClusterView, { object: { manifest }, namespace }: Workload): SeenObject | undefined {
  return view.of('HorizontalPodAutoscaler.autoscaling').find((scaler) => {
    const { kind, name } = recordOf(valueAt(scaler.manifest, 'spec.scaleTargetRef'));
    const isOwn =
      kind === manifest.kind && name === manifest.metadata.name && (scaler.manifest.metadata.namespace ?? 'default') === namespace;
    return isOwn && Number(valueAt(scaler.manifest, 'spec.maxReplicas')) > 1;
  });
}
