import type { RuleFixtures } from '../fixtures/rule-harness.js';

const cronJob = (spec: string, job: string) => `
apiVersion: batch/v1
kind: CronJob
metadata: {name: tidy}
spec:
  schedule: "0 3 * * *"
  ${spec}
  jobTemplate:
    spec:
      ${job}
      template:
        spec:
          restartPolicy: Never
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers:
            - name: tidy
              image: example.test/tidy:1.0.0
              resources: {limits: {memory: 64Mi}, requests: {memory: 64Mi}}
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`;

const all = `timeZone: Etc/UTC
  failedJobsHistoryLimit: 1
  successfulJobsHistoryLimit: 1
  startingDeadlineSeconds: 600
  concurrencyPolicy:`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a CronJob that says nothing': {
      manifests: cronJob('suspend: false', 'backoffLimit: 1'),
      says: 'concurrencyPolicy, failedJobsHistoryLimit, startingDeadlineSeconds, successfulJobsHistoryLimit, timeZone, jobTemplate',
    },
    'a CronJob whose runs may last for ever': {
      manifests: cronJob(`${all} Forbid`, 'backoffLimit: 1'),
      says: 'It leaves open: jobTemplate.spec.activeDeadlineSeconds.',
    },
  },
  accepted: {
    'a CronJob that says everything': { manifests: cronJob(`${all} Forbid`, 'activeDeadlineSeconds: 600') },
    'a CronJob whose next run ends the last one': { manifests: cronJob(`${all} Replace`, 'backoffLimit: 1') },
  },
};
