import { strictDeployment } from '../fixtures/pods.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const account = '\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}';

export const fixtures: RuleFixtures = {
  rejected: {
    'an account that nobody makes': {
      manifests: strictDeployment('serviceAccountName: web'),
      says: 'spec.template.spec.serviceAccountName',
    },
    'an account with a typo': { manifests: strictDeployment('serviceAccountName: wbe') + account, says: 'name one of web' },
  },
  accepted: {
    'an account that is there': { manifests: strictDeployment('serviceAccountName: web') + account },
    'the account of every namespace': { manifests: strictDeployment('serviceAccountName: default') },
    'one that a chart may make': {
      manifests: strictDeployment('serviceAccountName: web'),
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['ServiceAccount'] } } },
    },
  },
};
