import { formatIdentity } from '../../charts/lib/kinds.js';
import type { ClusterDiff, DiffReport, FieldChange, ObjectChange } from './model.js';

/** Sentences that every readable form of the report has. */

/** Which clusters the merge changes. One line a cluster. */
export function describeEffects({ clusters, target }: DiffReport): string[] {
  if (clusters.length === 0) return ['No object of any cluster changes.'];
  return clusters.map(
    (cluster) => `${cluster.cluster}: ${effects[cluster.effect](cluster.branch, target ?? '')}; ${countObjects(cluster)}`,
  );
}

const effects: Readonly<Record<ClusterDiff['effect'], (branch: string, target: string) => string>> = {
  deploys: (branch) => `deploys, it follows ${branch}`,
  staged: (branch, target) => `staged, it follows ${branch} and not ${target}`,
  unknown: (branch) =>
    branch === '' ? 'follows no branch that is known' : `follows ${branch}; --target says whether the merge deploys it`,
};

function countObjects({ objects, dangers }: ClusterDiff): string {
  const count = (change: ObjectChange['change']) => objects.filter((object) => object.change === change).length;
  const counts = (['added', 'changed', 'moved', 'removed'] as const).flatMap((change) =>
    count(change) > 0 ? [`${count(change)} ${change}`] : [],
  );
  const warned = dangers.length === 0 ? [] : [`${dangers.length} ${dangers.length === 1 ? 'danger' : 'dangers'}`];
  return [...counts, ...warned].join(', ');
}

/** An object in one line. @example 'Deployment.apps whoami/whoami' */
export function titleOf(object: ObjectChange): string {
  const from = object.from === undefined ? '' : ` (from ${object.from} to ${object.path})`;
  return `${formatIdentity(object)}${from}`;
}

/** Whether nothing of an object is worth a look. */
export function isNoise({ change, fields }: ObjectChange): boolean {
  return change === 'changed' && fields.every((field) => field.isNoise === true);
}

/** The sign of a change, as in a diff. */
export const signs: Readonly<Record<ObjectChange['change'], string>> = { added: '+', removed: '-', moved: '→', changed: '~' };

/** Lines of a field, each with its sign first. Values of several lines are shown as lines. */
export function describeField({ path, change, before, after, lines }: FieldChange): string[] {
  if (lines) return [`~ ${path}:`, ...lines.map(({ sign, text }) => `${sign}   ${text}`)];
  if (change === 'changed') return [`~ ${path}: ${showValue(before)} → ${showValue(after)}`];
  return [`${change === 'added' ? '+' : '-'} ${path}: ${showValue(change === 'added' ? after : before)}`];
}

function showValue(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@+-]+$/.test(value) && Number.isNaN(Number(value)) ? value : JSON.stringify(value);
}
