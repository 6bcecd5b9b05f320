import { formatIdentity, type Identity, identityOf, type KubernetesObject } from '../../charts/lib/kinds.js';

/** An object that both sides have, with the paths of what differs. */
export interface ChangedObject {
  readonly identity: Identity;
  /** @example ['spec.replicas', 'spec.template.spec.containers[0].image'] */
  readonly fields: readonly string[];
}

/** What would change in the cluster; each list sorted by identity. */
export interface ObjectChanges {
  readonly added: readonly Identity[];
  readonly removed: readonly Identity[];
  readonly changed: readonly ChangedObject[];
}

/** Compares objects by identity, not by order or file. */
export function compareObjects(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): ObjectChanges {
  const byIdentity = (objects: readonly KubernetesObject[]) =>
    new Map(objects.map((object) => [formatIdentity(identityOf(object)), object]));
  const [old, now] = [byIdentity(before), byIdentity(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const identityOfName = (name: string) => identityOf((now.get(name) ?? old.get(name)) as KubernetesObject);
  return {
    added: names.filter((name) => !old.has(name)).map(identityOfName),
    removed: names.filter((name) => !now.has(name)).map(identityOfName),
    changed: names.flatMap((name) => {
      const fields = differingFields(old.get(name), now.get(name), '');
      return old.has(name) && now.has(name) && fields.length > 0 ? [{ identity: identityOfName(name), fields }] : [];
    }),
  };
}

/** Paths at which two values differ, as deep as both have the same shape. */
function differingFields(before: unknown, after: unknown, path: string): string[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => differingFields(item, after[index], `${path}[${index}]`));
  }
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differingFields(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Label and checksums that say the version of a chart on every object that it makes. */
const noise =
  /^metadata\.labels\.(helm\.sh\/chart|chart|app\.kubernetes\.io\/version)$|(helm\.sh\/chart|app\.kubernetes\.io\/version|checksum\/[\w.-]+)$/;

/** Lines for people: one an object, with its first fields; what changes in every object of a chart alike is left out. */
export function describeChanges({ added, removed, changed }: ObjectChanges): string[] {
  const real = changed
    .map(({ identity, fields }) => ({ identity, fields: fields.filter((field) => !noise.test(field)) }))
    .filter(({ fields }) => fields.length > 0);
  const folded = changed.length - real.length;
  const listed = (fields: readonly string[]) =>
    fields.length > 3 ? `${fields.slice(0, 3).join(', ')} and ${fields.length - 3} more` : fields.join(', ');
  return [
    ...removed.map((identity) => `- ${formatIdentity(identity)}`),
    ...added.map((identity) => `+ ${formatIdentity(identity)}`),
    ...real.map(({ identity, fields }) => `~ ${formatIdentity(identity)}: ${listed(fields)}`),
    ...(folded > 0 ? [`${folded} ${folded === 1 ? 'object changes' : 'objects change'} in version labels and checksums only`] : []),
  ];
}
