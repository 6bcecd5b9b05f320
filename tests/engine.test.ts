import type { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { healthChecks } from '../charts/argo-cd/health.js';
import { engineAnnotations } from '../charts/lib/annotations.js';
import { renderApplication, renderRoot } from '../charts/lib/argo-cd/application.js';
import { renderProjects } from '../charts/lib/argo-cd/project.js';
import type { EngineSettings } from '../charts/lib/engine.js';
import { ReleaseManifest } from '../charts/lib/release.js';
import { DeclaredSecret } from '../charts/lib/secret.js';
import { validateObject } from '../synth/schema/validate.js';
import { Made, planOf, schemas } from './fixtures/components.js';

const repository = 'https://git.example.test/platform.git';
const settings: EngineSettings = { cluster: 'made-up', repository, branch: 'dev' };

/** The Applications of components that a test adds, by name. */
function applicationsOf(build: (app: App) => void) {
  const { partition, problems } = planOf(build);
  expect(problems).toEqual([]);
  return new Map(partition().map((part) => [part.name, renderApplication(part, settings)]));
}

const applicationOf = (build: (app: App) => void) => {
  const application = applicationsOf(build).get('a');
  if (!application) throw new Error('no component is called a');
  return application;
};
const sourcesOf = (build: (app: App) => void) => applicationOf(build).spec.sources ?? [];

/** The AppProjects of components that a test adds, by name. */
function projectsOf(build: (app: App) => void) {
  const { components, problems } = planOf(build);
  expect(problems).toEqual([]);
  return new Map(renderProjects(components, settings, schemas).map((project) => [project.metadata.name ?? '', project]));
}

const kindsOf = (list: readonly { group: string; kind: string }[] | undefined) => (list ?? []).map(({ group, kind }) => `${group}/${kind}`);

describe('an Application', () => {
  test('reads its folder from the full name of the branch, and the whole of it when it is not split', () => {
    expect(sourcesOf((app) => new Made(app, 'a').fill('base', 'resources'))).toEqual([
      { repoURL: repository, targetRevision: 'refs/heads/dev', path: 'dist/made-up/manifests/a', directory: { recurse: true } },
    ]);
  });

  test('reads only the folders of its own stages when it is split', () => {
    const applications = applicationsOf((app) => new Made(app, 'a', { bootstrap: true }).fill('base', 'resources', 'exposure'));
    const paths = [...applications].map(([name, { spec }]) => [name, (spec.sources ?? []).map(({ path }) => path)]);
    expect(paths).toEqual([
      ['a', ['dist/made-up/manifests/a/base', 'dist/made-up/manifests/a/resources']],
      ['a-exposure', ['dist/made-up/manifests/a/exposure']],
    ]);
    expect(applications.get('a')?.metadata.annotations?.['argocd.argoproj.io/manifest-generate-paths']).toBe(
      '/dist/made-up/manifests/a/base;/dist/made-up/manifests/a/resources',
    );
  });

  test('takes a chart by its exact version, its OCI repository without scheme, values as an object', () => {
    const build = (app: App) => {
      new Made(app, 'a').install({}, { repository: 'oci://registry.example.test/charts', version: '1.10.0', values: { replicas: 2 } });
    };
    expect(sourcesOf(build)).toEqual([
      {
        repoURL: 'registry.example.test/charts',
        chart: 'a',
        targetRevision: '1.10.0',
        helm: { releaseName: 'a', skipTests: true, valuesObject: { replicas: 2 } },
      },
    ]);
  });

  test('names the namespace of a release only where it is not its own', () => {
    const helmOf = (namespace: string) => sourcesOf((app) => new Made(app, 'a').install({}, { namespace }))[0]?.helm;
    expect(helmOf('kube-system')).not.toHaveProperty('namespace');
    expect(helmOf('default')).toHaveProperty('namespace', 'default');
  });

  test('carries values that unset a default as text, which every version of YAML reads alike', () => {
    const shared = { enabled: false };
    const values = {
      gone: null,
      list: [{ gone: null }],
      word: 'off',
      octal: '0o17',
      time: '12:30:45',
      on: 'y',
      text: 'a\nb\n',
      x: shared,
      y: shared,
    };
    const helm = sourcesOf((app) => new Made(app, 'a').install({}, { values }))[0]?.helm;
    expect(helm).not.toHaveProperty('valuesObject');
    for (const version of ['1.1', '1.2'] as const) expect(parse(helm?.values ?? '', { version }), version).toEqual(values);
    expect(helm?.values).not.toMatch(/[&*]/);
  });

  test('reads upstream manifests as a kustomization, beside charts and folders', () => {
    const sources = sourcesOf((app) => {
      const made = new Made(app, 'a').fill('base').install();
      new ReleaseManifest(made.release, 'crds', { urls: [], provides: { podSecurity: 'restricted' } });
    });
    expect(sources.map(({ chart, path }) => chart ?? path)).toEqual(['a', 'dist/made-up/upstream/a', 'dist/made-up/manifests/a']);
  });

  test('lives beside Argo CD, in its project, and aims at the namespace of its component', () => {
    const { metadata, spec } = applicationOf((app) =>
      new Made(app, 'a', { namespace: { name: 'home', podSecurity: 'baseline' }, project: 'storage' }).fill('resources'),
    );
    expect(metadata.namespace).toBe('argocd');
    expect(spec.project).toBe('storage');
    expect(spec.destination).toEqual({ server: 'https://kubernetes.default.svc', namespace: 'home' });
  });

  test('prunes, heals, applies on the server side, refuses shared objects and retries ten times with the newest commit', () => {
    expect(applicationOf((app) => new Made(app, 'a').fill('base')).spec.syncPolicy).toEqual({
      automated: { prune: true, selfHeal: true },
      syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true', 'FailOnSharedResource=true'],
      retry: { limit: 10, refresh: true, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
    });
  });

  test.each([
    ['a reason of its component', 'unseal Vault', (made: Made) => made],
    [
      'a Secret that a person fills',
      'Secret token is filled by the DNS team',
      (made: Made) =>
        new DeclaredSecret(made.base, 's', { name: 'token', keys: {}, consumer: 'a', filledBy: 'external', owner: 'the DNS team' }),
    ],
  ])('retries for ever behind a human gate: %s', (_, reason, add) => {
    const { metadata, spec } = applicationOf((app) => {
      add(new Made(app, 'a', reason === 'unseal Vault' ? { humanGate: reason } : {}).fill('base'));
    });
    expect(metadata.annotations?.['platform/human-gate']).toBe(reason);
    expect(spec.syncPolicy?.retry).toMatchObject({ limit: -1, refresh: true });
  });

  test('is not gated by a Secret that the platform fills', () => {
    const { metadata } = applicationOf((app) => {
      new DeclaredSecret(new Made(app, 'a').fill('base').base, 's', { name: 'token', keys: {}, consumer: 'a' });
    });
    expect(metadata.annotations).not.toHaveProperty('platform/human-gate');
  });
});

test('root and projects read one folder each from the full name of the branch, and root retries for ever', () => {
  const { root, projects } = renderRoot(settings);
  const sourceOf = (folder: string) => ({
    repoURL: repository,
    targetRevision: 'refs/heads/dev',
    path: `dist/made-up/argocd/${folder}`,
    directory: { recurse: false },
  });
  expect(root.spec).toMatchObject({ project: 'root', source: sourceOf('apps'), syncPolicy: { retry: { limit: -1, refresh: true } } });
  expect(projects.spec).toMatchObject({ project: 'root', source: sourceOf('projects') });
  expect(projects.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-wave': '-10' });
  for (const { spec } of [root, projects]) expect(spec.syncPolicy?.syncOptions).toContain('ServerSideApply=true');
});

describe('an AppProject', () => {
  test('allows exactly what its components render and provide', () => {
    const projects = projectsOf((app) => {
      new Made(app, 'a', { namespace: { name: 'home', podSecurity: 'restricted' } })
        .put('resources', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } })
        .install(
          {
            crds: { 'example.test': ['Thing'] },
            cluster: { 'rbac.authorization.k8s.io': ['ClusterRole'] },
            namespaced: { '': ['Service'], batch: ['Job'] },
            namespaces: ['made'],
            otherNamespaces: ['default'],
          },
          { repository: 'oci://registry.example.test/charts', namespace: 'kube-public' },
        );
      new Made(app, 'b', { project: 'storage' }).fill('base');
    });
    expect([...projects.keys()]).toEqual(['root', 'apps', 'storage']);
    const { sourceRepos, destinations, clusterResourceWhitelist, namespaceResourceWhitelist } = projects.get('apps')?.spec ?? {};
    expect(sourceRepos).toEqual([repository, 'registry.example.test/charts']);
    expect(destinations).toEqual(
      ['default', 'home', 'kube-public', 'made'].map((namespace) => ({ server: 'https://kubernetes.default.svc', namespace })),
    );
    expect(kindsOf(clusterResourceWhitelist)).toEqual([
      '/Namespace',
      'apiextensions.k8s.io/CustomResourceDefinition',
      'rbac.authorization.k8s.io/ClusterRole',
    ]);
    expect(kindsOf(namespaceResourceWhitelist)).toEqual(['/Service', 'apps/Deployment', 'batch/Job']);
    expect(kindsOf(projects.get('storage')?.spec.namespaceResourceWhitelist)).toEqual(['/ConfigMap']);
  });

  test('with no namespaced kind refuses all of them, because no list allows everything', () => {
    const { spec } = projectsOf((app) => new Made(app, 'a', { namespace: { name: 'home', podSecurity: 'restricted' } })).get('apps') ?? {};
    expect(spec).not.toHaveProperty('namespaceResourceWhitelist');
    expect(spec?.namespaceResourceBlacklist).toEqual([{ group: '*', kind: '*' }]);
  });

  test('of root may create Applications and AppProjects in the namespace of Argo CD, nothing else', () => {
    const { spec } = projectsOf((app) => new Made(app, 'a').fill('base')).get('root') ?? {};
    expect(kindsOf(spec?.namespaceResourceWhitelist)).toEqual(['argoproj.io/AppProject', 'argoproj.io/Application']);
    expect(spec?.clusterResourceWhitelist).toEqual([]);
    expect(spec?.destinations).toEqual([{ server: 'https://kubernetes.default.svc', namespace: 'argocd' }]);
    expect(spec?.sourceRepos).toEqual([repository]);
  });

  test('is kept when its file goes', () => {
    for (const { metadata } of projectsOf((app) => new Made(app, 'a').fill('base')).values()) {
      expect(metadata.annotations?.['argocd.argoproj.io/sync-options']).toBe('Prune=false,Delete=false');
    }
  });
});

test('nothing of the engine has a finalizer, and all of it is what its schema allows', () => {
  const build = (app: App) => new Made(app, 'a', { bootstrap: true }).fill('base', 'exposure').install({}, { values: { gone: null } });
  const { root, projects } = renderRoot(settings);
  const objects = [root, projects, ...applicationsOf(build).values(), ...projectsOf(build).values()];
  for (const object of objects) {
    expect(object.metadata).not.toHaveProperty('finalizers');
    const entry = schemas.find(object.apiVersion, object.kind);
    if (!entry) throw new Error(`no schema of ${object.kind}`);
    expect(validateObject(object, entry, schemas.resolve)).toEqual([]);
  }
});

describe('an object', () => {
  const object = (apiVersion: string, kind: string, spec?: object) => ({
    apiVersion,
    kind,
    metadata: { name: 'a' },
    ...(spec ? { spec } : {}),
  });

  test.each([
    object('v1', 'Namespace'),
    object('v1', 'PersistentVolumeClaim'),
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
    object('storage.k8s.io/v1', 'StorageClass'),
    object('cert-manager.io/v1', 'Certificate', { isCA: true }),
  ])('$kind whose loss loses data or trust is kept by both engines', (manifest) => {
    expect(engineAnnotations(manifest, 'base', false)).toMatchObject({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    });
  });

  test.each([object('v1', 'ConfigMap'), object('cert-manager.io/v1', 'Certificate', { isCA: false }), object('v1', 'Service')])(
    '$kind that can be made again goes with its file',
    (manifest) => {
      expect(Object.keys(engineAnnotations(manifest, 'base', false))).toEqual(['argocd.argoproj.io/sync-wave']);
    },
  );

  test('is applied in the order of the stages, charts between base and resources', () => {
    const waves = (['base', 'release', 'resources', 'exposure'] as const).map((stage) =>
      Number(engineAnnotations(object('v1', 'Service'), stage, false)['argocd.argoproj.io/sync-wave']),
    );
    expect(waves).toEqual([-10, 0, 10, 20]);
  });

  test('that is kept and may lack its kind says both', () => {
    expect(engineAnnotations(object('v1', 'Namespace'), 'base', true)['argocd.argoproj.io/sync-options']).toBe(
      'Prune=false,Delete=false,SkipDryRunOnMissingResource=true',
    );
  });
});

/** No Lua runs here: this says that each script reads what it is for and that its blocks are closed. */
test.each(Object.entries(healthChecks()))('%s reads its condition, closes its blocks and always answers', (key, script) => {
  const kind = key.replace('resource.customizations.health.', '');
  const words: Record<string, string> = {
    'argoproj.io_Application': '["platform/human-gate"]',
    'cdi.kubevirt.io_CDI': 'status.phase == "Deployed"',
    'kubevirt.io_KubeVirt': 'status.phase == "Deployed"',
    'operator.tekton.dev_TektonConfig': 'condition.type == "Ready" and condition.status == "True"',
    'piraeus.io_LinstorCluster': 'condition.type == "Available" and condition.status == "True"',
    'trust.cert-manager.io_Bundle': 'condition.type == "Synced" and condition.status == "True"',
  };
  const provider = kind.startsWith('operator.cluster.x-k8s.io_') ? 'condition.type == "ProviderInstalled"' : undefined;
  expect(script).toContain(words[kind] ?? provider ?? `no expectation of ${kind}`);
  expect(script).not.toContain('Degraded');
  const count = (pattern: RegExp) => [...script.matchAll(pattern)].length;
  expect(count(/\bend\b/g)).toBe(count(/\bthen\b/g) + count(/\bdo\b/g));
  expect(script.trimEnd().split('\n').at(-1)).toMatch(/^return \{status = .*, message = .*\}$/);
});
