import { chartsOf, upstreamOf } from '../../../charts/lib/delivery.js';
import type { StageName } from '../../../charts/lib/handle.js';
import { groupOf, identityOf, type KubernetesObject } from '../../../charts/lib/kinds.js';
import { pairsOf } from '../../../charts/lib/provides.js';
import type { HelmRelease } from '../../../charts/lib/release.js';
import type { Cluster } from '../../../clusters/lib/facts.js';
import type { Fleet } from '../../../clusters/lib/fleet.js';
import type { ClusterPlan } from '../../../clusters/lib/plan.js';
import { pathOf } from '../../layout.js';
import { toYaml } from '../../yaml.js';
import { listWorkloads, type Workload } from './pods.js';
import { readManifest, readUpstream } from './upstream-file.js';

/** An object of dist/. */
export interface SeenObject {
  /** Who wrote it: a component of ours, the GitOps engine's part of the platform, or a release that synth rendered. */
  readonly origin: 'component' | 'engine' | 'upstream';
  /** Name of its component; empty for one of the engine. */
  readonly component: string;
  /** @default - one of the engine */
  readonly stage?: StageName;
  /** Construct path of the object or of its release; of an object of the engine its path below dist/<cluster>/. */
  readonly path: string;
  readonly manifest: KubernetesObject;
}

/** A Helm release, whoever renders it. */
export interface SeenRelease {
  readonly component: string;
  readonly stage: StageName;
  readonly path: string;
  readonly release: HelmRelease;
  /** Namespace that it is installed in. */
  readonly namespace: string;
  /** Its values, as data. */
  readonly values: Readonly<Record<string, unknown>>;
  /** True where synth rendered it, so that its objects are seen. */
  readonly isSeen: boolean;
}

/** Where something is wrong. A fact is named as clusters/<name>.ts names it. @example { fact: 'network.vip' } */
export type Place = SeenObject | SeenRelease | { readonly component: string } | { readonly fact: string };

/** Everything that a rule may look at of one cluster. What costs something is computed when it is first asked for. */
export class ClusterView {
  readonly #byKind = new Map<string, SeenObject[]>();
  readonly #upstream = new Map<string, (() => SeenObject)[]>();
  #workloads: readonly Workload[] | undefined;
  /** Every Helm release. */
  readonly releases: readonly SeenRelease[];

  /**
   * @param readCommitted the text of a file below dist/<cluster>/ as it is before this synth, or undefined when there is none.
   * @param tags names of the repository's tags.
   */
  constructor(
    readonly plan: ClusterPlan,
    readonly fleet: Fleet,
    private readonly readCommitted: (path: string) => string | undefined = () => undefined,
    readonly tags: ReadonlySet<string> = new Set(),
  ) {
    const add = (object: SeenObject) => {
      const key = keyOf(object.manifest);
      const known = this.#byKind.get(key);
      if (known) known.push(object);
      else this.#byKind.set(key, [object]);
    };
    for (const { component, stage, path, manifest } of plan.objects) add({ origin: 'component', component, stage, path, manifest });
    for (const [path, manifest] of plan.engine) add({ origin: 'engine', component: '', path, manifest });
    for (const { name, stages } of plan.components) {
      for (const { stage, files } of stages) {
        for (const file of files) {
          const key = nameOf(file.identity.group, file.identity.kind);
          const read = () => ({ origin: 'upstream', component: name, stage, path: file.path, manifest: readUpstream(file) }) as const;
          const known = this.#upstream.get(key);
          if (known) known.push(read);
          else this.#upstream.set(key, [read]);
        }
      }
    }
    this.releases = plan.components.flatMap(({ name, component, stages }) =>
      stages.flatMap((content) =>
        chartsOf(content).map((release) => ({
          component: name,
          stage: content.stage,
          path: release.node.path,
          release,
          namespace: release.props.namespace ?? component.namespaceName,
          values: release.props.values as Readonly<Record<string, unknown>>,
          isSeen: content.delivered.includes(release),
        })),
      ),
    );
  }

  get cluster(): Cluster {
    return this.plan.cluster;
  }

  /** Objects of some kinds, of every version. @param kinds as people write them. @example view.of('Service', 'Deployment.apps') */
  of(...kinds: readonly string[]): readonly SeenObject[] {
    return kinds.flatMap((kind) => {
      const unread = this.#upstream.get(kind);
      if (unread) {
        this.#upstream.delete(kind);
        this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), ...unread.map((read) => read())]);
      }
      return this.#byKind.get(kind) ?? [];
    });
  }

  /** Every object. */
  get objects(): readonly SeenObject[] {
    return this.of(...new Set([...this.#byKind.keys(), ...this.#upstream.keys()]));
  }

  /** One object by its name; of a namespaced kind with its namespace. */
  find(kind: string, name: string, namespace?: string): SeenObject | undefined {
    return this.of(kind).find(({ manifest: { metadata } }) => metadata.name === name && metadata.namespace === namespace);
  }

  /** Pods, and everything that has a pod template, among the built-in kinds. */
  get workloads(): readonly Workload[] {
    this.#workloads ??= listWorkloads((kind) => this.of(kind));
    return this.#workloads;
  }

  /** Releases of one chart. @example view.releasesOf('cilium') */
  releasesOf(chart: string): readonly SeenRelease[] {
    return this.releases.filter(({ release }) => release.props.chart === chart);
  }

  /**
   * True when a release that nobody rendered here makes objects of a kind in a namespace, so that one which is not seen may be there all the same.
   *
   * @param namespace @default - any
   */
  mayHide(kind: string, namespace?: string): boolean {
    return this.plan.components.some(({ component, stages }) =>
      stages.some((stage) =>
        upstreamOf(stage)
          .filter((upstream) => !stage.delivered.includes(upstream))
          .some(({ props }) => {
            const { namespaced, cluster, namespaces = [], otherNamespaces = [] } = props.provides;
            const own = ('namespace' in props ? props.namespace : undefined) ?? component.namespaceName;
            const isMade = [...pairsOf(namespaced), ...pairsOf(cluster)].some((pair) => nameOf(pair.group, pair.kind) === kind);
            return isMade && (namespace === undefined || [own, ...namespaces, ...otherNamespaces].includes(namespace));
          }),
      ),
    );
  }

  /** Name of a Namespace's Pod Security level, or undefined where nothing renders the Namespace. */
  podSecurityOf(namespace: string): string | undefined {
    return this.find('Namespace', namespace)?.manifest.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  }

  /** Where an object lies, below dist/<cluster>/. */
  fileOf({ origin, component, stage = 'base', path, manifest }: SeenObject): string {
    if (origin === 'engine') return path;
    const home = this.plan.components.find(({ name }) => name === component)?.component.namespaceName ?? '';
    return pathOf(identityOf(manifest), component, stage, home);
  }

  /** The object of the same file in the committed tree, or undefined when there is none. What did not change is the same object. */
  committed(object: SeenObject): KubernetesObject | undefined {
    const text = this.readCommitted(this.fileOf(object));
    if (text === undefined) return undefined;
    // Writing takes a small part of the time of reading, and most objects stay as they are.
    return isWrittenAs(object.manifest, text) ? object.manifest : readManifest(text);
  }
}

function isWrittenAs(manifest: KubernetesObject, text: string): boolean {
  try {
    return toYaml(manifest) === text;
  } catch {
    // That it cannot be written is told where it is.
    return false;
  }
}

/** @example 'Deployment.apps' */
function keyOf({ apiVersion, kind }: KubernetesObject): string {
  return nameOf(groupOf(apiVersion), kind);
}

function nameOf(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`;
}
