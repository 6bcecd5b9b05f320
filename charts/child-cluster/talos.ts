import { stringify } from 'yaml';
import type { ChildClusterProps, TalosPatch } from './props.js';

/** The form in which the Talos providers take the configuration of a machine. */
export interface TalosConfigSpec {
  readonly generateType: 'controlplane' | 'worker';
  /** The contract, without the patch release, which says nothing about the configuration. @example 'v1.13' */
  readonly talosVersion: string;
  readonly strategicPatches: readonly string[];
}

/**
 * What the machines of one role get on top of what the provider generates: Cilium in place of the built-in network and kube-proxy, and the
 * local load balancer that Cilium reaches the API server through. Strategic patches only: JSON patches fail on several documents.
 *
 * Source: https://docs.siderolabs.com/talos/v1.13/reference/configuration/ and
 * https://github.com/siderolabs/cluster-api-bootstrap-provider-talos/blob/v0.6.12/README.md
 */
export function talosConfigOf(props: ChildClusterProps, role: TalosConfigSpec['generateType']): TalosConfigSpec {
  const own = role === 'controlplane' ? [...controlPlanePatches(props), ...(props.patches?.controlPlane ?? [])] : props.patches?.workers;
  return {
    generateType: role,
    talosVersion: props.versions.talos.split('.').slice(0, 2).join('.'),
    strategicPatches: [commonPatch(props), ...(own ?? [])].map((patch) => stringify(patch, asText)),
  };
}

function commonPatch({ network, hasCloudController }: ChildClusterProps): TalosPatch {
  return {
    machine: { features: { kubePrism: { enabled: true, port: 7445 } } },
    cluster: {
      network: { cni: { name: 'none' }, dnsDomain: network.clusterDomain },
      ...(hasCloudController ? { externalCloudProvider: { enabled: true } } : {}),
    },
  };
}

function controlPlanePatches(props: ChildClusterProps): TalosPatch[] {
  const proxy = { cluster: { proxy: { disabled: true } } };
  if (props.infrastructure === 'kubevirt') return [proxy];
  // The cloud controller reads the provider ID of each node from the Talos API.
  const talosApi = { enabled: true, allowedRoles: ['os:reader'], allowedKubernetesNamespaces: ['kube-system'] };
  return [
    proxy,
    ...(props.hasCloudController ? [{ machine: { features: { kubernetesTalosAPIAccess: talosApi } } }] : []),
    { apiVersion: 'v1alpha1', kind: 'Layer2VIPConfig', name: props.endpoint, link: props.interface },
  ];
}

/** Strings are quoted, so that no reader of YAML 1.1 takes `off` for a boolean. */
const asText = {
  lineWidth: 0,
  sortMapEntries: true,
  aliasDuplicateObjects: false,
  defaultStringType: 'QUOTE_DOUBLE',
  defaultKeyType: 'PLAIN',
} as const;
