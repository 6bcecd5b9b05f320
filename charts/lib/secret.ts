import { Construct } from 'constructs';
import type { Stage } from './stage.js';

export interface DeclaredSecretProps {
  /** Name of the Secret object. */
  readonly name: string;
  /** @default - the component's namespace */
  readonly namespace?: string;
  /** Keys that must be in it, with what each holds. @example { username: 'name of the first administrator' } */
  readonly keys: Readonly<Record<string, string>>;
  /** Labels that the Secret must have for its consumer to find it. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** What reads it, for the person who fills it. @example 'Gitea, at its first start' */
  readonly consumer: string;
  /**
   * `platform`: the cluster's own source of secrets (fact `secrets`) fills it. `bootstrap`: the bootstrap does, on a cluster with a store too,
   * because it is needed before any store can be. `external`: a person or another system does, named in `owner`; the component then stands
   * behind a human gate.
   *
   * @default 'platform'
   */
  readonly filledBy?: 'platform' | 'bootstrap' | 'external';
  /** Who fills an `external` one. */
  readonly owner?: string;
}

/** A Secret that something in the stage needs, declared without any value; docs/secrets.md and the bootstrap read it. */
export class DeclaredSecret extends Construct {
  constructor(
    readonly stage: Stage,
    id: string,
    readonly props: DeclaredSecretProps,
  ) {
    super(stage, id);
  }
}
