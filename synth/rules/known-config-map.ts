import { listOf, recordOf, textOf } from '../../charts/lib/untyped.js';
import { containersOf, type Workload } from './lib/pods.js';
import type { Rule } from './rule.js';

/**
 * A pod reads ConfigMaps that something makes in its namespace, with the keys that it asks for.
 *
 * Why: the pod stays at ContainerCreating or CreateContainerConfigError, while the Application is Synced.
 *
 * Source: https://kubernetes.io/docs/concepts/configuration/configmap/ (v1.36)
 */
export const knownConfigMap: Rule = {
  id: 'known-config-map',
  *check(view) {
    const bundles = new Set(view.of('Bundle.trust.cert-manager.io').map(({ manifest }) => manifest.metadata.name));
    for (const workload of view.workloads) {
      // What upstream reads, upstream makes, or its controller does.
      if (workload.object.origin === 'upstream') continue;
      for (const { name, key, field } of listReads(workload)) {
        // Kubernetes makes the first in every namespace, trust-manager those of its bundles.
        if (name === 'kube-root-ca.crt' || bundles.has(name)) continue;
        const found = view.find('ConfigMap', name, workload.namespace);
        if (found === undefined && view.mayHide('ConfigMap', workload.namespace)) continue;
        const keys = Object.keys({ ...recordOf(found?.manifest['data']), ...recordOf(found?.manifest['binaryData']) });
        if (found && (key === undefined || keys.includes(key))) continue;
        const problem = found
          ? `The ConfigMap "${name}" has no key "${key}".`
          : `Nothing makes the ConfigMap "${name}" in the namespace "${workload.namespace}".`;
        const fix = found
          ? `ask for one of ${keys.sort().join(', ') || 'none'}.`
          : 'make it in the same component, or mark the reference as optional.';
        yield { at: workload.object, field, problem, fix };
      }
    }
  },
};

interface Read {
  readonly name: string;
  readonly key?: string | undefined;
  readonly field: string;
}

function* listReads(workload: Workload): Generator<Read> {
  const read = function* (value: unknown, field: string): Generator<Read> {
    const { name, key, optional, items } = recordOf(value);
    const text = textOf(name);
    if (text === undefined || optional === true) return;
    yield { name: text, key: textOf(key), field };
    for (const [index, item] of listOf(items).entries()) yield { name: text, key: textOf(item['key']), field: `${field}.items[${index}]` };
  };
  for (const [index, volume] of listOf(workload.pod['volumes']).entries()) {
    const field = `${workload.field}.volumes[${index}]`;
    yield* read(volume['configMap'], `${field}.configMap`);
    for (const [at, source] of listOf(recordOf(volume['projected'])['sources']).entries()) {
      yield* read(source['configMap'], `${field}.projected.sources[${at}].configMap`);
    }
  }
  for (const { container, field } of containersOf(workload)) {
    for (const [index, { configMapRef }] of listOf(container['envFrom']).entries()) {
      yield* read(configMapRef, `${field}.envFrom[${index}].configMapRef`);
    }
    for (const [index, { valueFrom }] of listOf(container['env']).entries()) {
      yield* read(recordOf(valueFrom)['configMapKeyRef'], `${field}.env[${index}].valueFrom.configMapKeyRef`);
    }
  }
}
