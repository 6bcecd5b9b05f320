import { listOf, recordOf, textOf } from '../../../charts/lib/untyped.js';
import type { ClusterView, SeenObject } from './view.js';

/** Where a route leads to. */
export interface Backend {
  readonly object: SeenObject;
  /** Path of what names the port. */
  readonly field: string;
  readonly namespace: string;
  readonly service: string;
  /** Number or name. */
  readonly port: string;
  /** Scheme that the route itself asks for. @default - none */
  readonly scheme?: string | undefined;
  readonly controller: Controller | undefined;
}

/** Ingress controllers whose ways are known here. */
export type Controller = 'cilium' | 'nginx' | 'traefik';

/** Backends of every Ingress and IngressRoute. */
export function* backendsOf(view: ClusterView): Generator<Backend> {
  for (const object of view.of('Ingress.networking.k8s.io')) {
    const { namespace = 'default' } = object.manifest.metadata;
    const annotations = recordOf(object.manifest.metadata.annotations);
    const spec = recordOf(object.manifest['spec']);
    const controller = controllerOf(textOf(spec['ingressClassName'] ?? annotations['kubernetes.io/ingress.class']) ?? '');
    const add = function* (value: unknown, field: string): Generator<Backend> {
      const service = recordOf(recordOf(value)['service']);
      const { name, number } = recordOf(service['port']);
      const at = `${field}.service.port.${name === undefined ? 'number' : 'name'}`;
      if (textOf(service['name']) === undefined) return;
      yield { object, field: at, namespace, service: String(service['name']), port: String(name ?? number), controller };
    };
    yield* add(spec['defaultBackend'], 'spec.defaultBackend');
    for (const [index, rule] of listOf(spec['rules']).entries()) {
      for (const [at, path] of listOf(recordOf(rule['http'])['paths']).entries()) {
        yield* add(path['backend'], `spec.rules[${index}].http.paths[${at}].backend`);
      }
    }
  }
  for (const object of view.of('IngressRoute.traefik.io')) {
    const home = object.manifest.metadata.namespace ?? 'default';
    for (const [index, route] of listOf(recordOf(object.manifest['spec'])['routes']).entries()) {
      for (const [at, { name, kind = 'Service', namespace, port, scheme }] of listOf(route['services']).entries()) {
        if (kind !== 'Service') continue;
        const field = `spec.routes[${index}].services[${at}]`;
        const where = { namespace: textOf(namespace) ?? home, service: String(name), port: String(port) };
        yield { object, field, ...where, scheme: textOf(scheme), controller: 'traefik' };
      }
    }
  }
}

export function controllerOf(ingressClass: string): Controller | undefined {
  return (['cilium', 'nginx', 'traefik'] as const).find((name) => ingressClass.includes(name));
}

/** Host names that an Ingress, an IngressRoute or an HTTPRoute answers to. */
export function* servedHosts(view: ClusterView): Generator<string> {
  for (const { manifest } of view.of('Ingress.networking.k8s.io')) {
    for (const { host } of listOf(recordOf(manifest['spec'])['rules'])) if (typeof host === 'string') yield host;
  }
  for (const { manifest } of view.of('IngressRoute.traefik.io')) {
    for (const { match } of listOf(recordOf(manifest['spec'])['routes'])) {
      for (const [, host = ''] of String(match).matchAll(/Host\(`([^`]+)`\)/g)) yield host;
    }
  }
  for (const { manifest } of view.of('HTTPRoute.gateway.networking.k8s.io')) {
    const hosts = recordOf(manifest['spec'])['hostnames'];
    if (Array.isArray(hosts)) yield* hosts.map(String);
  }
}
