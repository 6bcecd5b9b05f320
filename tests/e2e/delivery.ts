import { formatIdentity, identityOf, type KubernetesObject } from '../../charts/lib/kinds.js';
import type { Answer, ApiServer } from './api-server.js';
import { customKinds, definitionOf, installDefinitions } from './definitions.js';
import type { Step, Sync, Wave } from './delivery-order.js';

/** What came of putting a cluster into an API server. */
export interface Delivered {
  /** What was refused, as lines that name the sync and the object. */
  readonly refusals: readonly string[];
  /** What the server warned about, in the same form. */
  readonly warnings: readonly string[];
  /** Every object that was applied, with what the server made of it. */
  readonly objects: readonly { readonly object: KubernetesObject; readonly kept: string }[];
  /** Number of CustomResourceDefinitions that were installed. */
  readonly definitions: number;
}

/** Puts everything into the server, in order; what is refused keeps nothing else from being tried. */
export async function deliver(server: ApiServer, waves: readonly Wave[]): Promise<Delivered> {
  const result = { refusals: [] as string[], warnings: [] as string[], objects: [] as Delivered['objects'][number][], definitions: 0 };
  const installed = new Set<string>();

  const apply = async (sync: Sync, object: KubernetesObject) => {
    const answer = await server.apply(object);
    const name = `${sync.name}: ${formatIdentity(identityOf(object))}`;
    if (answer.status >= 300) result.refusals.push(`${name}: ${answer.status} ${answer.body['message']}`);
    else result.objects.push({ object, kept: contentOf(answer) });
    result.warnings.push(...answer.warnings.map((warning) => `${name}: ${warning}`));
  };
  const run = async (sync: Sync, step: Step) => {
    const fresh = [...new Set(step.definitions)].filter((kind) => !installed.has(kind));
    for (const kind of fresh) installed.add(kind);
    const definitions = fresh.map(definitionOf).filter((definition) => definition !== undefined);
    result.definitions += definitions.length;
    result.refusals.push(...(await installDefinitions(server, definitions)).map((line) => `${sync.name}: ${line}`));
    for (const kind of step.charted) {
      if (customKinds.includes(kind) && !installed.has(kind))
        result.refusals.push(`${sync.name}: a chart has ${kind}, which is not installed`);
    }
    for (const name of step.namespaces) await apply(sync, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const object of step.objects) await apply(sync, object);
  };

  for (const sync of waves.flat()) {
    for (const { apiVersion, kind } of sync.known) {
      if (!(await server.serves(apiVersion, kind))) result.refusals.push(`${sync.name}: starts before ${apiVersion} ${kind} is served`);
    }
    for (const step of sync.steps) await run(sync, step);
  }
  return result;
}

/** Applies objects again. @returns lines for those that are refused, or of which the server then keeps something else. */
export async function deliverAgain(server: ApiServer, objects: Delivered['objects']): Promise<readonly string[]> {
  const changes: string[] = [];
  for (const { object, kept } of objects) {
    const answer = await server.apply(object);
    if (contentOf(answer) === kept) continue;
    changes.push(`${formatIdentity(identityOf(object))}: ${answer.status} ${answer.body['message'] ?? 'changed'}`);
  }
  return changes;
}

/** An object as text, without what the server writes about its own work: it may write a claim a second time, and note who wrote. */
function contentOf({ body }: Answer): string {
  const { resourceVersion: _, managedFields: __, ...metadata } = (body['metadata'] ?? {}) as Readonly<Record<string, unknown>>;
  return JSON.stringify({ ...body, metadata });
}
