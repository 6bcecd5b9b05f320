import type { IMiddleware } from '@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware';
import { k8s } from 'cdk8s-plus-30';
import { addLeafCertificate } from './certificate.js';
import type { Component } from './component.js';
import type { Exposure } from './expose.js';
import { Manifest } from './manifest.js';
import { DeclaredSecret } from './secret.js';

/** A Service that other clusters send to, and how they reach it. */
export interface PushTarget {
  /** Name of the Ingress; its certificate is in a Secret of this name and `-tls`. */
  readonly name: string;
  /** Host name of its own. */
  readonly host: string;
  /** Its protection is not used: that login is for people. */
  readonly exposure: Exposure;
  /** Name of the Service, in the component's namespace. */
  readonly service: string;
  /** Name of the port of the Service. */
  readonly port: string;
  /** The only path that is reached, so that a sender reads nothing. @default - all paths, for a port that only takes */
  readonly path?: string;
  /** Name of the Middleware that asks for the name and the password. */
  readonly login: string;
  /** Name of the Secret with the users, in the format of htpasswd. */
  readonly users: string;
  /** Who has a line in it, for the person who fills it. @example 'each cluster that sends traces' */
  readonly senders: string;
}

/**
 * Lets other clusters send to a Service of the component that asks nobody who he is: through TLS, with a name and a password, which Traefik
 * checks and does not pass on.
 *
 * Source: https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/basicauth/ (v3.7)
 */
export function exposePush({ resources, exposure, namespaceName }: Component, target: PushTarget): void {
  const { name, host, service, port, path, login, senders } = target;
  const { ingressClass, issuer } = target.exposure;
  const users = new DeclaredSecret(resources, target.users, {
    name: target.users,
    keys: { users: `a line "name:hash" for ${senders}, as "htpasswd -nB name" writes it` },
    consumer: 'Traefik, which asks other clusters for a name and a password',
  });
  new Manifest<IMiddleware>(resources, login, {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: { name: login },
    spec: { basicAuth: { secret: users.props.name, removeHeader: true } },
  });
  const secretName = addLeafCertificate(exposure, `${name}-certificate`, { name: `${name}-tls`, dnsNames: [host], issuer });
  const backend = { service: { name: service, port: { name: port } } };
  const middleware = `${namespaceName}-${login}@kubernetescrd`;
  new k8s.KubeIngress(exposure, `${name}-ingress`, {
    metadata: { name, annotations: { 'traefik.ingress.kubernetes.io/router.middlewares': middleware } },
    spec: {
      ingressClassName: exposure.use(ingressClass).name,
      tls: [{ hosts: [host], secretName }],
      rules: [{ host, http: { paths: [{ path: path ?? '/', pathType: path === undefined ? 'Prefix' : 'Exact', backend }] } }],
    },
  });
}
