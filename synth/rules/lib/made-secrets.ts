import { listOf, recordOf, textOf, textsOf, valueAt } from '../../../charts/lib/untyped.js';
import { findHiders } from './hidden.js';
import type { ClusterView, SeenObject, SeenRelease } from './view.js';

/** The Secrets of a cluster: those in dist/, those that a person fills, and those that controllers make by conventions of theirs. */
export class MadeSecrets {
  readonly #keys = new Map<string, ReadonlySet<string> | undefined>();
  /** Names that stand in namespaces which only labels choose. */
  readonly #anywhere = new Set<string>();

  constructor(view: ClusterView) {
    for (const { component, secrets } of view.plan.components)
      for (const { props } of secrets) this.#add(props.namespace ?? component.namespaceName, props.name, Object.keys(props.keys));
    for (const [kind, read] of Object.entries(makers)) {
      for (const { manifest } of view.of(kind)) {
        for (const { name, keys } of read(manifest)) this.#add(manifest.metadata.namespace ?? '', name, keys);
      }
    }
    for (const { manifest } of view.of('Bundle.trust.cert-manager.io'))
      if (valueAt(manifest, 'spec.target.secret') !== undefined) this.#anywhere.add(manifest.metadata.name);
  }

  has(namespace: string, name: string): boolean {
    return this.#keys.has(`${namespace}/${name}`) || this.#anywhere.has(name);
  }

  /** Keys of one, or undefined where nobody can know them. */
  keysOf(namespace: string, name: string): ReadonlySet<string> | undefined {
    return this.#anywhere.has(name) ? undefined : this.#keys.get(`${namespace}/${name}`);
  }

