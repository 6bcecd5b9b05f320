/** Minor versions of Kubernetes 1.x, first and last. */
export type Range = readonly [first: number, last: number];

/** What one minor version supports. */
export interface Support {
  readonly kubernetes: Range;
  /** First patch version that supports a minor version of Kubernetes. @default - all of them */
  readonly since?: Readonly<Record<number, number>>;
  /** Minor versions of Talos 1.x. @default - whatever they are */
  readonly talos?: Range;
}

/** What is published of one piece of software, by its minor version. */
export interface Matrix {
  /** Its name in messages. */
  readonly name: string;
  /** Oldest first. */
  readonly rows: Readonly<Record<string, Support>>;
}

/**
 * Source: Documentation/network/kubernetes/compatibility.rst of cilium/cilium (v1.15, v1.18.14, v1.19.3); for 1.20
 * https://github.com/thaum-xyz/ankhmorpork/pull/1054, which quotes it
 */
export const ciliumMatrix: Matrix = {
  name: 'Cilium',
  rows: {
    '1.15': { kubernetes: [26, 29] },
    '1.18': { kubernetes: [30, 33] },
    '1.19': { kubernetes: [32, 35] },
    '1.20': { kubernetes: [33, 36] },
  },
};

/**
 * By the version of the chart: 9.5 to 10.1 are Argo CD 3.3 and 3.4, 10.4 is 3.5.
 *
 * Source: docs/operator-manual/tested-kubernetes-versions.md of argo-cd (v3.5.1), Chart.yaml of the charts 9.5.0 to 10.1.1
 */
export const argoCdMatrix: Matrix = {
  name: 'The chart argo-cd',
  rows: {
    '9.5': { kubernetes: [32, 35] },
    '9.6': { kubernetes: [32, 35] },
    '9.7': { kubernetes: [32, 35] },
    '10.0': { kubernetes: [32, 35] },
    '10.1': { kubernetes: [32, 35] },
    '10.4': { kubernetes: [33, 36] },
  },
};

/** Source: https://cert-manager.io/docs/releases/ (2026-08) */
export const certManagerMatrix: Matrix = {
  name: 'cert-manager',
  rows: { '1.20': { kubernetes: [32, 35] }, '1.21': { kubernetes: [33, 36] } },
};

/**
 * By the version of the chart, whose 0.29 is the operator 1.30. Versions that are tested and not supported count too.
 *
 * Source: https://cloudnative-pg.io/documentation/current/supported_releases/ (2026-08), Chart.yaml of the charts 0.27.0 to 0.29.0
 */
export const cloudNativePgMatrix: Matrix = {
  name: 'The chart cloudnative-pg',
  rows: { '0.27': { kubernetes: [32, 35] }, '0.28': { kubernetes: [31, 36] }, '0.29': { kubernetes: [30, 36] } },
};

/** Source: https://github.com/kubevirt/sig-release/blob/main/releases/k8s-support-matrix.md (2026-07) */
export const kubeVirtMatrix: Matrix = {
  name: 'KubeVirt',
  rows: { '1.7': { kubernetes: [32, 34] }, '1.8': { kubernetes: [33, 35] }, '1.9': { kubernetes: [34, 36] } },
};

/** Of the cluster that it runs in. Source: https://cluster-api.sigs.k8s.io/reference/versions (2026-08) */
export const clusterApiMatrix: Matrix = {
  name: 'Cluster API',
  rows: {
    '1.12': { kubernetes: [31, 36], since: { 35: 1, 36: 8 } },
    '1.13': { kubernetes: [32, 36], since: { 36: 1 } },
    '1.14': { kubernetes: [33, 36] },
  },
};

/** Of the clusters that it makes. Source: the same page. */
export const madeClusterMatrix: Matrix = {
  name: 'Cluster API',
  rows: {
    '1.12': { kubernetes: [29, 36], since: { 35: 1, 36: 8 } },
    '1.13': { kubernetes: [30, 36], since: { 36: 1 } },
    '1.14': { kubernetes: [31, 36] },
  },
};

/** Of the clusters that it makes. Source: README of siderolabs/cluster-api-bootstrap-provider-talos (v0.6.12) */
export const talosProviderMatrix: Matrix = {
  name: 'The Talos provider',
  rows: {
    '0.5': { kubernetes: [19, 26], talos: [0, 3] },
    '0.6': { kubernetes: [26, 36], talos: [2, 13] },
    '0.7': { kubernetes: [29, 36], talos: [9, 13] },
  },
};
