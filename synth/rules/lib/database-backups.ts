import { listOf, recordOf, textOf, valueAt } from '../../../charts/lib/untyped.js';
import type { Finding } from '../rule.js';
import type { ClusterView, SeenObject } from './view.js';

/** Databases of CloudNativePG that are to be backed up, and what they write to. */
export function* checkDatabases(view: ClusterView): Generator<Finding> {
  for (const at of view.of('Cluster.postgresql.cnpg.io')) yield* checkStores(view, at);
  for (const at of view.of('ScheduledBackup.postgresql.cnpg.io')) yield* checkSchedule(view, at);
}

function* checkStores(view: ClusterView, at: SeenObject): Generator<Finding> {
  const { namespace } = at.manifest.metadata;
  for (const [index, { parameters }] of listOf(valueAt(at.manifest, 'spec.plugins')).entries()) {
    const name = textOf(recordOf(parameters)['barmanObjectName']);
    const kind = 'ObjectStore.barmancloud.cnpg.io';
    if (name === undefined || view.find(kind, name, namespace) || view.mayHide(kind, namespace)) continue;
    const field = `spec.plugins[${index}].parameters.barmanObjectName`;
    const problem = `Nothing makes the ObjectStore "${name}" in the namespace "${namespace}".`;
    yield { at, field, problem, fix: `write ${choicesOf(view, kind, namespace)}.` };
  }
}

function* checkSchedule(view: ClusterView, at: SeenObject): Generator<Finding> {
  const { cluster, method = 'barmanObjectStore', pluginConfiguration, schedule } = recordOf(at.manifest['spec']);
  const fields = String(schedule).trim().split(/\s+/);
  if (!String(schedule).startsWith('@') && fields.length !== 6) {
    const problem = `"${schedule}" has ${fields.length} fields, and the operator reads six, of which the first are seconds.`;
    yield { at, field: 'spec.schedule', problem, fix: fields.length === 5 ? `write "0 ${fields.join(' ')}".` : 'write six fields.' };
  }
  const { namespace } = at.manifest.metadata;
  const name = String(recordOf(cluster)['name']);
  const kind = 'Cluster.postgresql.cnpg.io';
  const database = view.find(kind, name, namespace);
  if (database === undefined) {
    if (view.mayHide(kind, namespace)) return;
    const problem = `Nothing makes the database "${name}" in the namespace "${namespace}".`;
    return yield { at, field: 'spec.cluster.name', problem, fix: `write ${choicesOf(view, kind, namespace)}.` };
  }
  const backup = recordOf(valueAt(database.manifest, 'spec.backup'));
  if (method !== 'plugin') {
    if (backup[String(method)] !== undefined) return;
    const problem = `It takes a backup by ${method}, and ${database.path} says nothing of where to: its spec.backup has no ${method}.`;
    return yield { at, field: 'spec.method', problem, fix: 'write "plugin" and the plugin of the database, or add it there.' };
  }
  const wanted = String(recordOf(pluginConfiguration)['name'] ?? '');
  const plugins = listOf(valueAt(database.manifest, 'spec.plugins')).filter(({ enabled }) => enabled !== false);
  if (plugins.some((plugin) => plugin['name'] === wanted)) return;
  const names = plugins.map((plugin) => String(plugin['name']));
  const problem = `It takes a backup by the plugin "${wanted}", which ${database.path} does not use.`;
  const fix = names.length > 0 ? `write one of ${names.join(', ')}.` : 'add it to spec.plugins of the database.';
  yield { at, field: 'spec.pluginConfiguration.name', problem, fix };
}

function choicesOf(view: ClusterView, kind: string, namespace: string | undefined): string {
  const names = view.of(kind).filter(({ manifest }) => manifest.metadata.namespace === namespace);
  return names.length === 0 ? 'one that exists' : `one of ${names.map(({ manifest }) => manifest.metadata.name).join(', ')}`;
}
