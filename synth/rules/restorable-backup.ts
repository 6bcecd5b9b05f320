import { checkDatabases } from './lib/database-backups.js';
import { checkLocations, checkSchedules, checkSnapshots } from './lib/velero.js';
import type { Rule } from './rule.js';

/**
 * Backups are made, and of everything that they say: Velero has one default location whose login is there, schedules that name a location and
 * namespaces that exist, a class of snapshots that it can choose, and its node agent where volumes are copied; a scheduled backup of PostgreSQL
 * names a database that has a place to write to.
 *
 * Why: a backup that fails, or lacks the volumes, is noticed when it is needed.
 *
 * Source: https://velero.io/docs/v1.18/csi-snapshot-data-movement/, https://velero.io/docs/v1.18/locations/, pkg/util/csi/volume_snapshot.go of
 * vmware-tanzu/velero (v1.18), https://cloudnative-pg.io/documentation/current/backup/ (1.30: schedules have six fields)
 */
export const restorableBackup: Rule = {
  id: 'restorable-backup',
  *check(view) {
    yield* checkLocations(view);
    yield* checkSchedules(view);
    yield* checkSnapshots(view);
    yield* checkDatabases(view);
  },
};
