import { listOf, recordOf, valueAt } from '../../charts/lib/untyped.js';
import { containersOf } from './lib/pods.js';
import type { ClusterView } from './lib/view.js';
import type { Rule } from './rule.js';

/**
 * Every container that keeps running has a memory limit, and a liveness probe gives it half a minute to start, or leaves that to a startup probe.
 *
 * Why: one that leaks takes the memory of its node, and the kernel, or Talos, kills whatever it finds; one that starts slowly, as after a power
 * cut when all do, is killed before it is ready, again and again.
 *
 * Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ (v1.36),
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/ (v1.36)
 */
export const probeAndMemory: Rule = {
  id: 'probe-and-memory',
  severity: 'warning',
  *check(view) {
    const limited = new Set(
      view
        .of('LimitRange')
        .filter(limitsMemory)
        .map(({ manifest }) => manifest.metadata.namespace),
    );
    for (const workload of view.workloads) {
      const { object: at, pod, namespace } = workload;
      const running = containersOf(workload).filter(({ container, field }) => isRunning(container, field));
      const isLimited = limited.has(namespace) || hasLimit(pod);
      const [first, ...others] = isLimited ? [] : running.filter(({ container }) => !hasLimit(container));
      if (first) {
        const more = others.length > 0 ? `, nor have ${others.map(({ container }) => container['name']).join(', ')}` : '';
        const problem = `The container "${first.container['name']}" has no memory limit${more}.`;
        yield { at, field: `${first.field}.resources.limits.memory`, problem, fix };
      }
      if (at.origin === 'upstream') continue;
      for (const { container, field } of running) {
        const seconds = secondsToLive(container);
        if (seconds === undefined || seconds >= 30) continue;
        const problem = `The container "${container['name']}" is killed if it does not answer ${seconds} seconds after its start.`;
        yield { at, field: `${field}.livenessProbe`, problem, fix: 'add a startupProbe.' };
      }
    }
  },
};

const fix = 'write what it uses at its most, and some more.';

function hasLimit(owner: Readonly<Record<string, unknown>>): boolean {
  return valueAt(owner, 'resources.limits.memory') !== undefined;
}

/** One that ends by itself is short enough; a sidecar is written as an init container that restarts. */
function isRunning({ restartPolicy }: Readonly<Record<string, unknown>>, field: string): boolean {
  return field.includes('.containers[') || (field.includes('.initContainers[') && restartPolicy === 'Always');
}

function limitsMemory({ manifest }: ReturnType<ClusterView['of']>[number]): boolean {
  return listOf(valueAt(manifest, 'spec.limits')).some(
    (limit) => limit['type'] === 'Container' && valueAt(limit, 'default.memory') !== undefined,
  );
}

/** How long a container has to answer at first. */
function secondsToLive(container: Readonly<Record<string, unknown>>): number | undefined {
  if (container['livenessProbe'] === undefined || container['startupProbe'] !== undefined) return undefined;
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = recordOf(container['livenessProbe']);
  return Number(initialDelaySeconds) + Number(periodSeconds) * Number(failureThreshold);
}
