import { load } from 'js-yaml';
import { recordOf, textOf, valueAt } from '../../charts/lib/untyped.js';

/** Files below dist/<cluster>/ that say which branch the cluster follows, and where: Argo CD's root Application, Flux' source. */
export const branchFields: Readonly<Record<string, string>> = {
  'argocd/root.yaml': 'spec.source.targetRevision',
  'flux/root/platform.yaml': 'spec.ref',
};

/** The branch that such a file names. @returns '' where it names none. @example branchOf('argocd/root.yaml', text) is 'main' */
export function branchOf(path: string, text: string): string {
  const value = valueAt(load(text), branchFields[path] ?? '');
  const { name, branch } = recordOf(value);
  const revision = textOf(value) ?? textOf(name) ?? textOf(branch) ?? '';
  return revision.replace(/^refs\/heads\//, '');
}
