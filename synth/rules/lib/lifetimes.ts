import { recordOf, textOf } from '../../../charts/lib/untyped.js';
import { hoursOf } from './duration.js';
import { issuerOf, type SeenIssuer } from './signer.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';
import { entriesBelow, pathOf } from './walk.js';

/** A certificate that cert-manager makes, whoever asks for it. */
export interface SeenCertificate {
  /** Certificate, Ingress with annotations, or a release whose chart makes the Certificate by its values. */
  readonly at: SeenObject | SeenRelease;
  /** Where lifetime and renewal are written. */
  readonly fields: { readonly duration: string; readonly renewBefore: string };
  /** Hours; 90 days where nothing is asked for. Source: https://cert-manager.io/docs/usage/certificate/ (v1.21) */
  readonly duration: number;
  /** The lifetime as it is asked for. @default - none */
  readonly asked: string | undefined;
  /** Hours before the end. @default - a third of the lifetime, or a percentage */
  readonly renewBefore: number | undefined;
  readonly issuer: SeenIssuer | undefined;
  /** Of an authority: namespace and name of its Secret, and what becomes of its key. @default - it is no authority */
  readonly authority?: { readonly secret: string; readonly rotationPolicy: unknown };
}

/** Every certificate that is asked for. */
export function certificatesOf(view: ClusterView): SeenCertificate[] {
  const own = view.of('Certificate.cert-manager.io').map((at) => ofObject(view, at));
  const ingresses = view.of('Ingress.networking.k8s.io').flatMap((at) => ofIngress(view, at));
  const releases = view.releases.filter(({ isSeen }) => !isSeen).flatMap((at) => ofValues(view, at));
  return [...own, ...ingresses, ...releases];
}

const defaultHours = 2160;

function lifetimeOf(duration: unknown, renewBefore: unknown): Pick<SeenCertificate, 'duration' | 'asked' | 'renewBefore'> {
  return { duration: hoursOf(duration) ?? defaultHours, asked: textOf(duration), renewBefore: hoursOf(renewBefore) };
}

function ofObject(view: ClusterView, at: SeenObject): SeenCertificate {
  const { duration, renewBefore, issuerRef, isCA, secretName, privateKey } = recordOf(at.manifest['spec']);
  const { namespace = 'default' } = at.manifest.metadata;
  const { rotationPolicy } = recordOf(privateKey);
  return {
    at,
    fields: { duration: 'spec.duration', renewBefore: 'spec.renewBefore' },
    ...lifetimeOf(duration, renewBefore),
    issuer: issuerOf(view, issuerRef, namespace),
    ...(isCA === true ? { authority: { secret: `${namespace}/${secretName}`, rotationPolicy } } : {}),
  };
}

function ofIngress(view: ClusterView, at: SeenObject): SeenCertificate[] {
  const { annotations = {}, namespace = 'default' } = at.manifest.metadata;
  const cluster = annotations['cert-manager.io/cluster-issuer'];
  const name = cluster ?? annotations['cert-manager.io/issuer'];
  if (name === undefined) return [];
  const [duration, renewBefore] = ['cert-manager.io/duration', 'cert-manager.io/renew-before'];
  return [
    {
      at,
      fields: { duration: `metadata.annotations["${duration}"]`, renewBefore: `metadata.annotations["${renewBefore}"]` },
      ...lifetimeOf(annotations[duration], annotations[renewBefore]),
      issuer: issuerOf(view, { name, kind: cluster === undefined ? 'Issuer' : 'ClusterIssuer' }, namespace),
    },
  ];
}

/** Charts write it as a Certificate has it. */
function ofValues(view: ClusterView, at: SeenRelease): SeenCertificate[] {
  return entriesBelow(at.values).flatMap((entry) => {
    if (entry.key !== 'duration' || hoursOf(entry.value) === undefined) return [];
    const { duration, renewBefore, issuerRef } = recordOf(entry.above?.value ?? at.values);
    if (renewBefore === undefined && issuerRef === undefined) return [];
    const field = `values.${pathOf(entry)}`;
    return [
      {
        at,
        fields: { duration: field, renewBefore: field.replace(/duration$/, 'renewBefore') },
        ...lifetimeOf(duration, renewBefore),
        issuer: issuerOf(view, issuerRef, at.namespace),
      },
    ];
  });
}
