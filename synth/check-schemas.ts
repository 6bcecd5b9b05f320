import { formatIdentity, identityOf, type KubernetesObject } from '../charts/lib/kinds.js';
import type { Problem } from '../charts/lib/problem.js';
import type { ClusterPlan } from '../clusters/lib/plan.js';
import { pathOf } from './layout.js';
import type { Schemas } from './schema/load.js';
import { validateObject } from './schema/validate.js';
import { checkTalos } from './talos/check.js';

/** Every object and Talos document of a cluster against its schema: unknown fields, types, values, names, rules, and what is missing. */
export function checkSchemas(plan: ClusterPlan, schemas: Schemas): Problem[] {
  const homes = new Map(plan.components.map(({ name, component }) => [name, component.namespaceName]));
  const own = plan.objects.flatMap(({ component, stage, path, manifest }) => {
    const problems = checkObject(manifest, `charts/${component}.ts`, path, schemas);
    if (problems.length === 0) return [];
    const dist = pathOf(identityOf(manifest), component, stage, homes.get(component) ?? '');
    return problems.map((problem) => ({ ...problem, construct: path, dist }));
  });
  const engine = [...plan.engine].flatMap(([path, manifest]) => checkObject(manifest, `dist/${plan.cluster.name}/${path}`, '', schemas));
  return [...own, ...engine, ...checkTalos(plan.talos, `dist/${plan.cluster.name}`, schemas)];
}

/** One object; `file` and `path` say where it comes from. */
export function checkObject(manifest: KubernetesObject, file: string, path: string, schemas: Schemas): Problem[] {
  const { apiVersion, kind } = manifest;
  const entry = schemas.find(apiVersion, kind);
  if (!entry) {
    const problem = `imports/ has no schema of ${apiVersion} ${kind}, so that nothing can check it.`;
    return [
      { rule: 'known-kind', severity: 'error', file, field: path, problem, fix: 'add the kind to cdk8s.yaml and run "npm run import".' },
    ];
  }
  return validateObject(manifest, entry, schemas.resolve).map((error) => ({
    rule: 'valid-object',
    severity: 'error',
    file,
    field: [path, error.path].filter(Boolean).join(' '),
    problem: `${formatIdentity(identityOf(manifest))}: ${error.message}`,
    fix: error.fix ?? 'write what the schema of the kind allows.',
  }));
}
