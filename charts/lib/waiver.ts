import type { IConstruct } from 'constructs';

/** Leave to break one rule, where somebody decided so. Each report prints it with its reason. */
export interface Waiver {
  /** Id of the rule, as docs/rules.md lists it. */
  readonly rule: string;
  /** Construct path below which the rule may be broken, or of a fact. @example 'whoami/release/whoami', 'network.vip' */
  readonly at: string;
  /** Why it does no harm here; printed. */
  readonly reason: string;
}

const metadataType = 'platform.waiver';

/**
 * Lets a construct, and everything below it, break one rule. It is an error if it then breaks none.
 *
 * @param construct a component, a release or a single object: the smallest that will do.
 * @example waive(release, 'pod-security', 'its node agent mounts /proc of the host')
 */
export function waive(construct: IConstruct, rule: string, reason: string): void {
  construct.node.addMetadata(metadataType, { rule, reason });
}

/** Every waiver of a construct and of those below it. */
export function findWaivers(construct: IConstruct): Waiver[] {
  return construct.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === metadataType)
      .map(({ data }) => {
        const { rule, reason } = data as Omit<Waiver, 'at'>;
        return { rule, reason, at: node.path };
      }),
  );
}
