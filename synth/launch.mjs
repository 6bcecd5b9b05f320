/**
 * Starts the command line from a bundle of the sources, because loading TypeScript file by file is most of a synth. The bundle lies in
 * node_modules/.cache under the hash of every byte that it is made of, so that it can be stale only if SHA-256 fails. Plain JavaScript,
 * since it is what makes TypeScript run; everything else is in main.ts.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'synth');

/** Names of all TypeScript files below a folder, relative to the checkout, in a fixed order. */
function listSources(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return path === 'imports/schemas' ? [] : listSources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

const sources = ['charts', 'clusters', 'imports', 'synth'].flatMap(listSources);

function hashInputs() {
  const hash = createHash('sha256').update(process.version);
  for (const path of ['synth/launch.mjs', 'package-lock.json', 'tsconfig.json', ...sources]) {
    const content = readFileSync(join(root, path));
    hash.update(`\0${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Bundles main.ts and each cluster file, what they share in chunks of its own, and puts the result in place in one step. */
async function bundle(target) {
  const esbuild = await import('esbuild');
  const outdir = `${target}.${process.pid}`;
  const clusters = sources.filter((path) => /^clusters\/[^/]+\.ts$/.test(path) && !path.endsWith('.d.ts'));
  const entries = Object.fromEntries(['synth/main.ts', ...clusters].map((path) => [path.slice(0, -3), join(root, path)]));
  await esbuild.build({
    entryPoints: entries,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
    // CommonJS packages call require for Node's own modules.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  });
  try {
    renameSync(outdir, target);
  } catch (error) {
    rmSync(outdir, { recursive: true, force: true });
    // Another run was faster; its result has the same name and so the same content.
    if (!existsSync(target)) throw error;
  }
}

/** Keeps the newest few bundles, so that switching between branches stays fast and the folder small. */
function forgetOld() {
  // Another run may have taken one away since.
  const ageOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const aged = readdirSync(cache).map((name) => ({ path: join(cache, name), age: ageOf(join(cache, name)) }));
  for (const { path } of aged.sort((a, b) => b.age - a.age).slice(8)) rmSync(path, { recursive: true, force: true });
}

const folder = join(cache, hashInputs().slice(0, 32));
if (!existsSync(folder)) {
  mkdirSync(cache, { recursive: true });
  try {
    await bundle(folder);
  } catch (error) {
    // A syntax error: esbuild has printed file, line and column.
    if (!Array.isArray(error?.errors)) throw error;
    process.exit(1);
  }
  forgetOld();
} else {
  const now = new Date();
  utimesSync(folder, now, now);
}
module.enableCompileCache?.(join(root, 'node_modules', '.cache', 'compile'));

// The stack of a bug names our sources, not the bundle.
process.setSourceMapsEnabled(true);

const { main } = await import(pathToFileURL(join(folder, 'synth', 'main.mjs')).href);
process.exitCode = await main(process.argv.slice(2), {
  root,
  env: process.env,
  cwd: process.cwd(),
  loadCluster: (name) => import(pathToFileURL(join(folder, 'clusters', `${name}.mjs`)).href),
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
  isTerminal: process.stderr.isTTY === true,
  printProgress: (text) => process.stderr.write(`\r\x1b[K${text}`),
});
