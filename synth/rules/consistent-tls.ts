import { recordOf, textOf, textsOf, valueAt } from '../../charts/lib/untyped.js';
import { type Backend, backendsOf, controllerOf } from './lib/ingress-backends.js';
import type { ClusterView, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * The ingress controller speaks to a service what the service speaks: HTTP where TLS ends at the controller, HTTPS where the service has a
 * certificate of its own, which the controller then checks.
 *
 * Why: Argo CD redirects to https for ever, or every request ends in 500 or `Client sent an HTTP request to an HTTPS server`.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/ingress/ (v3.5.1), https://github.com/argoproj/argo-cd/issues/2953,
 * https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/ (v3.7: port 443 or a name that starts with https)
 */
export const consistentTls: Rule = {
  id: 'consistent-tls',
  *check(view) {
    for (const backend of backendsOf(view)) {
      const finding = checkBackend(view, backend);
      if (finding) yield finding;
    }
    yield* checkAnnotations(view);
    yield* checkVerification(view);
  },
};

/** What the server of a chart speaks, where its values tell. @param service that a route leads to. */
function protocolOf({ release, values }: SeenRelease, service: string): 'http' | 'https' | undefined {
  const { chart } = release.props;
  if (chart === 'argo-cd' && service.endsWith('-server') && !service.endsWith('-repo-server')) {
    return String(recordOf(valueAt(values, 'configs.params'))['server.insecure']) === 'true' ? 'http' : 'https';
  }
  if (chart === 'vault' && service.startsWith(release.releaseName)) {
    return String(valueAt(values, 'global.tlsDisable') ?? true) === 'true' ? 'http' : 'https';
  }
  if (chart === 'gitea' && service.endsWith('-http')) {
    return valueAt(values, 'gitea.config.server.PROTOCOL') === 'https' ? 'https' : 'http';
  }
  return undefined;
}

function checkBackend(view: ClusterView, backend: Backend): Finding | undefined {
  const { object: at, field, namespace, service, port, controller, scheme } = backend;
  const isSecurePort = port === '443' || port.startsWith('https');
  if (scheme !== undefined && ((scheme === 'https' && /^(80|http)$/.test(port)) || (scheme !== 'https' && isSecurePort))) {
    const problem = `It speaks ${scheme} to the port "${port}" of ${service}.`;
    return {
      at,
      field: `${field}.scheme`,
      problem,
      fix: `write scheme: ${scheme === 'https' ? 'http' : 'https'}, or name the other port.`,
    };
  }
  if (controller === undefined) return undefined;
  const release = view.releases.find((one) => one.namespace === namespace && protocolOf(one, service) !== undefined);
  const spoken = release && protocolOf(release, service);
  if (release === undefined || spoken === undefined) return undefined;
  // The annotation stands on the Service, which the chart makes.
  const annotations = recordOf(valueAt(release.values, 'server.service.annotations'));
  const asked = {
    cilium: undefined,
    nginx: textOf(recordOf(at.manifest.metadata.annotations)[nginxProtocol])?.toLowerCase(),
    traefik: textOf(annotations[serversScheme]),
  }[controller];
  const byPort = controller === 'traefik' && isSecurePort ? 'https' : 'http';
  const speaks = scheme ?? asked ?? byPort;
  // gRPC without and with TLS, in the words of Traefik and of ingress-nginx.
  const isSecure = speaks === 'https' || speaks === 'grpcs';
  if (isSecure === (spoken === 'https')) return undefined;
  const problem = `The controller speaks ${speaks} to ${service}, which speaks ${spoken} by the values of ${release.path}.`;
  const fix =
    spoken === 'http'
      ? 'name the port for http, and no scheme: TLS ends at the controller.'
      : 'name the port for https, or let the service speak http (server.insecure of Argo CD): TLS then ends at the controller.';
  return { at, field, problem, fix };
}

const serversScheme = 'traefik.ingress.kubernetes.io/service.serversscheme';
const nginxProtocol = 'nginx.ingress.kubernetes.io/backend-protocol';

/** Annotations that nobody reads where they stand. */
function* checkAnnotations(view: ClusterView): Generator<Finding> {
  for (const at of view.of('Ingress.networking.k8s.io')) {
    const annotations = recordOf(at.manifest.metadata.annotations);
    const ingressClass = textOf(valueAt(at.manifest, 'spec.ingressClassName')) ?? '';
    if (annotations[serversScheme] !== undefined) {
      const problem = 'Traefik reads this annotation from a Service, and not from an Ingress.';
      yield { at, field: `metadata.annotations.${serversScheme}`, problem, fix: 'write it onto the Service.' };
    }
    const protocol = annotations[nginxProtocol];
    const controller = controllerOf(ingressClass);
    if (protocol === undefined || protocol === 'HTTP' || controller === undefined || controller === 'nginx') continue;
    const problem = `Only ingress-nginx reads this annotation, and the class is "${ingressClass}": the service is spoken to in plain HTTP.`;
    const fix = controller === 'traefik' ? `write ${serversScheme} onto the Service.` : 'let the service speak HTTP.';
    yield { at, field: `metadata.annotations.${nginxProtocol}`, problem, fix };
  }
}

/** Traefik takes any certificate from every backend. */
function* checkVerification(view: ClusterView): Generator<Finding> {
  for (const release of view.releasesOf('traefik')) {
    for (const list of ['additionalArguments', 'globalArguments']) {
      const index = textsOf(release.values[list]).findIndex((text) => /^--serverstransport\.insecureskipverify(=true)?$/i.test(text));
      if (index < 0) continue;
      const problem = 'It takes any certificate from every service, so that TLS to them protects nothing.';
      const fix = 'leave it out, and give the one service that needs it a ServersTransport with its authority.';
      yield { at: release, field: `values.${list}[${index}]`, problem, fix };
    }
  }
}
