import { groupOf } from '../../../charts/lib/kinds.js';
import type { ClusterView, SeenObject } from './view.js';

/** Objects of components, without reading what synth rendered from upstream, which is most of the work. @param kinds @default - all */
export function listOwn({ plan }: ClusterView, ...kinds: readonly string[]): readonly SeenObject[] {
  const wanted = new Set(kinds);
  return plan.objects.flatMap((planned) => {
    const { apiVersion, kind } = planned.manifest;
    const group = groupOf(apiVersion);
    const isWanted = wanted.size === 0 || wanted.has(group === '' ? kind : `${kind}.${group}`);
    return isWanted ? [{ origin: 'component' as const, ...planned }] : [];
  });
}
