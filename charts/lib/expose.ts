import { k8s } from 'cdk8s-plus-30';
import { addLeafCertificate } from './certificate.js';
import type { IngressClassRef, IssuerRef, ProtectionRef } from './handle.js';
import type { Stage } from './stage.js';

/** How the components of a cluster are reached from outside. The same for all of them; a stack makes it once. */
export interface Exposure {
  readonly ingressClass: IngressClassRef;
  readonly issuer: IssuerRef;
  /** A login in front of what asks for it with `isProtected`. @default - none, each service has its own */
  readonly protection?: ProtectionRef | undefined;
}

export interface ExposedService {
  /** Host name, below the domain of the cluster. */
  readonly host: string;
  /** Name of the Service, in the component's namespace. */
  readonly service: string;
  /** Port of the Service by its number, or its name. */
  readonly port: number | string;
  /** Name of the Ingress and of the Secret with its certificate. */
  readonly name: string;
  /** Whether it stands behind the login of the platform, where there is one. @default false */
  readonly isProtected?: boolean;
}

/** Annotations of an Ingress that must stand behind the login of the platform. */
export function protectionOf(stage: Stage, { protection }: Exposure): Readonly<Record<string, string>> {
  return protection === undefined ? {} : stage.use(protection).annotations;
}

/** An Ingress for all paths of one host, with a certificate of its own. TLS ends at the ingress controller. */
export function exposeService(stage: Stage, exposure: Exposure, { host, service, port, name, isProtected }: ExposedService): void {
  const { ingressClass, issuer } = exposure;
  const annotations = isProtected ? protectionOf(stage, exposure) : {};
  const secretName = addLeafCertificate(stage, `${name}-certificate`, { name: `${name}-tls`, dnsNames: [host], issuer });
  const backendPort = typeof port === 'number' ? { number: port } : { name: port };
  new k8s.KubeIngress(stage, `${name}-ingress`, {
    metadata: { name, annotations },
    spec: {
      ingressClassName: stage.use(ingressClass).name,
      tls: [{ hosts: [host], secretName }],
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: backendPort } } }] } }],
    },
  });
}
