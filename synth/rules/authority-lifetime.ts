import { recordOf, textOf } from '../../charts/lib/untyped.js';
import { hoursOf } from './lib/duration.js';
import { issuerOf, type SeenIssuer } from './lib/signer.js';
import type { ClusterView, SeenObject } from './lib/view.js';
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
    const certificates = view.of('Certificate.cert-manager.io').map((object) => readCertificate(view, object));
    const authorities = new Map(certificates.filter(({ isCa }) => isCa).map((one) => [`${one.namespace}/${one.secret}`, one]));
    for (const certificate of certificates) yield* checkAlone(certificate);
    const longest = new Map<Certificate, Certificate>();
    for (const leaf of certificates) {
      const authority = authorities.get(leaf.issuer?.authority ?? '');
      if (authority === undefined || authority === leaf) continue;
      const known = longest.get(authority);
      if (known === undefined || needOf(leaf) > needOf(known)) longest.set(authority, leaf);
    }
    for (const [authority, leaf] of longest) {
      const need = needOf(leaf);
      if (authority.duration >= need) continue;
      const problem = `It lives ${authority.duration} hours, and signs ${leaf.object.path}, which lives ${leaf.duration}.`;
      yield { at: authority.object, field: 'spec.duration', problem, fix: `write at least "${need}h".` };
    }
  },
};

interface Certificate {
  readonly object: SeenObject;
  readonly namespace: string;
  readonly secret: string;
  readonly isCa: boolean;
  /** Hours. */
  readonly duration: number;
  readonly issuer: SeenIssuer | undefined;
}

/** An intermediate authority only must not outlive the one above it. */
function needOf({ isCa, duration }: Certificate): number {
  return isCa ? duration : 2 * duration;
}

const defaultHours = 2160;

function readCertificate(view: ClusterView, object: SeenObject): Certificate {
  const spec = recordOf(object.manifest['spec']);
  const namespace = object.manifest.metadata.namespace ?? 'default';
  return {
    object,
    namespace,
    secret: String(spec['secretName']),
    isCa: spec['isCA'] === true,
    duration: hoursOf(spec['duration']) ?? defaultHours,
    issuer: issuerOf(view, spec['issuerRef'], namespace),
  };
}

function* checkAlone({ object: at, isCa, duration, issuer }: Certificate): Generator<Finding> {
  const spec = recordOf(at.manifest['spec']);
  const policy = recordOf(spec['privateKey'])['rotationPolicy'];
  if (isCa && policy !== 'Never') {
    const problem = `It is an authority, and gets a new key at each renewal${policy === undefined ? ', which is the default' : ''}.`;
    yield { at, field: 'spec.privateKey.rotationPolicy', problem, fix: 'write "Never".' };
  }
  if (issuer?.isAcme && textOf(spec['duration']) !== undefined && !issuer.obeysDuration) {
    const problem = `It asks for ${spec['duration']}, and its issuer "${issuer.name}" is an ACME server, which decides that.`;
    return yield { at, field: 'spec.duration', problem, fix: 'leave duration and renewBefore out.' };
  }
  const renewBefore = hoursOf(spec['renewBefore']);
  if (renewBefore === undefined || renewBefore < duration) return;
  const problem = `It is to be renewed ${renewBefore} hours before its end, and lives ${duration}: at once, and for ever again.`;
  yield { at, field: 'spec.renewBefore', problem, fix: `write less, a third for example: "${Math.floor(duration / 3)}h".` };
}
