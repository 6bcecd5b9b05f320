import type { ComparedObject } from '../compare.js';
import type { Danger } from '../model.js';
import type { DangerCheck, DangerContext } from './check.js';
import { dataRemoved, massPrune } from './data-removed.js';
import { immutableField } from './immutable-field.js';
import { addressChange, authorityChange } from './names-and-addresses.js';
import { networkPolicyRemoved, podSecurityLowered } from './pod-security.js';
import { storageShrink } from './storage-shrink.js';
import { talosReboot } from './talos-reboot.js';
import { unprotected } from './unprotected.js';
import { versionJump } from './version-jump.js';
import { widerRights } from './wider-rights.js';
import { movingImage, replicasToZero, selectorChange } from './workloads.js';

/** Every check, the worst first: what loses data, what opens doors, what fails, what surprises. */
export const dangerChecks: readonly DangerCheck[] = [
  dataRemoved,
  massPrune,
  unprotected,
  storageShrink,
  widerRights,
  podSecurityLowered,
  networkPolicyRemoved,
  immutableField,
  talosReboot,
  authorityChange,
  addressChange,
  replicasToZero,
  selectorChange,
  versionJump,
  movingImage,
];

/** What may do harm in one cluster, the worst first. */
export function findDangers(all: readonly ComparedObject[], schemas: DangerContext['schemas']): Danger[] {
  const context = { all, schemas };
  return dangerChecks.flatMap(({ id, check, checkAll }) => [
    ...[...(checkAll?.(context) ?? [])].map((found) => ({ id, object: -1, ...found })),
    ...all.flatMap((object, index) => [...(check?.(object, context) ?? [])].map((found) => ({ id, object: index, ...found }))),
  ]);
}
