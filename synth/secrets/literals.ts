import { isRandom } from './random.js';

/** Whether a value below the name of a credential is the credential, or says where it is. */

const words: ReadonlySet<string> = new Set(
  'true false null nil none undefined yes no on off enabled disabled required optional auto - ~'.split(' '),
);

/** Text that something puts a value into, with the part that is the default of a variable as a group. */
const placeholder =
  /\$\{\{[^}]*\}\}|\{\{[\s\S]*?\}\}|\$\$?\{(?:(?:env|file|secret|vault|sys|ssm|provider)[:.][^{}]*?|[^{}:]*)(?::[-=?+]?([^{}]*))?\}|\$\([^()]*\)|\$__\w+\{[^}]*\}|%\(\w+\)s?|%[A-Z][A-Z0-9_]+%/g;

const references: readonly RegExp[] = [
  // Of a shell, and the form of Argo CD: $secret:key.
  /^\$[A-Z_][A-Z0-9_]*$/,
  /^\$[\w.-]+:[\w.-]+$/,
  // Hidden before.
  /^<hidden:$/,
  // To be replaced by hand.
  /^<[^<>]*>$/,
  /^(?:\*+|\.{2,}|x{3,}|_{2,}.*_{2,}|\[?(?:redacted|hidden|masked)\]?)$/i,
  // Another place, by its scheme.
  /^(?:file|env|path):(?:[./~%]|\w+$|\/\/)/,
  /^(?:vault|awssm|gcpsm|azkv|ssm|sops|op|bao|secretsmanager|keyvault|k8s|secret):[\w./#@-]+$/,
  /^ref\+\w+:\/\//,
  // Encrypted by SOPS, or by Ansible.
  /^ENC\[[A-Z0-9_]+,/,
  // Read when it is needed: process.env.X, os.getenv("X"), !Env X.
  /^(?:process\.env|sys\.env|env|os\.environ)\b/,
  /^(?:[A-Za-z_]\w*\.[\w.]+|env|getenv|file|lookup|fromEnv\w*)\([^()]*\)$/,
  /^!(?!!)[A-Za-z]+\b/,
  // Public halves.
  /^(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-\S+|sk-ssh-\S+) /,
  /^-----BEGIN (?:CERTIFICATE|PUBLIC KEY)/,
  /^sha(?:1|256|512):[0-9a-f]+$/,
  // How long, not what.
  /^\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w|y|seconds?|minutes?|hours?|days?|weeks?|months?)$/,
];

/** True for what is no credential: nothing, a word, a variable, a template, a path, another place. */
export function isReference(text: string): boolean {
  const value = text.trim();
  if (value === '' || words.has(value.toLowerCase())) return true;
  if (references.some((pattern) => pattern.test(value))) return true;
  if (isPath(value) || isPlainUrl(value)) return true;
  return isFilledIn(value);
}

/** @example isFilledIn('Bearer ${TOKEN}') and not isFilledIn('${TOKEN:-hunter2}') */
function isFilledIn(value: string): boolean {
  let isReplaced = false;
  let isLiteral = false;
  const rest = value.replace(placeholder, (_, fallback: string | undefined) => {
    isReplaced = true;
    isLiteral ||= fallback !== undefined && !isReference(fallback);
    return '';
  });
  return isReplaced && !isLiteral && !(rest.length >= 12 && isStrong(rest));
}

/** Segments that are words. A key in base64 may begin with a slash too. */
function isPath(value: string): boolean {
  return /^(?:~|\.{0,2})\/[\w.@%:/-]*$/.test(value) && value.split('/').every((part) => part.length <= 64 && !isRandom(part));
}

/** Without name and password, which are looked for by their form, and without anything random. */
function isPlainUrl(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s@]+$/i.test(value) && !value.split(/[/?&=]/).some(isRandom);
}

/** Too varied to be a word: what a generator writes. */
export function isStrong(value: string): boolean {
  return value.length >= 8 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/\s/.test(value);
}

/** What the name of a Secret, or of a key in one, may look like: words, and nothing drawn by chance. */
export function looksLikeName(value: string): boolean {
  return /^[A-Za-z]+(?:[-_.][A-Za-z]+(?:\d{1,2})?)+$/.test(value) && value.length <= 100 && !isRandom(value);
}
