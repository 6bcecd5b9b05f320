import { advertisement, ciliumPool, metalLbPool, onlyControlPlanes, policy, withCilium, withMetalLb } from '../fixtures/load-balancing.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const facts = onlyControlPlanes;
const noControlPlane = '{matchExpressions: [{key: node-role.kubernetes.io/control-plane, operator: DoesNotExist}]}';
const changeMachine =
  (path: 'cluster' | 'machine', fields: object): Fixture['change'] =>
  (plan) => ({
    ...plan,
    talos: new Map(
      [...plan.talos].map(([file, [first, ...others]]) => {
        const changed = { ...(first as Record<string, object>)[path], ...fields };
        return [file, [file.startsWith('talos/nodes/') ? { ...first, [path]: changed } : { ...first }, ...others]];
      }),
    ),
  });

export const fixtures: RuleFixtures = {
  rejected: {
    'MetalLB that obeys the label of Talos': {
      ...withMetalLb(metalLbPool + advertisement()),
      facts,
      says: 'metallb/release/metallb values.speaker.ignoreExcludeLB',
    },
    'a policy of Cilium that leaves out control planes': {
      ...withCilium(ciliumPool + policy(`loadBalancerIPs: true, nodeSelector: ${noControlPlane}`)),
      facts,
      says: 'app/base/CiliumL2AnnouncementPolicy-lan spec.nodeSelector',
    },
    'an L2Advertisement for a node that is not there': {
      ...withMetalLb(metalLbPool + advertisement('nodeSelectors: [{matchLabels: {kubernetes.io/hostname: w0}}]'), {
        speaker: { ignoreExcludeLB: true },
      }),
      facts,
      says: 'spec.nodeSelectors',
    },
    'control planes that take no pods': {
      facts,
      change: changeMachine('cluster', { allowSchedulingOnControlPlanes: false }),
      says: 'clusters/made-up.ts nodes',
    },
  },
  accepted: {
    'MetalLB that disregards the label': {
      ...withMetalLb(metalLbPool + advertisement(), { speaker: { ignoreExcludeLB: true } }),
      facts,
    },
    'MetalLB on nodes that have lost the label': {
      ...withMetalLb(metalLbPool + advertisement()),
      facts,
      change: changeMachine('machine', {
        nodeLabels: { 'node.kubernetes.io/exclude-from-external-load-balancers': { $patch: 'delete' } },
      }),
    },
    'a policy that leaves out control planes, with workers': withCilium(
      ciliumPool + policy(`loadBalancerIPs: true, nodeSelector: ${noControlPlane}`),
    ),
    'a policy for a label that nobody knows here': {
      ...withCilium(ciliumPool + policy('loadBalancerIPs: true, nodeSelector: {matchLabels: {example.test/edge: "true"}}')),
      facts,
    },
  },
};
