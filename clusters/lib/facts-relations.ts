import type { Problem } from '../../charts/lib/problem.js';
import { type AddressFacts, checkAddresses } from './address-relations.js';
import type { ClusterFacts } from './facts.js';
import { originOf } from './facts-shape.js';
import { checkMachines } from './machine-relations.js';
import { minorOf, supportedKubernetes, talosContracts } from './versions.js';

/** Reports a problem of one cluster file. */
export type Report = (rule: string, field: string, problem: string, fix: string) => void;

/** True when no fact at or below any of these paths has failed, so that a check that depends on them can speak. */
export type IsSound = (...fields: string[]) => boolean;

/**
 * Checks between facts. Each one is left out when a fact that it reads has already failed.
 *
 * @param misshapen paths of the facts that have the wrong form; '' is all of them.
 */
export function checkRelations(facts: ClusterFacts, file: string, misshapen: readonly string[]): Problem[] {
  if (misshapen.includes('')) return [];
  const problems: Problem[] = [];
  const report: Report = (rule, field, problem, fix) => void problems.push({ rule, severity: 'error', file, field, problem, fix });
  const isSound: IsSound = (...fields) =>
    ![...misshapen, ...problems.map(({ field }) => field)].some((failed) =>
      fields.some((field) => failed === field || failed.startsWith(`${field}.`) || failed.startsWith(`${field}[`)),
    ) && !misshapen.some((failed) => fields.some((field) => field.startsWith(`${failed}.`) || field.startsWith(`${failed}[`)));

  checkVersions(facts, report, isSound);
  checkMachines(facts, report, isSound);
  checkParent(facts, report, isSound);
  checkCertificates(facts, report, isSound);
  checkAddresses(facts as unknown as AddressFacts, report, isSound);
  return problems;
}

function checkVersions({ versions }: ClusterFacts, report: Report, isSound: IsSound): void {
  if (!isSound('versions.talos')) return;
  if (!talosContracts.includes(minorOf(versions.talos))) {
    const known = talosContracts.map((minor) => `v${minor}`).join(', ');
    return void report(
      'supported-talos',
      'versions.talos',
      `No machine configuration can be written for Talos ${versions.talos}.`,
      `use a release of ${known}.`,
    );
  }
  const range = supportedKubernetes(versions.talos);
  if (!range || !isSound('versions.kubernetes')) return;
  const [major, minor = 0] = minorOf(versions.kubernetes).split('.').map(Number);
  if (major === 1 && minor >= range[0] && minor <= range[1]) return;
  const problem = `Talos ${versions.talos} does not support Kubernetes ${versions.kubernetes}.`;
  report('supported-kubernetes', 'versions.kubernetes', problem, `use a version from v1.${range[0]} to v1.${range[1]}.`);
}

/** The platform, the machines and the parent say the same: who makes the machines. The one that differs from both others is the mistake. */
function checkParent({ platform, parent, name, engine, ...facts }: ClusterFacts, report: Report, isSound: IsSound): void {
  if (isSound('platform', 'parent')) {
    const origin = originOf({ platform, parent, ...facts });
    const ofChild = {
      platform: platform === 'kubevirt' || platform === 'capmox',
      machines: origin !== 'root',
      parent: parent !== undefined,
    };
    const children = Object.values(ofChild).filter(Boolean).length;
    const odd = (Object.keys(ofChild) as (keyof typeof ofChild)[]).find((fact) => ofChild[fact] === (children === 1));
    if (children === 1 || children === 2) reportOrigin(odd ?? 'parent', children === 2, { platform, parent }, report);
    else if (children === 3 && platform !== origin) {
      const problem = `The machines and the network are those of a child on ${origin}, not on ${platform}.`;
      report('parent-creates-machines', 'platform', problem, `write "${origin}".`);
    }
  }
  if (isSound('parent', 'name') && parent === name) {
    report('other-parent', 'parent', 'A cluster cannot create itself.', 'name another cluster.');
  }
  if (isSound('parent', 'engine') && parent !== undefined && engine !== 'argocd') {
    report('engine-of-child', 'engine', `The parent installs Argo CD in its children, not ${engine}.`, 'write "argocd".');
  }
}

function reportOrigin(
  fact: 'platform' | 'machines' | 'parent',
  isChild: boolean,
  { platform, parent }: { readonly platform: string; readonly parent?: string | undefined },
  report: Report,
): void {
  const say = (field: string, problem: string, fix: string) => report('parent-creates-machines', field, problem, fix);
  if (fact === 'parent') {
    if (isChild)
      say('parent', `On ${platform} a parent cluster creates the machines, and none is named.`, 'add the name of the parent cluster.');
    else say('parent', `On ${platform} the bootstrap creates the machines, not the parent "${parent}".`, 'remove it.');
  } else if (fact === 'platform') {
    if (isChild)
      say('platform', `The parent "${parent}" creates the machines, which it cannot on ${platform}.`, 'write kubevirt or capmox.');
    else say('platform', `On ${platform} a parent cluster creates the machines, and here are nodes.`, 'write vsphere, metal or proxmox.');
  } else if (isChild) say('nodes', `The parent "${parent}" creates the machines, and nobody knows their names.`, 'write machines instead.');
  else say('machines', `On ${platform} the bootstrap brings up machines one by one.`, 'write nodes instead.');
}

/** Top-level domains that no public authority signs. Source: https://www.rfc-editor.org/rfc/rfc6761 and rfc6762. */
export const privateDomain = /(^|\.)(test|local|localhost|invalid|example|internal|lan|home\.arpa)$/;

function checkCertificates({ certificates, domain, network }: ClusterFacts, report: Report, isSound: IsSound): void {
  if (certificates === undefined || certificates.authority === 'private' || !isSound('certificates')) return;
  const { authority, email, dnsProvider } = certificates;
  if (isSound('domain') && privateDomain.test(domain)) {
    const problem = `${authority} signs names of public domains only, and "${domain}" is none.`;
    report('public-domain', 'certificates.authority', problem, 'write "private", or give the cluster a public domain.');
    return;
  }
  if (email === undefined) report('acme-account', 'certificates.email', `${authority} wants a mail address to warn.`, 'add it.');
  if (dnsProvider === undefined && isSound('network.publicIngress') && network.publicIngress !== true) {
    const problem = `${authority} wants proof that the domain is ours, and nothing says who serves its DNS.`;
    report('acme-proof', 'certificates.dnsProvider', problem, 'add it or, where the internet reaches the ingress, network.publicIngress.');
  }
}
