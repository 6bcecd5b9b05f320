import { certificatesOf, type SeenCertificate } from './lib/lifetimes.js';
import type { Finding, Rule } from './rule.js';

/**
 * A certificate authority keeps its key and lives at least twice as long as what it signs; every certificate is renewed before its end; and
 * nobody asks an ACME server, which decides by itself, for a lifetime.
 *
 * Why: with a new key at a renewal, or after the end of the authority, every client that trusts the old one refuses every server at once.
 *
 * Source: https://cert-manager.io/docs/usage/certificate/ (v1.21: rotationPolicy is Always by default, duration 90 days, renewBefore a third of it),
 * https://github.com/cert-manager/cert-manager/issues/8340
 */
export const authorityLifetime: Rule = {
  id: 'authority-lifetime',
  *check(view) {
    const certificates = certificatesOf(view);
    const authorities = new Map(certificates.flatMap((one) => (one.authority ? [[one.authority.secret, one] as const] : [])));
    const longest = new Map<SeenCertificate, SeenCertificate>();
    for (const certificate of certificates) {
      yield* checkAlone(certificate);
      const authority = authorities.get(certificate.issuer?.authority ?? '');
      if (authority === undefined || authority === certificate) continue;
      const known = longest.get(authority);
      if (known === undefined || needOf(certificate) > needOf(known)) longest.set(authority, certificate);
    }
    for (const [authority, signed] of longest) {
      const need = needOf(signed);
      if (authority.duration >= need) continue;
      const problem = `It lives ${authority.duration} hours, and signs ${signed.at.path}, which lives ${signed.duration}.`;
      yield { at: authority.at, field: authority.fields.duration, problem, fix: `write at least "${need}h".` };
    }
  },
};

/** An intermediate authority only must not outlive the one above it. */
function needOf({ authority, duration }: SeenCertificate): number {
  return authority === undefined ? 2 * duration : duration;
}

function* checkAlone({ at, fields, duration, asked, renewBefore, issuer, authority }: SeenCertificate): Generator<Finding> {
  if (authority && authority.rotationPolicy !== 'Never') {
    const isDefault = authority.rotationPolicy === undefined;
    const problem = `It is an authority, and gets a new key at each renewal${isDefault ? ', which is the default' : ''}.`;
    yield { at, field: 'spec.privateKey.rotationPolicy', problem, fix: 'write "Never".' };
  }
  if (issuer?.isAcme && asked !== undefined && !issuer.obeysDuration) {
    const problem = `It asks for ${asked}, and its issuer "${issuer.name}" is an ACME server, which decides that.`;
    return yield { at, field: fields.duration, problem, fix: 'leave the lifetime and the renewal out.' };
  }
  if (renewBefore === undefined || renewBefore < duration) return;
  const problem = `It is to be renewed ${renewBefore} hours before its end, and lives ${duration}: at once, and for ever again.`;
  yield { at, field: fields.renewBefore, problem, fix: `write less, a third for example: "${Math.floor(duration / 3)}h".` };
}
