import type { DataSource } from './values.js';

/** Ids by which one links to the other. */
const uids = { loki: 'loki', tempo: 'tempo' } as const;

/** Addresses of what Grafana shows besides metrics. */
export interface DataSourceAddresses {
  readonly loki: string | undefined;
  readonly tempo: string | undefined;
}

/**
 * Logs and traces; with both, each leads to the other: a line by the trace id in it, a span by its pod and time.
 *
 * Source: https://grafana.com/docs/grafana/latest/datasources/loki/#provision-the-data-source,
 * https://grafana.com/docs/grafana/latest/datasources/tempo/configure-tempo-data-source/#provision-the-data-source (13.2)
 */
export function dataSources({ loki, tempo }: DataSourceAddresses): DataSource[] {
  const isLinked = loki !== undefined && tempo !== undefined;
  return [...(loki === undefined ? [] : [logs(loki, isLinked)]), ...(tempo === undefined ? [] : [traces(tempo, isLinked)])];
}

function logs(url: string, isLinked: boolean): DataSource {
  const trace = {
    name: 'trace',
    // As the SDKs write it: trace_id=, "traceId": and the like.
    matcherRegex: '[tT]race_?[iI][dD]"?\\s*[=:]\\s*"?([0-9a-f]{32})',
    datasourceUid: uids.tempo,
    url: '$${__value.raw}',
    urlDisplayLabel: 'Trace',
  };
  return {
    name: 'Loki',
    uid: uids.loki,
    type: 'loki',
    access: 'proxy',
    url,
    jsonData: isLinked ? { derivedFields: [trace] } : {},
  };
}

/** Resource attributes of a span, and the labels of the same pod's log lines. */
const labelsOf = { 'k8s.cluster.name': 'cluster', 'k8s.namespace.name': 'namespace', 'k8s.pod.name': 'pod' } as const;

function traces(url: string, isLinked: boolean): DataSource {
  const tracesToLogsV2 = {
    datasourceUid: uids.loki,
    spanStartTimeShift: '-5m',
    spanEndTimeShift: '5m',
    filterByTraceID: false,
    filterBySpanID: false,
    tags: Object.entries(labelsOf).map(([key, value]) => ({ key, value })),
  };
  return {
    name: 'Tempo',
    uid: uids.tempo,
    type: 'tempo',
    access: 'proxy',
    url,
    jsonData: { nodeGraph: { enabled: true }, ...(isLinked ? { tracesToLogsV2 } : {}) },
  };
}
