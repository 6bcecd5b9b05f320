import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { groupOf, isBuiltinGroup, type KubernetesObject } from '../charts/lib/kinds.js';
import { discoverFleet } from '../clusters/lib/discover.js';
import { planCluster } from '../clusters/lib/plan.js';
import { checkSchemas } from '../synth/check-schemas.js';
import { renderCluster } from '../synth/render.js';
import { compareTree, isEmpty, listClusters } from '../synth/write.js';
import { schemas } from './fixtures/components.js';

/** What holds of every real cluster, whatever it runs. No test here names a cluster. */

const root = fileURLToPath(new URL('..', import.meta.url));
const fleet = await discoverFleet(root, (name) => import(`../clusters/${name}.ts`));

const clusters = fleet.clusters.map((cluster) => {
  const plan = planCluster(cluster, fleet, schemas);
  const { tree } = renderCluster(cluster, fleet, schemas, (rendered) => checkSchemas(rendered, schemas));
  const manifests = plan.objects.map(({ manifest }) => manifest);
  const engine = [...plan.engine.values()];
  return { name: cluster.name, cluster, plan, tree, manifests, engine, objects: [...manifests, ...engine] };
});

interface Source {
  readonly repoURL: string;
  readonly chart?: string;
  readonly path?: string;
  readonly targetRevision: string;
}

interface ApplicationSpec {
  readonly project: string;
  readonly destination: { readonly namespace: string };
  readonly source?: Source;
  readonly sources?: readonly Source[];
}

type GroupKinds = readonly { readonly group: string; readonly kind: string }[];

interface ProjectSpec {
  readonly sourceRepos: readonly string[];
  readonly destinations: readonly { readonly namespace: string }[];
  readonly clusterResourceWhitelist?: GroupKinds;
  readonly namespaceResourceWhitelist?: GroupKinds;
}

interface IngressSpec {
  readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName: string }[];
  readonly rules?: readonly { readonly host?: string }[];
}

interface CertificateSpec {
  readonly secretName: string;
  readonly dnsNames?: readonly string[];
  readonly issuerRef: { readonly kind: string; readonly name: string };
}

const specOf = <T>(object: KubernetesObject) => object['spec'] as T;
const ofKind = (objects: readonly KubernetesObject[], kind: string) => objects.filter((object) => object.kind === kind);
const sourcesOf = (application: KubernetesObject): readonly Source[] => {
  const { source, sources } = specOf<ApplicationSpec>(application);
  return sources ?? (source ? [source] : []);
};
const keysOf = (list: GroupKinds = []) => new Set(list.map(({ group, kind }) => `${group}/${kind}`));

/** Components that install definitions alone, and who acts on them. */
const actors: Readonly<Record<string, string>> = { 'prometheus-operator-crds': 'kube-prometheus-stack' };

