import { acmePublicName } from './acme-public-name.js';
import { distinctHosts } from './distinct-hosts.js';
import { filledSecret } from './filled-secret.js';
import { hostInDomain } from './host-in-domain.js';
import { knownIssuer } from './known-issuer.js';
import { knownMiddleware } from './known-middleware.js';
import { loginCoversHost } from './login-covers-host.js';
import { podSecurity } from './pod-security.js';
import type { Rule } from './rule.js';
import { singleWriter } from './single-writer.js';
import { tlsCoversHost } from './tls-covers-host.js';
import { volumeWithConsumer } from './volume-with-consumer.js';

/** Every rule, in the order of their names. */
export const rules: readonly Rule[] = [
  acmePublicName,
  distinctHosts,
  filledSecret,
  hostInDomain,
  knownIssuer,
  knownMiddleware,
  loginCoversHost,
  podSecurity,
  singleWriter,
  tlsCoversHost,
  volumeWithConsumer,
];
