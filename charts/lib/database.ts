import type { Component } from './component.js';
import type { DatabaseRef } from './handle.js';
import { DeclaredSecret } from './secret.js';

/** A database as one component reaches it. */
export interface ReachedDatabase {
  readonly host: string;
  readonly database: string;
  /** Secret in the component's own namespace with the keys `username` and `password` of the owner. */
  readonly secret: string;
}

/**
 * Opens a database for the release of a component, which then waits for it. No pod reads a Secret of another namespace: where the database
 * is in one, a copy of its Secret is declared in the component's own.
 */
export function reachDatabase(component: Component, ref: DatabaseRef, consumer: string): ReachedDatabase {
  const { host, database, secret, namespace } = component.release.use(ref);
  if (namespace !== component.namespaceName) {
    const value = `the same as in the Secret ${secret} of ${namespace}`;
    new DeclaredSecret(component.base, 'database', { name: secret, keys: { username: value, password: value }, consumer });
  }
  return { host, database, secret };
}