test('every file of clusters/ is a cluster of the fleet', () => {
  const files = readdirSync(new URL('../clusters', import.meta.url)).filter((name) => name.endsWith('.ts'));
  expect(clusters.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
  expect(files.length).toBeGreaterThan(0);
});

test('dist/ holds what is rendered, byte for byte, and no folder of anything else', async () => {
  expect(await listClusters(`${root}dist`)).toEqual(clusters.map(({ name }) => name));
  for (const { name, tree } of clusters) {
    const difference = await compareTree(`${root}dist`, name, tree);
    expect(isEmpty(difference), JSON.stringify(difference)).toBe(true);
  }
});

describe.each(clusters)('$name', ({ name, cluster, plan, tree, manifests, engine, objects }) => {
  const applications = ofKind(engine, 'Application');
  const projects = new Map(ofKind(engine, 'AppProject').map((project) => [project.metadata.name, specOf<ProjectSpec>(project)]));

  test('every file holds the object that its path was made from', () => {
    for (const [path, content] of tree) {
      const documents = parseAllDocuments(content);
      expect(
        documents.flatMap(({ errors }) => errors),
        path,
      ).toEqual([]);
      if (path.startsWith('manifests/')) expect(documents.length, path).toBe(1);
    }
    const written = [...tree].filter(([path]) => path.startsWith('manifests/')).map(([, content]) => parse(content) as KubernetesObject);
    const key = ({ apiVersion, kind, metadata }: KubernetesObject) => `${apiVersion} ${kind} ${metadata.namespace} ${metadata.name}`;
    expect(written.map(key).sort()).toEqual(manifests.map(key).sort());
  });

  test('every Namespace says which Pod Security level it enforces, audits and warns of', () => {
    for (const { metadata } of ofKind(manifests, 'Namespace')) {
      const levels = ['enforce', 'audit', 'warn'].map((mode) => metadata.labels?.[`pod-security.kubernetes.io/${mode}`]);
      expect(new Set(levels).size, metadata.name).toBe(1);
      expect(['privileged', 'baseline', 'restricted']).toContain(levels[0]);
    }
  });

  test('nothing holds a hash of a construct path, a secret, or a finalizer', () => {
    for (const content of tree.values())
      expect(content).not.toMatch(/cdk8s\.io\/metadata\.addr|^ {2}finalizers:|BEGIN [A-Z ]*PRIVATE KEY/m);
    expect(ofKind(objects, 'Secret')).toEqual([]);
  });

  test('every host is below the domain and has a certificate in the Secret that its Ingress names', () => {
    const certificates = ofKind(manifests, 'Certificate');
    for (const ingress of ofKind(manifests, 'Ingress')) {
      const { rules = [], tls = [] } = specOf<IngressSpec>(ingress);
      expect(rules.length).toBeGreaterThan(0);
      for (const { host = '' } of rules) {
        expect(host.endsWith(`.${cluster.domain}`), host).toBe(true);
        const secretName = tls.find(({ hosts }) => hosts.includes(host))?.secretName;
        const certificate = certificates.find(
          (object) => object.metadata.namespace === ingress.metadata.namespace && specOf<CertificateSpec>(object).secretName === secretName,
        );
        expect(certificate && specOf<CertificateSpec>(certificate).dnsNames, `${host} in ${secretName}`).toContain(host);
      }
    }
  });

  test('every custom resource has a component that installs its definition, and one that acts on it', () => {
    const hasSoftware = (name: string) =>
      plan.components.some(
        (other) => other.name === name && other.stages.some(({ releases, manifests }) => releases.length + manifests.length > 0),
      );
    for (const object of [...manifests, ...engine]) {
      const group = groupOf(object.apiVersion);
      if (isBuiltinGroup(group)) continue;
      const installer = plan.dependencies.providers.kinds.get(`${group}/${object.kind}`)?.component ?? '';
      const actor = actors[installer] ?? installer;
      expect([installer, actor].filter(hasSoftware), `${object.kind} of ${group}`).toEqual([installer, actor]);
    }
  });

  test('no host is served twice', () => {
    const hosts = ofKind(manifests, 'Ingress').flatMap((object) => (specOf<IngressSpec>(object).rules ?? []).map(({ host }) => host));
    expect(hosts).toEqual([...new Set(hosts)]);
  });

  test('every issuer that a certificate names exists', () => {
    for (const certificate of ofKind(manifests, 'Certificate')) {
      const { issuerRef } = specOf<CertificateSpec>(certificate);
      const issuers = ofKind(manifests, issuerRef.kind).filter(
        ({ metadata }) =>
          metadata.name === issuerRef.name && (issuerRef.kind === 'ClusterIssuer' || metadata.namespace === certificate.metadata.namespace),
      );
      expect(issuers, `${issuerRef.kind} ${issuerRef.name} of ${certificate.metadata.name}`).toHaveLength(1);
    }
  });

  if (cluster.engine === 'argocd')
    describe('Argo CD', () => {
      test('every Application has a project that allows its sources and its destination', () => {
        for (const application of applications) {
          const { project, destination } = specOf<ApplicationSpec>(application);
          const allowed = projects.get(project);
          for (const { repoURL } of sourcesOf(application)) expect(allowed?.sourceRepos, application.metadata.name).toContain(repoURL);
          expect(
            allowed?.destinations.map(({ namespace }) => namespace),
            application.metadata.name,
          ).toContain(destination.namespace);
        }
      });

      test('every project allows every kind and namespace that its components render, each where its kind lives', () => {
        for (const { component, manifest } of plan.objects) {
          const project = plan.components.find((other) => other.name === component)?.component.options.project ?? '';
          const { clusterResourceWhitelist, namespaceResourceWhitelist, destinations } = projects.get(project) ?? {};
          const kind = `${manifest.apiVersion.includes('/') ? manifest.apiVersion.split('/')[0] : ''}/${manifest.kind}`;
          const isNamespaced = schemas.scopeOf(manifest.apiVersion, manifest.kind) === 'Namespaced';
          expect(keysOf(isNamespaced ? namespaceResourceWhitelist : clusterResourceWhitelist), project).toContain(kind);
          expect(keysOf(isNamespaced ? clusterResourceWhitelist : namespaceResourceWhitelist), project).not.toContain(kind);
          if (isNamespaced) expect(destinations?.map(({ namespace }) => namespace)).toContain(manifest.metadata.namespace);
        }
      });

      test('every file of manifests/, upstream/ and argocd/ is read by exactly one Application', () => {
        const folders = applications.flatMap((application) => {
          const recurses = !['root', 'projects'].includes(application.metadata.name);
          return sourcesOf(application).flatMap(({ path }) =>
            path === undefined ? [] : [{ path: path.replace(`dist/${name}/`, ''), recurses }],
          );
        });
        const readersOf = (file: string) =>
          folders.filter(({ path, recurses }) => (recurses ? file.startsWith(`${path}/`) : file.slice(0, file.lastIndexOf('/')) === path));
        const files = [...tree.keys()].filter((path) => /^(manifests|upstream|argocd\/.+)\//.test(path));
        for (const file of files) expect(readersOf(file), file).toHaveLength(1);
        for (const { path } of folders)
          expect(
            files.some((file) => file.startsWith(`${path}/`)),
            path,
          ).toBe(true);
      });

      test('every Application follows the branch of the cluster by its full name, and charts by exact versions', () => {
        for (const { chart, path, repoURL, targetRevision } of applications.flatMap(sourcesOf)) {
          if (chart === undefined)
            expect({ repoURL, targetRevision, path }).toMatchObject({
              repoURL: cluster.repository,
              targetRevision: `refs/heads/${cluster.branch}`,
            });
          else expect(targetRevision, chart).toMatch(/^v?\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/);
          expect(repoURL).not.toMatch(/^oci:/);
        }
      });

      test('an Application that waits for another one has a later wave', () => {
        const partOf = (node: string) =>
          plan.applications.find((part) => part.stages.some((stage) => `${part.component.name}/${stage}` === node));
        const waveOf = (part: string | undefined) =>
          Number(
            engine.find(({ kind, metadata }) => kind === 'Application' && metadata.name === part)?.metadata.annotations?.[
              'argocd.argoproj.io/sync-wave'
            ],
          );
        for (const [node, targets] of plan.dependencies.graph.edges) {
          for (const target of targets) {
            const [from, to] = [partOf(node)?.name, partOf(target)?.name];
            if (from !== to) expect(waveOf(from), `${node} after ${target}`).toBeGreaterThan(waveOf(to));
          }
        }
        expect(plan.applications.map((part) => waveOf(part.name)).every((wave) => wave > waveOf('projects'))).toBe(true);
      });

      test('names of engine objects are unique, and their files are called like them', () => {
        for (const [path, { metadata }] of plan.engine) expect(path.endsWith(`/${metadata.name}.yaml`), path).toBe(true);
        expect(new Set(applications.map(({ metadata }) => metadata.name)).size).toBe(applications.length);
      });
    });

  if (cluster.engine === 'flux')
    describe('Flux', () => {
      test('every file of manifests/, upstream/ and flux/ is read by exactly one Kustomization', () => {
        const paths = ofKind(engine, 'Kustomization').map((stage) => specOf<{ path: string }>(stage).path.replace(`./dist/${name}/`, ''));
        for (const file of tree.keys()) {
          if (!file.startsWith('talos/'))
            expect(
              paths.filter((path) => file.startsWith(`${path}/`)),
              file,
            ).toHaveLength(1);
        }
      });

      test('every Kustomization waits only for others that are there', () => {
        const names = ofKind(engine, 'Kustomization').map(({ metadata }) => metadata.name);
        const awaited = ofKind(engine, 'Kustomization').flatMap(
          (stage) => specOf<{ dependsOn?: { name: string }[] }>(stage).dependsOn ?? [],
        );
        for (const other of awaited) expect(names).toContain(other.name);
      });
    });

  test('no rendered file is one that an engine takes for something else than a manifest', () => {
    const names = [...tree.keys()].filter((path) => path.startsWith('manifests/')).map((path) => path.split('/').at(-1));
    for (const other of ['kustomization.yaml', 'kustomization.yml', 'Chart.yaml']) expect(names).not.toContain(other);
  });
});
