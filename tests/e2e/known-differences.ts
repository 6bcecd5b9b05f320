import type { Verdict } from './verdicts.js';

/** Where synth and the API server are known to judge apart. Anything else is a mistake of synth. */

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

/** What the server refuses or drops by its schemas, and synth does not see. */
const overlooked: readonly Difference[] = [
  { why: 'An empty text is no base64 in a custom resource.', matches: ({ message }) => message.includes('must be of type byte: ""') },
  {
    why: 'A list of choices without null refuses null, nullable or not.',
    matches: ({ message }) => message.includes('value: null: supported'),
  },
  {
    why: 'No number passes a limit that its format cannot hold.',
    matches: ({ message }) => message.includes('boundary value must be of type'),
  },
  { why: 'Null is dropped where the schema names no type, and as a time.', matches: ({ mutation }) => mutation.operator === 'null' },
];

/** True for a difference that has its reason. */
export function isKnown(verdict: Verdict): boolean {
  const { isCustom, ours } = verdict;
  return (ours ? overlooked : isCustom ? [] : stricter).some(({ matches }) => matches(verdict));
}
