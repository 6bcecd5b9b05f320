import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where a program is, as an absolute path, or why it cannot run. */
export type Program = { readonly path: string } | { readonly path?: undefined; readonly reason: string };

/** Names of all programs that `tools/` pins, sorted. */
export const pinned: readonly string[] = readdirSync(join(root, 'tools'))
  .filter((name) => existsSync(join(root, 'tools', name, 'go.mod')))
  .sort();

/**
 * A real program that `npm run tools` builds.
 * @param name its folder in `tools/`
 * @throws when `tools/` does not pin it: a typing mistake must not look like a program that is merely absent
 */
export function program(name: string): Program {
  if (!pinned.includes(name)) throw new Error(`tools/ has no ${name}; it has ${pinned.join(', ')}.`);
  const path = join(root, '.tools', 'bin', name);
  try {
    accessSync(path, constants.X_OK);
    return { path };
  } catch {
    return { reason: `.tools/bin/${name} is not there: npm run tools` };
  }
}

/**
 * A suite that needs real programs. Without one of them it is one skipped test, and the output says which program is missing and why.
 * @param names folders in `tools/`
 * @param body defines the tests; gets the absolute path of each program by its name
 * @throws when `tools/` does not pin one of them
 * @example describeWith(['helm'], 'a chart of ours', ({ helm }) => { test('renders', () => run(helm, ['template', '.'])); });
 */
export function describeWith<const Name extends string>(
  names: readonly Name[],
  title: string,
  body: (paths: Readonly<Record<Name, string>>) => void,
): void {
  const found = names.map((name) => ({ name, ...program(name) }));
  const missing = found.flatMap((one) => (one.path === undefined ? [`${one.name}, because ${one.reason}`] : []));
  if (missing.length === 0) {
    const paths = Object.fromEntries(found.map(({ name, path }) => [name, path])) as Record<Name, string>;
    describe(title, () => body(paths));
    return;
  }
  for (const line of missing) console.log(`skipped: ${line} (${title})`);
  describe.skip(title, () => test(`needs ${missing.join('; needs ')}`, () => {}));
}
