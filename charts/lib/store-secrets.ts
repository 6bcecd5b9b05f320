import type { CollectedComponent, CollectedStage } from './collect.js';
import type { Graph } from './graph.js';
import { Handle, nodeOf, type SecretStoreRef, type StageName, stageNames } from './handle.js';
import type { KubernetesObject } from './kinds.js';
import type { DeclaredSecret, DeclaredSecretProps } from './secret.js';

/** Declared Secrets that come from the store, as 'namespace/name'; the others are the bootstrap's or a person's. */
export interface StoreSecrets {
  readonly components: readonly CollectedComponent[];
  readonly fromStore: ReadonlySet<string>;
}

/**
 * Gives every declared Secret an ExternalSecret in the stage that needs it, but for those that the store itself waits for, however far away:
 * they would wait for themselves, so that they stay with the bootstrap, as those do that say so.
 *
 * @param graph of stages, without the ExternalSecrets.
 */
export function addStoreSecrets(components: readonly CollectedComponent[], graph: Graph, store: CollectedComponent): StoreSecrets {
  const handle = store.component.secretStore;
  if (handle === undefined) throw new Error(`${store.name} is no store`);
  const early = ancestorsOf(graph, nodeOf(handle.provider));
  const fromStore = new Set<string>();
  const extended = components.map((component) => ({
    ...component,
    stages: component.stages.map((stage): CollectedStage => {
      const node = nodeOf({ component: component.name, stage: stage.stage });
      const secrets = component.secrets.filter(
        (secret) => (secret.props.filledBy ?? 'platform') === 'platform' && stageOf(secret, component) === stage.stage,
      );
      if (secrets.length === 0 || early.has(node)) return stage;
      for (const { props } of secrets) fromStore.add(`${props.namespace ?? component.component.namespaceName}/${props.name}`);
      const objects = secrets.map((secret) => ({
        manifest: externalSecret(secret, component, handle),
        path: secret.node.path,
      }));
      return {
        ...stage,
        objects: [...stage.objects, ...objects],
        edges: [...stage.edges, { to: handle.provider, why: 'reads its secrets' }],
      };
    }),
  }));
  return { components: extended, fromStore };
}

/** The stage that needs the Secret or, where that one holds nothing, the next one that does. */
function stageOf({ stage: { stage } }: DeclaredSecret, { stages }: CollectedComponent): StageName | undefined {
  const at = stageNames.indexOf(stage);
  return (stages.find((other) => stageNames.indexOf(other.stage) >= at) ?? stages.at(-1))?.stage;
}

/** The node and everything that it waits for. */
function ancestorsOf({ edges }: Graph, node: string): Set<string> {
  const found = new Set<string>();
  const visit = (at: string) => {
    if (found.has(at)) return;
    found.add(at);
    for (const next of edges.get(at) ?? []) visit(next);
  };
  visit(node);
  return found;
}

/**
 * Every default is written out, because the API server would add it and Argo CD would see a difference.
 *
 * Source: https://external-secrets.io/latest/api/externalsecret/ (v2.9)
 */
function externalSecret(
  { props }: DeclaredSecret,
  { component: { namespaceName } }: CollectedComponent,
  handle: SecretStoreRef,
): KubernetesObject {
  const { store, path } = Handle.open(handle);
  const namespace = props.namespace ?? namespaceName;
  const key = `${path}/${namespace}/${props.name}`;
  const reading = { conversionStrategy: 'Default', decodingStrategy: 'None', metadataPolicy: 'None', nullBytePolicy: 'Ignore' };
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: props.name, namespace },
    spec: {
      refreshPolicy: 'Periodic',
      refreshInterval: '1h',
      secretStoreRef: { kind: 'ClusterSecretStore', name: store },
      target: { name: props.name, creationPolicy: 'Owner', deletionPolicy: 'Retain', ...templateOf(props) },
      data: Object.keys(props.keys).map((property) => ({ secretKey: property, remoteRef: { key, property, ...reading } })),
    },
  };
}

/**
 * A template without data takes every key as it is, and gives the Secret the labels.
 *
 * Source: pkg/controllers/externalsecret/externalsecret_controller_template.go of external-secrets (v2.9.0)
 */
function templateOf({ labels }: DeclaredSecretProps): object {
  return labels === undefined ? {} : { template: { engineVersion: 'v2', mergePolicy: 'Replace', metadata: { labels } } };
}
