import { chartsOf } from '../charts/lib/delivery.js';
import { identityOf } from '../charts/lib/kinds.js';
import type { Problem } from '../charts/lib/problem.js';
import type { ClusterPlan } from '../clusters/lib/plan.js';
import { pathOf } from './layout.js';
import type { Found } from './secrets/finding.js';
import { parseDocuments } from './secrets/known-places.js';
import { collectSecrets } from './secrets/object.js';
import { hideValues } from './secrets/redact.js';

/**
 * Everything of a cluster that is committed, or that a chart gets as values: own objects, objects of the engine, Talos documents, kustomizations, and
 * the files of charts that were rendered anew. What is kept was looked at when it was rendered.
 *
 * @param others problems of other checks, which quote what they refuse. They come back with every secret in them hidden.
 */
export function checkSecrets(plan: ClusterPlan, others: readonly Problem[] = []): Problem[] {
  const secretNames = new Set(plan.components.flatMap(({ secrets }) => secrets.map(({ props }) => props.name)));
  const options = { secretNames, seen: new WeakSet<object>() };
  const dist = (path: string) => `dist/${plan.cluster.name}/${path}`;
  const values = new Set<string>();
  const problems: Problem[] = [];
  /** @param isCopy holds what others hold too: what was found there is reported there. */
  const check = (object: unknown, file: string, path: string, isCopy = false) => {
    for (const found of collectSecrets(object, options)) {
      if (!isCopy || !values.has(found.value)) problems.push(problemOf(found, file, path));
      values.add(found.value);
    }
  };
  for (const { name, stages } of plan.components) {
    for (const { node, props } of stages.flatMap(chartsOf)) {
      check({ values: props.values }, `charts/${name}.ts`, node.path);
      check({ firstValues: props.firstValues }, `charts/${name}.ts`, node.path, true);
      options.seen.add(props.values);
    }
  }
  const homes = new Map(plan.components.map(({ name, component }) => [name, component.namespaceName]));
  for (const { component, stage, path, manifest } of plan.objects) {
    const before = problems.length;
    check(manifest, `charts/${component}.ts`, path);
    if (problems.length === before) continue;
    const file = pathOf(identityOf(manifest), component, stage, homes.get(component) ?? '');
    problems.push(...problems.splice(before).map((problem) => ({ ...problem, dist: file })));
  }
  for (const [path, manifest] of plan.engine) check(manifest, dist(path), '', true);
  for (const [component, kustomization] of plan.upstream) check(kustomization, dist(`upstream/${component}/kustomization.yaml`), '');
  for (const [path, documents] of plan.talos) for (const document of documents) check(document, dist(path), '');
  for (const { path, content, identity } of plan.files) {
    // A Secret of a chart has a check of its own, which knows those that are declared to be open.
    if (typeof content !== 'string' || (identity.kind === 'Secret' && identity.group === '')) continue;
    for (const document of parseDocuments(content)) check(document, dist(path), '');
  }
  return [...others.map((problem) => (values.size === 0 ? problem : hide(problem, values))), ...problems];
}

function hide(problem: Problem, values: ReadonlySet<string>): Problem {
  const text = (field: 'field' | 'problem' | 'fix') => hideValues(problem[field], values);
  return { ...problem, field: text('field'), problem: text('problem'), fix: text('fix') };
}

function problemOf({ kind, place, hint }: Found, file: string, path: string): Problem {
  return {
    rule: 'no-secret-material',
    severity: 'error',
    file,
    field: [path, place].filter(Boolean).join(' '),
    problem: `It holds a secret: ${kind} (${hint}). Everybody who can read the repository, or the object in the cluster, has it then.`,
    fix: fixOf(kind),
    ...(path === '' ? {} : { construct: path }),
  };
}

/** What to write instead, and that a secret that was committed is known. */
function fixOf(kind: string): string {
  const instead = kind.startsWith('content of a Secret')
    ? 'declare it with DeclaredSecret, without its content'
    : kind.startsWith('private key')
      ? 'let cert-manager issue it into a Secret, and name that (secretName)'
      : 'declare a Secret with DeclaredSecret, and refer to it (existingSecret, secretKeyRef, passwordFile, or what the consumer calls it)';
  return `${instead}; replace the secret if it was ever committed or sent.`;
}
