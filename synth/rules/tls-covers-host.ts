import { listOf, recordOf, textOf, textsOf } from '../../charts/lib/untyped.js';
import { asksForCertificate, listCertificates, listTlsUses, type SeenCertificate, secretKey, type TlsUse } from './lib/certificates.js';
import { coversHost, quoteAll } from './lib/host-names.js';
import { listRoutes } from './lib/routes.js';
import type { ClusterView, SeenObject } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * The TLS entries of a route list each of its hosts, the Certificate that fills their Secret has each of these names, and no two Certificates
 * fill one Secret.
 *
 * Why: browsers get a certificate of another name and refuse the page; two Certificates of one Secret replace it in turn, for ever.
 *
 * Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#tls (v1.36), https://cert-manager.io/docs/usage/certificate/ (v1.21)
 */
export const tlsCoversHost: Rule = {
  id: 'tls-covers-host',
  *check(view) {
    const bySecret = new Map<string, SeenCertificate>();
    for (const certificate of listCertificates(view)) {
      const key = secretKey(certificate.namespace, certificate.secretName);
      const first = bySecret.get(key);
      if (first === undefined) bySecret.set(key, certificate);
      else yield findSharedSecret(certificate, first);
    }
    const routes = listRoutes(view);
    for (const at of view.of('Ingress.networking.k8s.io')) yield* findUncovered(at);
    for (const use of [...listTlsUses(view), ...usesOfIngressRoutes(view, routes)]) {
      const certificate = bySecret.get(secretKey(use.namespace, use.secretName));
      if (certificate) yield* checkUse(use, certificate);
    }
  },
};

function findSharedSecret({ at, namespace, name, secretName }: SeenCertificate, first: SeenCertificate): Finding {
  const problem = `The Certificates ${first.name} (${first.at.path}) and ${name} both fill the Secret ${namespace}/${secretName}.`;
  return { at, field: 'spec.secretName', problem, fix: `give it a Secret of its own, as "${name}", or list all names in one Certificate.` };
}

/** An Ingress without any TLS entry takes what the controller does with all hosts; so does an entry without hosts. */
function* findUncovered(at: SeenObject): Generator<Finding> {
  const { tls, rules } = recordOf(at.manifest['spec']);
  const entries = listOf(tls);
  if (entries.length === 0 || entries.some(({ hosts }) => textsOf(hosts).length === 0)) return;
  const covered = entries.flatMap(({ hosts }) => textsOf(hosts));
  const all = listOf(rules).flatMap(({ host }) => textOf(host) ?? []);
  const missing = all.filter((host) => !coversHost(covered, host));
  if (missing.length === 0) return;
  const problem = `No TLS entry lists ${quoteAll(missing)}; they list ${quoteAll(covered)}.`;
  yield { at, field: 'spec.tls', problem, fix: `add ${quoteAll(missing)} to the hosts of an entry.` };
}

function usesOfIngressRoutes(view: ClusterView, routes: ReturnType<typeof listRoutes>): TlsUse[] {
  return view.of('IngressRoute.traefik.io').flatMap((at) => {
    const secretName = textOf(recordOf(recordOf(at.manifest['spec'])['tls'])['secretName']);
    if (secretName === undefined) return [];
    const hosts = [...new Set(routes.filter((route) => route.at === at && route.host !== '').map(({ host }) => host))];
    return [{ at, namespace: at.manifest.metadata.namespace ?? 'default', secretName, field: 'spec.tls.secretName', hosts }];
  });
}

function* checkUse({ at, namespace, secretName, field, hosts }: TlsUse, certificate: SeenCertificate): Generator<Finding> {
  if (asksForCertificate(at)) {
    const problem = `Its annotation makes cert-manager fill the Secret ${namespace}/${secretName}, which the Certificate ${certificate.name} (${certificate.at.path}) fills already.`;
    yield { at, field, problem, fix: 'remove the annotation, or the Certificate.' };
    return;
  }
  const missing = hosts.filter((host) => !coversHost(certificate.names, host));
  if (missing.length === 0) return;
  const problem = `${quoteAll(missing)} is not among the names of the Certificate ${certificate.name} that fills the Secret "${secretName}": ${quoteAll(certificate.names)}.`;
  yield { at, field, problem, fix: `add ${quoteAll(missing)} to spec.dnsNames of ${certificate.at.path}, or name another Secret.` };
}
