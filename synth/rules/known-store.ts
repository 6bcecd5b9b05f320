import { listOf, recordOf, textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { selects } from './lib/pods.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import { entriesBelow, pathOf } from './lib/walk.js';
import type { Finding, Rule } from './rule.js';

/**
 * Each ExternalSecret names a store that exists, of the right kind, that serves its namespace, and says how often it is read again; and what a
 * ClusterSecretStore refers to has a namespace.
 *
 * Why: the Secret is never made ("SecretSyncedError"), its pods wait for it, or each namespace logs in with an account that nobody made.
 *
 * Source: https://external-secrets.io/latest/api/clustersecretstore/, https://external-secrets.io/latest/api/externalsecret/ (v2.9),
 * https://github.com/external-secrets/external-secrets/issues/6797
 */
export const knownStore: Rule = {
  id: 'known-store',
  *check(view) {
    for (const at of view.of(`ExternalSecret.${group}`)) yield* checkSecret(view, at);
    for (const at of view.of(`ClusterSecretStore.${group}`)) yield* checkStore(at);
  },
};

const group = 'external-secrets.io';

function* checkSecret(view: ClusterView, at: SeenObject): Generator<Finding> {
  const spec = recordOf(at.manifest['spec']);
  yield* checkReference(view, at, spec['secretStoreRef'], 'spec.secretStoreRef');
  for (const list of ['data', 'dataFrom']) {
    for (const [index, { sourceRef }] of listOf(spec[list]).entries())
      yield* checkReference(view, at, recordOf(sourceRef)['storeRef'], `spec.${list}[${index}].sourceRef.storeRef`);
  }
  const policy = spec['refreshPolicy'] ?? 'Periodic';
  if (policy !== 'Periodic' || spec['refreshInterval'] !== undefined) return;
  const problem = 'It does not say how often it is read again; the API server adds that, and the GitOps engine sees a difference.';
  yield { at, field: 'spec.refreshInterval', problem, fix: 'write "1h", the default, or what fits.' };
}

function* checkReference(view: ClusterView, at: SeenObject, reference: unknown, field: string): Generator<Finding> {
  const { kind = 'SecretStore', name } = recordOf(reference);
  if (typeof name !== 'string' || typeof kind !== 'string') return;
  const { namespace } = at.manifest.metadata;
  const isCluster = kind === 'ClusterSecretStore';
  const store = view.find(`${kind}.${group}`, name, isCluster ? undefined : namespace);
  if (store) return yield* checkConditions(view, at, store, field);
  if (view.mayHide(`${kind}.${group}`, isCluster ? undefined : namespace)) return;
  const other = isCluster ? 'SecretStore' : 'ClusterSecretStore';
  if (view.find(`${other}.${group}`, name, isCluster ? namespace : undefined)) {
    const problem = `There is no ${kind} "${name}"${isCluster ? '' : ` in the namespace "${namespace}"`}, but a ${other}.`;
    return yield { at, field: `${field}.kind`, problem, fix: `write "${other}".` };
  }
  const names = view
    .of(`ClusterSecretStore.${group}`, `SecretStore.${group}`)
    .filter(({ manifest: { metadata } }) => [undefined, namespace].includes(metadata.namespace))
    .map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`);
  const problem = `Nothing makes the ${kind} "${name}".`;
  yield { at, field, problem, fix: names.length > 0 ? `name one of ${names.sort().join(', ')}.` : 'add one.' };
}

/** One of the conditions is enough. */
function* checkConditions(view: ClusterView, at: SeenObject, store: SeenObject, field: string): Generator<Finding> {
  const conditions = listOf(valueAt(store.manifest, 'spec.conditions'));
  const { namespace } = at.manifest.metadata;
  if (conditions.length === 0 || namespace === undefined) return;
  const labels = recordOf(view.find('Namespace', namespace)?.manifest.metadata.labels);
  const isSeen = view.find('Namespace', namespace) !== undefined;
  const allows = ({ namespaces, namespaceRegexes, namespaceSelector }: Readonly<Record<string, unknown>>) =>
    textsOf(namespaces).includes(namespace) ||
    textsOf(namespaceRegexes).some((expression) => isMatch(expression, namespace)) ||
    (namespaceSelector !== undefined && (!isSeen || selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace, ...labels })));
  if (conditions.some(allows)) return;
  const { name } = store.manifest.metadata;
  const problem = `The store "${name}" (${store.path}) does not serve the namespace "${namespace}".`;
  yield { at, field, problem, fix: 'name another store, or add the namespace to its conditions.' };
}

/** An expression that is none is told by the webhook. */
function isMatch(expression: string, text: string): boolean {
  try {
    return new RegExp(expression).test(text);
  } catch {
    return true;
  }
}

/** Without a namespace the ExternalSecret's own is looked into, with an account or a Secret that only the store has. */
function* checkStore(at: SeenObject): Generator<Finding> {
  const lacking = entriesBelow(valueAt(at.manifest, 'spec.provider')).flatMap((entry) => {
    const isReference = /^(serviceAccountRef|caProvider|.*[sS]ecretRef)$/.test(entry.key);
    const { name, namespace } = recordOf(isReference ? entry.value : undefined);
    return textOf(name) !== undefined && namespace === undefined ? [pathOf(entry)] : [];
  });
  const [first, ...others] = lacking;
  if (first === undefined) return;
  const more = others.length > 0 ? ` Nor do ${others.join(', ')}.` : '';
  const problem = `It names no namespace, so that each ExternalSecret looks for it in its own.${more}`;
  yield { at, field: `spec.provider.${first}.namespace`, problem, fix: `write the namespace that it is in.` };
}
