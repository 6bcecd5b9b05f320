import { Construct } from 'constructs';
import { Handle, type StageId, type StageName } from './handle.js';

/** Why one stage waits for another, by its own word; `why` is printed when a cycle is reported. */
export interface Edge {
  readonly to: StageId;
  readonly why: string;
}

/** The scope of everything that one stage of a component applies. */
export class Stage extends Construct {
  readonly #edges: Edge[] = [];

  constructor(
    scope: Construct,
    readonly stage: StageName,
  ) {
    super(scope, stage);
  }

  /** Opens a handle; this stage then waits for the stage that makes the thing. */
  use<T extends object>(handle: Handle<T>): T {
    const value = Handle.open(handle);
    const name = 'name' in value ? ` ${String(value.name)}` : '';
    this.#edges.push({ to: handle.provider, why: `uses${name}` });
    return value;
  }

  /** Waits for another component although nothing here names it. @param stage @default 'resources' */
  after(component: { readonly node: { readonly id: string } }, stage: StageName = 'resources'): void {
    this.#edges.push({ to: { component: component.node.id, stage }, why: 'is declared to come after it' });
  }

  get edges(): readonly Edge[] {
    return this.#edges;
  }
}
