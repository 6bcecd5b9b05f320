import { listOf, textOf, valueAt } from '../../charts/lib/untyped.js';
import type { ClusterView, Place } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * What decides by a majority of its members has an odd number of them: etcd, Vault with Raft, the sentinels of Redis, Consul,
 * ZooKeeper.
 *
 * Why: an even number survives no more failures than one member less, and half of it, cut off from the other half, stops everything.
 *
 * Source: https://etcd.io/docs/v3.6/faq/#why-an-odd-number-of-cluster-members,
 * https://developer.hashicorp.com/vault/docs/internals/integrated-storage#quorum-size (v1.21),
 * https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/
 */
export const oddQuorum: Rule = {
  id: 'odd-quorum',
  *check(view) {
    for (const { at, field, members, what } of listQuorums(view)) {
      if (members % 2 === 1 || members <= 0) continue;
      const problem = `${what} has ${members} members, and needs ${members / 2 + 1} of them: it survives the loss of ${members / 2 - 1}, as ${members - 1} would.`;
      yield { at, field, problem, fix: `write ${members - 1} or ${members + 1}.` };
    }
  },
};

interface Quorum {
  readonly at: Place;
  readonly field: string;
  readonly members: number;
  /** Begins the sentence. */
  readonly what: string;
}

function* listQuorums(view: ClusterView): Generator<Quorum> {
  for (const { object, pod, replicas } of view.workloads) {
    const images = listOf(pod['containers']).map(({ image }) => textOf(image) ?? '');
    const program = images.map((image) => /(?:^|\/)(etcd|consul|zookeeper)(?:[:@]|$)/.exec(image)?.[1]).find(Boolean);
    const isTold = view.releases.some((one) => one.component === object.component && Object.hasOwn(ofCharts, one.release.props.chart));
    if (object.manifest.kind === 'StatefulSet' && !isTold && program !== undefined && replicas !== undefined)
      yield { at: object, field: 'spec.replicas', members: replicas, what: program };
  }
  // Also of charts that synth rendered: their values say which line is wrong.
  for (const release of view.releases) {
    for (const { members, isOn, what } of ofCharts[release.release.props.chart] ?? []) {
      const count = valueAt(release.values, members);
      const isInUse = isOn.every((field) => valueAt(release.values, field) === true);
      if (isInUse && typeof count === 'number') yield { at: release, field: members, members: count, what };
    }
  }
}

const ofVault = [{ members: 'server.ha.replicas', isOn: ['server.ha.enabled', 'server.ha.raft.enabled'], what: 'Raft' }];

/** Values of charts that set how many members there are, and what must be true for it. */
const ofCharts: Readonly<Record<string, readonly { readonly members: string; readonly isOn: readonly string[]; readonly what: string }[]>> =
  {
    vault: ofVault,
    openbao: ofVault,
    'argo-cd': [{ members: 'redis-ha.replicas', isOn: ['redis-ha.enabled'], what: 'The Redis of Argo CD, with a sentinel each,' }],
    'redis-ha': [{ members: 'replicas', isOn: [], what: 'Redis, with a sentinel each,' }],
    consul: [{ members: 'server.replicas', isOn: [], what: 'Consul' }],
  };
