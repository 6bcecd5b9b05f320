/**
 * Builds the programs of tools/ that are absent from .tools/bin, or whose pins or Go release changed. One folder = one program: go.mod names
 * its package (`tool`) and exact version. Plain JavaScript, so that it runs before and without any package.
 *
 * node tools/build.mjs [--required] [name...]
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const tools = fileURLToPath(new URL('.', import.meta.url));
const bin = join(tools, '..', '.tools', 'bin');

/** An expected failure; its message is all that is printed of it. */
class Failure extends Error {}

/**
 * Runs Go in a program's module and returns its output. Proxy and cache are the environment's.
 * @throws {Failure} with Go's own words when it fails
 */
function go(name, ...args) {
  // A workspace file above the checkout would change what is built; no program needs a C compiler.
  const env = { ...process.env, GOWORK: 'off', CGO_ENABLED: '0' };
  const { status, stdout, stderr, error } = spawnSync('go', args, { cwd: join(tools, name), env, encoding: 'utf8' });
  if (status !== 0) throw new Failure(`go ${args[0]}: ${(error?.message ?? stderr).trim()}`);
  return stdout;
}

/** What a program's binary is made of, as one hash. */
function hashPins(name) {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'ldflags', '../build.mjs']) {
    const path = join(tools, name, file);
    hash.update(`\0${file}\0`).update(existsSync(path) ? readFileSync(path) : '');
  }
  return hash.digest('hex');
}

/** The package and version of a program, and the linker flags that its own release build would set. */
function readModule(name) {
  const { Tool, Require } = JSON.parse(go(name, 'mod', 'edit', '-json'));
  if (Tool?.length !== 1) throw new Failure(`tools/${name}/go.mod must have exactly one tool line.`);
  const source = Tool[0].Path;
  const versions = new Map(Require.map(({ Path, Version }) => [Path, Version]));
  const module = [...versions.keys()].filter((path) => `${source}/`.startsWith(`${path}/`)).sort((a, b) => b.length - a.length)[0];
  const path = join(tools, name, 'ldflags');
  const ldflags = (existsSync(path) ? readFileSync(path, 'utf8') : '').replace(/\{(\S+?)( minor)?\}/g, (_, required, minor) => {
    const version = versions.get(required);
    if (version === undefined) throw new Failure(`tools/${name}/ldflags names ${required}, which go.mod does not require.`);
    return minor ? version.split('.')[1] : version;
  });
  return { source, version: versions.get(module), ldflags: ldflags.split('\n').join(' ').trim() };
}

/** Builds one program unless it is up to date, puts it in place in one step, and returns what to print. */
function build(name, hasGo) {
  const target = join(bin, name);
  const stamp = join(bin, `.${name}.stamp`);
  const stamped = existsSync(target) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  const pins = hashPins(name);
  if (!hasGo) return stamped.startsWith(pins) ? `${name}: up to date` : `skipped: ${name}, because go is not installed`;
  const { source, version, ldflags } = readModule(name);
  const wanted = `${pins} ${go(name, 'env', 'GOVERSION', 'GOOS', 'GOARCH').trim().split('\n').join(' ')}\n`;
  if (stamped === wanted) return `${name} ${version}: up to date`;
  const started = Date.now();
  const temporary = join(bin, `.${name}.${process.pid}`);
  mkdirSync(bin, { recursive: true });
  try {
    go(name, 'build', '-mod=readonly', '-trimpath', `-ldflags=-s -w ${ldflags}`, '-o', temporary, source);
    // Without the old stamp first, a run that is killed here could leave a new binary that passes for the old one.
    rmSync(stamp, { force: true });
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
  writeFileSync(stamp, wanted);
  return `${name} ${version}: built in ${Math.round((Date.now() - started) / 1000)} s`;
}

const known = readdirSync(tools).filter((name) => existsSync(join(tools, name, 'go.mod')));
const { values, positionals } = parseArgs({ options: { required: { type: 'boolean', default: false } }, allowPositionals: true });
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`tools/ has no ${unknown.join(', ')}; it has ${known.join(', ')}.`);
  process.exit(64);
}
const hasGo = spawnSync('go', ['version']).error?.code !== 'ENOENT';
for (const name of positionals.length > 0 ? positionals : known) {
  try {
    const line = build(name, hasGo);
    console.log(line);
    if (values.required && line.startsWith('skipped')) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`failed: ${name}, because of ${error.message}`);
    process.exitCode = 1;
  }
}
