import { acmePublicName } from './acme-public-name.js';
import { admissionIndependent } from './admission-independent.js';
import { announcedFromControlPlanes } from './announced-from-control-planes.js';
import { announcedInterface } from './announced-interface.js';
import { appliedServerSide } from './applied-server-side.js';
import { authorityLifetime } from './authority-lifetime.js';
import { branchRevision } from './branch-revision.js';
import { branchWithoutTag } from './branch-without-tag.js';
import { completeCronjob } from './complete-cronjob.js';
import { consistentTls } from './consistent-tls.js';
import { distinctHosts } from './distinct-hosts.js';
import { distinctMode } from './distinct-mode.js';
import { dnsZone } from './dns-zone.js';
import { drainable } from './drainable.js';
import { enoughNodes } from './enough-nodes.js';
import { exposureAfterIngress } from './exposure-after-ingress.js';
import { filledSecret } from './filled-secret.js';
import { firstValuesAgree } from './first-values-agree.js';
import { fixedAddress } from './fixed-address.js';
import { hostInDomain } from './host-in-domain.js';
import { immutableField } from './immutable-field.js';
import { keptClaim } from './kept-claim.js';
import { knownAccount } from './known-account.js';
import { knownClassInValues } from './known-class-in-values.js';
import { knownConfigMap } from './known-config-map.js';
import { knownEngineAnnotation } from './known-engine-annotation.js';
import { knownIssuer } from './known-issuer.js';
import { knownMiddleware } from './known-middleware.js';
import { knownPort } from './known-port.js';
import { knownStore } from './known-store.js';
import { kubevirtNetwork } from './kubevirt-network.js';
import { leastPrivilege } from './least-privilege.js';
import { loginCoversHost } from './login-covers-host.js';
import { neededExtensions } from './needed-extensions.js';
import { noCascade } from './no-cascade.js';
import { noForeignHook } from './no-foreign-hook.js';
import { noLocalPolicyOnL2 } from './no-local-policy-on-l2.js';
import { normalisedObject } from './normalised-object.js';
import { oddQuorum } from './odd-quorum.js';
import { oneBalancer } from './one-balancer.js';
import { oneDefaultClass } from './one-default-class.js';
import { oneNetwork } from './one-network.js';
import { orderedApplications } from './ordered-applications.js';
import { permittedByProject } from './permitted-by-project.js';
import { pinnedChart } from './pinned-chart.js';
import { pinnedImage } from './pinned-image.js';
import { pinnedSource } from './pinned-source.js';
import { placeableReplicas } from './placeable-replicas.js';
import { plainDirectory } from './plain-directory.js';
import { podSecurity } from './pod-security.js';
import { probeAndMemory } from './probe-and-memory.js';
import { protectedData } from './protected-data.js';
import { providerContract } from './provider-contract.js';
import { publishedStatus } from './published-status.js';
import { restorableBackup } from './restorable-backup.js';
import type { Rule } from './rule.js';
import { scrapedTarget } from './scraped-target.js';
import { secretCycle } from './secret-cycle.js';
import { servedVersion } from './served-version.js';
import { singleOwner } from './single-owner.js';
import { singleWriter } from './single-writer.js';
import { supportedVersions } from './supported-versions.js';
import { tlsCoversHost } from './tls-covers-host.js';
import { uniqueIdentity } from './unique-identity.js';
import { volumeWithConsumer } from './volume-with-consumer.js';
import { webhookLater } from './webhook-later.js';
import { workingLogin } from './working-login.js';

/** Every rule, in the order of their names. */
export const rules: readonly Rule[] = [
  acmePublicName,
  admissionIndependent,
  announcedFromControlPlanes,
  announcedInterface,
  appliedServerSide,
  authorityLifetime,
  branchRevision,
  branchWithoutTag,
  completeCronjob,
  consistentTls,
  distinctHosts,
  distinctMode,
  dnsZone,
  drainable,
  enoughNodes,
  exposureAfterIngress,
  filledSecret,
  firstValuesAgree,
  fixedAddress,
  hostInDomain,
  immutableField,
  keptClaim,
  knownAccount,
  knownClassInValues,
  knownConfigMap,
  knownEngineAnnotation,
  knownIssuer,
  knownMiddleware,
  knownPort,
  knownStore,
  kubevirtNetwork,
  leastPrivilege,
  loginCoversHost,
  neededExtensions,
  noCascade,
  noForeignHook,
  noLocalPolicyOnL2,
  normalisedObject,
  oddQuorum,
  oneBalancer,
  oneDefaultClass,
  oneNetwork,
  orderedApplications,
  permittedByProject,
  pinnedChart,
  pinnedImage,
  pinnedSource,
  placeableReplicas,
  plainDirectory,
  podSecurity,
  probeAndMemory,
  protectedData,
  providerContract,
  publishedStatus,
  restorableBackup,
  scrapedTarget,
  secretCycle,
  servedVersion,
  singleOwner,
  singleWriter,
  supportedVersions,
  tlsCoversHost,
  uniqueIdentity,
  volumeWithConsumer,
  webhookLater,
  workingLogin,
];
