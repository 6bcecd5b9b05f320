import { listOf, recordOf } from '../../../charts/lib/untyped.js';
import type { SeenObject } from './view.js';

/** An object that makes pods, or is one. */
export interface Workload {
  readonly object: SeenObject;
  /** PodSpec, as data. */
  readonly pod: Readonly<Record<string, unknown>>;
  /** Path of the PodSpec in the object. @example 'spec.template.spec' */
  readonly field: string;
  /** Labels of the pods. */
  readonly labels: Readonly<Record<string, unknown>>;
  readonly namespace: string;
  /** Copies; 1 where none are named, undefined where the cluster decides. */
  readonly replicas: number | undefined;
}

/** A container of a workload with where it stands. */
export interface SeenContainer {
  readonly container: Readonly<Record<string, unknown>>;
  /** @example 'spec.template.spec.containers[0]' */
  readonly field: string;
}

const templates: Readonly<Record<string, string>> = {
  Pod: '',
  ReplicationController: 'template',
  'DaemonSet.apps': 'template',
  'Deployment.apps': 'template',
  'ReplicaSet.apps': 'template',
  'StatefulSet.apps': 'template',
  'Job.batch': 'template',
  'CronJob.batch': 'jobTemplate.spec.template',
};

/** Every workload of a cluster. @param of objects of a kind. */
export function listWorkloads(of: (kind: string) => readonly SeenObject[]): readonly Workload[] {
  return Object.entries(templates).flatMap(([kind, path]) => of(kind).map((object) => readWorkload(object, kind, path)));
}

function readWorkload(object: SeenObject, kind: string, path: string): Workload {
  const { manifest } = object;
  const spec = recordOf(manifest['spec']);
  const steps = path === '' ? [] : path.split('.');
  const template = steps.reduce<Readonly<Record<string, unknown>>>((at, key) => recordOf(at[key]), spec);
  const replicas = kind === 'DaemonSet.apps' ? undefined : (spec['replicas'] ?? spec['parallelism'] ?? 1);
  return {
    object,
    pod: path === '' ? spec : recordOf(template['spec']),
    field: path === '' ? 'spec' : `spec.${path}.spec`,
    labels: recordOf(path === '' ? manifest.metadata.labels : recordOf(template['metadata'])['labels']),
    namespace: manifest.metadata.namespace ?? 'default',
    replicas: typeof replicas === 'number' ? replicas : undefined,
  };
}

/** Containers of every sort, in the order of their lists. */
export function containersOf({ pod, field }: Pick<Workload, 'pod' | 'field'>): readonly SeenContainer[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    listOf(pod[list]).map((container, index) => ({ container, field: `${field}.${list}[${index}]` })),
  );
}

/**
 * Whether labels are what a label selector asks for; an empty selector selects everything.
 *
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors (v1.36)
 */
export function selects(selector: unknown, labels: Readonly<Record<string, unknown>>): boolean {
  const { matchLabels, matchExpressions } = recordOf(selector);
  const isEqual = Object.entries(recordOf(matchLabels)).every(([key, value]) => labels[key] === value);
  return (
    isEqual &&
    listOf(matchExpressions).every(({ key, operator, values }) => {
      const value = labels[String(key)];
      const isListed = Array.isArray(values) && values.includes(value);
      if (operator === 'In') return isListed;
      if (operator === 'NotIn') return !isListed;
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
}
