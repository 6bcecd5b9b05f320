import { recordOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { containersOf } from './lib/pods.js';
import { canonicalQuantity } from './lib/quantities.js';
import { itemsOf, mentioning, type Syncer, syncersOf } from './lib/syncers.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * An object of ours says nothing that only the cluster writes: no identity of a live object, no status, no replicas that an autoscaler sets, no
 * authority that another fills in, and, where the engine compares by text, quantities only in the form that the API server stores.
 *
 * Why: the apply fails (`metadata.managedFields must be nil`, a conflict of resourceVersion), the garbage collector takes the object, or the
 * engine and a controller change it in turn, and it is OutOfSync for ever. Other forms of one value are no difference to a comparison by the
 * server, which Applications ask for with ServerSideDiff=true and Flux always makes.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/user-guide/diff-strategies/ (v3.5.1), gitops-engine/pkg/diff/diff.go of
 * https://github.com/argoproj/argo-cd (v3.5.1), https://kubernetes.io/docs/reference/using-api/server-side-apply/ (v1.36)
 */
export const normalisedObject: Rule = {
  id: 'normalised-object',
  *check(view) {
    // Upstream's objects come without a cluster, and synth settles what charts leave in them.
    for (const { component, stage, path, manifest } of view.plan.objects) {
      const at: SeenObject = { origin: 'component', component, stage, path, manifest };
      yield* checkServerFields(at);
    }
    yield* checkAutoscaled(view);
    yield* checkInjected(view);
    for (const syncer of syncersOf(view)) if (comparesText(syncer)) yield* checkQuantities(view, syncer);
  },
};

const ofServer = ['deletionTimestamp', 'generation', 'managedFields', 'ownerReferences', 'resourceVersion', 'selfLink', 'uid'] as const;

const ofController: ReadonlySet<string> = new Set([
  'argocd.argoproj.io/tracking-id',
  'control-plane.alpha.kubernetes.io/leader',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'kubectl.kubernetes.io/last-applied-configuration',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
]);

function* checkServerFields(at: SeenObject): Generator<Finding> {
  const metadata: Readonly<Record<string, unknown>> = at.manifest.metadata;
  const { creationTimestamp } = metadata;
  const fields = [
    ...ofServer.filter((name) => metadata[name] !== undefined).map((name) => `metadata.${name}`),
    ...(typeof creationTimestamp === 'string' ? ['metadata.creationTimestamp'] : []),
    ...Object.keys(recordOf(metadata['annotations']))
      .filter((name) => ofController.has(name))
      .map((name) => `metadata.annotations.${name}`),
    ...(Object.keys(recordOf(at.manifest['status'])).length > 0 ? ['status'] : []),
  ];
  const [first, ...others] = fields;
  if (first === undefined) return;
  const more = others.length > 0 ? ` So are ${others.join(', ')}.` : '';
  yield { at, field: first, problem: `It was copied from a live object: only the cluster writes it.${more}`, fix: 'leave it out.' };
}

function* checkAutoscaled(view: ClusterView): Generator<Finding> {
  for (const scaler of view.of('HorizontalPodAutoscaler.autoscaling', 'ScaledObject.keda.sh')) {
    const { kind = 'Deployment', name, apiVersion = 'apps/v1' } = recordOf(valueAt(scaler.manifest, 'spec.scaleTargetRef'));
    const group = String(apiVersion).split('/')[0];
    const at = view.find(`${kind}.${group}`, String(name), scaler.manifest.metadata.namespace);
    if (at === undefined || valueAt(at.manifest, 'spec.replicas') === undefined) continue;
    const problem = `It fixes the number of pods, and the ${scaler.manifest.kind} "${scaler.manifest.metadata.name}" sets another one.`;
    yield { at, field: 'spec.replicas', problem, fix: 'leave replicas out.' };
  }
}

const withAuthority: Readonly<Record<string, readonly string[]>> = {
  'APIService.apiregistration.k8s.io': ['spec.caBundle'],
  'CustomResourceDefinition.apiextensions.k8s.io': ['spec.conversion.webhook.clientConfig.caBundle'],
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': ['webhooks'],
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': ['webhooks'],
};

function* checkInjected(view: ClusterView): Generator<Finding> {
  for (const [kind, [path = '']] of Object.entries(withAuthority)) {
    if (isIgnored(view, kind)) continue;
    for (const at of mentioning(view, 'caBundle', kind)) {
      const injector = Object.keys(recordOf(at.manifest.metadata.annotations)).find((name) => name.startsWith('cert-manager.io/inject-'));
      const value = valueAt(at.manifest, path);
      const webhooks = Array.isArray(value) ? value : [];
      const index = webhooks.findIndex((webhook) => valueAt(webhook, 'clientConfig.caBundle') !== undefined);
      if (injector === undefined || (path === 'webhooks' ? index < 0 : value === undefined)) continue;
      const field = path === 'webhooks' ? `webhooks[${index}].clientConfig.caBundle` : path;
      yield {
        at,
        field,
        problem: `cert-manager fills it in, by the annotation ${injector}, and the engine takes it back.`,
        fix: 'leave caBundle out.',
      };
    }
  }
}

/** Argo CD is told to leave the field to others. */
function isIgnored(view: ClusterView, kind: string): boolean {
  if (view.cluster.engine === 'flux') return false;
  const [name = '', ...group] = kind.split('.');
  const key = `resource.customizations.ignoreDifferences.${group.join('.')}_${name}`;
  return view.releasesOf('argo-cd').some(({ values }) => String(recordOf(valueAt(values, 'configs.cm'))[key]).includes('caBundle'));
}

/** Argo CD itself compares then, by what it knows of the types. */
function comparesText({ object: { manifest } }: Syncer): boolean {
  const options = itemsOf(recordOf(manifest.metadata.annotations)['argocd.argoproj.io/compare-options']);
  return manifest.kind === 'Application' && !textsOf(options).includes('ServerSideDiff=true');
}

function* checkQuantities(view: ClusterView, { name, members }: Syncer): Generator<Finding> {
  const own = new Set(members.filter(({ text }) => text === undefined).map(({ read }) => read().path));
  for (const workload of view.workloads) {
    if (!own.has(workload.object.path)) continue;
    const wrong = containersOf(workload).flatMap(({ container, field }) =>
      ['limits', 'requests'].flatMap((list) =>
        Object.entries(recordOf(valueAt(container, `resources.${list}`))).flatMap(([resource, value]) => {
          const stored = canonicalQuantity(value);
          return stored === undefined || stored === String(value)
            ? []
            : [{ field: `${field}.resources.${list}.${resource}`, value, stored }];
        }),
      ),
    );
    const [first] = wrong;
    if (first === undefined) continue;
    const problem = `The API server stores "${first.value}" as "${first.stored}", which the Application "${name}" takes for a difference.`;
    const fix = `write "${first.stored}", or compare by the server: argocd.argoproj.io/compare-options: ServerSideDiff=true.`;
    yield { at: workload.object, field: first.field, problem, fix };
  }
}
