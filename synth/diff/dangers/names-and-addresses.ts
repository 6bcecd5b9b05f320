import { recordOf } from '../../../charts/lib/untyped.js';
import { type DangerCheck, says, titleOf } from './check.js';

const issuers = ['Issuer.cert-manager.io', 'ClusterIssuer.cert-manager.io'];
const issuerEffect = 'New certificates are signed by another authority: clients that trust the old one only refuse them.';

/** Who signs changes: the issuer of a certificate, what an issuer is, or which authorities are trusted. */
export const authorityChange: DangerCheck = {
  id: 'authority-change',
  *check(object) {
    const { kind, change } = object;
    if (change.change === 'removed' && issuers.includes(kind)) {
      yield { problem: `${titleOf(object)} is removed.`, effect: 'Certificates of it are never renewed.' };
    }
    if (!object.before || !object.after) return;
    const isAuthority = kind === 'Certificate.cert-manager.io' && recordOf(object.before.manifest['spec'])['isCA'] === true;
    for (const { path, before, after } of change.fields) {
      const isIssuerField = issuers.includes(kind) && /^spec\.(acme\.(server|caBundle)|ca|selfSigned|vault|venafi)/.test(path);
      const isReference = /(^|\.)issuerRef(\.(name|kind|group))?$/.test(path) || issuerAnnotation.test(path);
      const isKey = isAuthority && /^spec\.(secretName|commonName|privateKey\.(algorithm|size)|issuerRef)/.test(path);
      const isTrust = kind === 'Bundle.trust.cert-manager.io' && path.startsWith('spec.sources') && before !== undefined;
      if (isTrust)
        yield {
          field: path,
          problem: says(path, before, after),
          effect: 'Clients refuse what the authority signed that they no longer trust.',
        };
      else if (isIssuerField || isReference || isKey) yield { field: path, problem: says(path, before, after), effect: issuerEffect };
    }
  },
};

const issuerAnnotation = /annotations\["cert-manager\.io\/(cluster-)?issuer"\]$/;

/** What asks for an address of a load balancer, in objects and in Helm values. */
const addressFields = new RegExp(
  [
    String.raw`nnotations\["(lbipam\.cilium\.io/ips|io\.cilium/lb-ipam-ips|metallb\.(io|universe\.tf)/loadBalancerIPs|metallb\.(io|universe\.tf)/address-pool|kube-vip\.io/loadbalancerIPs)"\]$`,
    String.raw`(^|\.)loadBalancerIP$`,
    String.raw`(^|\.)externalIPs(\[.*\])?$`,
    String.raw`(^|\.)controlPlaneEndpoint(\.(host|port))?$`,
  ].join('|'),
);

const pools: Readonly<Record<string, RegExp>> = {
  'CiliumLoadBalancerIPPool.cilium.io': /^spec\.(blocks|serviceSelector)/,
  'IPAddressPool.metallb.io': /^spec\.addresses/,
  'MachineConfig.talos.dev': /^cluster\.controlPlane\.endpoint$/,
  'VLANConfig.talos.dev': /^addresses/,
  'LinkConfig.talos.dev': /^addresses/,
};

/** Something is reached at another address. */
export const addressChange: DangerCheck = {
  id: 'address-change',
  *check(object) {
    const { change, kind } = object;
    if (change.change === 'removed' && kind === 'Layer2VIPConfig.talos.dev') {
      yield { problem: `${titleOf(object)} is removed.`, effect: 'The Kubernetes API is no longer reached at this address.' };
    }
    if (!object.before || !object.after) return;
    for (const { path, before, after } of change.fields) {
      if (!addressFields.test(path) && pools[kind]?.test(path) !== true) continue;
      const effect = 'Names in DNS, firewalls and clients that know the old address reach nothing until they are changed.';
      yield { field: path, problem: says(path, before, after), effect };
    }
  },
};