  /** Names of those in a namespace. */
  namesIn(namespace: string): readonly string[] {
    return [...this.#keys.keys()].filter((key) => key.startsWith(`${namespace}/`)).map((key) => key.slice(namespace.length + 1));
  }

  /** Namespaces that have one of this name. */
  namespacesOf(name: string): readonly string[] {
    return [...this.#keys.keys()].filter((key) => key.endsWith(`/${name}`)).map((key) => key.slice(0, -name.length - 1));
  }

  #add(namespace: string, name: string, keys: readonly string[] | undefined): void {
    const id = `${namespace}/${name}`;
    const known = this.#keys.get(id);
    const isKnown = this.#keys.has(id);
    // Two that fill one Secret: what either of them says is in it.
    this.#keys.set(id, keys === undefined || (isKnown && known === undefined) ? undefined : new Set([...(known ?? []), ...keys]));
  }
}

interface Made {
  readonly name: string;
  /** @default - not known */
  readonly keys?: readonly string[] | undefined;
}

const inTls = ['tls.crt', 'tls.key', 'ca.crt'];

/**
 * Who makes Secrets in the namespace of its own object.
 *
 * Source: https://cert-manager.io/docs/usage/certificate/ (v1.21), https://cert-manager.io/docs/usage/ingress/ (v1.21),
 * https://external-secrets.io/latest/api/externalsecret/ (v2.9), https://cloudnative-pg.io/documentation/1.30/applications/,
 * https://github.com/bitnami-labs/sealed-secrets#readme (v0.32),
 * https://cluster-api.sigs.k8s.io/developer/core/controllers/cluster (v1.13)
 */
const makers: Readonly<Record<string, (manifest: SeenObject['manifest']) => readonly Made[]>> = {
  Secret: (manifest) => {
    const keys = Object.keys({ ...recordOf(manifest['data']), ...recordOf(manifest['stringData']) });
    // What is empty is filled by somebody: its type or its annotations tell a controller to.
    return [{ name: manifest.metadata.name, keys: keys.length === 0 ? undefined : keys }];
  },
  'ExternalSecret.external-secrets.io': (manifest) => {
    const { target, data, dataFrom } = recordOf(manifest['spec']);
    const { name, template } = recordOf(target);
    const { data: templated, templateFrom, mergePolicy } = recordOf(template);
    const read = listOf(data).map(({ secretKey }) => String(secretKey));
    const isOpen = listOf(dataFrom).length > 0 || listOf(templateFrom).length > 0;
    const written = Object.keys(recordOf(templated));
    const keys = written.length === 0 ? read : mergePolicy === 'Merge' ? [...read, ...written] : written;
    return [{ name: textOf(name) ?? manifest.metadata.name, keys: isOpen ? undefined : keys }];
  },
  'Certificate.cert-manager.io': (manifest) => {
    const { secretName, keystores, additionalOutputFormats } = recordOf(manifest['spec']);
    const hasMore = keystores !== undefined || additionalOutputFormats !== undefined;
    return textOf(secretName) === undefined ? [] : [{ name: String(secretName), keys: hasMore ? undefined : inTls }];
  },
  'Ingress.networking.k8s.io': (manifest) =>
    isSignedByAnnotation(manifest)
      ? listOf(valueAt(manifest, 'spec.tls')).map(({ secretName }) => ({ name: String(secretName), keys: inTls }))
      : [],
  'SealedSecret.bitnami.com': (manifest) => [
    {
      name: textOf(valueAt(manifest, 'spec.template.metadata.name')) ?? manifest.metadata.name,
      keys: Object.keys(recordOf(valueAt(manifest, 'spec.encryptedData'))),
    },
  ],
  'Issuer.cert-manager.io': (manifest) =>
    textsOf([valueAt(manifest, 'spec.acme.privateKeySecretRef.name')]).map((name) => ({ name, keys: ['tls.key'] })),
  'Cluster.postgresql.cnpg.io': readDatabase,
  'Cluster.cluster.x-k8s.io': ({ metadata: { name } }) =>
    ['kubeconfig', 'ca', 'etcd', 'proxy', 'sa', 'talosconfig', 'talos'].map((suffix) => ({ name: `${name}-${suffix}` })),
};

/**
 * The operator makes none where it is given one, and that of the superuser only where it is asked to.
 *
 * Source: pkg/specs/secrets.go of CloudNativePG (v1.30.0), https://cloudnative-pg.io/documentation/1.30/security/#secrets
 */
function readDatabase({ metadata: { name }, ...manifest }: SeenObject['manifest']): readonly Made[] {
  const { enableSuperuserAccess, superuserSecret, bootstrap, certificates } = recordOf(manifest['spec']);
  const given = Object.values(recordOf(bootstrap)).some((method) => recordOf(method)['secret'] !== undefined);
  const { serverCASecret, serverTLSSecret, replicationTLSSecret } = recordOf(certificates);
  const pair = ['tls.crt', 'tls.key'];
  return [
    ...(given ? [] : [{ name: `${name}-app`, keys: inPostgres }]),
    ...(enableSuperuserAccess === true && superuserSecret === undefined ? [{ name: `${name}-superuser`, keys: inPostgres }] : []),
    ...(serverCASecret === undefined ? [{ name: `${name}-ca`, keys: ['ca.crt', 'ca.key'] }] : []),
    ...(serverTLSSecret === undefined ? [{ name: `${name}-server`, keys: pair }] : []),
    ...(replicationTLSSecret === undefined ? [{ name: `${name}-replication`, keys: pair }] : []),
  ];
}

const inPostgres = 'username user password dbname host port pgpass uri jdbc-uri fqdn-uri fqdn-jdbc-uri'.split(' ');

function isSignedByAnnotation({ metadata: { annotations = {} } }: SeenObject['manifest']): boolean {
  return ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'].some((key) => key in annotations);
}

/**
 * True when something that nobody rendered here makes Secrets in a namespace.
 *
 * @param except a release that does not make the one in question, because it takes the name of a Secret that exists.
 */
export function hidesSecrets(view: ClusterView, namespace: string, except?: SeenRelease): boolean {
  return secretKinds.some((kind) => findHiders(view, kind, namespace).some((path) => path !== except?.path));
}

const secretKinds = ['Secret', 'ExternalSecret.external-secrets.io', 'Certificate.cert-manager.io', 'SealedSecret.bitnami.com'];
