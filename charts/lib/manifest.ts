import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';

/** An object that has a fixed apiVersion and kind, as the npm models type them. */
interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * An object of a kind whose model comes as a type only, so that loading it costs nothing at start-up.
 *
 * @example new Manifest<IClusterIssuer>(this.resources, 'selfsigned', { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', ... })
 */
export class Manifest<T extends Typed> extends ApiObject {
  constructor(scope: Construct, id: string, manifest: T) {
    super(scope, id, manifest as unknown as ApiObjectProps);
  }
}
