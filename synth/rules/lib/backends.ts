import { listOf, recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import { listOwn } from './own-objects.js';
import type { ClusterView, SeenObject } from './view.js';

/** Something that sends requests to a Service. */
export interface Backend {
  readonly at: SeenObject;
  /** @example 'spec.rules[0].http.paths[0].backend.service' */
  readonly field: string;
  readonly namespace: string;
  readonly name: string;
  /** Number or name. @default - any */
  readonly port?: string | number | undefined;
}

/**
 * Every reference to a Service in routes of ours: Ingress, Traefik, webhooks and aggregated APIs.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/ (v3.7)
 */
export function* listBackends(view: ClusterView): Generator<Backend> {
  for (const [kind, read] of Object.entries(readers)) {
    for (const at of listOwn(view, kind)) {
      for (const { field, reference, ...other } of read(at)) {
        const { name, namespace, port, kind: target = 'Service' } = recordOf(reference);
        const home = textOf(namespace) ?? at.manifest.metadata.namespace;
        // Traefik's own services have an @ in their names.
        if (target !== 'Service' || typeof name !== 'string' || name.includes('@') || home === undefined) continue;
        const wanted = 'port' in other ? other.port : port;
        yield { at, field, namespace: home, name, port: typeof wanted === 'string' || typeof wanted === 'number' ? wanted : undefined };
      }
    }
  }
}

interface Found {
  readonly field: string;
  readonly reference: unknown;
  readonly port?: unknown;
}

const readers: Readonly<Record<string, (object: SeenObject) => readonly Found[]>> = {
  'Ingress.networking.k8s.io': ({ manifest }) => {
    const { defaultBackend, rules } = recordOf(manifest['spec']);
    const paths = listOf(rules).flatMap((rule, index) =>
      listOf(valueAt(rule, 'http.paths')).map((path, at) => ({
        field: `spec.rules[${index}].http.paths[${at}].backend.service`,
        backend: path['backend'],
      })),
    );
    return [{ field: 'spec.defaultBackend.service', backend: defaultBackend }, ...paths].map(({ field, backend }) => {
      const service = recordOf(recordOf(backend)['service']);
      const { name, number } = recordOf(service['port']);
      return { field, reference: service, port: name ?? number };
    });
  },
  'IngressRoute.traefik.io': readRoutes,
  'Middleware.traefik.io': ({ manifest }) => [{ field: 'spec.errors.service', reference: valueAt(manifest, 'spec.errors.service') }],
  'APIService.apiregistration.k8s.io': ({ manifest }) => [{ field: 'spec.service', reference: valueAt(manifest, 'spec.service') }],
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': readWebhooks,
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': readWebhooks,
};

function readRoutes({ manifest }: SeenObject): readonly Found[] {
  return listOf(valueAt(manifest, 'spec.routes')).flatMap((route, index) => readList(route, 'services', `spec.routes[${index}].`));
}

function readWebhooks({ manifest }: SeenObject): readonly Found[] {
  return listOf(manifest['webhooks']).map((webhook, index) => {
    const reference = recordOf(valueAt(webhook, 'clientConfig.service'));
    return { field: `webhooks[${index}].clientConfig.service`, reference, port: reference['port'] ?? 443 };
  });
}

function readList(owner: unknown, path: string, before = ''): readonly Found[] {
  return listOf(valueAt(owner, path)).map((reference, index) => ({ field: `${before}${path}[${index}]`, reference }));
}
