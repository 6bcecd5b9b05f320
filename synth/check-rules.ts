import type { Problem } from '../charts/lib/problem.js';
import { findWaivers, type Waiver } from '../charts/lib/waiver.js';
import type { ClusterView, Place } from './rules/lib/view.js';
import type { Finding, Rule } from './rules/rule.js';

/** A waiver that was needed, for the report. */
export interface UsedWaiver extends Waiver {
  readonly cluster: string;
  /** How many findings it covers. */
  readonly count: number;
}

/** What the rules say of some clusters. */
export interface Verdict {
  /** Problems by the name of their cluster. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  readonly waived: readonly UsedWaiver[];
}

/**
 * Runs rules on every cluster, and all of them between the clusters.
 *
 * @param misshapen construct paths by cluster whose objects their schema refuses: what follows from that is not told again.
 */
export function checkRules(
  views: readonly ClusterView[],
  misshapen: ReadonlyMap<string, ReadonlySet<string>>,
  rules: readonly Rule[],
): Verdict {
  const problems = new Map<string, Problem[]>(views.map(({ cluster }) => [cluster.name, []]));
  const waivers = new Map(views.map((view) => [view, waiversOf(view)]));
  const counts = new Map<Waiver, number>();
  const judge = (view: ClusterView, rule: Rule, finding: Finding) => {
    const path = pathOf(finding.at);
    if (misshapen.get(view.cluster.name)?.has(path)) return;
    const waiver = waivers.get(view)?.find((one) => one.rule === rule.id && isBelow(one.at, path));
    if (waiver) counts.set(waiver, (counts.get(waiver) ?? 0) + 1);
    else problems.get(view.cluster.name)?.push(problemOf(view, rule, finding));
  };
  for (const rule of rules) {
    for (const view of views) for (const finding of rule.check?.(view) ?? []) judge(view, rule, finding);
    for (const finding of rule.checkFleet?.(views) ?? []) judge(finding.in, rule, finding);
  }
  const known = new Set(rules.map(({ id }) => id));
  const waived: UsedWaiver[] = [];
  for (const [view, all] of waivers) {
    for (const waiver of all) {
      const count = counts.get(waiver);
      if (count !== undefined) waived.push({ ...waiver, cluster: view.cluster.name, count });
      else problems.get(view.cluster.name)?.push(uselessWaiver(waiver, known, isFactOf(view, waiver)));
    }
  }
  return { problems, waived };
}

/** One line a waiver, the clusters that share it together. */
export function describeWaivers(waived: readonly UsedWaiver[]): string[] {
  const clusters = new Map<string, string[]>();
  for (const { rule, at, reason, cluster } of waived) {
    const line = `[${rule}] at ${at}: ${reason}`;
    clusters.set(line, [...(clusters.get(line) ?? []), cluster]);
  }
  return [...clusters].map(([line, names]) => `waived in ${names.join(', ')}: ${line}`);
}

function waiversOf({ plan }: ClusterView): readonly Waiver[] {
  return [...(plan.cluster.waivers ?? []), ...plan.components.flatMap(({ component }) => findWaivers(component))];
}

function isFactOf({ plan }: ClusterView, waiver: Waiver): boolean {
  return plan.cluster.waivers?.includes(waiver) ?? false;
}

/** A fact is a place of its own; everything else is a construct. */
function pathOf(at: Place): string {
  if ('fact' in at) return at.fact;
  if (!('path' in at)) return at.component;
  return 'manifest' in at && at.origin === 'upstream' ? at.path.replace(/^manifests\//, '') : at.path;
}

/** @example isBelow('a/base', 'a/base/x'), isBelow('network.vip', 'network.vip'), isBelow('nodes', 'nodes[1].address') */
function isBelow(prefix: string, path: string): boolean {
  return path === prefix || (path.startsWith(prefix) && '/.['.includes(path.charAt(prefix.length)));
}

function problemOf(view: ClusterView, rule: Rule, { at, field, problem, fix }: Finding): Problem {
  const severity = rule.severity ?? 'error';
  const told = { rule: rule.id, severity, problem, fix };
  if ('fact' in at) return { ...told, file: `clusters/${view.cluster.name}.ts`, field: at.fact };
  if (!('path' in at)) return { ...told, file: `charts/${at.component}.ts`, field: field ?? '', construct: at.component };
  if ('manifest' in at && at.origin === 'engine') return { ...told, file: `dist/${view.cluster.name}/${at.path}`, field: field ?? '' };
  const shown = { file: `charts/${at.component}.ts`, field: [at.path, field].filter(Boolean).join(' ') };
  // A release has no file of its own while its engine renders it.
  if (!('manifest' in at)) return { ...told, ...shown, construct: at.path };
  if (at.origin === 'upstream') return { ...told, ...shown, dist: at.path };
  return { ...told, ...shown, construct: at.path, dist: view.fileOf(at) };
}

function uselessWaiver({ rule, at, reason }: Waiver, known: ReadonlySet<string>, isFact: boolean): Problem {
  const isKnown = known.has(rule);
  const owner = at.split('/')[0] ?? '';
  return {
    rule: isKnown ? 'needed-waiver' : 'known-rule',
    severity: 'error',
    file: isFact ? 'clusters' : `charts/${owner}.ts`,
    field: at,
    problem: isKnown ? `It waives [${rule}] ("${reason}"), which nothing there breaks.` : `It waives "${rule}", and there is no such rule.`,
    fix: isKnown ? 'remove the waiver.' : 'name a rule of docs/rules.md.',
    ...(isFact ? {} : { construct: at }),
  };
}
