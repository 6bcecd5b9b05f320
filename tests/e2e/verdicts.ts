import type { KubernetesObject } from '../../charts/lib/kinds.js';
import { isBuiltinGroup } from '../../charts/lib/kinds.js';
import { checkObject } from '../../synth/check-schemas.js';
import type { Answer, ApiServer } from './api-server.js';
import { schemas } from './definitions.js';
import { groupKindOf } from './delivery-order.js';
import type { Keys, Mutation, Operator } from './mutations.js';

/**
 * Why the API server may refuse a mutation.
 * `schema`: what the schema of the kind says.
 * `rule`: a CEL rule of a custom resource.
 * `metadata`: names, labels and annotations.
 * `code`: what the server checks in code of its own, which no schema tells.
 */
export type Cause = 'schema' | 'rule' | 'metadata' | 'code';

/** What two judges say to one mutation. */
export interface Verdict {
  readonly mutation: Mutation;
  readonly isCustom: boolean;
  readonly cause: Cause;
  /** Whether synth lets it pass. */
  readonly ours: boolean;
  /** Whether the API server takes it, and keeps the changed field. */
  readonly theirs: boolean;
  /** What the API server says, for people. */
  readonly message: string;
}

/** Operators of which the schema of a built-in kind tells everything. */
const told: ReadonlySet<Operator> = new Set<Operator>(['unknown field', 'required deleted', 'type', 'null']);

/** True when synth finds nothing wrong with an object. */
export function passes(object: KubernetesObject): boolean {
  return checkObject(object, '', '', schemas).length === 0;
}

/** Asks both. The server keeps nothing. */
export async function judge(server: ApiServer, mutation: Mutation): Promise<Verdict> {
  const answer = await server.apply(mutation.object, { dryRun: true });
  const isTaken = answer.status < 300;
  const isDropped = isTaken && isLost(mutation, answer);
  const message = isTaken ? (isDropped ? 'dropped without a word' : 'taken') : `${answer.status} ${answer.body['message']}`;
  const isCustom = !isBuiltinGroup(groupKindOf(mutation.object).split('/')[0] ?? '');
  return {
    mutation,
    isCustom,
    cause: causeOf(mutation, isCustom, message),
    ours: passes(mutation.object),
    theirs: isTaken && !isDropped,
    message,
  };
}

function causeOf({ operator, at }: Mutation, isCustom: boolean, message: string): Cause {
  if (/failed rule:|evaluating rule:/.test(message)) return 'rule';
  if (told.has(operator)) return 'schema';
  if (at[0] === 'metadata') return 'metadata';
  return isCustom ? 'schema' : 'code';
}

/** The server prunes some unknown fields, and null where there is a default, instead of refusing them. */
function isLost({ operator, at }: Mutation, { body }: Answer): boolean {
  const kept = valueAt(body, at);
  return (operator === 'unknown field' && kept === undefined) || (operator === 'null' && kept !== null);
}

function valueAt(value: unknown, [key, ...rest]: Keys): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return key === undefined ? value : undefined;
  return valueAt((value as Readonly<Record<string | number, unknown>>)[key], rest);
}

/** One line for people. */
export function describeVerdict({ mutation, ours, message }: Verdict): string {
  const { kind, metadata } = mutation.object;
  return `${kind} ${metadata.name}: ${mutation.operator}: ${mutation.change.slice(0, 120)}: ${ours ? 'missed' : 'false alarm'}: ${message.slice(0, 300)}`;
}

/** Where the two do not agree. */
export function disagreements(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.filter(({ ours, theirs }) => ours !== theirs);
}

/** How often the two agree, by class of mutation, as lines of a table. */
export function tabulate(verdicts: readonly Verdict[]): readonly string[] {
  const rows = new Map<string, Verdict[]>();
  for (const verdict of verdicts) {
    const name = `${verdict.isCustom ? 'custom' : 'built-in'} | ${verdict.cause} | ${verdict.mutation.operator}`;
    rows.set(name, [...(rows.get(name) ?? []), verdict]);
  }
  const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, row]) => `| ${name} | ${countsOf(row).join(' | ')} |`);
  return [
    '| kinds | cause | mutation | tried | refused by the server | agreed | missed | false alarms |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ];
}

function countsOf(row: readonly Verdict[]): readonly number[] {
  const wrong = disagreements(row);
  const missed = wrong.filter(({ ours }) => ours).length;
  return [row.length, row.filter(({ theirs }) => !theirs).length, row.length - wrong.length, missed, wrong.length - missed];
}
