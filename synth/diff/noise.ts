/** Labels and annotations that follow from something else: what they follow from is shown by itself. */
const derived =
  /\.(labels|annotations|matchLabels|podAnnotations|podLabels)\["?(checksum\/.*|.*\/checksum|helm\.sh\/chart|app\.kubernetes\.io\/(version|managed-by)|.*(config|secret)[-.]?(hash|checksum)|rollme)"?\]$/i;

const plain = /\.(labels|annotations)\.(chart|heritage|rollme|(config|secret)[-_]?(hash|checksum))$/i;

/** Whether nobody need look at a change of a field. @param path as in FieldChange. */
export function isNoisyPath(path: string): boolean {
  return derived.test(path) || plain.test(path);
}
