import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWith, pinned } from './programs.js';

/** How each program is asked for its version. */
const asks: Readonly<Record<string, readonly string[]>> = {
  etcd: ['--version'],
  helm: ['version', '--template', '{{.Version}}'],
  helm4: ['version', '--template', '{{.Version}}'],
  'kube-apiserver': ['--version'],
};

const run = (path: string, args: readonly string[]) => execFileSync(path, args, { encoding: 'utf8' }).trim();

const goMod = (name: string) => readFileSync(new URL(`../../tools/${name}/go.mod`, import.meta.url), 'utf8');

/** The first word that is a version, with its v. @example versionIn('etcd Version: 3.6.8') is 'v3.6.8' */
const versionIn = (text: string) => `v${/(?<![\w.])v?(\d+\.\S+)/.exec(text)?.[1]}`;

/** The exact version of a module, or of the one that a package is in, as go.mod has it. */
function required(name: string, source: string): string | undefined {
  const lines = [...goMod(name).matchAll(/^(?:require )?\s*(\S+) (v\S+)/gm)];
  return lines.find(([, module]) => `${source}/`.startsWith(`${module}/`))?.[2];
}

for (const name of pinned) {
  describeWith([name], name, (paths) => {
    test('reports exactly the version that its go.mod pins', () => {
      const source = /^tool (\S+)$/m.exec(goMod(name))?.[1];
      expect(asks, 'a line above for each folder of tools/').toHaveProperty(name);
      expect(versionIn(run(paths[name] ?? '', asks[name] ?? []))).toBe(required(name, source ?? ''));
    });
  });
}

describeWith(['helm', 'helm4'], 'both Helm releases', (paths) => {
  test.each(Object.entries(paths))('%s renders for the Kubernetes of its own client library unless told otherwise', (name, path) => {
    const folder = mkdtempSync(join(tmpdir(), 'helm-test-'));
    try {
      mkdirSync(join(folder, 'templates'));
      writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: probe\nversion: 1.0.0\n');
      writeFileSync(join(folder, 'templates', 'probe.yaml'), 'minor: {{ .Capabilities.KubeVersion.Minor }}\n');
      const minor = required(name, 'k8s.io/client-go')?.split('.')[1];
      expect(run(path, ['template', 'probe', folder])).toMatch(new RegExp(`^minor: "?${minor}"?$`, 'm'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
