import { textOf, valueAt } from '../../charts/lib/untyped.js';
import { hidesSecrets, MadeSecrets } from './lib/made-secrets.js';
import { listOwn } from './lib/own-objects.js';
import { findArgoCdReferences, findNamed } from './lib/secret-names.js';
import { findSecretReferences, type SecretReference } from './lib/secret-references.js';
import type { ClusterView, Place, SeenObject, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Whatever reads a Secret finds it, in its own namespace and with the keys that it asks for: rendered, declared, or made by a controller of the
 * platform.
 *
 * Why: the pod stays in CreateContainerConfigError or ContainerCreating, the ingress controller answers with its default certificate, the
 * issuer is never ready; nothing of it is an error of the sync.
 *
 * Source: https://kubernetes.io/docs/concepts/configuration/secret/ (v1.36),
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#alternative (v3.5)
 */
export const filledSecret: Rule = {
  id: 'filled-secret',
  *check(view) {
    const made = new MadeSecrets(view);
    const told = new Set<string>();
    for (const { at, namespace, reference } of listReads(view, made)) {
      const { name, field } = reference;
      const isMissing = !made.has(namespace, name);
      const keys = made.keysOf(namespace, name);
      const lost = isMissing ? undefined : reference.keys.find((key) => keys !== undefined && !keys.has(key));
      const mistake = `${namespace}/${name}/${lost ?? ''}`;
      if ((!isMissing && lost === undefined) || told.has(mistake)) continue;
      told.add(mistake);
      yield { at, field, ...(lost === undefined ? describeMissing(made, namespace, name) : describeKey(namespace, name, lost, keys)) };
    }
  },
};

interface Read {
  readonly at: Place;
  readonly namespace: string;
  readonly reference: SecretReference;
}

/** What reads a Secret that nothing unseen can make. */
function* listReads(view: ClusterView, made: MadeSecrets): Generator<Read> {
  for (const release of view.releases) {
    for (const reference of [...findSecretReferences(release.values), ...findArgoCdReferences(release)]) {
      const namespace = reference.namespace ?? release.namespace;
      if (reference.mayWrite && isMadeByChart(release, reference)) continue;
      if (!made.has(namespace, reference.name) && hidesSecrets(view, namespace, reference.mayWrite ? undefined : release)) continue;
      yield { at: release, namespace, reference };
    }
  }
  for (const object of [...listOwn(view), ...view.of(...sources)]) {
    if (isText(object)) continue;
    for (const reference of [...findSecretReferences(object.manifest), ...findNamed(object)]) {
      const namespace = reference.namespace ?? homeOf(view, object);
      // At the top of a custom resource it is as often what the controller writes.
      if (namespace === undefined || reference.field === 'spec.secretName') continue;
      if (made.has(namespace, reference.name) || !hidesSecrets(view, namespace)) yield { at: object, namespace, reference };
    }
  }
  // A name that upstream chose is made by upstream, often by its own controller; one from the values is ours.
  for (const { object, namespace } of view.workloads) {
    if (object.origin !== 'upstream') continue;
    const values = JSON.stringify(view.releases.filter(({ component }) => component === object.component).map((one) => one.values));
    for (const reference of findSecretReferences(object.manifest))
      if (values.includes(`"${reference.name}"`)) yield { at: object, namespace, reference };
  }
}

/** A certificate that the software makes itself at its start, or cert-manager for an Ingress of the chart that asks for it. */
function isMadeByChart({ values }: SeenRelease, { field }: SecretReference): boolean {
  return (
    /(cert\w*|tls|webhook|serving)SecretName$/i.test(field) || /"(cert-manager\.io\/|kubernetes\.io\/tls-acme)/.test(JSON.stringify(values))
  );
}

/** What Flux reads for the platform. */
const sources = ['GitRepository', 'HelmRepository', 'OCIRepository', 'Bucket'].map((kind) => `${kind}.source.toolkit.fluxcd.io`);

/** Objects whose content is for others to read, or names Secrets that they make. */
function isText({ manifest: { kind } }: SeenObject): boolean {
  return ['ConfigMap', 'Secret', 'CustomResourceDefinition', 'ExternalSecret', 'SealedSecret'].includes(kind);
}

/**
 * Namespace where the Secrets of an object are; a cluster-scoped one has none of its own.
 *
 * Source: https://cert-manager.io/docs/configuration/#cluster-resource-namespace (v1.21),
 * https://cert-manager.io/docs/trust/trust-manager/#bundle-sources (v0.24)
 */
function homeOf(view: ClusterView, { manifest: { kind, metadata } }: SeenObject): string | undefined {
  if (metadata.namespace !== undefined) return metadata.namespace;
  const [manager] = view.releasesOf('cert-manager');
  if (kind === 'ClusterIssuer') return textOf(valueAt(manager?.values, 'clusterResourceNamespace')) ?? manager?.namespace;
  if (kind !== 'Bundle') return undefined;
  return textOf(valueAt(view.releasesOf('trust-manager')[0]?.values, 'app.trust.namespace')) ?? 'cert-manager';
}

function describeMissing(made: MadeSecrets, namespace: string, name: string): Pick<Finding, 'problem' | 'fix'> {
  const elsewhere = made.namespacesOf(name);
  const known = made.namesIn(namespace);
  const more = elsewhere.length > 0 ? ` One of that name is in ${elsewhere.join(', ')}, which nobody can read from here.` : '';
  return {
    problem: `Nothing makes the Secret "${name}" in the namespace "${namespace}".${more}`,
    fix: `${known.length > 0 ? `name one of ${known.join(', ')}, or ` : ''}declare it with DeclaredSecret, or mark the reference as optional.`,
  };
}

function describeKey(
  namespace: string,
  name: string,
  key: string,
  keys: ReadonlySet<string> | undefined,
): Pick<Finding, 'problem' | 'fix'> {
  return {
    problem: `The Secret "${name}" in the namespace "${namespace}" has no key "${key}".`,
    fix: `ask for one of ${[...(keys ?? [])].join(', ')}, or add the key where the Secret is made.`,
  };
}
