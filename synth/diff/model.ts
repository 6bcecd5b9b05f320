/** What a comparison of two dist/ trees found: plain data, which every form of the report is made from. `--format json` writes it as it is. */
export interface DiffReport {
  /** Version of this form. */
  readonly version: 1;
  /** What was compared, as it was asked for. @example 'origin/main' */
  readonly base: string;
  /** @example 'working tree' */
  readonly head: string;
  /** Branch that the change would be merged into, where it is known. @default - unknown, so that nobody can say what is deployed */
  readonly target?: string;
  /** Clusters with changes, those that the merge deploys first, then by name. */
  readonly clusters: readonly ClusterDiff[];
}

export interface ClusterDiff {
  readonly cluster: string;
  /** Branch that the cluster follows, after the change. */
  readonly branch: string;
  /** `deploys`: merging changes the cluster. `staged`: it follows another branch, and gets the change when that one does. */
  readonly effect: 'deploys' | 'staged' | 'unknown';
  /** What may do harm, the worst first. */
  readonly dangers: readonly Danger[];
  /** Sorted by component, kind, namespace and name. */
  readonly objects: readonly ObjectChange[];
}

export interface Danger {
  /** Permanent id, kebab-case. @example 'immutable-field' */
  readonly id: string;
  /** Index in `objects`, or -1 where it is about the whole cluster. */
  readonly object: number;
  /** Path of the field, as in FieldChange. @default - the whole object */
  readonly field?: string;
  /** What is dangerous, with the values. One sentence. */
  readonly problem: string;
  /** What will happen when it is deployed. One sentence. */
  readonly effect: string;
}

export interface ObjectChange {
  readonly change: 'added' | 'removed' | 'moved' | 'changed';
  /** Name of the component; of an object of the engine its folder. @example 'whoami', 'argocd' */
  readonly component: string;
  /** The core group is ''. */
  readonly group: string;
  readonly kind: string;
  /** @default - an object of the whole cluster */
  readonly namespace?: string;
  readonly name: string;
  /** Path below dist/<cluster>/ after the change; of a removed object before it. */
  readonly path: string;
  /** Path before, where it differs. @default - the same, or it was not there */
  readonly from?: string;
  /** Fields that differ, in the order of the object; of an added or removed object none: `content` has all of it. */
  readonly fields: readonly FieldChange[];
  /** The YAML of an added or removed object. @default - it is changed or moved */
  readonly content?: string;
}

export interface FieldChange {
  /**
   * Items of lists by what identifies them; `[]` is one that only its content tells from others. Keys with other characters than letters,
   * digits, `_` and `-` are quoted.
   *
   * @example 'spec.template.spec.containers[name=web].image', 'metadata.annotations["cert-manager.io/issuer"]', 'metadata.finalizers[]'
   */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** @default - it was not there */
  readonly before?: unknown;
  /** @default - it is not there any more */
  readonly after?: unknown;
  /** Of texts of several lines: the lines, with context, as a unified diff has them. @default - the values say it */
  readonly lines?: readonly LineChange[];
  /** Nobody need look at it: checksums, labels of charts, and the like. @default false */
  readonly isNoise?: boolean;
}

export interface LineChange {
  readonly sign: ' ' | '+' | '-' | '…';
  readonly text: string;
}
