import type { Verdict } from './verdicts.js';

/** Where synth and the API server are known to judge built-in kinds apart. Anything else is a mistake of synth. */

/** One kind of difference, with its reason. */
interface Difference {
  readonly why: string;
  readonly matches: (verdict: Verdict) => boolean;
}

/** What synth refuses on purpose, although the server of a built-in kind takes it. */
const stricter: readonly Difference[] = [
  {
    why: 'The documented API says that it is required.',
    matches: ({ mutation: { object, at } }) => documented.some((place) => `${object.kind} ${at.join('.')}`.startsWith(place)),
  },
  { why: 'Written as null, an empty list stays null.', matches: ({ mutation }) => mutation.operator === 'null' },
  { why: 'The server reads another number from it.', matches: ({ mutation }) => mutation.operator === 'range' },
  { why: 'A unit without a number is nothing.', matches: ({ mutation: { change } }) => change.endsWith('= "Gi"') },
];

const documented = ['LimitRange spec', 'CSIDriver spec', 'PersistentVolumeClaim spec.dataSource'];

/** True for a difference that has its reason. */
export function isKnown(verdict: Verdict): boolean {
  return !verdict.isCustom && !verdict.ours && stricter.some(({ matches }) => matches(verdict));
}
