import { recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import type { SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * Loki runs in one mode, with as many writers as it keeps copies; Vault has its raft storage where it has several servers.
 *
 * Why: the chart does not render, or Loki refuses every line ("too many unhealthy instances in the ring"), or a server of Vault stays Pending.
 *
 * Source: https://grafana.com/docs/loki/latest/get-started/deployment-modes/ (3.7), values.yaml and validate.yaml of the chart loki (18.11.0),
 * values.yaml of the chart vault (0.34.1)
 */
export const distinctMode: Rule = {
  id: 'distinct-mode',
  *check(view) {
    for (const at of view.releasesOf('loki')) {
      yield* checkMode(at);
      yield* checkStorage(at);
    }
    for (const at of view.releasesOf('vault')) yield* checkVault(at);
  },
};

/** Copies that the chart makes of a target where the values say nothing. */
const defaults: Readonly<Record<string, number>> = { backend: 3, read: 3, write: 3, singleBinary: 0 };

function replicasOf({ values }: SeenRelease, target: string): number {
  const replicas = recordOf(values[target])['replicas'];
  return typeof replicas === 'number' ? replicas : (defaults[target] ?? 0);
}

const scalable = ['backend', 'read', 'write'];
const distributed = ['compactor', 'distributor', 'indexGateway', 'ingester', 'querier', 'queryFrontend', 'queryScheduler', 'ruler'];

/** Targets of a mode; the last one of each keeps the copies. A mode that leads from one to the other has the targets of both. */
const modes: Readonly<Record<string, { readonly targets: readonly string[]; readonly writer: string }>> = {
  Monolithic: { targets: ['singleBinary'], writer: 'singleBinary' },
  SingleBinary: { targets: ['singleBinary'], writer: 'singleBinary' },
  SimpleScalable: { targets: scalable, writer: 'write' },
  Distributed: { targets: distributed, writer: 'ingester' },
};

function* checkMode(at: SeenRelease): Generator<Finding> {
  const name = textOf(at.values['deploymentMode']) ?? 'Monolithic';
  if (name.includes('<->')) return;
  const mode = modes[name];
  if (mode === undefined) {
    const fix = `write one of ${Object.keys(modes).join(', ')}.`;
    return yield { at, field: 'values.deploymentMode', problem: `There is no mode "${name}".`, fix };
  }
  const others = ['singleBinary', ...scalable, ...distributed].filter(
    (target) => !mode.targets.includes(target) && replicasOf(at, target) > 0,
  );
  if (others.length > 0) {
    const problem = `Its mode is ${name}, and it has replicas of ${others.join(', ')}, which are of another one.`;
    return yield { at, field: `values.${others[0]}.replicas`, problem, fix: 'write 0 for each of them, or another mode.' };
  }
  const writers = replicasOf(at, mode.writer);
  const field = 'values.loki.commonConfig.replication_factor';
  const own = valueAt(at.values, 'loki.commonConfig.replication_factor');
  const factor = typeof own === 'number' ? own : 3;
  if (writers === 0) {
    const problem = `Its mode is ${name}, and it has no replica of ${mode.writer}, which takes the lines.`;
    return yield { at, field: `values.${mode.writer}.replicas`, problem, fix: `write ${factor}.` };
  }
  if (factor <= writers) return;
  const what = own === undefined ? 'by default ' : '';
  const problem = `It keeps ${what}${factor} copies of each line, and ${mode.writer} has ${writers} replicas to keep them.`;
  yield { at, field, problem, fix: `write ${writers}, or at least ${factor} replicas.` };
}

function* checkStorage(at: SeenRelease): Generator<Finding> {
  const { schemaConfig, useTestSchema, structuredConfig, config } = recordOf(at.values['loki']);
  const schemas = [...keysOf(schemaConfig), ...keysOf(recordOf(structuredConfig)['schema_config'])];
  if (schemas.length === 0 && useTestSchema !== true && config === undefined) {
    const problem = 'It says nothing of the schema that lines are stored by.';
    yield { at, field: 'values.loki.schemaConfig', problem, fix: 'write schemaConfig.configs, with a date before the first line.' };
  }
  const replicas = replicasOf(at, 'singleBinary');
  if (valueAt(at.values, 'loki.storage.type') !== 'filesystem' || replicas < 2) return;
  const problem = `It has ${replicas} replicas, each of which stores lines on a disk of its own.`;
  yield { at, field: 'values.loki.storage.type', problem, fix: 'write "s3", or one replica.' };
}

function keysOf(value: unknown): readonly string[] {
  return Object.keys(recordOf(value));
}

function* checkVault(at: SeenRelease): Generator<Finding> {
  const server = recordOf(at.values['server']);
  const { enabled, replicas = 3, raft, config } = recordOf(server['ha']);
  if (enabled !== true || typeof replicas !== 'number') return;
  if (recordOf(server['standalone'])['enabled'] === true) {
    const problem = 'It is highly available and alone at once.';
    yield { at, field: 'values.server.standalone.enabled', problem, fix: 'leave one of the two out.' };
  }
  if (recordOf(raft)['enabled'] !== true && config === undefined) {
    const problem = 'It is highly available, and stores in Consul, which is the default of the chart.';
    yield { at, field: 'values.server.ha.raft.enabled', problem, fix: 'write `true`, or the storage in server.ha.config.' };
  }
}
