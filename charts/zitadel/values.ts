/** Key of the Secret whose text is more configuration. */
export const configKey = 'config-yaml';

/** Null takes an annotation of the chart away. */
export type Annotations = Readonly<Record<string, string | null>>;
