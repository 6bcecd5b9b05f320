/**
 * Kubernetes minor versions that each Talos minor version supports, first and last.
 *
 * Source: https://www.talos.dev/latest/introduction/support-matrix/ (1.12 to 1.14, read 2026-11).
 */
const kubernetesOfTalos: Readonly<Record<string, readonly [number, number]>> = {
  '1.12': [30, 35],
  '1.13': [31, 36],
  '1.14': [33, 37],
};

/** Major and minor of an exact version. @example minorOf('v1.13.10') is '1.13' */
export function minorOf(version: string): string {
  return version.replace(/^v/, '').split('.').slice(0, 2).join('.');
}

/** Versions of Talos whose machine configuration this platform can write. */
export const talosContracts: readonly string[] = ['1.13'];

/** First and last supported Kubernetes minor of a Talos version, or undefined when the Talos version is unknown. */
export function supportedKubernetes(talos: string): readonly [number, number] | undefined {
  return kubernetesOfTalos[minorOf(talos)];
}
