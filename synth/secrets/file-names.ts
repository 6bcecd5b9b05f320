/** Files that are secrets by what they are for, whatever is in them. */

const names: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/, 'a private key of SSH'],
  [/\.(?:key|agekey|ppk|kdbx|p12|pfx|jks|keystore)$/, 'a private key or a store of keys'],
  [/^(?:kubeconfig|admin\.conf|super-admin\.conf)$|\.kubeconfig$|^kubeconfig[.-]/, 'a kubeconfig'],
  [/^talosconfig$|\.talosconfig$|^talosconfig[.-]/, 'a talosconfig'],
  [/^\.(?:netrc|pgpass|htpasswd|git-credentials|my\.cnf|dockercfg|vault-token)$|^_netrc$/, 'a file of passwords'],
  [/\.tfstate(?:\.backup)?$/, 'a state of Terraform, which holds every secret that it made'],
];

const environment = /^\.env(?:\.|$)|\.env$/;

/** What is committed on purpose: it shows which variables there are. */
const example = /\.(?:example|sample|template|dist)$/;

/**
 * Why a file must not be committed, or undefined.
 *
 * @param path with / between folders @param text its text, undefined for bytes
 */
export function refusedFile(path: string, text: string | undefined): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isEncrypted = text !== undefined && isEncryptedFile(text);
  const [, what] = names.find(([pattern]) => pattern.test(name)) ?? [];
  // Sources are named after what they are about: kubeconfig.ts.
  if (what !== undefined && !/\.(?:ts|mjs|js|md|go|age|pub)$/.test(name)) return isEncrypted ? undefined : what;
  if (name.endsWith('.age')) return isEncrypted ? undefined : 'called .age, and not encrypted by age';
  const isFilled = text === undefined || /^\s*(?:export\s+)?[A-Za-z_]\w*=(?!\s*(?:""|'')?\s*$)/m.test(text);
  return environment.test(name) && !example.test(name) && isFilled && !isEncrypted
    ? 'a file of environment variables, with values'
    : undefined;
}

/**
 * Encrypted as a whole by age, or its values by SOPS.
 *
 * Source: https://age-encryption.org/v1 (header and armor), https://getsops.io/docs/.
 */
export function isEncryptedFile(text: string): boolean {
  return isAge(text) || (/\bsops\b/.test(text) && /\bmac["']?\s*[:=]\s*["']?ENC\[/.test(text));
}

/** A file of age and nothing else: a key may stand behind the end of its armor. */
export function isAge(text: string): boolean {
  return (
    text.startsWith('age-encryption.org/v1\n') ||
    /^\s*-----BEGIN AGE ENCRYPTED FILE-----\n[A-Za-z0-9+/=\n]+-----END AGE ENCRYPTED FILE-----\s*$/.test(text)
  );
}
