import { show } from './error.js';
import {
  annotationKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  type NameForm,
  pathSegment,
  qualifiedName,
} from './names.js';
import { isObject, OBJECT_META, type SchemaEntry } from './node.js';
import type { Meanings, Walk } from './walk.js';

/** Where a mistake is, below the place of the walk. */
type Keys = readonly (string | number)[];

/** Bytes of all annotations of an object, keys and values. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/ (v1.36) */
const maxAnnotationBytes = 262_144;

/** Finalizers of Kubernetes itself, which have no host name in front. */
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

const CORE = '#/definitions/io.k8s.api.core.v1';

/**
 * What the API server asks of values of some definitions, wherever they are: labels, annotations and selectors.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ (v1.36)
 */
export const MEANINGS: Meanings = new Map([
  [`#/definitions/${OBJECT_META}`, checkMetadata],
  ['#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector', checkSelector],
  [`${CORE}.PodSpec`, (walk, { nodeSelector }) => checkLabels(walk, 'nodeSelector', nodeSelector)],
  [`${CORE}.ServiceSpec`, (walk, { selector }) => checkLabels(walk, 'selector', selector)],
]);

const atMost =
  (limit: number, form: NameForm): NameForm =>
  (text) =>
    text.length > limit ? `has ${text.length} characters; at most ${limit} are allowed` : form(text);

/**
 * Names of kinds that are not just host names. A Service may start with a digit since 1.36.
 * Source: an API server of Kubernetes v1.36.4, asked with each form for each kind.
 */
const NAMES: ReadonlyMap<string, NameForm> = new Map([
  ['v1/Namespace', dns1123Label],
  ['v1/Service', dns1123Label],
  ['apps/v1/StatefulSet', dns1123Label],
  // Pods carry the name of their Job in a label; a CronJob adds 11 characters to its own.
  ['batch/v1/Job', atMost(63, dns1123Subdomain)],
  ['batch/v1/CronJob', atMost(52, dns1123Subdomain)],
  ['policy/v1/PodDisruptionBudget', pathSegment],
  ['rbac.authorization.k8s.io/v1/ClusterRole', pathSegment],
  ['rbac.authorization.k8s.io/v1/ClusterRoleBinding', pathSegment],
  ['rbac.authorization.k8s.io/v1/Role', pathSegment],
  ['rbac.authorization.k8s.io/v1/RoleBinding', pathSegment],
]);

/** The name, namespace and finalizers of an object: what depends on its kind, not on the definition of metadata. */
export function checkIdentity(walk: Walk, object: unknown, { apiVersion, kind, dialect }: SchemaEntry): void {
  if (!isObject(object) || !isObject(object['metadata'])) return;
  const { name, namespace, finalizers } = object['metadata'];
  const kindOf = `${apiVersion}/${kind}`;
  if (name === undefined) walk.fail('It is required, but missing.', { field: ['metadata', 'name'] });
  if (typeof name === 'string') {
    checkText(walk, ['metadata', 'name'], name, NAMES.get(kindOf) ?? dns1123Subdomain);
    const wanted = derivedName(kindOf, object['spec']);
    if (wanted !== undefined && name !== wanted) {
      walk.fail(`${show(name)} is not ${show(wanted)}, which its spec says.`, { field: ['metadata', 'name'], fix: `write ${wanted}.` });
    }
  }
  checkOwn(walk, { namespace, finalizers }, dialect);
}

/** An object inside of a custom resource: its name is nobody's business, the rest is as of every object. */
export function checkEmbedded(walk: Walk, { apiVersion, kind, metadata }: Record<string, unknown>): void {
  if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2) {
    walk.fail(`${show(apiVersion)} is not a version, or a group and a version.`, { field: 'apiVersion' });
  }
  if (typeof kind === 'string' && kind !== '') checkText(walk, ['kind'], kind, (text) => dns1035Label(text.toLowerCase()));
  if (isObject(metadata)) checkOwn(walk, metadata, 'structural');
}

function checkOwn(walk: Walk, { namespace, finalizers }: Record<string, unknown>, dialect: SchemaEntry['dialect']): void {
  if (typeof namespace === 'string') checkText(walk, ['metadata', 'namespace'], namespace, dns1123Label);
  for (const [index, finalizer] of (Array.isArray(finalizers) ? finalizers : []).entries()) {
    if (typeof finalizer === 'string') checkText(walk, ['metadata', 'finalizers', index], finalizer, finalizerOf(dialect));
  }
}

/** The name of a kind that repeats what is inside. */
function derivedName(kindOf: string, spec: unknown): string | undefined {
  if (!isObject(spec)) return undefined;
  const { group, version, names } = spec;
  if (kindOf === 'apiregistration.k8s.io/v1/APIService') return `${String(version)}.${String(group ?? '')}`;
  if (kindOf !== 'apiextensions.k8s.io/v1/CustomResourceDefinition' || !isObject(names)) return undefined;
  return `${String(names['plural'])}.${String(group)}`;
}

/** Finalizers of built-in kinds must say whose they are; for custom resources the API server only warns. */
function finalizerOf(dialect: SchemaEntry['dialect']): NameForm {
  return (text) => {
    const wrong = qualifiedName(text);
    const isBare = dialect === 'kubernetes' && !text.includes('/') && !STANDARD_FINALIZERS.has(text);
    return wrong ?? (isBare ? 'must have a host name and "/" in front' : undefined);
  };
}

function checkMetadata(walk: Walk, { labels, annotations }: Record<string, unknown>): void {
  checkLabels(walk, 'labels', labels);
  if (!isObject(annotations)) return;
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    checkText(walk, ['annotations'], key, annotationKey);
    size += Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
  }
  if (size > maxAnnotationBytes) walk.fail(`They have ${size} bytes; at most ${maxAnnotationBytes} are allowed.`, { field: 'annotations' });
}

function checkLabels(walk: Walk, field: string, labels: unknown): void {
  if (!isObject(labels)) return;
  for (const [key, value] of Object.entries(labels)) {
    checkText(walk, [field], key, qualifiedName);
    if (typeof value === 'string') checkText(walk, [field, key], value, labelValue);
  }
}

function checkSelector(walk: Walk, { matchLabels, matchExpressions }: Record<string, unknown>): void {
  checkLabels(walk, 'matchLabels', matchLabels);
  if (!Array.isArray(matchExpressions)) return;
  for (const [index, expression] of matchExpressions.entries()) {
    if (isObject(expression)) checkExpression(walk, ['matchExpressions', index], expression);
  }
}

function checkExpression(walk: Walk, keys: Keys, { key, operator, values }: Record<string, unknown>): void {
  if (typeof key === 'string') checkText(walk, [...keys, 'key'], key, qualifiedName);
  const texts: readonly unknown[] = Array.isArray(values) ? values : [];
  for (const [index, value] of texts.entries()) {
    if (typeof value === 'string') checkText(walk, [...keys, 'values', index], value, labelValue);
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (texts.length === 0) walk.fail(`${operator} needs at least one value.`, { field: [...keys, 'values'] });
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (texts.length > 0) walk.fail(`${operator} takes no values.`, { field: [...keys, 'values'] });
  } else if (typeof operator === 'string') {
    walk.fail(`${show(operator)} is none of In, NotIn, Exists, DoesNotExist.`, { field: [...keys, 'operator'] });
  }
}

function checkText(walk: Walk, keys: Keys, text: string, form: NameForm): void {
  const wrong = form(text);
  if (wrong !== undefined) walk.fail(`${show(text)} ${wrong}.`, { field: keys });
}
