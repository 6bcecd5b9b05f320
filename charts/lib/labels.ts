import type { PodSecurityLevel } from './provides.js';

/**
 * Labels that make a Namespace enforce, audit and warn at one Pod Security level.
 *
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function podSecurityLabels(level: PodSecurityLevel): Record<string, string> {
  return Object.fromEntries(['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]));
}

/** Namespaces with this label get the bundle of the platform's certificate authorities. */
export const trustLabel: Readonly<Record<string, string>> = { 'platform/trust': 'enabled' };

/** Nodes with this label lend their data disks to the storage component. The Talos configuration sets it. */
export const storageNodeLabel: Readonly<Record<string, string>> = { 'platform/storage': 'data' };
