import { isDeepStrictEqual } from 'node:util';
import { valueAt } from '../../../charts/lib/untyped.js';
import { immutableDefaults, immutableFields, isMadeAnew } from '../../rules/lib/immutable-fields.js';
import { claimsOf, findLosses } from '../../rules/lib/volume-losses.js';
import { isObject, type SchemaNode } from '../../schema/node.js';
import { type DangerCheck, type Found, readBoth, says } from './check.js';

const effect = 'The API server refuses it, and the sync fails until somebody removes the object by hand or the change is taken back.';
const claims = ['PersistentVolumeClaim', 'StatefulSet.apps', 'Cluster.postgresql.cnpg.io', 'DataVolume.cdi.kubevirt.io'];

/** A field changes that the API server never changes; those of custom resources by the rules of their definitions. */
export const immutableField: DangerCheck = {
  id: 'immutable-field',
  *check(object, { schemas }) {
    const { kind, before, after } = object;
    if (!before || !after || isMadeAnew(valueAt(after.manifest, 'metadata.annotations'))) return;
    for (const field of immutableFields[kind] ?? []) {
      const [old, now] = readBoth(object, field);
      const [was, is] = [old ?? immutableDefaults[field], now ?? immutableDefaults[field]];
      if (isDeepStrictEqual(was, is) || (field === 'spec.clusterIP' && is === undefined)) continue;
      yield { field, problem: says(field, was, is), effect };
    }
    if ((kind === 'ConfigMap' || kind === 'Secret') && before.manifest['immutable'] === true) {
      for (const field of ['data', 'binaryData', 'immutable']) {
        const [old, now] = readBoth(object, field);
        if (!isDeepStrictEqual(old, now)) yield { field, problem: `${field} of an immutable ${kind} changes.`, effect };
      }
    }
    if (claims.includes(kind)) yield* keptClaims(kind, before.manifest, after.manifest);
    const { apiVersion, kind: name } = after.manifest;
    const entry = schemas.find(String(apiVersion), String(name));
    if (entry?.dialect === 'structural' && entry.hasRules) yield* transitions(before.manifest, after.manifest, entry.schema ?? {}, '');
  },
};

/** What a claim can never follow; that it shrinks is a danger of its own. */
function* keptClaims(kind: string, before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): Iterable<Found> {
  const now = claimsOf(kind, after);
  const losses = claimsOf(kind, before).flatMap(({ name, claim }) => {
    const kept = now.find((other) => other.name === name);
    return kept ? findLosses(claim, kept.claim, kept.path) : [];
  });
  for (const { field, what } of losses) {
    if (!what.startsWith('size')) yield { field, problem: `${field.split('.').at(-1)}: ${what}.`, effect };
  }
  const field = 'spec.volumeClaimTemplates';
  if (kind !== 'StatefulSet.apps' || losses.length > 0 || isDeepStrictEqual(valueAt(before, field), valueAt(after, field))) return;
  yield { field, problem: 'Its claim templates change, which no StatefulSet that is there follows, not even to a larger size.', effect };
}

/** Definitions say `self == oldSelf` of what stays; imports/ has no other rule that looks at the stored object, which a test holds. */
export const transitionRule = /^self == oldSelf$/;

function* transitions(before: unknown, after: unknown, node: SchemaNode, path: string): Iterable<Found> {
  if (before === undefined || before === null || after === undefined || after === null || isDeepStrictEqual(before, after)) return;
  if (node['x-kubernetes-validations']?.some(({ rule }) => transitionRule.test(rule.trim()))) {
    yield { field: path, problem: says(path, before, after), effect };
    return;
  }
  if (!isObject(before) || !isObject(after)) return;
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    yield* transitions(before[key], after[key], child, path === '' ? key : `${path}.${key}`);
  }
}
