import type { CollectedComponent } from '../collect.js';
import type { EngineSettings } from '../engine.js';
import type { KindCatalog, KubernetesObject } from '../kinds.js';
import { renderApplication, renderRoot } from './application.js';
import type { ApplicationPart } from './partition.js';
import { renderProjects } from './project.js';

/** The objects of Argo CD by their path below dist/<cluster>/. */
export function renderArgoCd(
  components: readonly CollectedComponent[],
  parts: readonly ApplicationPart[],
  settings: EngineSettings,
  catalog: KindCatalog,
): Map<string, KubernetesObject> {
  const { root, projects } = renderRoot(settings);
  const files: [string, unknown][] = [
    ['argocd/root.yaml', root],
    [`argocd/apps/${projects.metadata.name}.yaml`, projects],
    ...parts.map((part): [string, unknown] => [`argocd/apps/${part.name}.yaml`, renderApplication(part, settings)]),
    ...renderProjects(components, settings, catalog).map((project): [string, unknown] => [
      `argocd/projects/${project.metadata.name}.yaml`,
      project,
    ]),
  ];
  return new Map(files as [string, KubernetesObject][]);
}
