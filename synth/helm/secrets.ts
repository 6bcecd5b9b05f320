import { problemOf } from '../../charts/lib/collect.js';
import type { Problem } from '../../charts/lib/problem.js';
import { isObject } from '../schema/node.js';
import type { ComparedRelease } from './check-provides.js';
import { switchOf } from './determinism-switches.js';
import type { RenderedObject } from './model.js';
import { placeOf } from './objects.js';
import { leaveToEngine } from './run-problem.js';

/**
 * Every rendered Secret that holds anything, but for those that the release declares to be open, and every declared one that holds nothing: what is
 * committed is read by everybody. Names keys, never their values.
 */
export function findSecretData(release: ComparedRelease, objects: readonly RenderedObject[]): Problem[] {
  const { component, path, provides } = release;
  const { openSecrets = [] } = provides;
  const filled = objects.map((object) => ({ object, keys: filledKeys(object) })).filter(({ keys }) => keys.length > 0);
  const names = filled.map(({ object }) => object.manifest.metadata.name);
  const refused = filled
    .filter(({ object }) => !openSecrets.includes(object.manifest.metadata.name))
    .map(({ object, keys }) => {
      const problem = `It is a Secret with content (${keys.join(', ')}), and dist/ holds no secret.`;
      const value =
        switchOf(object.template) ?? 'name an existing Secret in the values of the chart (existingSecret, or what the chart calls it)';
      const fix = `${value}; where nothing in it is secret, name it in provides.openSecrets; or ${leaveToEngine}.`;
      return problemOf(component, `${path} ${placeOf(object)}`, 'no-rendered-secret', problem, fix);
    });
  const surplus = openSecrets
    .filter((name) => !names.includes(name))
    .map((name) => {
      const problem = `It declares the Secret ${name} to be open, and renders none of that name with content.`;
      return problemOf(component, `${path} provides.openSecrets`, 'true-provides', problem, 'remove it.');
    });
  return [...refused, ...surplus];
}

function filledKeys({ manifest }: RenderedObject): string[] {
  if (manifest.apiVersion !== 'v1' || manifest.kind !== 'Secret') return [];
  const fields = [manifest['data'], manifest['stringData']].filter(isObject);
  const keys = fields.flatMap((field) => Object.keys(field).filter((key) => field[key] !== '' && field[key] !== null));
  return [...new Set(keys)].sort();
}
