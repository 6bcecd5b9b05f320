import { recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import { type Claim, claimsOf } from './lib/identities.js';
import type { ClusterView } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * What marks the data of a cluster is its own: the owner of DNS records, the label `cluster` of metrics, the places of logs, traces, backups and
 * write-ahead logs, the installation of Argo CD, the login to an outside Vault. What sends metrics or logs elsewhere has the label `cluster`.
 *
 * Why: two clusters delete each other's records and backups, mix their samples, and overwrite write-ahead logs, which shows at the restore.
 *
 * Source: https://kubernetes-sigs.github.io/external-dns/v0.21.0/docs/registry/txt/, https://github.com/kubernetes-sigs/external-dns/issues/1862,
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (external_labels, 3.x), https://velero.io/docs/v1.18/locations/,
 * https://cloudnative-pg.io/plugin-barman-cloud/docs/concepts/ (0.13), https://argo-cd.readthedocs.io/en/stable/faq/ (installationID, 3.5)
 */
export const uniqueIdentity: Rule = {
  id: 'unique-identity',
  check: findUnlabelled,
  *checkFleet(views) {
    const owners = new Map<string, Claim & { readonly view: ClusterView }>();
    for (const view of views) {
      for (const claim of claimsOf(view)) {
        const first = owners.get(claim.key);
        if (first === undefined) {
          owners.set(claim.key, { ...claim, view });
          continue;
        }
        if (claim.isOfCluster && first.view === view) continue;
        const problem = `${claim.what} is that of ${first.view.cluster.name} too, ${'path' in first.at ? first.at.path : ''}.`;
        yield { at: claim.at, field: claim.field, problem, fix: 'give each its own, by the name of the cluster for example.', in: view };
      }
    }
  },
};

function* findUnlabelled(view: ClusterView): Generator<Finding> {
  for (const at of view.releasesOf('kube-prometheus-stack')) {
    const { remoteWrite, externalLabels } = recordOf(valueAt(at.values, 'prometheus.prometheusSpec'));
    if (!Array.isArray(remoteWrite) || remoteWrite.length === 0 || textOf(recordOf(externalLabels)['cluster']) !== undefined) continue;
    const problem = 'It sends samples elsewhere, and nothing says which cluster they are of.';
    const fix = `write cluster: "${view.cluster.name}".`;
    yield { at, field: 'values.prometheus.prometheusSpec.externalLabels.cluster', problem, fix };
  }
  for (const at of view.releasesOf('alloy')) {
    const content = textOf(valueAt(at.values, 'alloy.configMap.content')) ?? '';
    if (!/\b(loki\.write|prometheus\.remote_write)\b/.test(content) || /\bcluster"?\s*=/.test(content)) continue;
    const problem = 'It sends logs elsewhere, and nothing says which cluster they are of.';
    const fix = `write external_labels = { cluster = "${view.cluster.name}" }.`;
    yield { at, field: 'values.alloy.configMap.content', problem, fix };
  }
}
