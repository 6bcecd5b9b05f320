import { strictDeployment } from '../fixtures/pods.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const settings = '\n{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {mode: strict}}';
const volume = (source: string) => `volumes: [{name: v, ${source}}]`;
const variable = (key: string, more = '') => `env: [{name: MODE, valueFrom: {configMapKeyRef: {name: settings, key: ${key}${more}}}}]`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a volume of a ConfigMap that nobody makes': {
      manifests: strictDeployment(volume('configMap: {name: lost}')),
      says: 'Nothing makes the ConfigMap "lost" in the namespace "app"',
    },
    'a projected volume of one that nobody makes': {
      manifests: strictDeployment(volume('projected: {sources: [{configMap: {name: lost}}]}')),
      says: 'volumes[0].projected.sources[0].configMap',
    },
    'variables of one that nobody makes': {
      manifests: strictDeployment('', 'envFrom: [{configMapRef: {name: lost}}]'),
      says: 'envFrom[0]',
    },
    'a key that it does not have': { manifests: strictDeployment('', variable('mood')) + settings, says: 'ask for one of mode' },
    'a file of a key that it does not have': {
      manifests: strictDeployment(volume('configMap: {name: settings, items: [{key: mood, path: mood}]}')) + settings,
      says: 'configMap.items[0]',
    },
  },
  accepted: {
    'a key that it has': { manifests: strictDeployment('', variable('mode')) + settings },
    'one that may be absent': { manifests: strictDeployment(volume('configMap: {name: lost, optional: true}')) },
    'the authority of the cluster': { manifests: strictDeployment(volume('configMap: {name: kube-root-ca.crt}')) },
    'one that a chart may make': {
      manifests: strictDeployment(volume('configMap: {name: made}')),
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['ConfigMap'] } } },
    },
  },
};
