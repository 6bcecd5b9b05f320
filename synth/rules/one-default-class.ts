import { listOf, recordOf } from '../../charts/lib/untyped.js';
import { classKinds, classNamesOf } from './lib/classes.js';
import type { ClusterView, SeenObject, SeenRelease } from './lib/view.js';
import type { Finding, Rule } from './rule.js';

/**
 * At most one StorageClass, one IngressClass, and one VolumeSnapshotClass a driver is the default, by its annotation or by the values of the chart
 * that makes it; and a claim that names no class has a default.
 *
 * Why: with two defaults the newest class takes the volumes, and two controllers serve one Ingress; without one the claim stays Pending.
 *
 * Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass and
 * https://kubernetes.io/docs/concepts/services-networking/ingress/#default-ingress-class (v1.36), values of the charts traefik (41.6.0), cilium
 * (1.20.3) and synology-csi (0.11.1), https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/ (v1.36)
 */
export const oneDefaultClass: Rule = {
  id: 'one-default-class',
  *check(view) {
    const names = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
    const storage = [...annotated(view, 'StorageClass', names), ...volumesOfCharts(view)];
    const ingress = annotated(view, 'IngressClass', ['ingressclass.kubernetes.io/is-default-class']);
    yield* refuseSecond('StorageClass', storage);
    yield* refuseSecond('IngressClass', [...ingress, ...defaultsOfCharts(view)]);
    const snapshots = annotated(view, 'VolumeSnapshotClass', ['snapshot.storage.kubernetes.io/is-default-class']);
    for (const driver of new Set(snapshots.map(({ driver: own }) => own)))
      yield* refuseSecond(
        'VolumeSnapshotClass',
        snapshots.filter((one) => one.driver === driver),
        ` of the driver ${driver}`,
      );
    // Of a class that only the engine renders nobody knows here whether it is the default.
    const isHidden =
      classNamesOf(view, 'StorageClass').size > view.of(classKinds.StorageClass).length || view.mayHide(classKinds.StorageClass);
    if (storage.length === 0 && !isHidden) yield* findClaims(view);
  },
};

interface Default {
  readonly at: SeenObject | SeenRelease;
  readonly name: string;
  readonly field: string;
  readonly driver?: string;
}

function annotated(view: ClusterView, kind: keyof typeof classKinds, names: readonly string[]): Default[] {
  return view.of(classKinds[kind]).flatMap((at) => {
    const { metadata } = at.manifest;
    const annotation = names.find((name) => metadata.annotations?.[name] === 'true');
    const driver = String(at.manifest['driver'] ?? '');
    return annotation === undefined ? [] : [{ at, name: metadata.name, field: `metadata.annotations["${annotation}"]`, driver }];
  });
}

/** Classes of charts that their engine renders. */
function defaultsOfCharts(view: ClusterView): Default[] {
  return view.releases
    .filter(({ isSeen }) => !isSeen)
    .flatMap((at): Default[] => {
      const { chart } = at.release.props;
      const { ingressClass, ingressController } = at.values;
      if (chart === 'traefik') {
        const { enabled = true, isDefaultClass = true, name } = recordOf(ingressClass);
        const own = typeof name === 'string' && name !== '' ? name : at.release.releaseName;
        return enabled === true && isDefaultClass === true ? [{ at, name: own, field: 'values.ingressClass.isDefaultClass' }] : [];
      }
      const controller = recordOf(ingressController);
      if (chart !== 'cilium' || controller['enabled'] !== true || controller['default'] !== true) return [];
      return [{ at, name: 'cilium', field: 'values.ingressController.default' }];
    });
}

/** The one chart here that makes classes of volumes by its values. */
function volumesOfCharts(view: ClusterView): Default[] {
  return view.releasesOf('synology-csi').flatMap((at) =>
    Object.entries(recordOf(at.isSeen ? {} : at.values['storageClasses'])).flatMap(([name, settings]) => {
      const { isDefault, disabled } = recordOf(settings);
      return isDefault === true && disabled !== true ? [{ at, name, field: `values.storageClasses.${name}.isDefault` }] : [];
    }),
  );
}

/** All but the first are told together: one mistake, whoever of them should not be it. */
function* refuseSecond(kind: string, [first, ...others]: readonly Default[], ofWhat = ''): Generator<Finding> {
  const last = others.at(-1);
  if (first === undefined || last === undefined) return;
  const names = [first, ...others].map(({ name, at }) => `"${name}" (${at.path})`).join(' and ');
  yield {
    at: last.at,
    field: last.field,
    problem: `Each of these is the default ${kind}${ofWhat}: ${names}.`,
    fix: 'let one of them be it.',
  };
}

/** One claim stands for all: what they lack is one class. */
function* findClaims(view: ClusterView): Generator<Finding> {
  const [first, ...others] = [...claimsOf(view)];
  if (first === undefined) return;
  const more = others.length > 0 ? `, as do ${others.length} others` : '';
  const names = [...classNamesOf(view, 'StorageClass')].sort();
  yield {
    ...first,
    problem: `The claim names no StorageClass${more}, and the cluster has no default.`,
    fix:
      names.length > 0 ? `name one of ${names.join(', ')}, or make one the default.` : 'add a component that makes a default StorageClass.',
  };
}

function* claimsOf(view: ClusterView): Generator<Pick<Finding, 'at' | 'field'>> {
  const lacks = (spec: unknown) => {
    const { storageClassName, volumeName } = recordOf(spec);
    return storageClassName === undefined && volumeName === undefined;
  };
  for (const at of view.of('PersistentVolumeClaim')) {
    const isOld = at.manifest.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined;
    if (!isOld && lacks(at.manifest['spec'])) yield { at, field: 'spec.storageClassName' };
  }
  for (const at of view.of('StatefulSet.apps')) {
    const templates = listOf(recordOf(at.manifest['spec'])['volumeClaimTemplates']);
    const index = templates.findIndex(({ spec }) => lacks(spec));
    if (index >= 0) yield { at, field: `spec.volumeClaimTemplates[${index}].spec.storageClassName` };
  }
  for (const at of view.of('Cluster.postgresql.cnpg.io')) {
    const { storageClass, pvcTemplate } = recordOf(recordOf(at.manifest['spec'])['storage']);
    if (storageClass === undefined && lacks(pvcTemplate)) yield { at, field: 'spec.storage.storageClass' };
  }
}
