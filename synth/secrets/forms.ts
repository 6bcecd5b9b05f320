import { isReference } from './literals.js';

/** A secret that its own form gives away, wherever it stands. */
export interface Form {
  readonly kind: string;
  /** Global. Group 1 is the secret; without one, the whole match is. */
  readonly pattern: RegExp;
  /** What a text must hold to hold the secret, in either case: searching for all of them at once is cheap. */
  readonly needle: RegExp;
  /** Refuses a match that only looks like one. @default - takes all */
  readonly accept?: (value: string) => boolean;
}

/** No part of a longer word. */
const before = String.raw`(?<![\w-])`;
const word = ({ source }: RegExp): RegExp => new RegExp(before + source, 'g');
const isLiteral = (value: string): boolean => !isReference(value);
const hasDigit = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value);
/** The second half of "name:password" in base64. */
const isBasicAuth = (value: string): boolean => /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));

/**
 * Keys and certificates' keys, credentials of Kubernetes, Talos and protocols, and hashes of passwords, which can be guessed from.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc7468 (PEM), https://age-encryption.org/v1,
 * https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ (v1.36).
 */
const general: readonly Form[] = [
  {
    kind: 'private key in PEM',
    // A header alone is what documentation and code have. At the end of a text it is what is left of a key that was cut.
    pattern:
      /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?)-----(?:(?:\\+[nrt]|\s)+[\w-]+: [^\n\\]*)*(?:(?:\\+[nrt]|[\s>|"'+,])*[A-Za-z0-9+/]{16}|\s*$)[\s\S]*?(?:-----END \1-----|$)/g,
    needle: /private key/i,
  },
  {
    kind: 'private key of SSH2',
    pattern: /---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----[\s\S]*?(?:---- END|$)/g,
    needle: /begin ssh2/i,
  },
  {
    kind: 'private key of PuTTY',
    pattern: /PuTTY-User-Key-File-\d+:[\s\S]*?Private-Lines:[\s\S]*?(?:Private-MAC:[^\n]*|$)/g,
    needle: /putty-user-key/i,
  },
  { kind: 'secret key of age', pattern: /AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,}/gi, needle: /age-secret-key-/i },
  { kind: 'JWT with a signature', pattern: word(/eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/), needle: /eyj/i },
  {
    kind: 'bootstrap token',
    pattern: /(?<![\w.:/@-])[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.-])/g,
    needle: /\.[a-z0-9]{16}/i,
    accept: (value) => /\d/.test(value.slice(7)) && /[a-z]/.test(value),
  },
  { kind: 'hash of a password (bcrypt)', pattern: /\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}/g, needle: /\$2/i },
  {
    kind: 'hash of a password (argon2)',
    pattern: /\$argon2(?:id|i|d)\$(?:v=\d+\$)?m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]{16,}/g,
    needle: /\$argon2/i,
  },
  {
    kind: 'hash of a password (crypt)',
    pattern: /\$(?:1|5|6|7|y|gy|apr1)\$(?:[\w=]+\$)?[./A-Za-z0-9]{1,32}\$[./A-Za-z0-9]{22,}/g,
    needle: /\$1\$|\$5\$|\$6\$|\$7\$|y\$|\$apr1\$/i,
  },
  {
    kind: 'hash of a password (PBKDF2 or scrypt)',
    pattern: /\$?(?:pbkdf2|scrypt)[\w-]*\$[\w=,]+\$[\w./+=]+\$[\w./+=]{20,}/g,
    needle: /pbkdf2|scrypt/i,
  },
  {
    kind: 'hash of a password (htpasswd)',
    pattern: /\{S?SHA(?:256|512)?\}[A-Za-z0-9+/]{27,}={0,2}/g,
    needle: /sha\}|sha256\}|sha512\}/i,
  },
  {
    kind: 'password in a URL',
    pattern: /:\/\/[^\s/:@"'<>]{0,200}:([^\s/@"'<>]{1,400})@[\w.[$({]/g,
    needle: /:\/\//i,
    accept: isLiteral,
  },
  {
    kind: 'password in an Authorization header',
    pattern: /\bbasic\s+([A-Za-z0-9+/]{6,}={0,2})/gi,
    needle: /basic /i,
    accept: isBasicAuth,
  },
  { kind: 'bearer token', pattern: /\bbearer\s+([\w.~+/-]{16,}=*)/gi, needle: /bearer /i, accept: hasDigit },
  { kind: 'password for curl', pattern: /\s(?:-u|--user)[\s=]+["']?[\w.@-]+:([^\s'"]+)/g, needle: /curl/i, accept: isLiteral },
  {
    kind: 'password for a command',
    pattern: /\b(?:redis-cli\s(?:[^\n|;]{0,200}\s)?-a|sshpass\s+-p)\s*["']?([^\s"']+)/g,
    needle: /redis-cli|sshpass/i,
    accept: isLiteral,
  },
  {
    kind: 'password for chpasswd',
    pattern: /(?:chpasswd:[\s\S]{0,200}?\s|\becho\s+["']?)[a-z_][\w-]{0,40}:([^\s'"|]+)/g,
    needle: /chpasswd/i,
    accept: isLiteral,
  },
  { kind: 'TSIG key', pattern: /\bsecret\s+"([A-Za-z0-9+/]{16,}={0,2})"/g, needle: /secret/i },
  { kind: 'TSIG key', pattern: /\bhmac-\w+:[\w.-]+:([A-Za-z0-9+/]{16,}={0,2})/g, needle: /hmac-/i },
];

