import type { EngineSettings } from '../engine.js';

/** Namespace that Argo CD runs in; Applications and AppProjects live nowhere else. */
export const argoCdNamespace = 'argocd';

/** The API server of the cluster that Argo CD itself runs in. */
export const inCluster = 'https://kubernetes.default.svc';

/** Application that syncs the AppProjects; every other child of root comes after it. */
export const projectsApplication = 'projects';

/** An Application with this annotation counts as healthy in root: a person must act before it can be. */
export const humanGateAnnotation = 'platform/human-gate';

/**
 * Full name of the branch: Argo CD takes the first ref with a short name, which may be a tag.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/
 */
export function revisionOf({ branch }: EngineSettings): string {
  return `refs/heads/${branch}`;
}

/** The repository as Argo CD writes it: OCI registries without their scheme. */
export function repositoryOf(repository: string): string {
  return repository.replace(/^oci:\/\//, '');
}
