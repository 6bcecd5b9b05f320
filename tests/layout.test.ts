import { describe, expect, test } from 'vitest';
import type { Identity } from '../charts/lib/kinds.js';
import { pathOf } from '../synth/layout.js';
import { checkPaths } from './fixtures/identities.js';

/** An object as "group/kind namespace/name"; without a namespace as "group/kind /name". */
function identity(text: string): Identity {
  const [, group = '', kind = '', namespace = '', name = ''] = /^(.*?)\/(\S+) (.*?)\/(.*)$/.exec(text) ?? [];
  return { group, kind, namespace: namespace || undefined, name };
}

const fileOf = (object: Identity, home = 'home') => pathOf(object, 'thing', 'resources', home).replace('manifests/thing/resources/', '');

test('different objects never share a path, whatever they are called', () => checkPaths(300));

describe('a file is called after its object', () => {
  test.each([
    // Well-known kinds go without their group, the component's own namespace goes without saying.
    ['apps/Deployment home/whoami', 'deployment_whoami.yaml'],
    ['apps/Deployment other/whoami', 'deployment_other_whoami.yaml'],
    ['/Secret kube-system/token', 'secret_kube-system_token.yaml'],
    ['/Namespace /home', 'namespace_home.yaml'],
    ['/ServiceAccount home/a.b-c', 'service-account_a.b-c.yaml'],
    ['rbac.authorization.k8s.io/ClusterRole /system:thing', 'cluster-role_system%3athing.yaml'],
    ['rbac.authorization.k8s.io/Role home/Team_A', 'role_%54eam%5f%41.yaml'],
    ['apiextensions.k8s.io/CustomResourceDefinition /things.example.test', 'custom-resource-definition_things.example.test.yaml'],
    // All others with it.
    ['/Endpoints home/api', 'endpoints.core_api.yaml'],
    ['core/Endpoints home/api', 'endpoints.%63ore_api.yaml'],
    ['serving.knative.dev/Service home/web', 'service.serving.knative.dev_web.yaml'],
    ['cilium.io/CiliumLoadBalancerIPPool /default', 'cilium-load-balancer-ip-pool.cilium.io_default.yaml'],
    ['cilium.io/CiliumL2AnnouncementPolicy /default', 'cilium-l2-announcement-policy.cilium.io_default.yaml'],
    ['metallb.io/IPAddressPool home/default', 'ip-address-pool.metallb.io_default.yaml'],
    ['metallb.io/BGPPeer home/tor', 'bgp-peer.metallb.io_tor.yaml'],
    ['gateway.networking.k8s.io/HTTPRoute home/web', 'http-route.gateway.networking.k8s.io_web.yaml'],
    ['traefik.io/IngressRouteTCP home/db', 'ingress-route-tcp.traefik.io_db.yaml'],
    ['storage.k8s.io/CSIDriver /csi.example.test', 'csi-driver.storage.k8s.io_csi.example.test.yaml'],
    ['apiregistration.k8s.io/APIService /v1.example.test', 'api-service.apiregistration.k8s.io_v1.example.test.yaml'],
    ['cdi.kubevirt.io/CDI /cdi', 'cdi.cdi.kubevirt.io_cdi.yaml'],
    ['kubevirt.io/VirtualMachine home/vm-0', 'virtual-machine.kubevirt.io_vm-0.yaml'],
    ['externaldns.k8s.io/DNSEndpoint home/a', 'dns-endpoint.externaldns.k8s.io_a.yaml'],
    // Spelling that the words do not give back is escaped.
    ['example.test/IpPool home/a', '%49p-pool.example.test_a.yaml'],
    ['example.test/IPpool home/a', 'i-ppool.example.test_a.yaml'],
    ['example.test/ipPool home/a', '%69p-pool.example.test_a.yaml'],
    ['example.test/IPPool home/a', 'ip-pool.example.test_a.yaml'],
    ['example.test/IP-Pool home/a', 'ip-%2d-pool.example.test_a.yaml'],
    ['/secret home/a', '%73ecret.core_a.yaml'],
  ])('%s is %s', (text, file) => {
    expect(fileOf(identity(text))).toBe(file);
  });

  test('below its component and stage', () => {
    const deployment = { group: 'apps', kind: 'Deployment', namespace: 'web', name: 'whoami' };
    expect(pathOf(deployment, 'whoami', 'exposure', 'web')).toBe('manifests/whoami/exposure/deployment_whoami.yaml');
  });
});

describe('two objects that cdk8s writes to one file have two', () => {
  test.each([
    ['one name in two namespaces', '/ConfigMap a/settings', '/ConfigMap b/settings'],
    ['one name in the own and in another namespace', '/ConfigMap home/settings', '/ConfigMap b/settings'],
    ['one kind of two groups', 'networking.k8s.io/Ingress home/web', 'extensions/Ingress home/web'],
    ['one kind of the core group and of another', '/Service home/web', 'serving.knative.dev/Service home/web'],
    [
      'names that differ by a colon',
      'rbac.authorization.k8s.io/ClusterRole /system:thing',
      'rbac.authorization.k8s.io/ClusterRole /systemthing',
    ],
    ['names that differ by case', 'rbac.authorization.k8s.io/Role home/admin', 'rbac.authorization.k8s.io/Role home/Admin'],
    ['a namespace and a name with the separator', 'rbac.authorization.k8s.io/Role a/b_c', 'rbac.authorization.k8s.io/Role home/a_b_c'],
    ['names that differ after 250 characters', `/Secret home/${'a'.repeat(252)}b`, `/Secret home/${'a'.repeat(252)}c`],
    ['kinds with one hyphen and with two', 'example.test/Foo-Bar home/a', 'example.test/Foo--bar home/a'],
    [
      'kinds that differ after 60 characters',
      `example.test/a${'-'.repeat(60)}b home/${'a'.repeat(99)}`,
      `example.test/a${'-'.repeat(60)}c home/${'a'.repeat(99)}`,
    ],
    ['a long name in two namespaces', `/Secret a/${'a'.repeat(253)}`, `/Secret b/${'a'.repeat(253)}`],
  ])('%s', (_, one, other) => {
    expect(fileOf(identity(one))).not.toBe(fileOf(identity(other)));
  });
});

test('a long name is cut to 200 bytes and told apart by a hash of the whole', () => {
  const file = fileOf({ group: '', kind: 'Secret', namespace: 'home', name: 'a'.repeat(253) });
  expect(file).toMatch(/^secret_a{160}~[0-9a-f]{32}\.yaml$/);
  expect(fileOf({ group: '', kind: 'Secret', namespace: 'home', name: 'a'.repeat(193) })).toBe(`secret_${'a'.repeat(193)}.yaml`);
});
