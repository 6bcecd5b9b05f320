/** Which names say that a secret stands below them. Names come in every spelling: adminPassword, ADMIN_PASSWORD, admin-password, admin.password. */

/**
 * `secret`: whatever stands there literally is one. `reference`: as often the name of a Secret or of a key in it as a secret (secret, secretKey).
 * `plain`: no credential by its name.
 */
export type NameClass = 'secret' | 'reference' | 'plain';

const keys =
  'api|secret|access|secretaccess|private|client|auth|master|encryption|encrypt|signing|sign|hmac|shared|preshared|account|storage|session|' +
  'license|jwt|cookie|crypt|aes|rsa|deploy|service|join|setup|registration|wireguard|datastoreencryption';
const ending = new RegExp(`(?:passwords?|passwds?|passphrase|passcode|secret|token|connectionstring|apikeys|(?:${keys})key)$`);
/** They end other words too. */
const words: ReadonlySet<string> = new Set(['pass', 'pwd', 'psk', 'passwd', 'pw']);
/** What may come after the credential's name without changing what it is. */
const after: ReadonlySet<string> = new Set(
  'value values base64 b64 plain plaintext text literal raw data hash hashed default prod dev staging test primary secondary'.split(' '),
);
/** They make it a name of a Secret, or something that everybody may know. */
const disarming: ReadonlySet<string> = new Set('existing pull ref public tls ca cert certificate name'.split(' '));
/** Before the word secret: what a protocol calls so. Others, like adminSecret, are as often the name of a Secret. */
const protocols =
  /(?:client|app|shared|consumer|hmac|jwt|cookie|session|webhook|signing|api|tsig|encryption|oauth|oidc|auth|csrf|access|token|turn|totp|kerberos)secret$/;

/** In every name that is one: most names are none, and this is cheap. */
const core = /pass|secret|token|key|pwd|psk|pw|string/i;

const known = new Map<string, NameClass>();

/** What a name says of the value below it. */
export function classifyName(name: string): NameClass {
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  const result = classify(name);
  // Names come from charts, of which there are few; a limit all the same.
  if (known.size < 20_000) known.set(name, result);
  return result;
}

function classify(name: string): NameClass {
  if (name.length > 120 || !core.test(name)) return 'plain';
  const parts = wordsOf(name);
  while (parts.length > 1 && (after.has(parts.at(-1) ?? '') || /^\d+$/.test(parts.at(-1) ?? ''))) parts.pop();
  const joined = parts.join('').replace(/\d+$/, '');
  if (!ending.test(joined) && !words.has(parts.at(-1) ?? '')) return 'plain';
  if (parts.includes('existing') || parts.includes('public')) return 'plain';
  if (!joined.endsWith('secret')) return joined.endsWith('secretkey') ? 'reference' : 'secret';
  if (protocols.test(joined)) return 'secret';
  return parts.some((part) => disarming.has(part)) ? 'plain' : 'reference';
}

/** @example wordsOf('S3_secretAccessKey') is ['s3', 'secret', 'access', 'key'] */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}
