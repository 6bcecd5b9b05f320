/** The form of every generated JSON file: keys as given, one blank of indent so that a diff shows fields, a final newline. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
