import { randomBytes } from 'node:crypto';

/** Made-up secrets of every form, put together when a test runs, so that no file of this repository holds one. */

const pick = (alphabet: string, length: number): string =>
  [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';

/** Letters and digits. */
export const letters = (length: number): string => pick(lower + upper + digits, length);
const hex = (length: number): string => pick('0123456789abcdef', length);
const bech32 = (length: number): string => pick('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', length);
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function pem(label: string): string {
  const body = Buffer.from(letters(96))
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return [`-----BEGIN ${label}-----`, body, `-----END ${label}-----`, ''].join('\n');
}

const jsonPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (): string => [jsonPart({ alg: 'HS256', typ: 'JWT' }), jsonPart({ sub: 'made-up', iat: 1 }), letters(43)].join('.');
/** The second half has a digit, as nearly all of them do. */
const bootstrapToken = (): string => `${pick(lower + digits, 6)}.${pick(lower + digits, 14)}7a`;

/** Name -> a fresh secret of that form. None needs a name beside it to be found. */
export const byForm: Readonly<Record<string, () => string>> = {
  'an RSA key': () => pem('RSA PRIVATE KEY'),
  'a PKCS#8 key': () => pem('PRIVATE KEY'),
  'an EC key': () => pem('EC PRIVATE KEY'),
  'a DSA key': () => pem('DSA PRIVATE KEY'),
  'an Ed25519 key of Talos': () => pem('ED25519 PRIVATE KEY'),
  'an encrypted key': () => pem('ENCRYPTED PRIVATE KEY'),
  'an OpenSSH key': () => pem('OPENSSH PRIVATE KEY'),
  'a PGP key': () => pem('PGP PRIVATE KEY BLOCK'),
  'a key on one line, as JSON writes it': () => pem('PRIVATE KEY').replaceAll('\n', '\\n'),
  'a key without its end': () => pem('RSA PRIVATE KEY').split('-----END')[0] ?? '',
  'a key of SSH2': () => ['---- BEGIN SSH2', ' ENCRYPTED PRIVATE KEY ----\n', letters(60), '\n---- END'].join(''),
  'a key of PuTTY': () => ['PuTTY-User-', 'Key-File-3: ssh-rsa\nPrivate-', `Lines: 1\n${letters(60)}\nPrivate-MAC: ${hex(64)}`].join(''),
  'an age key': () => `AGE-SECRET-${'KEY'}-1${bech32(58)}`,
  'a JWT': jwt,
  'a bootstrap token': bootstrapToken,
  'a bcrypt hash': () => `$2${'y'}$10$${letters(53)}`,
  'an argon2 hash': () => `$argon2${'id'}$v=19$m=65536,t=3,p=4$${letters(22)}$${letters(43)}`,
  'an MD5 hash of htpasswd': () => `$apr1${'$'}${letters(8)}$${letters(22)}`,
  'a SHA-512 hash of crypt': () => `$6${'$'}${letters(16)}$${letters(86)}`,
  'a PBKDF2 hash': () => `$pbkdf2-${'sha512'}$310000$${letters(22)}$${letters(86)}`,
  'a hash of Django': () => `pbkdf2_${'sha256'}$600000$${letters(22)}$${letters(43)}=`,
  'an SHA hash of htpasswd': () => `{${'SHA'}}${letters(27)}=`,
  'a password in a URL': () => `postgres://app:${letters(12)}@db.example.test:5432/app`,
  'a token in a URL': () => `https://git:${letters(20)}@git.example.test/platform.git`,
  'basic auth in a header': () => `Authorization: ${'Basic'} ${base64(`admin:${letters(12)}`)}`,
  'a bearer token': () => `Authorization: ${'Bearer'} ${letters(32)}9`,
  'a password for curl': () => `curl -u admin:${letters(12)} https://api.example.test`,
  'a password for redis-cli': () => `redis-cli -h cache -a ${letters(12)} ping`,
  'a password for chpasswd': () => `chpasswd:\n  list: |\n    root:${letters(12)}\n`,
  'a TSIG key': () => `key "made-up" { algorithm hmac-sha256; secret "${base64(letters(32))}"; };`,
  'a TSIG key for nsupdate': () => `nsupdate -y hmac-sha256:made-up:${base64(letters(32))}`,
  'a GitHub token': () => `gh${'p'}_${letters(36)}`,
  'a GitHub app token': () => `gh${'s'}_${letters(36)}`,
  'a fine-grained GitHub token': () => `github_${'pat'}_${letters(22)}_${letters(59)}`,
  'a GitLab token': () => `glp${'at'}-${letters(20)}`,
  'a GitLab runner token': () => `glr${'t'}-${letters(20)}`,
  'a Slack token': () => `xox${'b'}-${pick(digits, 12)}-${pick(digits, 12)}-${letters(24)}`,
  'a Slack webhook': () => `https://hooks.slack.${'com'}/services/T${pick(upper, 8)}/B${pick(upper, 8)}/${letters(24)}`,
  'a Discord webhook': () => `https://discord.com/api/${'webhooks'}/${pick(digits, 18)}/${letters(68)}`,
  'an AWS key': () => `AK${'IA'}${pick(`${upper}234567`, 16)}`,
  'a temporary AWS key': () => `AS${'IA'}${pick(`${upper}234567`, 16)}`,
  'a Google API key': () => `AI${'za'}${letters(35)}`,
  'a Google client secret': () => `GOC${'SPX'}-${letters(28)}`,
  'a Google access token': () => `ya${'29'}.${letters(60)}`,
  'a Stripe key': () => `sk_${'live'}_${letters(24)}`,
  'a Stripe webhook secret': () => `wh${'sec'}_${letters(32)}`,
  'an npm token': () => `np${'m'}_${letters(36)}`,
  'a PyPI token': () => `pypi-${'AgE'}${letters(60)}`,
  'a RubyGems key': () => `ruby${'gems'}_${hex(48)}`,
  'a Cloudflare origin key': () => `v1${'.0'}-${hex(24)}-${hex(146)}`,
  'a DigitalOcean token': () => `do${'p'}_v1_${hex(64)}`,
  'a Vault token': () => `hv${'s'}.${letters(24)}`,
  'a Vault batch token': () => `hv${'b'}.${letters(140)}`,
  'a Tailscale key': () => `ts${'key'}-auth-${letters(12)}-${letters(24)}`,
  'a Grafana service account token': () => `gl${'sa'}_${letters(32)}_${hex(8)}`,
  'a Grafana Cloud token': () => `gl${'c'}_${letters(48)}`,
  'a Doppler token': () => `dp.${'st'}.prd.${letters(43)}`,
  'a Telegram token': () => `${pick(digits, 9)}8:${'AA'}${letters(33)}`,
  'a SendGrid key': () => `S${'G'}.${letters(22)}.${letters(43)}`,
  'a Mailgun key': () => `ke${'y'}-${hex(32)}`,
  'an Azure storage key': () => `DefaultEndpointsProtocol=https;AccountName=a;Account${'Key'}=${letters(86)}==`,
  'an Azure client secret': () => `${letters(3)}8${'Q~'}${letters(34)}`,
  'a Docker Hub token': () => `dckr_${'pat'}_${letters(27)}`,
  'a Hugging Face token': () => `h${'f'}_${pick(lower + upper, 34)}`,
  'an OpenAI key': () => `sk-${'proj'}-${letters(40)}${'T3Blbk'}FJ${letters(40)}`,
  'an Anthropic key': () => `sk-${'ant'}-api03-${letters(93)}AA`,
  'a Terraform token': () => `${letters(14)}.${'atlas'}v1.${letters(67)}`,
  'a Pulumi token': () => `pu${'l'}-${hex(40)}`,
  'a Shopify token': () => `shp${'at'}_${hex(32)}`,
  'a Databricks token': () => `da${'pi'}${hex(32)}`,
  'a Sentry token': () => `sntr${'yu'}_${hex(64)}`,
  'an Atlassian token': () => `ATA${'TT3'}${letters(180)}`,
  'an Artifactory key': () => `AK${'Cp'}${letters(69)}`,
  'a Dynatrace token': () => `dt0${'c01'}.${pick(upper + digits, 24)}.${pick(upper + digits, 64)}`,
  'a 1Password token': () => `ops_${'eyJ'}${letters(260)}`,
  'a New Relic key': () => `NR${'AK'}-${pick(upper + digits, 27)}`,
  'a Proxmox token': () => `root@pam!synth=${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
  'a key in base64': () => base64(pem('RSA PRIVATE KEY')),
  'an age key in base64': () => base64(`AGE-SECRET-${'KEY'}-1${bech32(58)}\n`),
  'a GitHub token in base64': () => base64(`gh${'p'}_${letters(36)}`),
  'a password in base64': () => base64(JSON.stringify({ user: 'admin', password: `${letters(12)}1` })),
};

/** A password that a person made up: neither long nor random. */
export const password = (): string => `${pick(lower, 5)}-${pick(upper, 2)}${pick(digits, 3)}`;
