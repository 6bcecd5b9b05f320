import { problemOf } from '../lib/collect.js';
import { type Problem, Problems } from '../lib/problem.js';
import type { PostgresProps } from './index.js';

const reservedRole = /^(postgres|streaming_replica|cnpg_.*|pg_.*)$/;
const reservedDatabase = /^(postgres|template[01])$/;

/**
 * The operator accepts these and then fails for ever, in the Job that makes the first instance.
 *
 * Source: https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS, pkg/postgres/roles.go of the operator (v1.30.0)
 */
function checkNames(id: string, { database, owner = database }: PostgresProps): Problem[] {
  const names = [
    ['database', database, reservedDatabase],
    ['owner', owner, reservedRole],
  ] as const;
  return names
    .filter(([, name, reserved]) => reserved.test(name) || !/^[a-z_][a-z0-9_]{0,62}$/.test(name))
    .map(([field, name, reserved]) => {
      const problem = reserved.test(name)
        ? `PostgreSQL or the operator keeps the name "${name}" for itself.`
        : `"${name}" is no name that SQL takes without quotes.`;
      return problemOf(id, field, 'valid-database', problem, 'write another one, of at most 63 of a-z, 0-9 and _, no digit first.');
    });
}

/** The operator accepts these too, and then makes no backups, or makes them at another time. */
function checkBackup(id: string, { operator, backup }: PostgresProps): Problem[] {
  const problems: Problem[] = [];
  const report = (field: string, problem: string, fix: string) =>
    problems.push(problemOf(id, `backup${field}`, 'valid-backup', problem, fix));
  if (!backup) return problems;
  const { schedule, folder = id, recovery } = backup;
  if (!operator.hasBackups)
    report('', `The operator ${operator.node.id} cannot make backups.`, 'write hasBackups: true for it, or drop the backup.');
  if (schedule !== undefined && schedule.trim().split(/\s+/).length !== 6)
    report('.schedule', `"${schedule}" has not six fields: seconds come first.`, `write "0 ${schedule}" for a line of cron.`);
  if (recovery?.folder === folder)
    report('.folder', `It would write over the backups in "${folder}" that it is made from.`, `write another one, as "${folder}-2".`);
  return problems;
}

/** @throws {Problems} */
export function checkProps(id: string, props: PostgresProps): void {
  const problems = [...checkNames(id, props), ...checkBackup(id, props)];
  if (problems.length > 0) throw new Problems(problems);
}
