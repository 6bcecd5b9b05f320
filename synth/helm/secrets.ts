import type { Problem } from '../../charts/lib/problem.js';
import { isObject } from '../schema/node.js';
import { switchOf } from './determinism-switches.js';
import type { RenderedObject } from './model.js';
import { placeOf } from './objects.js';
import { leaveToEngine, type ReleaseName, releaseProblem } from './run-problem.js';

/** Every rendered Secret that holds anything: what is committed is read by everybody. Names its keys, never their values. */
export function findSecretData(objects: readonly RenderedObject[], release: ReleaseName): Problem[] {
  return objects.flatMap((object) => {
    const keys = filledKeys(object);
    if (keys.length === 0) return [];
    const problem = `It is a Secret with content (${keys.join(', ')}), and dist/ holds no secret.`;
    const known = switchOf(object.template);
    const value = known ?? 'name an existing Secret in the values of the chart (existingSecret, or what the chart calls it)';
    return [releaseProblem(release, 'no-rendered-secret', placeOf(object), problem, `${value}, or ${leaveToEngine}.`)];
  });
}

function filledKeys({ manifest }: RenderedObject): string[] {
  if (manifest.apiVersion !== 'v1' || manifest.kind !== 'Secret') return [];
  const fields = [manifest['data'], manifest['stringData']].filter(isObject);
  const keys = fields.flatMap((field) => Object.keys(field).filter((key) => field[key] !== '' && field[key] !== null));
  return [...new Set(keys)].sort();
}