/**
 * Tokens that say in their first letters who gave them out.
 *
 * Source: https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml and the documentation of each service.
 */
const tokens: readonly (readonly [service: string, pattern: RegExp, needle: RegExp])[] = [
  ['GitHub', /gh[pousr]_[A-Za-z0-9]{36,}/, /ghp_|gho_|ghu_|ghs_|ghr_/i],
  ['GitHub', /github_pat_\w{36,}/, /github_pat_/i],
  ['GitLab', /(?:glpat|gldt|glrt|glcbt|glptt|glft|glsoat|glagent|glimt)-[\w.-]{20,}/, /gl/i],
  ['Slack', /xox[abeoprs]-[\w-]{10,}/, /xox/i],
  ['Slack', /xapp-\d-[\w-]{20,}/, /xapp-/i],
  ['Slack', /hooks\.slack\.com\/(?:services|workflows|triggers)\/([\w/+-]{20,})/, /hooks\.slack\.com/i],
  ['Discord', /discord(?:app)?\.com\/api\/webhooks\/\d+\/([\w-]{40,})/, /\/webhooks\//i],
  ['AWS', /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?!\w)/, /akia|asia|abia|acca/i],
  ['Google', /AIza[\w-]{35}/, /aiza/i],
  ['Google', /GOCSPX-[\w-]{20,}/, /gocspx-/i],
  ['Google', /ya29\.[\w-]{20,}/, /ya29\./i],
  ['Stripe', /[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}/, /k_live_|k_test_|k_prod_/i],
  ['Stripe', /whsec_[A-Za-z0-9+/=]{20,}/, /whsec_/i],
  ['npm', /npm_[A-Za-z0-9]{36}/, /npm_/i],
  ['PyPI', /pypi-AgE[\w-]{40,}/, /pypi-age/i],
  ['RubyGems', /rubygems_[a-f0-9]{48}/, /rubygems_/i],
  ['Cloudflare', /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}/, /v1\.0-/i],
  ['DigitalOcean', /do[opr]_v1_[a-f0-9]{64}/, /_v1_/i],
  ['Vault', /hv[bsr]\.[\w-]{24,}/, /hvs\.|hvb\.|hvr\./i],
  ['Tailscale', /tskey-[a-z]+-[\w-]{10,}/, /tskey-/i],
  ['Grafana', /glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}/, /glsa_/i],
  ['Grafana', /glc_[A-Za-z0-9+/]{32,}={0,2}/, /glc_/i],
  ['Doppler', /dp\.(?:pt|st|sa|ct|scim|audit)\.[\w.-]{40,}/, /dp\./i],
  ['Telegram', /\d{8,10}:AA[\w-]{33}(?![\w-])/, /:aa/i],
  ['SendGrid', /SG\.[\w-]{16,}\.[\w-]{32,}/, /sg\./i],
  ['Mailgun', /key-[0-9a-f]{32}(?!\w)/, /key-/i],
  ['Azure', /(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,}={0,2})/, /accountkey=|sharedaccesskey=/i],
  ['Azure', /[\w.~-]{3}\dQ~[\w.~-]{31,34}/, /q~/i],
  ['Docker Hub', /dckr_(?:pat|oat)_[\w-]{20,}/, /dckr_/i],
  ['Hugging Face', /hf_[A-Za-z]{34}(?!\w)/, /hf_/i],
  ['OpenAI', /sk-(?:proj-|svcacct-|admin-)?[\w-]{16,}T3BlbkFJ[\w-]{16,}/, /t3blbkfj/i],
  ['Anthropic', /sk-ant-[\w-]{40,}/, /sk-ant-/i],
  ['HCP Terraform', /[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/, /\.atlasv1\./i],
  ['Pulumi', /pul-[a-f0-9]{40}/, /pul-/i],
  ['Shopify', /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/, /shpat_|shpca_|shppa_|shpss_/i],
  ['Databricks', /dapi[a-f0-9]{32}/, /dapi/i],
  ['Sentry', /sntry[su]_[\w+/=-]{40,}/, /sntry/i],
  ['Atlassian', /ATATT3[\w=-]{100,}/, /atatt3/i],
  ['Artifactory', /AKCp[A-Za-z0-9]{69}/, /akcp/i],
  ['Dynatrace', /dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}/, /dt0c01\./i],
  ['1Password', /ops_eyJ[A-Za-z0-9+/]{100,}={0,2}/, /ops_eyj/i],
  ['New Relic', /NRAK-[A-Z0-9]{27}/, /nrak-/i],
  ['Proxmox', /[\w.-]+@[\w-]+![\w.-]+=([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/, /@/i],
];

/** Every form that is known. */
export const forms: readonly Form[] = [
  ...general,
  ...tokens.map(([service, pattern, needle]) => ({ kind: `token of ${service}`, pattern: word(pattern), needle })),
];
