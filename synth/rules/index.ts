import { acmePublicName } from './acme-public-name.js';
import { announcedFromControlPlanes } from './announced-from-control-planes.js';
import { announcedInterface } from './announced-interface.js';
import { authorityLifetime } from './authority-lifetime.js';
import { distinctHosts } from './distinct-hosts.js';
import { filledSecret } from './filled-secret.js';
import { firstValuesAgree } from './first-values-agree.js';
import { fixedAddress } from './fixed-address.js';
import { hostInDomain } from './host-in-domain.js';
import { knownClassInValues } from './known-class-in-values.js';
import { knownIssuer } from './known-issuer.js';
import { knownMiddleware } from './known-middleware.js';
import { loginCoversHost } from './login-covers-host.js';
import { neededExtensions } from './needed-extensions.js';
import { noLocalPolicyOnL2 } from './no-local-policy-on-l2.js';
import { oneBalancer } from './one-balancer.js';
import { oneDefaultClass } from './one-default-class.js';
import { placeableReplicas } from './placeable-replicas.js';
import { podSecurity } from './pod-security.js';
import { providerContract } from './provider-contract.js';
import type { Rule } from './rule.js';
import { singleWriter } from './single-writer.js';
import { supportedVersions } from './supported-versions.js';
import { tlsCoversHost } from './tls-covers-host.js';
import { volumeWithConsumer } from './volume-with-consumer.js';
import { webhookLater } from './webhook-later.js';

/** Every rule, in the order of their names. */
export const rules: readonly Rule[] = [
  acmePublicName,
  announcedFromControlPlanes,
  announcedInterface,
  authorityLifetime,
  distinctHosts,
  filledSecret,
  firstValuesAgree,
  fixedAddress,
  hostInDomain,
  knownClassInValues,
  knownIssuer,
  knownMiddleware,
  loginCoversHost,
  neededExtensions,
  noLocalPolicyOnL2,
  oneBalancer,
  oneDefaultClass,
  placeableReplicas,
  podSecurity,
  providerContract,
  singleWriter,
  supportedVersions,
  tlsCoversHost,
  volumeWithConsumer,
  webhookLater,
];
