import { builtinNamespaces } from '../../../charts/lib/kinds.js';
import { recordOf, textOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import type { Finding } from '../rule.js';
import { classKinds } from './classes.js';
import { hoursOf } from './duration.js';
import type { ClusterView, SeenObject } from './view.js';

const locationKind = 'BackupStorageLocation.velero.io';

/** Where backups go. Locations of a chart that only the engine renders are not seen, so that nothing is said then. */
export function* checkLocations(view: ClusterView): Generator<Finding> {
  const locations = view.of(locationKind);
  const marked = locations.filter(({ manifest }) => valueAt(manifest, 'spec.default') === true);
  const [first, ...others] = marked;
  const last = others.at(-1);
  if (first && last) {
    const paths = marked.map(({ path }) => path).join(' and ');
    yield { at: last, field: 'spec.default', problem: `Each of these is the default location: ${paths}.`, fix: 'let one of them be it.' };
  }
  const [any] = locations;
  // The server takes one of this name for the default.
  if (any === undefined || first !== undefined || locations.some(({ manifest }) => manifest.metadata.name === 'default')) return;
  if (view.mayHide(locationKind)) return;
  yield { at: any, field: 'spec.default', problem: 'No location is the default.', fix: 'write `true`, or call it "default".' };
}

/** What is backed up when. */
export function* checkSchedules(view: ClusterView): Generator<Finding> {
  for (const at of view.of('Schedule.velero.io')) {
    const { schedule, template } = recordOf(at.manifest['spec']);
    const { storageLocation, includedNamespaces, excludedNamespaces, ttl } = recordOf(template);
    yield* checkLocation(view, at, textOf(storageLocation));
    const fields = String(schedule).trim().split(/\s+/);
    if (!/^(@|CRON_TZ=|TZ=)/.test(String(schedule)) && fields.length !== 5) {
      const problem = `"${schedule}" has ${fields.length} fields, and Velero reads five.`;
      yield {
        at,
        field: 'spec.schedule',
        problem,
        fix: fields.length === 6 ? `write "${fields.slice(1).join(' ')}".` : 'write five fields.',
      };
    }
    if (ttl !== undefined && (hoursOf(ttl) ?? 0) === 0) {
      const problem = `"${ttl}" is no time to keep a backup for.`;
      yield { at, field: 'spec.template.ttl', problem, fix: 'write hours, "720h" for 30 days.' };
    }
    yield* checkNamespaces(view, at, textsOf(includedNamespaces), textsOf(excludedNamespaces));
  }
}

function* checkLocation(view: ClusterView, at: SeenObject, name: string | undefined): Generator<Finding> {
  const { namespace } = at.manifest.metadata;
  if (name === undefined || view.find(locationKind, name, namespace) || view.mayHide(locationKind, namespace)) return;
  if (view.releasesOf('velero').some(({ isSeen, values }) => !isSeen && values['backupsEnabled'] !== false)) return;
  const names = view.of(locationKind).map(({ manifest }) => manifest.metadata.name);
  const problem = `Nothing makes the BackupStorageLocation "${name}" in the namespace "${namespace}".`;
  const fix = names.length > 0 ? `write one of ${names.sort().join(', ')}.` : 'add one.';
  yield { at, field: 'spec.template.storageLocation', problem, fix };
}

function* checkNamespaces(view: ClusterView, at: SeenObject, included: readonly string[], excluded: readonly string[]): Generator<Finding> {
  const field = 'spec.template.includedNamespaces';
  const wanted = included.filter((name) => name !== '*');
  const isEmpty = excluded.includes('*') || (wanted.length > 0 && wanted.every((name) => excluded.includes(name)));
  if (isEmpty)
    return yield { at, field, problem: 'It leaves out every namespace that it names.', fix: 'take them out of excludedNamespaces.' };
  // Patterns with * may fit what nobody sees here.
  const lost = wanted.find((name) => !name.includes('*') && !isKnown(view, name));
  if (lost === undefined) return;
  const names = view.of('Namespace').map(({ manifest }) => manifest.metadata.name);
  const problem = `Nothing in this cluster makes the namespace "${lost}", so that nothing of it is backed up.`;
  yield { at, field, problem, fix: `write one of ${names.sort().join(', ')}.` };
}

function isKnown(view: ClusterView, name: string): boolean {
  return (
    builtinNamespaces.includes(name) || view.plan.dependencies.providers.namespaces.has(name) || view.find('Namespace', name) !== undefined
  );
}

/** What copies volumes, in a backup or by default. */
export function* checkSnapshots(view: ClusterView): Generator<Finding> {
  for (const at of view.releasesOf('velero')) {
    const { deployNodeAgent, configuration } = at.values;
    const { features, defaultSnapshotMoveData, defaultVolumesToFsBackup } = recordOf(configuration);
    const schedules = view.of('Schedule.velero.io').map(({ manifest }) => recordOf(valueAt(manifest, 'spec.template')));
    const isMoved = defaultSnapshotMoveData === true || schedules.some(({ snapshotMoveData }) => snapshotMoveData === true);
    const isRead = defaultVolumesToFsBackup === true || schedules.some((template) => template['defaultVolumesToFsBackup'] === true);
    if ((isMoved || isRead) && deployNodeAgent !== true) {
      const problem = `Volumes are ${isMoved ? 'copied out of their snapshots' : 'read through the file system'}, and there is no node agent to do it.`;
      yield { at, field: 'values.deployNodeAgent', problem, fix: 'write `true`.' };
    }
    const isEnabled = String(features ?? '').includes('EnableCSI');
    if (isMoved && !isEnabled) {
      const problem = 'Volumes are copied out of their snapshots, and it takes none of storage drivers.';
      yield { at, field: 'values.configuration.features', problem, fix: 'write "EnableCSI".' };
    }
    if (isEnabled) yield* checkClasses(view);
    for (const controller of isEnabled ? view.releasesOf('snapshot-controller') : []) {
      if (recordOf(controller.values['controller'])['enabled'] !== false) continue;
      const problem = `${at.path} snapshots volumes, and the controller that makes snapshots is off.`;
      yield { at: controller, field: 'values.controller.enabled', problem, fix: 'write `true`.' };
    }
  }
}

/** Velero takes the class with its label, or the default of the driver, or the only one. */
function* checkClasses(view: ClusterView): Generator<Finding> {
  const classes = view.of(classKinds.VolumeSnapshotClass);
  const drivers = new Set(classes.map(({ manifest }) => String(manifest['driver'])));
  for (const driver of drivers) {
    const own = classes.filter(({ manifest }) => manifest['driver'] === driver);
    const [first] = own;
    const isChosen = own.some(
      ({ manifest: { metadata } }) =>
        metadata.labels?.['velero.io/csi-volumesnapshot-class'] !== undefined ||
        metadata.annotations?.['snapshot.storage.kubernetes.io/is-default-class'] !== undefined,
    );
    if (first === undefined || own.length === 1 || isChosen) continue;
    const problem = `Velero cannot choose between the ${own.length} classes of snapshots of ${driver}.`;
    yield { at: first, field: 'metadata.labels', problem, fix: 'give one the label velero.io/csi-volumesnapshot-class: "true".' };
  }
  if (view.mayHide(classKinds.VolumeSnapshotClass)) return;
  const lacking = view
    .of(classKinds.StorageClass)
    .find(({ manifest }) => isDefault(manifest) && !drivers.has(String(manifest['provisioner'])));
  if (lacking === undefined) return;
  const problem = `Velero snapshots volumes, and there is no VolumeSnapshotClass of ${lacking.manifest['provisioner']}, whose class is the default.`;
  yield { at: lacking, field: 'provisioner', problem, fix: 'add one, or leave EnableCSI out of configuration.features.' };
}

function isDefault({ metadata }: SeenObject['manifest']): boolean {
  return metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
}
