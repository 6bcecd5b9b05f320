/** One question to Prometheus. */
export interface Query {
  /** PromQL. `$__rate_interval` is Grafana's. */
  readonly expr: string;
  /** Name of each series, with its labels in double braces. @default - all labels */
  readonly legend?: string;
}

/** What a dashboard shows in one frame. */
export interface Panel {
  /** `stat` one number, `timeseries` a curve a series, `bargauge` a bar a series, `table` a row a series with its labels as columns. */
  readonly type: 'stat' | 'timeseries' | 'bargauge' | 'table';
  readonly title: string;
  /** Of the 24 columns of a row. */
  readonly width: number;
  /** Unit id of Grafana. @default 'short' */
  readonly unit?: 'short' | 'percentunit' | 's' | 'reqps';
  /** Values from which on it is orange and red; an `orange` above `red` says that less is worse. @default - it stays green */
  readonly limits?: { readonly orange?: number; readonly red: number };
  readonly queries: readonly [Query, ...Query[]];
}

/** A dashboard, without what Grafana derives or nobody reads. */
export interface Dashboard {
  /** Last part of its address; never changed, because people bookmark it. */
  readonly uid: string;
  readonly title: string;
  /** From the top; all panels of a row are as high as the highest. */
  readonly rows: readonly (readonly Panel[])[];
  /** Whether a person chooses the clusters that it shows, which queries know as `$cluster`. @default false */
  readonly hasClusters?: boolean;
}

/** Data source that the chart makes. */
const datasource = { type: 'prometheus', uid: 'prometheus' };

/** All clusters, one or some of them, as far as there are samples of them. */
const clusterVariable = {
  name: 'cluster',
  label: 'Cluster',
  type: 'query',
  datasource,
  query: { query: 'label_values(up, cluster)', refId: 'cluster' },
  // Asked again whenever the time range changes.
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: 'All', value: '$__all' },
};

/** Rows of Grafana's grid, 30 pixels each. */
const heights: Readonly<Record<Panel['type'], number>> = { stat: 4, timeseries: 9, bargauge: 9, table: 9 };

/** The dashboard as Grafana reads it from a file. Source: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export function renderDashboard({ uid, title, rows, hasClusters = false }: Dashboard): object {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    const h = Math.max(...row.map(({ type }) => heights[type]));
    let x = 0;
    for (const panel of row) {
      panels.push({ id: panels.length + 1, gridPos: { x, y, w: panel.width, h }, ...renderPanel(panel) });
      x += panel.width;
    }
    y += h;
  }
  return {
    uid,
    title,
    tags: ['platform'],
    schemaVersion: 41,
    editable: false,
    timezone: 'browser',
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    ...(hasClusters ? { templating: { list: [clusterVariable] } } : {}),
    panels,
  };
}

function renderPanel({ type, title, unit, limits, queries }: Panel): object {
  const isCurve = type === 'timeseries';
  return {
    type,
    title,
    datasource,
    fieldConfig: {
      defaults: {
        unit: unit ?? 'short',
        ...(unit === 'percentunit' ? { min: 0, max: 1 } : {}),
        color: { mode: isCurve ? 'palette-classic' : 'thresholds' },
        thresholds: { mode: 'absolute', steps: stepsOf(limits) },
      },
      overrides: [],
    },
    ...optionsOf[type],
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource,
      expr,
      // Curves need all points, everything else the newest.
      instant: !isCurve,
      range: isCurve,
      format: type === 'table' ? 'table' : 'time_series',
      ...(legend === undefined ? {} : { legendFormat: legend }),
    })),
  };
}

const newest = { calcs: ['lastNotNull'], fields: '', values: false };

const optionsOf: Readonly<Record<Panel['type'], object>> = {
  stat: { options: { colorMode: 'value', graphMode: 'none', reduceOptions: newest } },
  timeseries: { options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } } },
  bargauge: { options: { displayMode: 'basic', orientation: 'horizontal', reduceOptions: newest } },
  // The labels are the message.
  table: { transformations: [{ id: 'organize', options: { excludeByName: { Time: true, Value: true } } }] },
};

/** Grafana colours a value by the last step that is not above it; the first step has no value. */
function stepsOf(limits: Panel['limits']): object[] {
  const base = (color: string) => ({ color, value: null });
  if (limits === undefined) return [base('green')];
  const { orange, red } = limits;
  if (orange === undefined) return [base('green'), { color: 'red', value: red }];
  return orange > red
    ? [base('red'), { color: 'orange', value: red }, { color: 'green', value: orange }]
    : [base('green'), { color: 'orange', value: orange }, { color: 'red', value: red }];
}
