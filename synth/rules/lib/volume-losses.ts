import { listOf, recordOf, textOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { quantityOf } from './quantities.js';

type Data = Readonly<Record<string, unknown>>;

/** A change to a claim that its volume cannot follow. */
export interface Loss {
  readonly field: string;
  /** Ends the sentence "Its ...". */
  readonly what: string;
}

/** What changed from one claim to another that no volume follows. @param path of the spec of the claim. */
export function findLosses(before: Data, after: Data, path: string): Loss[] {
  const losses: Loss[] = [];
  const change = (field: string, old: unknown, now: unknown) => {
    losses.push({ field: `${path}.${field}`, what: `${field} changes from ${show(old)} to ${show(now)}` });
  };
  for (const field of ['storageClassName', 'storageClass', 'volumeName', 'volumeMode']) {
    const [old, now] = [before[field], after[field]];
    // The API server fills in what is left out when the claim is made.
    if (old !== undefined && now !== undefined && old !== now) change(field, old, now);
  }
  const [old, now] = [textsOf(before['accessModes']), textsOf(after['accessModes'])];
  if (old.length > 0 && [...old].sort().join() !== [...now].sort().join()) change('accessModes', old.join(), now.join());
  for (const field of ['resources.requests.storage', 'size']) {
    const [least, size] = [quantityOf(valueAt(before, field)), quantityOf(valueAt(after, field))];
    if (least === undefined || size === undefined || size >= least) continue;
    losses.push({ field: `${path}.${field}`, what: `size shrinks from ${valueAt(before, field)} to ${valueAt(after, field)}` });
  }
  return losses;
}

/** The claims of an object by the path of their spec, those of the templates of a StatefulSet by their names. */
export function claimsOf(kind: string, manifest: Data): readonly { readonly path: string; readonly name: string; readonly claim: Data }[] {
  const spec = recordOf(manifest['spec']);
  if (kind === 'PersistentVolumeClaim') return [{ path: 'spec', name: '', claim: spec }];
  if (kind === 'StatefulSet.apps') {
    return listOf(spec['volumeClaimTemplates']).map((template, index) => ({
      path: `spec.volumeClaimTemplates[${index}].spec`,
      name: textOf(recordOf(template['metadata'])['name']) ?? '',
      claim: recordOf(template['spec']),
    }));
  }
  const names = kind === 'Cluster.postgresql.cnpg.io' ? ['storage', 'walStorage'] : ['pvc', 'storage'];
  return names.filter((name) => spec[name] !== undefined).map((name) => ({ path: `spec.${name}`, name, claim: recordOf(spec[name]) }));
}

function show(value: unknown): string {
  return `"${String(value)}"`;
}
