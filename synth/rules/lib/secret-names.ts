import { recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import type { SecretReference } from './secret-references.js';
import type { SeenObject, SeenRelease } from './view.js';

/** The texts "$name:key" in the settings of Argo CD. */
export function findArgoCdReferences({ release: { props }, values }: SeenRelease): readonly SecretReference[] {
  if (props.chart !== 'argo-cd') return [];
  const texts = JSON.stringify(valueAt(values, 'configs.cm') ?? {}).matchAll(/\$([a-z0-9][-a-z0-9.]*):([-._A-Za-z0-9]+)/g);
  return [...texts].map(([, name = '', key = '']) => ({ field: 'configs.cm', name, keys: [key], mayWrite: false }));
}

/**
 * Names of Secrets where nothing says so: parameters of a storage class, annotations of an Ingress, the logins of Traefik.
 *
 * Source: https://kubernetes-csi.github.io/docs/secrets-and-credentials-storage-class.html,
 * https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/basicauth/ (v3.7)
 */
export function findNamed({ manifest }: SeenObject): readonly SecretReference[] {
  const { annotations = {} } = manifest.metadata;
  const parameters = recordOf(manifest['parameters']);
  const logins = manifest.kind === 'Middleware' ? ['spec.basicAuth.secret', 'spec.digestAuth.secret'] : [];
  return [
    ...logins.flatMap((field) => {
      const name = textOf(valueAt(manifest, field));
      return name === undefined ? [] : [{ field, name, keys: [], mayWrite: false }];
    }),
    ...Object.entries(parameters).flatMap(([key, value]) => {
      const namespace = parameters[key.replace(/-name$/, '-namespace')];
      const isName = key.endsWith('-secret-name') && !String(value).includes('$');
      return isName
        ? [{ field: `parameters["${key}"]`, name: String(value), namespace: textOf(namespace), keys: [], mayWrite: false }]
        : [];
    }),
    ...Object.entries(annotations).flatMap(([key, value]) => {
      if (!key.endsWith('/auth-secret') && !key.endsWith('/auth-tls-secret')) return [];
      const [name = '', namespace] = value.split('/').reverse();
      return [{ field: `metadata.annotations["${key}"]`, name, namespace, keys: [], mayWrite: false }];
    }),
  ];
}
