import { listOf, recordOf, valueAt } from '../../../charts/lib/untyped.js';
import { findHiders } from './hidden.js';
import { mayHidePods } from './pod-owners.js';
import { containersOf, type Workload } from './pods.js';
import type { ClusterView, SeenObject } from './view.js';

/** True when Services that nobody sees may be in a namespace: a chart that nobody rendered, or a controller, makes them. */
export function mayHideServices(view: ClusterView, namespace: string): boolean {
  return findHiders(view, 'Service', namespace).length > 0 || mayHidePods(view, namespace);
}

/** Names and numbers of the ports of a Service. */
export function portsOf(service: SeenObject): readonly (string | number)[] {
  return listOf(valueAt(service.manifest, 'spec.ports')).flatMap(({ name, port }) =>
    [name, port].filter((one): one is string | number => typeof one === 'string' || typeof one === 'number'),
  );
}

/** Names of the ports that the containers of a workload declare. */
export function portNamesOf(workload: Workload): readonly string[] {
  return containersOf(workload).flatMap(({ container }) => namesIn(container));
}

/** Names of the ports that a container declares. */
export function namesIn(container: Readonly<Record<string, unknown>>): readonly string[] {
  return listOf(container['ports']).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

/** Whether the object is a Service that has no pods of its own to be checked: another name, or addresses that somebody writes. */
export function isWithoutSelector(service: SeenObject): boolean {
  const { type, selector } = recordOf(service.manifest['spec']);
  return type === 'ExternalName' || Object.keys(recordOf(selector)).length === 0;
}
