import { isObject } from '../schema/node.js';
import { QUANTITY_PATTERN } from '../schema/quantity.js';

/**
 * Built-in kinds that have no namespace; the OpenAPI definitions do not say so (only its paths do).
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/ (v1.36); the kinds that a platform declares.
 */
export const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  ...['v1/Namespace', 'v1/Node', 'v1/PersistentVolume'],
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map(inGroup('admissionregistration.k8s.io/v1')),
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].map(inGroup('admissionregistration.k8s.io/v1')),
  ...['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'].map(inGroup('admissionregistration.k8s.io/v1')),
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'apiregistration.k8s.io/v1/APIService',
  'certificates.k8s.io/v1/CertificateSigningRequest',
  ...['FlowSchema', 'PriorityLevelConfiguration'].map(inGroup('flowcontrol.apiserver.k8s.io/v1')),
  ...['IngressClass', 'IPAddress', 'ServiceCIDR'].map(inGroup('networking.k8s.io/v1')),
  'node.k8s.io/v1/RuntimeClass',
  ...['ClusterRole', 'ClusterRoleBinding'].map(inGroup('rbac.authorization.k8s.io/v1')),
  ...['DeviceClass', 'ResourceSlice'].map(inGroup('resource.k8s.io/v1')),
  'scheduling.k8s.io/v1/PriorityClass',
  ...['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'].map(inGroup('storage.k8s.io/v1')),
]);

/** Definitions that OpenAPI v2 cannot express, in the form in which CRDs state the same types. */
const REPLACED: Readonly<Record<string, unknown>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { 'x-kubernetes-int-or-string': true },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    anyOf: [
      { type: 'number' },
      {
        type: 'string',
        pattern: QUANTITY_PATTERN,
      },
    ],
  },
};

/** The OpenAPI definition with its exact types, and without a constant `kind` (some copies have one, upstream has none). */
export function normalizeDefinition(name: string, node: unknown): unknown {
  const replaced = REPLACED[name];
  if (replaced !== undefined) return replaced;
  const properties = isObject(node) ? node['properties'] : undefined;
  if (!isObject(node) || !isObject(properties) || node['x-kubernetes-group-version-kind'] === undefined) return node;
  const { kind } = properties;
  return kind === undefined ? node : { ...node, properties: { ...properties, kind: { type: 'string' } } };
}

function inGroup(apiVersion: string): (kind: string) => string {
  return (kind) => `${apiVersion}/${kind}`;
}
