import { recordOf, valueAt } from '../../../charts/lib/untyped.js';
import type { Schemas } from '../../schema/load.js';
import type { ComparedObject } from '../compare.js';
import type { Danger } from '../model.js';

/** What a check found in one object. */
export type Found = Pick<Danger, 'field' | 'problem' | 'effect'>;

/** What a check knows besides the object. */
export interface DangerContext {
  /** Every object of the cluster that differs. */
  readonly all: readonly ComparedObject[];
  readonly schemas: Pick<Schemas, 'find' | 'resolve'>;
}

/** One kind of harm. Silent about whatever harms nobody: a flag that is often wrong is read by nobody. */
export interface DangerCheck {
  /** Permanent, kebab-case. */
  readonly id: string;
  /** @default - nothing of one object alone */
  readonly check?: (object: ComparedObject, context: DangerContext) => Iterable<Found>;
  /** What only all objects together show. @default - nothing */
  readonly checkAll?: (context: DangerContext) => Iterable<Found>;
}

/** Where an object had a value and has another one now, both may be undefined. @param path as for valueAt. */
export function readBoth({ before, after }: ComparedObject, path: string): readonly [old: unknown, now: unknown] {
  return [before && valueAt(before.manifest, path), after && valueAt(after.manifest, path)];
}

/** Annotations before and after. */
export function annotationsOf({ before, after }: ComparedObject): readonly [Record<string, unknown>, Record<string, unknown>] {
  const read = (object: typeof before) => ({ ...recordOf(valueAt(object?.manifest, 'metadata.annotations')) });
  return [read(before), read(after)];
}

/** Name of an object in a sentence. @example 'Deployment whoami/whoami' */
export function titleOf({ change: { kind, namespace, name } }: ComparedObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** A value in a sentence; long ones are cut. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.length > 120 ? `${text.slice(0, 117)}...` : text}"`;
}

/** "spec.x changes from A to B". */
export function says(field: string, old: unknown, now: unknown): string {
  return `${field} changes from ${show(old)} to ${show(now)}.`;
}
