import type { HelmValue } from '../lib/release.js';

/** Configuration file of Alertmanager. */
export type AlertmanagerConfig = {
  readonly inhibit_rules: readonly Readonly<Record<'source_matchers' | 'target_matchers' | 'equal', readonly string[]>>[];
  readonly route: {
    readonly receiver: string;
    readonly group_by: readonly string[];
    readonly group_wait: string;
    readonly group_interval: string;
    readonly repeat_interval: string;
    readonly routes: readonly { readonly receiver: string; readonly matchers: readonly string[] }[];
  };
  readonly receivers: readonly ({ readonly name: string } & object)[];
};

/** A data source of Grafana, as a file describes it: `$` stands for the environment unless it is doubled. */
export type DataSource = {
  readonly name: string;
  /** Never changed, because dashboards and links name it. */
  readonly uid: string;
  readonly type: 'loki' | 'tempo';
  readonly access: 'proxy';
  readonly url: string;
  readonly jsonData: { readonly [key: string]: HelmValue | undefined };
};
