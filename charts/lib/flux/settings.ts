/** Namespace that Flux runs in, and all of its objects. */
export const fluxNamespace = 'flux-system';

/** Name of the GitRepository that every Kustomization reads. */
export const sourceName = 'platform';

/** Secret with the keys `username` and `password` for the Git repository. */
export const gitSecretName = 'git-credentials';
