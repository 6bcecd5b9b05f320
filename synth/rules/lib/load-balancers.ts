import { listOf, recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import { onceAView } from './once-a-view.js';
import { listValueMaps, type ReleaseMap } from './value-maps.js';
import type { SeenObject, SeenRelease } from './view.js';

/** A Service of type LoadBalancer: rendered, made of a template, or made by a chart as its values say. */
export interface LoadBalancer {
  readonly at: SeenObject | SeenRelease;
  /** Path of its fields. @example '', 'values.service' */
  readonly field: string;
  readonly namespace: string;
  /** '' where only the chart knows it. */
  readonly name: string;
  readonly labels: Readonly<Record<string, unknown>>;
  /** False where a chart adds labels that nobody sees. */
  readonly hasAllLabels: boolean;
  /** Addresses that it asks for, with the name of the annotation or the field. */
  readonly addresses: readonly { readonly text: string; readonly field: string }[];
  /** Services with one key may share an address. */
  readonly sharingKey: string | undefined;
  /** Ports with their protocol; empty where only the chart knows them. @example ['53/UDP'] */
  readonly ports: readonly string[];
  readonly isLocal: boolean;
  /** `spec.loadBalancerClass`. */
  readonly className: string | undefined;
}

/** Annotations by which a Service asks for addresses. */
export const addressAnnotations = {
  cilium: ['lbipam.cilium.io/ips', 'io.cilium/lb-ipam-ips'],
  metallb: ['metallb.io/loadBalancerIPs', 'metallb.universe.tf/loadBalancerIPs'],
} as const;

const sharingAnnotations = [
  'lbipam.cilium.io/sharing-key',
  'io.cilium/lb-ipam-sharing-key',
  'metallb.io/allow-shared-ip',
  'metallb.universe.tf/allow-shared-ip',
];

type Data = Readonly<Record<string, unknown>>;

/**
 * Every Service of type LoadBalancer that can be seen.
 *
 * Source: https://docs.cilium.io/en/v1.20/network/lb-ipam/#requesting-ips, https://metallb.io/usage/ (0.16), the values of the charts of
 * Traefik (41.6) and Cilium (1.20), whose Services are of this type where nothing else is written
 */
export const listLoadBalancers = onceAView((view): readonly LoadBalancer[] => {
  const services = view.of('Service').flatMap((at) => {
    const spec = recordOf(at.manifest['spec']);
    const { name, namespace = 'default', labels, annotations } = at.manifest.metadata;
    return spec['type'] === 'LoadBalancer' ? [read(at, '', { namespace, name }, recordOf(labels), recordOf(annotations), spec)] : [];
  });
  const templates = view.of('KubevirtCluster.infrastructure.cluster.x-k8s.io').flatMap((at) => {
    const field = 'spec.controlPlaneServiceTemplate';
    const { metadata, spec } = recordOf(valueAt(at.manifest, field));
    const { labels, annotations } = recordOf(metadata);
    const { name, namespace = 'default' } = at.manifest.metadata;
    if (recordOf(spec)['type'] !== 'LoadBalancer') return [];
    return [read(at, field, { namespace, name }, recordOf(labels), recordOf(annotations), recordOf(spec))];
  });
  return [...services, ...templates, ...listValueMaps(view).flatMap(readValues)];
});

function readValues({ at, key, field, map }: ReleaseMap): LoadBalancer[] {
  if (key === 'spec' || map['enabled'] === false) return [];
  const { chart } = at.release.props;
  const inner = recordOf(map['spec']);
  const isImplied = field === implied[chart];
  const type = textOf(inner['type']) ?? textOf(map['type']) ?? (isImplied ? 'LoadBalancer' : undefined);
  if (type !== 'LoadBalancer') return [];
  // Cilium's other Services are for its Gateways and for Hubble, inside of the cluster.
  if (chart === 'cilium' && valueAt(at.values, 'ingressController.enabled') !== true) return [];
  const service = read(at, field, { namespace: at.namespace, name: '' }, recordOf(map['labels']), recordOf(map['annotations']), {
    ...map,
    ...inner,
  });
  return [{ ...service, hasAllLabels: false, ports: [] }];
}

/** Values of the Services that are of this type where nothing else is written. */
const implied: Readonly<Record<string, string>> = { traefik: 'values.service', cilium: 'values.ingressController.service' };

function read(
  at: LoadBalancer['at'],
  field: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  labels: Data,
  annotations: Data,
  spec: Data,
): LoadBalancer {
  const inside = (path: string) => [field, path].filter(Boolean).join('.');
  const place = 'manifest' in at ? 'metadata.annotations' : 'annotations';
  const annotated = [...addressAnnotations.cilium, ...addressAnnotations.metallb].flatMap((key) =>
    (textOf(annotations[key]) ?? '')
      .split(',')
      .flatMap((text) => (text.trim() === '' ? [] : [{ text: text.trim(), field: inside(`${place}["${key}"]`) }])),
  );
  const fixed = textOf(spec['loadBalancerIP']);
  const specific = fixed === undefined ? [] : [{ text: fixed, field: inside('manifest' in at ? 'spec.loadBalancerIP' : 'loadBalancerIP') }];
  return {
    at,
    field,
    namespace,
    name,
    labels,
    hasAllLabels: true,
    addresses: [...new Map([...annotated, ...specific].map((address) => [address.text, address])).values()],
    sharingKey: sharingAnnotations.map((key) => textOf(annotations[key])).find((key) => key !== undefined),
    ports: listOf(spec['ports']).map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`),
    isLocal: spec['externalTrafficPolicy'] === 'Local',
    className: textOf(spec['loadBalancerClass']),
  };
}

/** For people. @example 'Service app/web', 'the chart traefik' */
export function nameOf({ at, namespace, name }: LoadBalancer): string {
  return 'manifest' in at ? `${at.manifest.kind} ${namespace}/${name}` : `the chart ${at.release.props.chart}`;
}
