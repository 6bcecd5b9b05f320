/**
 * The form of a Kubernetes quantity as text (500m, 1.5, 512Mi), as controller-gen writes it into CRDs.
 * Source: https://github.com/kubernetes-sigs/controller-tools/blob/v0.21.0/pkg/crd/known_types.go.
 */
export const QUANTITY_PATTERN =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';
