import { upstreamOf } from '../../charts/lib/delivery.js';
import { formatIdentity } from '../../charts/lib/kinds.js';
import { type ClassKind, pairsOf } from '../../charts/lib/provides.js';
import { valueAt } from '../../charts/lib/untyped.js';
import { type Member, membersOf, syncersOf } from './lib/syncers.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Each rendered object belongs to exactly one Application or Kustomization, and to none of the releases that only the engine renders: no
 * Namespace, class or CustomResourceDefinition is both an object here and something that a release makes, and no chart is installed twice
 * under one name.
 *
 * Why: two owners apply their own form in turn, for ever (SharedResourceWarning), and the one that goes prunes what the other needs. An object
 * without any is never applied.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found (v3.5.1)
 */
export const singleOwner: Rule = {
  id: 'single-owner',
  *check(view) {
    yield* checkSyncers(view);
    yield* checkReleases(view);
  },
};

function* checkSyncers(view: ClusterView): Generator<Finding> {
  const owners = new Map<string, string[]>();
  for (const { name, members } of syncersOf(view)) {
    for (const { file } of members) {
      const names = owners.get(file);
      if (names === undefined) owners.set(file, [name]);
      else if (!names.includes(name)) names.push(name);
    }
  }
  const told = new Set<string>();
  for (const member of membersOf(view)) {
    const names = owners.get(member.file) ?? [];
    if (names.length === 1 || isAppliedByHand(member)) continue;
    const at = member.read();
    if (names.length === 0 && lacksApplication(view, at)) continue;
    // One overlap of two folders shows in every object below both.
    const mistake = `${names.join()} ${names.length === 0 ? member.file.split('/')[1] : ''}`;
    if (told.has(mistake)) continue;
    told.add(mistake);
    const what = formatIdentity(member.identity);
    yield names.length === 0
      ? {
          at,
          problem: `${what} is in no folder that an Application reads, so that nobody applies it.`,
          fix: 'name its folder as a source.',
        }
      : {
          at,
          problem: `${what} is applied by ${names.join(' and by ')}: their folders overlap.`,
          fix: 'let one of them read a folder of its own.',
        };
  }
}

/** That its Application is not there at all is another mistake. */
function lacksApplication({ plan }: ClusterView, { component, stage }: SeenObject): boolean {
  const part = plan.applications.find((one) => one.component.name === component && stage !== undefined && one.stages.includes(stage));
  return part !== undefined && !plan.engine.has(`argocd/apps/${part.name}.yaml`);
}

/** What people apply once: root and its project, and what Flux starts from. */
function isAppliedByHand({ file }: Member): boolean {
  return file === 'argocd/root.yaml' || file.startsWith('flux/root/');
}

function* checkReleases(view: ClusterView): Generator<Finding> {
  const installed = new Map<string, string>();
  for (const { release, namespace, path } of view.releases) {
    const key = `${release.props.chart} ${release.releaseName} ${namespace}`;
    const first = installed.get(key);
    installed.set(key, first ?? path);
    if (first === undefined) continue;
    const problem = `${first} and ${path} both install the chart "${release.props.chart}" as "${release.releaseName}" in the namespace "${namespace}".`;
    yield { at: { component: path.split('/')[0] ?? path }, problem, fix: 'leave it to one of them, or give the release another name.' };
  }
  for (const { stages } of view.plan.components) {
    for (const stage of stages) {
      for (const upstream of upstreamOf(stage)) {
        // What synth rendered was compared object by object.
        if (stage.delivered.includes(upstream)) continue;
        const { namespaces = [], classes = {}, crds } = upstream.props.provides;
        const doubles = [
          ...namespaces.flatMap((name) => view.find('Namespace', name) ?? []),
          ...Object.entries(classes).flatMap(([kind, names]) => names.flatMap((name) => findClass(view, kind as ClassKind, name))),
          ...pairsOf(crds).flatMap((pair) => findDefinition(view, pair)),
        ];
        for (const at of doubles) {
          const what = `${at.manifest.kind} ${at.manifest.metadata.name}`;
          const problem = `${what} is made twice: by ${at.path}, and by the release ${upstream.node.path}, which says so in provides.`;
          yield { at, problem, fix: 'leave it to the release, or turn it off there by a value and take it out of provides.' };
        }
      }
    }
  }
}

const groups: Readonly<Record<ClassKind, string>> = {
  IngressClass: 'networking.k8s.io',
  StorageClass: 'storage.k8s.io',
  VolumeSnapshotClass: 'snapshot.storage.k8s.io',
  RuntimeClass: 'node.k8s.io',
  PriorityClass: 'scheduling.k8s.io',
  GatewayClass: 'gateway.networking.k8s.io',
};

function findClass(view: ClusterView, kind: ClassKind, name: string): readonly SeenObject[] {
  return view.of(`${kind}.${groups[kind]}`).filter(({ manifest }) => manifest.metadata.name === name);
}

function findDefinition(view: ClusterView, { group, kind }: { readonly group: string; readonly kind: string }): readonly SeenObject[] {
  return membersOf(view)
    .filter(({ identity }) => identity.kind === 'CustomResourceDefinition' && identity.name.endsWith(`.${group}`))
    .map(({ read }) => read())
    .filter(({ manifest }) => valueAt(manifest, 'spec.names.kind') === kind);
}
