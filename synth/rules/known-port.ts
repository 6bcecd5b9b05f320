import { listOf, recordOf, valueAt } from '../../charts/lib/untyped.js';
import { listBackends } from './lib/backends.js';
import { listOwn } from './lib/own-objects.js';
import { findSelected, mayHidePods } from './lib/pod-owners.js';
import { containersOf } from './lib/pods.js';
import { isWithoutSelector, mayHideServices, namesIn, portNamesOf, portsOf } from './lib/services.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * What traffic goes through fits together: a route names a Service that is there and one of its ports, a Service and a NetworkPolicy select pods,
 * and a port that is named has a container that calls it so.
 *
 * Why: requests end in 404 or 503 and probes kill the pod; a policy that selects nothing protects nothing.
 *
 * Source: https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports (v1.36),
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.36)
 */
export const knownPort: Rule = {
  id: 'known-port',
  *check(view) {
    for (const service of listOwn(view, 'Service')) yield* checkService(view, service);
    yield* checkBackends(view);
    for (const policy of listOwn(view, 'NetworkPolicy.networking.k8s.io')) yield* checkPolicy(view, policy);
    for (const workload of view.workloads) {
      for (const { container, field } of containersOf(workload)) yield* checkProbes(workload.object, container, field);
    }
  },
};

function* checkService(view: ClusterView, service: SeenObject): Generator<Finding> {
  const namespace = service.manifest.metadata.namespace ?? 'default';
  if (isWithoutSelector(service) || mayHidePods(view, namespace)) return;
  const selector = valueAt(service.manifest, 'spec.selector');
  const selected = findSelected(view, namespace, { matchLabels: selector });
  if (selected.length === 0) {
    yield selectsNothing(view, service, 'spec.selector', namespace);
    return;
  }
  const known = selected.flatMap((workload) => portNamesOf(workload));
  for (const [index, { targetPort }] of listOf(valueAt(service.manifest, 'spec.ports')).entries()) {
    if (typeof targetPort !== 'string' || known.includes(targetPort)) continue;
    const owner = selected[0]?.object.path ?? '';
    yield noPort(service, `spec.ports[${index}].targetPort`, targetPort, owner, known);
  }
}

/** A backend that is missing is one mistake, however many paths lead to it. */
function* checkBackends(view: ClusterView): Generator<Finding> {
  const told = new Set<string>();
  for (const { at, field, namespace, name, port } of listBackends(view)) {
    const service = view.find('Service', name, namespace);
    const mistake = `${at.path} ${namespace}/${name} ${service ? port : ''}`;
    if (told.has(mistake)) continue;
    if (service === undefined) {
      if (mayHideServices(view, namespace)) continue;
      const names = view.of('Service').filter(({ manifest }) => manifest.metadata.namespace === namespace);
      const known = names.map(({ manifest }) => manifest.metadata.name).join(', ');
      const problem = `There is no Service "${name}" in the namespace "${namespace}".`;
      told.add(mistake);
      yield { at, field, problem, fix: known === '' ? 'make the Service.' : `name one of ${known}.` };
    } else if (port !== undefined && portsOf(service).length > 0 && !portsOf(service).includes(port)) {
      told.add(mistake);
      const problem = `The Service "${name}" (${service.path}) has no port ${JSON.stringify(port)}.`;
      yield { at, field, problem, fix: `write one of ${portsOf(service).join(', ')}.` };
    }
  }
}

function* checkPolicy(view: ClusterView, policy: SeenObject): Generator<Finding> {
  const namespace = policy.manifest.metadata.namespace ?? 'default';
  if (mayHidePods(view, namespace)) return;
  const { podSelector, ingress, egress } = recordOf(policy.manifest['spec']);
  const selected = findSelected(view, namespace, podSelector);
  // One for every pod of a namespace is there before they are.
  if (selected.length === 0 && isNarrow(podSelector)) {
    yield selectsNothing(view, policy, 'spec.podSelector', namespace);
    return;
  }
  const known = selected.flatMap((workload) => portNamesOf(workload));
  for (const [index, { ports }] of listOf(ingress).entries()) {
    for (const [at, { port }] of listOf(ports).entries()) {
      if (typeof port !== 'string' || known.includes(port) || selected.length === 0) continue;
      yield noPort(policy, `spec.ingress[${index}].ports[${at}].port`, port, selected[0]?.object.path ?? '', known);
    }
  }
  for (const [list, rules] of [['ingress', ingress] as const, ['egress', egress] as const]) {
    for (const [index, rule] of listOf(rules).entries()) {
      const key = list === 'ingress' ? 'from' : 'to';
      for (const [at, peer] of listOf(rule[key]).entries()) {
        if (peer['namespaceSelector'] !== undefined || !isNarrow(peer['podSelector'])) continue;
        if (findSelected(view, namespace, peer['podSelector']).length > 0) continue;
        yield selectsNothing(view, policy, `spec.${list}[${index}].${key}[${at}].podSelector`, namespace);
      }
    }
  }
}

function* checkProbes(object: SeenObject, container: Readonly<Record<string, unknown>>, field: string): Generator<Finding> {
  const known = namesIn(container);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    for (const action of ['httpGet', 'tcpSocket']) {
      const port = valueAt(container, `${probe}.${action}.port`);
      if (typeof port !== 'string' || known.includes(port) || /^\d+$/.test(port)) continue;
      yield noPort(object, `${field}.${probe}.${action}.port`, port, `the container "${container['name']}"`, known);
    }
  }
}

function isNarrow(selector: unknown): boolean {
  return Object.keys(recordOf(selector)).length > 0;
}

function selectsNothing(view: ClusterView, at: SeenObject, field: string, namespace: string): Finding {
  const here = view.workloads.filter((one) => one.namespace === namespace);
  const known = here.map(({ object, labels }) => `${object.manifest.metadata.name} ${JSON.stringify(labels)}`).join(', ');
  const problem = `It selects no pod of the namespace "${namespace}".`;
  return { at, field, problem, fix: known === '' ? 'make the pods, or remove it.' : `select the labels of a pod template: ${known}.` };
}

function noPort(at: SeenObject, field: string, port: string, where: string, known: readonly string[]): Finding {
  const names = [...new Set(known)].join(', ');
  const fix = names === '' ? 'give the container port that name, or write its number.' : `write one of ${names}, or the number.`;
  return { at, field, problem: `No container port is called "${port}" in ${where}.`, fix };
}
