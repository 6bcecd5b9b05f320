import { listOf, recordOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { listRoutes, type Route } from './routes.js';
import { findTraefik } from './traefik.js';
import { middlewaresAnnotation } from './traefik-references.js';
import type { ClusterView, SeenObject } from './view.js';

/**
 * The routes that pass one of some Middlewares, through chains too.
 *
 * @param isGuard whether a Middleware is one of them.
 */
export function listProtectedRoutes(view: ClusterView, isGuard: (middleware: SeenObject) => boolean): readonly Route[] {
  const middlewares = view.of('Middleware.traefik.io');
  const guards = new Set(middlewares.filter(isGuard).map(keyOf));
  if (guards.size === 0) return [];
  for (let size = 0; size < guards.size; ) {
    size = guards.size;
    for (const chain of middlewares) {
      const links = listOf(valueAt(chain.manifest, 'spec.chain.middlewares'));
      if (links.some((link) => guards.has(targetOf(link, chain)))) guards.add(keyOf(chain));
    }
  }
  const separator = findTraefik(view)?.separator ?? '-';
  const texts = new Set([...guards].map((key) => `${key.replace('/', separator)}@kubernetescrd`));
  return listRoutes(view).filter(({ at, field }) => {
    if (!('manifest' in at)) return false;
    const annotation = at.manifest.metadata.annotations?.[middlewaresAnnotation] ?? '';
    if (annotation.split(',').some((text) => texts.has(text.trim()))) return true;
    const index = /^spec\.routes\[(\d+)\]/.exec(field)?.[1];
    const route = index === undefined ? {} : recordOf(valueAt(at.manifest, `spec.routes.${index}`));
    return listOf(route['middlewares']).some((link) => guards.has(targetOf(link, at)) || texts.has(String(link['name'])));
  });
}

function keyOf({ manifest: { metadata } }: SeenObject): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

function targetOf({ name, namespace }: Readonly<Record<string, unknown>>, { manifest }: SeenObject): string {
  return `${namespace ?? manifest.metadata.namespace ?? 'default'}/${name}`;
}

/** A text, or the texts of a list. */
export function textOrTexts(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : textsOf(value);
}
