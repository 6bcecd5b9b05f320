import { listOf, recordOf, textOf, textsOf } from '../../../charts/lib/untyped.js';
import { formatPath, walk } from './pruned-walk.js';

/** Something that reads a Secret. */
export interface SecretReference {
  /** @example 'spec.template.spec.volumes[0].secret.secretName' */
  readonly field: string;
  readonly name: string;
  /** @default - that of the object */
  readonly namespace?: string | undefined;
  /** Keys that must be in it. */
  readonly keys: readonly string[];
  /** True where the field also is one that software writes: a Secret that does not exist yet comes from it. */
  readonly mayWrite: boolean;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * Every reference to a Secret in an object or in Helm values: what the API conventions call secretName, secretRef, secretKeyRef and so on, and
 * each pair of a name and a key that is not one of a ConfigMap. What holds text of its own, as values in an object do, is not looked into.
 */
export function findSecretReferences(data: unknown): readonly SecretReference[] {
  const found: SecretReference[] = [];
  walk(data, ({ key, value, map, path }) => {
    if (opaque.has(key)) return false;
    if (typeof value === 'string') {
      // LINSTOR makes its certificates itself where it is told an issuer.
      const isRead = value !== '' && isNameKey(key) && map['certManager'] === undefined && map['optional'] !== true;
      if (isRead) found.push({ field: formatPath(path), name: value, keys: keysBeside(key, map), mayWrite: mayWrite(key) });
      return false;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
    const selector = recordOf(value);
    const name = textOf(selector['name']);
    if (name === undefined || !isSelector(key, selector)) return true;
    if (selector['optional'] !== true) {
      const field = `${formatPath(path)}.name`;
      found.push({ field, name, namespace: textOf(selector['namespace']), keys: keysOf(selector), mayWrite: mayWrite(key) });
    }
    return false;
  });
  return found;
}

const opaque: ReadonlySet<string> = new Set(['status', 'values', 'valuesObject', 'metadata', 'privateKeySecretRef']);

/** A string, or a list of strings, that is the name of a Secret. */
function isNameKey(key: string): boolean {
  if (!key.includes('ecret')) return false;
  return /^(secretNames?|existingSecret(Name)?|configSecret|credentialsSecret|secret_name|secrets|certificatesSecrets|rootCAsSecrets|imagePullSecrets|caSecret|certSecret|serverCASecret|clientCASecret|serverTLSSecret|replicationTLSSecret|[a-z]\w*(SecretName|ExistingSecret))$/.test(
    key,
  );
}

/** Names that say neither that the Secret exists already nor that it is referred to: charts make some of those. */
function mayWrite(key: string): boolean {
  return !/Ref$|existing|^imagePull/i.test(key);
}

/** A map with the name of a Secret. */
function isSelector(key: string, map: Data): boolean {
  if (!key.includes('ecret') && !key.startsWith('c') && typeof map['key'] !== 'string') return false;
  if (/configMap/i.test(key) || map['kind'] === 'ConfigMap' || map['type'] === 'ConfigMap') return false;
  if (/(^s|S)ecret(Key)?(Ref|Selector)?s?$/.test(key) && !/^(secrets|externalSecret|clusterSecret)$/.test(key)) return true;
  if (/^(credentialsRef|certificateRefs|caCertificateRefs)$/.test(key)) return (map['kind'] ?? 'Secret') === 'Secret';
  const shape = Object.keys(map).filter((one) => !['name', 'key', 'optional', 'namespace'].includes(one));
  if (textOf(map['key']) === undefined) return false;
  return shape.length === 0 || map['type'] === 'Secret' || map['kind'] === 'Secret';
}

function keysOf(map: Data): readonly string[] {
  return [...textsOf([map['key']]), ...listOf(map['items']).flatMap(({ key }) => textsOf([key]))];
}

/** Keys that a volume, or the values beside the name of an existing Secret, ask for. */
function keysBeside(key: string, owner: Data): readonly string[] {
  if (key === 'secretName') return keysOf({ items: owner['items'] });
  if (key !== 'existingSecret') return [];
  return textsOf([owner['userKey'], owner['passwordKey'], owner['existingSecretKey'], owner['existingSecretPasswordKey']]);
}
