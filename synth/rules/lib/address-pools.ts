import { listOf, recordOf, textOf, textsOf } from '../../../charts/lib/untyped.js';
import { parseAddress, parseCidr } from '../../../clusters/lib/ipv4.js';
import type { LoadBalancer } from './load-balancers.js';
import { onceAView } from './once-a-view.js';
import { selects } from './pods.js';
import type { SeenObject } from './view.js';

/** A rendered pool of load-balancer addresses. */
export interface AddressPool {
  readonly at: SeenObject;
  readonly owner: 'cilium' | 'metallb';
  readonly name: string;
  /** Its IPv4 ranges, as numbers, each with its text. */
  readonly ranges: readonly { readonly first: number; readonly last: number; readonly text: string }[];
}

/**
 * The pools of Cilium and of MetalLB that are not disabled.
 *
 * Source: https://docs.cilium.io/en/v1.20/network/lb-ipam/, https://metallb.io/configuration/ (0.16)
 */
export const listPools = onceAView((view): readonly AddressPool[] => {
  const ofCilium = view.of('CiliumLoadBalancerIPPool.cilium.io').flatMap((at): AddressPool[] => {
    const { blocks, disabled } = recordOf(at.manifest['spec']);
    if (disabled === true) return [];
    const texts = listOf(blocks).map(({ cidr, start, stop }) => textOf(cidr) ?? `${start}-${stop ?? start}`);
    return [{ at, owner: 'cilium', name: at.manifest.metadata.name, ranges: texts.flatMap(rangeOf) }];
  });
  const ofMetalLb = view.of('IPAddressPool.metallb.io').map((at): AddressPool => {
    const texts = textsOf(recordOf(at.manifest['spec'])['addresses']);
    return { at, owner: 'metallb', name: at.manifest.metadata.name, ranges: texts.flatMap(rangeOf) };
  });
  return [...ofCilium, ...ofMetalLb];
});

/** Whether a pool has an address. */
export function holds({ ranges }: AddressPool, address: number): boolean {
  return ranges.some(({ first, last }) => first <= address && address <= last);
}

/**
 * Whether a pool gives addresses to a Service; undefined where labels that only its chart knows decide.
 *
 * @param isAutomatic for a Service that asks for no address.
 */
export function serves({ owner, at }: AddressPool, service: LoadBalancer, isAutomatic: boolean): boolean | undefined {
  const { serviceSelector, autoAssign, serviceAllocation } = recordOf(at.manifest['spec']);
  if (owner === 'metallb') {
    if (isAutomatic && autoAssign === false) return false;
    return serviceAllocation === undefined ? true : undefined;
  }
  const { namespace, name, labels } = service;
  const isSelected = selects(serviceSelector, {
    ...labels,
    'io.kubernetes.service.namespace': namespace,
    'io.kubernetes.service.name': name,
  });
  return isSelected || service.hasAllLabels || !asksForChartLabels(serviceSelector) ? isSelected : undefined;
}

/** Labels that charts write by themselves. */
function asksForChartLabels(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = recordOf(selector);
  const keys = [...Object.keys(recordOf(matchLabels)), ...listOf(matchExpressions).map(({ key }) => String(key))];
  return keys.some((key) => /^(app|release|chart|(app\.kubernetes|helm|io\.kubernetes)\..*)$/.test(key.split('/')[0] ?? ''));
}

function rangeOf(text: string): AddressPool['ranges'] {
  const cidr = parseCidr(text);
  if (cidr) return [{ first: cidr.first, last: cidr.last, text }];
  const [start = '', stop = start] = text.split('-').map((part) => part.trim());
  const [first, last] = [parseAddress(start), parseAddress(stop)];
  return first === undefined || last === undefined ? [] : [{ first, last, text }];
}
