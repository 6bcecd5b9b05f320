import type { IApplication } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import type { IAppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject';
import type { EngineSettings } from '../engine.js';
import { renderRoot } from './application.js';
import { rootProject } from './project.js';
import { argoCdNamespace } from './settings.js';

// renovate: datasource=helm depName=argocd-apps registryUrl=https://argoproj.github.io/argo-helm
const chartVersion = '2.0.5';

/** The Application root and its AppProject as a release, for who can install charts and nothing else. */
export interface RootRelease {
  readonly release: string;
  readonly namespace: string;
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
  readonly values: { readonly applications: object; readonly projects: object };
}

/**
 * The same objects as in dist/<cluster>/argocd.
 *
 * Source: charts/argocd-apps of argoproj/argo-helm (2.0.5: templates)
 */
export function renderRootRelease(settings: EngineSettings): RootRelease {
  const { root } = renderRoot(settings);
  return {
    release: 'argocd-apps',
    namespace: argoCdNamespace,
    repository: 'https://argoproj.github.io/argo-helm',
    chart: 'argocd-apps',
    version: chartVersion,
    values: { applications: entryOf(root), projects: entryOf(rootProject(settings)) },
  };
}

/** The chart makes an object of each entry, called like its key. */
function entryOf({ metadata, spec }: IApplication | IAppProject): object {
  const { name = '', namespace, annotations } = metadata;
  return { [name]: { namespace, ...(annotations ? { additionalAnnotations: annotations } : {}), ...spec } };
}
