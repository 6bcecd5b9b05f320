/** The parts of the name of a container image. */
interface Image {
  /** Without tag and digest. @example 'docker.io/bitnami/redis' */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** @example parseImage('quay.io/x/y:v1@sha256:...') */
export function parseImage(name: string): Image {
  const [rest = '', digest] = name.split('@');
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/');
  return { repository: hasTag ? rest.slice(0, colon) : rest, tag: hasTag ? rest.slice(colon + 1) : undefined, digest };
}

const moving: ReadonlySet<string> = new Set(
  'latest main master edge nightly dev develop devel canary rolling stable unstable snapshot release current lts next beta alpha rc head'.split(
    ' ',
  ),
);

/**
 * Why a tag is none that stays, or undefined where it may be exact.
 *
 * @param isOurs whether the image was chosen here; of upstream's tags only the worst are told.
 */
export function whyMoving(tag: string | undefined, isOurs: boolean): string | undefined {
  if (tag === undefined) return 'It has no tag, which means latest';
  if (moving.has(tag.toLowerCase())) return `The tag "${tag}" moves with every release`;
  const isPrefix = /^v?\d+(\.\d+)?(-(alpine|slim|debian|ubuntu|distroless))?$/.test(tag) && !/^\d{6,}$/.test(tag);
  return isOurs && isPrefix ? `The tag "${tag}" names a line of releases and moves with each of them` : undefined;
}

/**
 * Registries and parts of them that are gone or frozen, with what took their place.
 *
 * Source: https://github.com/bitnami/containers/issues/83267, https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/,
 * https://github.com/kubernetes-sigs/kubebuilder/discussions/3907
 */
const gone: readonly (readonly [pattern: RegExp, fix: string])[] = [
  [/^(docker\.io\/|registry-1\.docker\.io\/|index\.docker\.io\/)?bitnami(legacy)?\//, 'use the image of the project itself.'],
  [/^k8s\.gcr\.io\//, 'use registry.k8s.io.'],
  [/^gcr\.io\/kubebuilder\//, 'use registry.k8s.io/kubebuilder or quay.io/brancz.'],
  [/^gcr\.io\/google[-_]containers\//, 'use registry.k8s.io.'],
];

/** What to use instead of an image whose registry is gone, or undefined. */
export function replacementOf(repository: string): string | undefined {
  return gone.find(([pattern]) => pattern.test(repository))?.[1];
}
