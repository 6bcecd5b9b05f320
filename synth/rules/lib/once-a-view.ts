import type { ClusterView } from './view.js';

/** A look-up that several rules make: computed when the first one asks for it of a cluster, and kept as long as the view is. */
export function onceAView<T>(compute: (view: ClusterView) => T): (view: ClusterView) => T {
  const known = new WeakMap<ClusterView, { readonly result: T }>();
  return (view) => {
    const found = known.get(view) ?? { result: compute(view) };
    known.set(view, found);
    return found.result;
  };
}
