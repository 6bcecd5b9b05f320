import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { Handle, type NamespaceRef, type SecretStoreRef, type StageName } from './handle.js';
import { podSecurityLabels, trustLabel } from './labels.js';
import type { PodSecurityLevel } from './provides.js';
import { Stage } from './stage.js';

/** What a concern is responsible for: one AppProject each. */
export type Project = 'gitops' | 'network' | 'security' | 'storage' | 'platform' | 'apps';

/** What the nodes must have for a component to run. The Talos machine configuration and the image schematic read it. */
export interface TalosNeeds {
  /** Official system extensions. @example ['siderolabs/drbd'] */
  readonly systemExtensions?: readonly string[];
  readonly kernelModules?: readonly { readonly name: string; readonly parameters?: readonly string[] }[];
  /** Metrics of etcd, the scheduler and the controller manager, which otherwise answer on loopback only. @default false */
  readonly controlPlaneMetrics?: boolean;
}

/** The Namespace that a component makes. */
export interface OwnNamespace {
  readonly name: string;
  /** Level that the Namespace enforces: the lowest that its pods pass. */
  readonly podSecurity: PodSecurityLevel;
  /** Whether it gets the bundle of the platform's certificate authorities. @default false */
  readonly trustsPlatform?: boolean;
}

export interface ComponentOptions {
  /** Its own Namespace, one that another component makes, or kube-system, which every cluster has. */
  readonly namespace: OwnNamespace | NamespaceRef | 'kube-system';
  readonly project: Project;
  /**
   * The bootstrap installs its base and release before any GitOps engine runs, so that nothing waits for them.
   *
   * @default false
   */
  readonly bootstrap?: boolean;
  /**
   * Why it becomes healthy only after something that root must not wait for: a person acts, or what comes later runs. Its Application then
   * retries for ever and holds nobody up.
   *
   * @default - none
   */
  readonly humanGate?: string;
  /** @default - nothing */
  readonly talos?: TalosNeeds;
}

const componentBrand = Symbol('Component');

/**
 * One component: one file, one Chart, one folder below dist/<cluster>/manifests. Its construct id is its name everywhere.
 * Subclasses put objects, releases and declared secrets below one of the four stages.
 */
export abstract class Component extends Chart {
  readonly [componentBrand] = true;
  readonly base: Stage;
  readonly release: Stage;
  readonly resources: Stage;
  readonly exposure: Stage;
  /** Name of the namespace that its objects live in. */
  readonly namespaceName: string;

  constructor(
    scope: Construct,
    id: string,
    readonly options: ComponentOptions,
  ) {
    const { namespace } = options;
    const own = typeof namespace === 'object' && !(namespace instanceof Handle) ? namespace : undefined;
    const name = namespace instanceof Handle ? Handle.open(namespace).name : (own?.name ?? 'kube-system');
    super(scope, id, { namespace: name, disableResourceNameHashes: true });
    this.namespaceName = name;
    [this.base, this.release, this.resources, this.exposure] = [
      new Stage(this, 'base'),
      new Stage(this, 'release'),
      new Stage(this, 'resources'),
      new Stage(this, 'exposure'),
    ];
    if (namespace instanceof Handle) for (const stage of this.stages) stage.use(namespace);
    if (own) {
      new k8s.KubeNamespace(this.base, 'namespace', {
        metadata: { name, labels: { ...podSecurityLabels(own.podSecurity), ...(own.trustsPlatform ? trustLabel : {}) } },
      });
    }
  }

  /** For what is found in a tree: `instanceof` takes every Chart for a Component, because Chart overrides it. */
  static isComponent(node: object): node is Component {
    return componentBrand in node;
  }

  get stages(): readonly Stage[] {
    return [this.base, this.release, this.resources, this.exposure];
  }

  /** The store that this component is; on a cluster whose secrets come from a store, exactly one component is one. @default - none */
  get secretStore(): SecretStoreRef | undefined {
    return undefined;
  }

  /** The Namespace of this component, for a component that lives in it too. */
  get namespaceRef(): NamespaceRef {
    return this.handle('base', { name: this.namespaceName });
  }

  /** Something that this component makes in the given stage. */
  protected handle<T extends object>(stage: StageName, value: T): Handle<T> {
    return new Handle({ component: this.node.id, stage }, value);
  }
}
