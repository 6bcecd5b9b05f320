import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const zero = { replicas: 0 };
const schemaConfig = { configs: [{ from: '2024-04-01', store: 'tsdb', schema: 'v13' }] };

const loki = (values: object, own: object = {}): Fixture => ({
  release: {
    chart: 'loki',
    values: {
      read: zero,
      write: zero,
      backend: zero,
      ...values,
      loki: { schemaConfig, commonConfig: { replication_factor: 1 }, ...own },
    },
  },
});

const vault = (server: object): Fixture => ({ release: { chart: 'vault', values: { server } } });

export const fixtures: RuleFixtures = {
  rejected: {
    'Loki as one binary, and as scalable targets because nobody says 0': {
      ...loki({ singleBinary: { replicas: 1 }, read: undefined, backend: undefined }),
      says: /values\.backend\.replicas[\s\S]*it has replicas of backend, read/,
    },
    'Loki with one writer that keeps three copies, as is the default': {
      ...loki({ singleBinary: { replicas: 1 } }, { commonConfig: {} }),
      says: /replication_factor[\s\S]*keeps by default 3 copies of each line, and singleBinary has 1 replicas/,
    },
    'Loki in a mode without any replica': { ...loki({ deploymentMode: 'SimpleScalable' }), says: 'values.write.replicas' },
    'Loki in a mode that does not exist': { ...loki({ deploymentMode: 'Scalable' }), says: 'There is no mode "Scalable"' },
    'Loki without a schema': { ...loki({ singleBinary: { replicas: 1 } }, { schemaConfig: {} }), says: 'values.loki.schemaConfig' },
    'several Lokis, each on a disk of its own': {
      ...loki({ singleBinary: { replicas: 3 } }, { storage: { type: 'filesystem' } }),
      says: 'values.loki.storage.type',
    },
    'a Vault that is highly available and alone': {
      ...vault({ ha: { enabled: true, replicas: 3, raft: { enabled: true } }, standalone: { enabled: true } }),
      says: 'values.server.standalone.enabled',
    },
    'a Vault of several servers without raft': { ...vault({ ha: { enabled: true } }), says: 'values.server.ha.raft.enabled' },
  },
  accepted: {
    'Loki as one binary': loki({ singleBinary: { replicas: 1 } }),
    'Loki as scalable targets': loki(
      { deploymentMode: 'SimpleScalable', read: { replicas: 2 }, write: { replicas: 3 }, backend: { replicas: 2 } },
      { commonConfig: { replication_factor: 3 } },
    ),
    'Loki on its way from one mode to another': loki({ deploymentMode: 'Monolithic<->SimpleScalable', singleBinary: { replicas: 1 } }),
    'a Vault with a node for each server': vault({ ha: { enabled: true, replicas: 3, raft: { enabled: true } } }),
    'a Vault of one server': vault({ standalone: { enabled: true } }),
  },
};
