import { k8s } from 'cdk8s-plus-30';

/** Name of the driver, in both clusters. */
export const driver = 'csi.kubevirt.io';

/**
 * Upstream publishes nothing but `latest` of the driver; Kubermatic builds it at tags, with the same flags.
 *
 * Source: https://github.com/kubermatic/kubermatic (pkg/resources/csi/kubevirt) and https://github.com/kubermatic/kubeone
 * (addons/csi-kubevirt), from which the sidecars are too
 */
export const images = {
  // renovate: datasource=docker depName=quay.io/kubermatic/kubevirt-csi-driver
  driver: 'quay.io/kubermatic/kubevirt-csi-driver:v0.4.5',
  // renovate: datasource=docker depName=quay.io/openshift/origin-csi-external-provisioner
  provisioner: 'quay.io/openshift/origin-csi-external-provisioner:4.20.0',
  // renovate: datasource=docker depName=quay.io/openshift/origin-csi-external-attacher
  attacher: 'quay.io/openshift/origin-csi-external-attacher:4.20.0',
  // renovate: datasource=docker depName=quay.io/openshift/origin-csi-livenessprobe
  livenessProbe: 'quay.io/openshift/origin-csi-livenessprobe:4.20.0',
  // renovate: datasource=docker depName=quay.io/openshift/origin-csi-node-driver-registrar
  registrar: 'quay.io/openshift/origin-csi-node-driver-registrar:4.20.0',
  // renovate: datasource=docker depName=registry.k8s.io/sig-storage/csi-resizer
  resizer: 'registry.k8s.io/sig-storage/csi-resizer:v1.13.1',
  // renovate: datasource=docker depName=registry.k8s.io/sig-storage/csi-snapshotter
  snapshotter: 'registry.k8s.io/sig-storage/csi-snapshotter:v8.6.0',
} as const;

/** Where every container has the socket of the driver. */
export const socketFolder = '/csi';

/** Request and limit of a container. @example ['32Mi', '128Mi'] */
type Memory = readonly [request: string, limit: string];

/** A container with resources; upstream sets no limits. */
export function container(
  name: string,
  image: string,
  [request, limit]: Memory,
  rest: Omit<k8s.Container, 'name' | 'image'>,
): k8s.Container {
  const quantity = (value: string) => k8s.Quantity.fromString(value);
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    resources: { requests: { cpu: quantity('10m'), memory: quantity(request) }, limits: { memory: quantity(limit) } },
    ...rest,
  };
}

/** Asks the driver through its socket, for the probe of the driver's container. */
export function livenessProbe(port: number, rest: Pick<k8s.Container, 'securityContext' | 'volumeMounts'>): k8s.Container {
  return container('csi-liveness-probe', images.livenessProbe, ['32Mi', '128Mi'], {
    args: [`--csi-address=${socketFolder}/csi.sock`, '--probe-timeout=3s', `--health-port=${port}`],
    ...rest,
  });
}

/** The probe of the driver's container. Source: https://github.com/kubevirt/csi-driver (main at 27b52aa: deploy/tenant/base/deploy.yaml) */
export function probed(port: number): Pick<k8s.Container, 'ports' | 'livenessProbe'> {
  return {
    ports: [{ name: 'healthz', containerPort: port, protocol: 'TCP' }],
    livenessProbe: {
      httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('healthz') },
      initialDelaySeconds: 10,
      timeoutSeconds: 3,
      periodSeconds: 10,
      failureThreshold: 5,
    },
  };
}
