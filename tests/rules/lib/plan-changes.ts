import { stringify } from 'yaml';
import { identityOf, type KubernetesObject } from '../../../charts/lib/kinds.js';
import type { ClusterPlan } from '../../../clusters/lib/plan.js';

/** Changes to a finished plan, for what no component can do. */

type Change = (plan: ClusterPlan) => ClusterPlan;

/** Other contents of an object of the engine. @param path below dist/made-up/ @param field as in a problem, without list items */
export function setInEngine(path: string, field: string, value: unknown): Change {
  return (plan) => {
    const manifest = plan.engine.get(path);
    if (manifest === undefined) throw new Error(`${path} is none of ${[...plan.engine.keys()].join(', ')}`);
    return { ...plan, engine: new Map([...plan.engine, [path, setAt(manifest, field.split('.'), value) as KubernetesObject]]) };
  };
}

/** An object of the engine more, or none. */
export function putIntoEngine(path: string, manifest: KubernetesObject | undefined): Change {
  return (plan) => {
    const engine = new Map(plan.engine);
    if (manifest) engine.set(path, manifest);
    else if (!engine.delete(path)) throw new Error(`${path} is none of ${[...plan.engine.keys()].join(', ')}`);
    return { ...plan, engine };
  };
}

/** Other contents of the objects of one kind. */
export function setInObjects(kind: string, field: string, value: unknown): Change {
  return (plan) => ({
    ...plan,
    objects: plan.objects.map((object) =>
      object.manifest.kind === kind ? { ...object, manifest: setAt(object.manifest, field.split('.'), value) as KubernetesObject } : object,
    ),
  });
}

/** An object of upstream in the stage base of "app". @param file its name, where it is not the one of the layout */
export function deliver(manifest: KubernetesObject, file = `${manifest.kind.toLowerCase()}_${manifest.metadata.name}.yaml`): Change {
  return (plan) => {
    const delivered = { identity: identityOf(manifest), path: `manifests/app/base/${file}`, content: stringify(manifest) };
    const components = plan.components.map((component) => ({
      ...component,
      stages: component.stages.map((stage) =>
        component.name === 'app' && stage.stage === 'base' ? { ...stage, files: [...stage.files, delivered] } : stage,
      ),
    }));
    return { ...plan, components, files: [...plan.files, delivered] };
  };
}

/** A copy with another value at a path; undefined takes it away. A key that holds dots is written with ~ in their place. */
function setAt(value: unknown, [key = '', ...rest]: readonly string[], to: unknown): unknown {
  const name = key.replaceAll('~', '.');
  const { [name]: old, ...others } = (value ?? {}) as Record<string, unknown>;
  const next = rest.length === 0 ? to : setAt(old, rest, to);
  return next === undefined ? others : { ...others, [name]: next };
}
