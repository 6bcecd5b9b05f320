import { nodeOf } from '../../charts/lib/handle.js';
import { recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * No Secret comes from a store that itself waits for what needs the Secret, however far away: storage that the store is on, its certificates, its
 * network.
 *
 * Why: on an empty cluster each waits for the other, and the first installation stands still where an old cluster shows nothing.
 *
 * Source: https://external-secrets.io/latest/introduction/overview/ (v2.9), https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ (3.5)
 */
export const secretCycle: Rule = {
  id: 'secret-cycle',
  *check(view) {
    const waits = new Map<SeenObject, Waits>();
    const told = new Set<string>();
    for (const at of view.of('ExternalSecret.external-secrets.io')) {
      const store = storeOf(view, at);
      if (store?.stage === undefined || at.stage === undefined) continue;
      const known = waits.get(store) ?? waitsOf(view, store);
      waits.set(store, known);
      const own = nodeOf({ component: at.component, stage: at.stage });
      const part = partOf(view, own);
      const reason = known.nodes.get(own) ?? (part && known.applications.get(part));
      // The Secrets of one component that wait for one store are one mistake.
      const key = `${at.component} ${store.path}`;
      if (reason === undefined || told.has(key)) continue;
      told.add(key);
      const { name } = store.manifest.metadata;
      const problem = `${own} gets it from the store "${name}", which waits for it:\n${reason}`;
      const fix = "let the bootstrap fill it: declare it with `filledBy: 'bootstrap'`.";
      yield { at, field: 'spec.secretStoreRef', problem, fix };
    }
  },
};

/** What a store waits for, each with the path to it. */
interface Waits {
  readonly nodes: ReadonlyMap<string, string>;
  readonly applications: ReadonlyMap<string, string>;
}

function storeOf(view: ClusterView, { manifest }: SeenObject): SeenObject | undefined {
  const { kind = 'SecretStore', name } = recordOf(valueAt(manifest, 'spec.secretStoreRef'));
  const namespace = kind === 'ClusterSecretStore' ? undefined : manifest.metadata.namespace;
  return view.find(`${kind}.external-secrets.io`, String(name), namespace);
}

function waitsOf(view: ClusterView, store: SeenObject): Waits {
  const { plan } = view;
  const own = nodeOf({ component: store.component, stage: store.stage ?? 'base' });
  const starts = [own, ...backendOf(view, store)];
  const nodes = ancestorsOf(starts, (node) => plan.dependencies.graph.edges.get(node) ?? []);
  nodes.delete(own);
  const parts = new Map(plan.applications.map((part) => [part.name, part]));
  const ownPart = partOf(view, own);
  // A person must act on some anyway, and nobody waits for their health.
  const gated = (name: string) => parts.get(name)?.component.component.options.humanGate !== undefined;
  const applications = ancestorsOf(ownPart === undefined ? [] : [ownPart], (name) =>
    (parts.get(name)?.after ?? []).filter((next) => !gated(next)),
  );
  if (ownPart !== undefined) applications.delete(ownPart);
  return { nodes, applications };
}

/** Stages of the component that answers behind a store, when it runs in this cluster. */
function backendOf({ plan }: ClusterView, { manifest }: SeenObject): string[] {
  const server =
    textOf(valueAt(manifest, 'spec.provider.vault.server')) ?? textOf(valueAt(manifest, 'spec.provider.kubernetes.server.url')) ?? '';
  const namespace = /^https?:\/\/[^./]+\.([^./]+)\.svc\b/.exec(server)?.[1];
  const backends = plan.components.filter(({ component }) => component.namespaceName === namespace);
  return backends.flatMap(({ name, stages }) =>
    stages.filter(({ stage }) => stage !== 'exposure').map(({ stage }) => nodeOf({ component: name, stage })),
  );
}

/** @returns each with the path that leads to it. */
function ancestorsOf(starts: readonly string[], next: (node: string) => readonly string[]): Map<string, string> {
  const found = new Map(starts.map((node) => [node, node]));
  const open = [...starts];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const other of next(node)) {
      if (found.has(other)) continue;
      found.set(other, `${found.get(node)} -> ${other}`);
      open.push(other);
    }
  }
  return found;
}

/** Name of the Application that holds a stage; none with Flux. */
function partOf({ plan }: ClusterView, node: string): string | undefined {
  const [component, stage] = node.split('/');
  return plan.applications.find((part) => part.component.name === component && part.stages.some((own) => own === stage))?.name;
}
