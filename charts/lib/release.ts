import { Construct } from 'constructs';
import type { Provides } from './provides.js';
import type { Stage } from './stage.js';

/** Helm values: what YAML can hold. `null` removes a default of the chart. */
export type HelmValue = string | number | boolean | null | readonly HelmValue[] | { readonly [key: string]: HelmValue | undefined };

export interface HelmReleaseProps<Values> {
  /** Chart repository: an https:// index, or oci:// and the path that holds the chart. @example 'https://charts.jetstack.io' */
  readonly repository: string;
  /** Name of the chart in it. */
  readonly chart: string;
  /** Exact version of the chart, as the repository writes it. */
  readonly version: string;
  /** Namespace of the release. @default - the component's */
  readonly namespace?: string;
  /** Values by a closed type of the component: a key that the type lacks does not compile. */
  readonly values: Values;
  /**
   * Values for a first installation before everything else, when nothing serves the kinds of certificates and monitors yet; the GitOps engine
   * then takes the release over with `values`. Only for what the bootstrap installs.
   *
   * @default - the same
   */
  readonly firstValues?: Values;
  readonly provides: Provides;
}

/** One release of a Helm chart; its construct id is the release name. By default the GitOps engine renders it. */
export class HelmRelease<Values extends object = object> extends Construct {
  readonly releaseName: string;

  constructor(
    scope: Stage,
    id: string,
    readonly props: HelmReleaseProps<Values>,
  ) {
    super(scope, id);
    this.releaseName = id;
  }
}

export interface ReleaseManifestProps {
  /** Exact URLs of the upstream manifests, each at a tag, in the order in which they are applied. */
  readonly urls: readonly UpstreamFile[];
  /** Objects of the files that are left out, because a component makes them itself. @default - none */
  readonly without?: readonly { readonly apiVersion: string; readonly kind: string; readonly name: string }[];
  readonly provides: Provides;
}

export interface UpstreamFile {
  /** @example 'https://raw.githubusercontent.com/spinframework/spin-operator/v0.6.1/config/crd/bases/core.spinkube.dev_spinapps.yaml' */
  readonly url: string;
  /** SHA-256 of the file, 64 lower-case hexadecimal digits. @default - not known, for a release asset that nobody has locked */
  readonly sha256?: string;
}

/** Upstream manifests that come without a chart: a kustomization that lists their URLs. */
export class ReleaseManifest extends Construct {
  constructor(
    scope: Stage,
    id: string,
    readonly props: ReleaseManifestProps,
  ) {
    super(scope, id);
  }
}

/**
 * The kustomization of a component's upstream manifests.
 *
 * Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
 */
export function kustomizationOf(manifests: readonly ReleaseManifest[]): object {
  const without = manifests.flatMap(({ props }) => props.without ?? []);
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: manifests.flatMap(({ props }) => props.urls.map(({ url }) => url)),
    ...(without.length > 0 ? { patches: without.map(removal) } : {}),
  };
}

function removal({ apiVersion, kind, name }: { readonly apiVersion: string; readonly kind: string; readonly name: string }): object {
  return { patch: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n$patch: delete\n` };
}
