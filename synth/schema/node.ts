/**
 * One node of a schema as it is stored in imports/schemas/: every keyword that decides whether a value is valid, and no other.
 * The union of what CRDs (structural schemas), the Kubernetes definitions and the Talos document use.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ (v1.36).
 */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** True: `minimum` itself is not allowed (draft 4, as in CRDs). A number: the limit itself (draft 6 and later). */
  readonly exclusiveMinimum?: boolean | number;
  /** True: `maximum` itself is not allowed (draft 4, as in CRDs). A number: the limit itself (draft 6 and later). */
  readonly exclusiveMaximum?: boolean | number;
  readonly multipleOf?: number;
  /** In Unicode code points. */
  readonly minLength?: number;
  /** In Unicode code points. */
  readonly maxLength?: number;
  /** Go (RE2) syntax, unanchored. */
  readonly pattern?: string;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly allOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly not?: SchemaNode;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  /** CEL rules; check-rules.ts runs them. */
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

/** One CEL rule. */
export interface CelRule {
  readonly rule: string;
  /** What its author says when it does not hold. @default - the rule itself */
  readonly message?: string;
  readonly fieldPath?: string;
  readonly reason?: string;
  readonly optionalOldSelf?: boolean;
}

/** Where an object of a kind lives. */
export type Scope = 'Cluster' | 'Namespaced';

/**
 * Which rules decide what a schema leaves open.
 * `structural`: a CRD; every object is closed, because the API server drops what is not listed.
 * `kubernetes`: the definitions of the API server; an object with `properties` is closed, one without holds anything.
 * `json-schema`: plain JSON Schema (Talos); only `additionalProperties: false` closes.
 */
export type Dialect = 'structural' | 'kubernetes' | 'json-schema';

/** The schema of one version of one kind, and what the API server says about that version. */
export interface SchemaEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: Scope;
  /** False: the version is in the CRD, but the API server refuses objects of it; there is no schema then. */
  readonly served: boolean;
  /** True for the version in which objects are stored. */
  readonly storage: boolean;
  /** True when the API server warns about the version. @default false */
  readonly deprecated?: boolean;
  readonly dialect: Dialect;
  /** False when the schema is known to have no CEL rules, so that nobody looks for them. @default - true for custom resources */
  readonly hasRules?: boolean;
  readonly schema?: SchemaNode;
}

/** Finds what a `$ref` points to: `#/definitions/<name>` (Kubernetes) or `#/$defs/<name>` (Talos). */
export type Resolve = (ref: string) => SchemaNode | undefined;

/** The metadata of every object, custom resources too: their own schema says only `type: object`. */
export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** True for a mapping: not null, not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
