import { load } from 'js-yaml';
import type { DeliveredFile } from '../../../charts/lib/delivery.js';
import type { KubernetesObject } from '../../../charts/lib/kinds.js';

const known = new WeakMap<DeliveredFile, KubernetesObject>();

/** The object of a file of upstream; several rules look at the same ones, and reading them is most of what they cost. */
export function readUpstream(file: DeliveredFile): KubernetesObject {
  const found = known.get(file) ?? readManifest(String(file.content));
  known.set(file, found);
  return found;
}

/** An object as synth writes it. By js-yaml, which reads twice as fast as the parser that configuration goes through. */
export function readManifest(text: string): KubernetesObject {
  return load(text) as KubernetesObject;
}
