import type { Construct } from 'constructs';
import { Component, type OwnNamespace } from '../lib/component.js';
import type { DatabaseRef, StorageClassRef } from '../lib/handle.js';
import { Manifest } from '../lib/manifest.js';
import type { Resources } from '../lib/resources.js';
import { addBackup, type PluginUse, type PostgresBackup, pluginUse } from './backup.js';
import { checkProps } from './check.js';

export type { PostgresBackup } from './backup.js';

// renovate: datasource=docker depName=ghcr.io/cloudnative-pg/postgresql
const image = 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie';

/** What a recovered database calls the one that it is made from. */
const origin = 'origin';

/** The fields of a Cluster that are set here. */
interface PostgresCluster {
  readonly apiVersion: 'postgresql.cnpg.io/v1';
  readonly kind: 'Cluster';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly instances: number;
    readonly imageName: string;
    readonly enableSuperuserAccess: boolean;
    readonly enablePDB: boolean;
    readonly primaryUpdateStrategy: 'unsupervised';
    readonly bootstrap: {
      readonly initdb?: {
        readonly database: string;
        readonly owner: string;
        readonly encoding: 'UTF8';
        readonly localeCType: 'C';
        readonly localeCollate: 'C';
      };
      readonly recovery?: {
        readonly source: string;
        readonly database: string;
        readonly owner: string;
        readonly recoveryTarget?: { readonly targetTime: string };
      };
    };
    readonly plugins?: readonly PluginUse[];
    readonly externalClusters?: readonly { readonly name: string; readonly plugin: PluginUse }[];
    readonly storage: { readonly size: string; readonly storageClass: string; readonly resizeInUseVolumes: boolean };
    readonly resources: Resources;
    readonly affinity: {
      readonly enablePodAntiAffinity: boolean;
      readonly podAntiAffinityType: 'required';
      readonly topologyKey: 'kubernetes.io/hostname';
    };
  };
}

export interface PostgresProps {
  /** The Namespace that it makes, for the application too, which takes `namespaceRef`: its level is the lowest that both pass. */
  readonly namespace: OwnNamespace;
  /** Name of the one database. @example 'authentik' */
  readonly database: string;
  /** Role that owns it, and that the application logs in with. @default - called like the database */
  readonly owner?: string;
  /** Copies, each on a node of its own. Two would decide no better than one which of them leads. */
  readonly instances: 1 | 3;
  /** The copies are its own: a class that keeps one copy of each volume is enough for three. It cannot be changed later. */
  readonly storageClass: StorageClassRef;
  /** Size of the volume of each instance, as a Kubernetes quantity. It can grow and never shrink. @example '10Gi' */
  readonly size: string;
  /** The operator, without whose webhook no Cluster is accepted. */
  readonly operator: { readonly node: { readonly id: string }; readonly hasBackups?: boolean };
  /** Needs an operator that has backups. @default - none: the copies survive a lost node, and no mistake */
  readonly backup?: PostgresBackup;
  /** Of each instance. @default - 100m of CPU, 256Mi of memory, at most 1Gi */
  readonly resources?: Resources;
}

/**
 * The PostgreSQL of one application; its id is the name of the Cluster. Password and certificates are made by the operator, so that
 * nobody fills a Secret beforehand, but for the login to backups.
 *
 * To have it back from its backups: delete the Cluster by hand, if it is still there, and name in `backup` the folder that it wrote to under
 * `recovery`, and a new `folder`, because nothing is written over old backups. Database and owner stay the same, the password is a new one.
 * Both stay in Git afterwards; they are read only when a Cluster is made. A new cluster that takes over the bucket of an old one does the same.
 *
 * Source: https://cloudnative-pg.io/documentation/current/bootstrap/, https://cloudnative-pg.io/documentation/current/applications/ (1.30),
 * https://cloudnative-pg.io/plugin-barman-cloud/docs/usage/ and docs/object_stores (0.13)
 */
export class Postgres extends Component {
  readonly #database: string;

  /** @throws {Problems} when PostgreSQL or the operator would refuse a name, or when no backup would be made. */
  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id, { namespace: props.namespace, project: 'apps' });
    checkProps(id, props);
    this.#database = props.database;
    this.resources.after(props.operator);
    this.addCluster(props);
    if (props.backup) addBackup(this, props.backup);
  }

  /**
   * The leading instance. It speaks TLS with a certificate of its own authority, Secret `<id>-ca`. The Secret of the owner has also the keys
   * `dbname`, `host`, `port`, `uri` and `jdbc-uri`.
   */
  get databaseRef(): DatabaseRef {
    const { id } = this.node;
    const namespace = this.namespaceName;
    return this.handle('resources', { host: `${id}-rw.${namespace}.svc`, database: this.#database, secret: `${id}-app`, namespace });
  }

  private addCluster({ database, owner = database, instances, storageClass, size, resources, backup }: PostgresProps): void {
    const { id } = this.node;
    const { recovery } = backup ?? {};
    new Manifest<PostgresCluster>(this.resources, 'cluster', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: id },
      spec: {
        instances,
        imageName: image,
        enableSuperuserAccess: false,
        // The budget of a single instance would never let its node be drained.
        enablePDB: instances > 1,
        primaryUpdateStrategy: 'unsupervised',
        // The defaults of the operator's webhook, written out so that nothing differs from what is applied.
        bootstrap: recovery
          ? { recovery: { source: origin, database, owner, ...(recovery.time ? { recoveryTarget: { targetTime: recovery.time } } : {}) } }
          : { initdb: { database, owner, encoding: 'UTF8', localeCType: 'C', localeCollate: 'C' } },
        ...(backup ? { plugins: [pluginUse(id, backup.folder ?? id, true)] } : {}),
        ...(recovery ? { externalClusters: [{ name: origin, plugin: pluginUse(id, recovery.folder, false) }] } : {}),
        storage: { size, storageClass: this.resources.use(storageClass).name, resizeInUseVolumes: true },
        resources: resources ?? { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
        // Only preferred, which is the default, two instances would end on one node, and stay there.
        affinity: { enablePodAntiAffinity: true, podAntiAffinityType: 'required', topologyKey: 'kubernetes.io/hostname' },
      },
    });
  }
}
