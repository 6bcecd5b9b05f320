import { parseAllDocuments } from 'yaml';

/** A manifest as far as the tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Objects with many kinds of fields, every one of them accepted. */
export const VALID: readonly Manifest[] = parseAllDocuments(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web, labels: {app.kubernetes.io/name: web}, annotations: {a: "1"}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}}
  template:
    metadata: {labels: {app: web}, creationTimestamp: null}
    spec:
      containers:
        - name: web
          image: example.com/web:1
          ports: [{containerPort: 80, protocol: TCP}, {containerPort: 443, protocol: TCP}]
          env: [{name: A, value: "1"}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}]
          resources: {limits: {memory: 128Mi, cpu: 0.5}, requests: {memory: 1000}}
          readinessProbe: {httpGet: {port: http, path: /}, periodSeconds: 5}
      volumes: [{name: v, configMap: {name: c, items: [{key: a, path: b}]}}]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: web, ownerReferences: [{apiVersion: v1, kind: A, name: a, uid: u}]}
spec:
  secretName: web-tls
  dnsNames: [a.example.com]
  duration: 2160h
  issuerRef: {name: ca, kind: ClusterIssuer, group: cert-manager.io}
  privateKey: {algorithm: ECDSA, size: 256, rotationPolicy: Always}
  keystores: {pkcs12: {create: true, passwordSecretRef: {name: p, key: k}}}
---
apiVersion: piraeus.io/v1
kind: LinstorSatelliteConfiguration
metadata: {name: pool}
spec:
  nodeSelector: {a: b}
  storagePools: [{name: pool1, lvmThinPool: {volumeGroup: vg, thinPool: thin}, source: {hostDevices: [/dev/sdb]}}]
  podTemplate: {spec: {anything: [1]}}
  properties: [{name: p, value: v}, {name: q, valueFrom: {nodeFieldRef: metadata.name}}]
---
apiVersion: cilium.io/v2alpha1
kind: CiliumL2AnnouncementPolicy
metadata: {name: l2}
spec:
  loadBalancerIPs: true
  interfaces: ["^eth[0-9]+"]
  nodeSelector: {matchExpressions: [{key: a, operator: DoesNotExist}]}
  serviceSelector: {matchLabels: {a: b}}
`).map((document) => document.toJS() as Manifest);

/** A place in an object. */
export type Place = readonly (string | number)[];

/** Every place in a value but the value itself. */
export function placesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, child]) => [[...place, key], ...placesOf(child, [...place, key])]);
}

/** What `change` can do at one place. */
export const CHANGES = ['replace', 'delete', 'repeat', 'insert', 'append'] as const;

/** A copy with one change at one place; the same object where the change does not fit what is there. */
export function change(object: Manifest, place: Place, kind: (typeof CHANGES)[number], value: unknown): Manifest {
  const copy = structuredClone(object);
  const last = place.at(-1) ?? '';
  let parent = copy as unknown as Record<string | number, unknown>;
  for (const key of place.slice(0, -1)) parent = parent[key] as typeof parent;
  const old = parent[last];
  if (kind === 'replace') parent[last] = value;
  else if (kind === 'delete' && !Array.isArray(parent)) delete parent[last];
  else if (kind === 'repeat' && Array.isArray(old)) old.push(structuredClone(old[0]));
  else if (kind === 'insert' && typeof old === 'object' && old !== null && !Array.isArray(old)) Object.assign(old, { extra: value });
  else if (kind === 'append' && typeof old === 'string') parent[last] = `${old}${String(value)}`;
  return copy;
}
