/**
 * Built-in kinds of which the API server warns, and what it names instead.
 * Source: what an API server of Kubernetes v1.36.4 answers to a list of each kind that it serves; of custom resources their CRD says it.
 */
export const DEPRECATED_KINDS: ReadonlyMap<string, string | undefined> = new Map([
  ['v1/ComponentStatus', undefined],
  ['v1/Endpoints', 'discovery.k8s.io/v1 EndpointSlice'],
]);
