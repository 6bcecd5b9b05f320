import type { Construct } from 'constructs';
import { problemOf } from './lib/collect.js';
import { Component, type OwnNamespace } from './lib/component.js';
import type { DatabaseRef, StorageClassRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { Problems } from './lib/problem.js';
import type { Resources } from './lib/resources.js';

// renovate: datasource=docker depName=ghcr.io/cloudnative-pg/postgresql
const image = 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie';

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
      readonly initdb: {
        readonly database: string;
        readonly owner: string;
        readonly encoding: 'UTF8';
        readonly localeCType: 'C';
        readonly localeCollate: 'C';
      };
    };
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
  readonly operator: { readonly node: { readonly id: string } };
  /** Of each instance. @default - 100m of CPU, 256Mi of memory, at most 1Gi */
  readonly resources?: Resources;
}

/**
 * The PostgreSQL of one application; its id is the name of the Cluster. Password and certificates are made by the operator, so that
 * nobody fills a Secret beforehand.
 *
 * Source: https://cloudnative-pg.io/documentation/current/bootstrap/, https://cloudnative-pg.io/documentation/current/applications/ (1.30)
 */
export class Postgres extends Component {
  readonly #database: string;

  /** @throws {Problems} when PostgreSQL or the operator would refuse a name. */
  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id, { namespace: props.namespace, project: 'apps' });
    checkNames(id, props);
    this.#database = props.database;
    this.resources.after(props.operator);
    this.addCluster(props);
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

  private addCluster({ database, owner, instances, storageClass, size, resources }: PostgresProps): void {
    new Manifest<PostgresCluster>(this.resources, 'cluster', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: this.node.id },
      spec: {
        instances,
        imageName: image,
        enableSuperuserAccess: false,
        // The budget of a single instance would never let its node be drained.
        enablePDB: instances > 1,
        primaryUpdateStrategy: 'unsupervised',
        // The defaults of the operator's webhook, written out so that nothing differs from what is applied.
        bootstrap: { initdb: { database, owner: owner ?? database, encoding: 'UTF8', localeCType: 'C', localeCollate: 'C' } },
        storage: { size, storageClass: this.resources.use(storageClass).name, resizeInUseVolumes: true },
        resources: resources ?? { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
        // Only preferred, which is the default, two instances would end on one node, and stay there.
        affinity: { enablePodAntiAffinity: true, podAntiAffinityType: 'required', topologyKey: 'kubernetes.io/hostname' },
      },
    });
  }
}

const reservedRole = /^(postgres|streaming_replica|cnpg_.*|pg_.*)$/;
const reservedDatabase = /^(postgres|template[01])$/;

/**
 * The operator accepts these and then fails for ever, in the Job that makes the first instance.
 *
 * Source: https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS, pkg/postgres/roles.go of the operator (v1.30.0)
 */
function checkNames(id: string, { database, owner = database }: PostgresProps): void {
  const names = [
    ['database', database, reservedDatabase],
    ['owner', owner, reservedRole],
  ] as const;
  const problems = names
    .filter(([, name, reserved]) => reserved.test(name) || !/^[a-z_][a-z0-9_]{0,62}$/.test(name))
    .map(([field, name, reserved]) => {
      const problem = reserved.test(name)
        ? `PostgreSQL or the operator keeps the name "${name}" for itself.`
        : `"${name}" is no name that SQL takes without quotes.`;
      return problemOf(id, field, 'valid-database', problem, 'write another one, of at most 63 of a-z, 0-9 and _, no digit first.');
    });
  if (problems.length > 0) throw new Problems(problems);
}
