import { formatIdentity, identityOf, type KubernetesObject, refuseUnknown } from '../charts/lib/kinds.js';
import type { Problem } from '../charts/lib/problem.js';
import type { ClusterPlan } from '../clusters/lib/plan.js';
import { warnDeprecated } from './check-version.js';
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
  const entry = schemas.find(manifest.apiVersion, manifest.kind);
  if (entry?.schema === undefined) {
    return [{ severity: 'error', file, field: path, ...refuseUnknown(schemas, manifest.apiVersion, manifest.kind) }];
  }
  const errors = validateObject(manifest, entry, schemas.resolve).map(
    (error): Problem => ({
      rule: 'valid-object',
      severity: 'error',
      file,
      field: [path, error.path].filter(Boolean).join(' '),
      problem: `${formatIdentity(identityOf(manifest))}: ${error.message}`,
      fix: error.fix ?? 'write what the schema of the kind allows.',
    }),
  );
  return [...errors, ...warnDeprecated(entry, schemas).map((problem) => ({ file, field: path, ...problem }))];
}
