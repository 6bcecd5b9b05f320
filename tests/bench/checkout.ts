import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout that the benchmark belongs to. */
export const root = resolve(import.meta.dirname, '../..');

/** A copy of the sources in a temporary folder, without dist/ and with the same packages. Goes when the process ends. */
export function copyCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'bench-'));
  for (const name of ['charts', 'clusters', 'imports', 'synth', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  mkdirSync(join(copy, 'dist'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
  return copy;
}

/** Wall time of a whole process in milliseconds. @throws when it fails. */
export function time(cwd: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  const elapsed = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${status}:\n${stderr}`);
  return elapsed;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Median of several runs after one that warms the caches. */
export function timeWarm(cwd: string, args: readonly string[], runs: number): number {
  time(cwd, args);
  return median(Array.from({ length: runs }, () => time(cwd, args)));
}
