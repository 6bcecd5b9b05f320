import { recordOf } from '../../charts/lib/untyped.js';
import type { Rule } from './rule.js';

/**
 * A CronJob of ours says what happens when a run takes too long, comes too late or fails, in which time zone it runs, and how many runs are kept.
 *
 * Why: runs pile up or never start again after a hundred missed ones, at another hour than meant, and a failed run of long ago keeps the
 * Application Degraded.
 *
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ (v1.36),
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/upgrading/3.1-3.2/ (v3.5.1)
 */
export const completeCronjob: Rule = {
  id: 'complete-cronjob',
  severity: 'warning',
  *check(view) {
    for (const at of view.of('CronJob.batch')) {
      // What upstream leaves open cannot be said here.
      if (at.origin === 'upstream') continue;
      const spec = recordOf(at.manifest['spec']);
      const job = recordOf(recordOf(spec['jobTemplate'])['spec']);
      const missing = fields.filter((name) => spec[name] === undefined);
      const hasDeadline = job['activeDeadlineSeconds'] !== undefined || spec['concurrencyPolicy'] === 'Replace';
      const all = [...missing, ...(hasDeadline ? [] : ['jobTemplate.spec.activeDeadlineSeconds'])];
      if (all.length > 0) yield { at, field: 'spec', problem: `It leaves open: ${all.join(', ')}.`, fix: 'write them all.' };
    }
  },
};

const fields = [
  'concurrencyPolicy',
  'failedJobsHistoryLimit',
  'startingDeadlineSeconds',
  'successfulJobsHistoryLimit',
  'timeZone',
] as const;
