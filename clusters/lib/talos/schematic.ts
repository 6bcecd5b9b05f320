import { createHash } from 'node:crypto';
import type { Cluster } from '../facts.js';

/** An Image Factory schematic: which system extensions the image of a cluster holds. */
export interface Schematic {
  readonly customization: { readonly systemExtensions?: { readonly officialExtensions: readonly string[] } };
}

/**
 * Guest agent of each platform.
 *
 * Source: https://github.com/siderolabs/extensions (guest-agents)
 */
const guestAgents: Readonly<Record<Cluster['platform'], readonly string[]>> = {
  vsphere: ['siderolabs/vmtoolsd-guest-agent'],
  proxmox: ['siderolabs/qemu-guest-agent'],
  capmox: ['siderolabs/qemu-guest-agent'],
  kubevirt: ['siderolabs/qemu-guest-agent'],
  metal: [],
};

export function schematicOf(platform: Cluster['platform'], extensions: readonly string[]): Schematic {
  const all = [...new Set([...guestAgents[platform], ...extensions])].sort();
  return { customization: all.length > 0 ? { systemExtensions: { officialExtensions: all } } : {} };
}

/**
 * The id under which the Image Factory serves a schematic: the SHA-256 of the YAML as the factory itself writes it (indented by four).
 * Computed here so that synth needs no network; the test compares two published ids.
 *
 * Source: https://github.com/siderolabs/image-factory (pkg/schematic)
 */
export function schematicId({ customization }: Schematic): string {
  const extensions = customization.systemExtensions?.officialExtensions;
  const body = extensions
    ? [
        'customization:',
        '    systemExtensions:',
        '        officialExtensions:',
        ...extensions.map((name) => `            - ${name}`),
        '',
      ].join('\n')
    : 'customization: {}\n';
  return createHash('sha256').update(body).digest('hex');
}
