import type { Identity } from '../../charts/lib/kinds.js';
import { DeclaredSecret } from '../../charts/lib/secret.js';
import type { RuleFixtures } from '../fixtures/rule-harness.js';

const pod = (container: string, rest = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      ${rest}
      containers:
        - name: web
          image: example.test/web:1.0.0
          resources: {limits: {memory: 64Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          ${container}
`;

const ingress = (annotations: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {${annotations}}}
spec:
  tls: [{hosts: [web.example.test], secretName: web-tls}]
  defaultBackend: {resource: {apiGroup: example.test, kind: Bucket, name: web}}
`;

const issuer = (kind: string, spec: string) => `
apiVersion: cert-manager.io/v1
kind: ${kind}
metadata: {name: ca}
spec: {${spec}}
`;

const database = `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: web-db}
spec: {instances: 1, enablePDB: false, storage: {size: 1Gi}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: local.csi.example.test
`;

const externalSecret = (spec: string) => `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: web}
spec: {secretStoreRef: {kind: ClusterSecretStore, name: a}, refreshInterval: 1h, ${spec}}
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: a}
spec: {provider: {fake: {data: [{key: x, value: y}]}}}
`;

const environment = (name: string, key: string, more = '') =>
  `env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: ${name}, key: ${key}${more}}}}]`;

const declare: NonNullable<RuleFixtures['accepted'][string]['build']> = (_, { base }) => {
  new DeclaredSecret(base, 'secret', { name: 'web', keys: { password: 'password of web' }, consumer: 'web' });
};

/** An object of a release that synth rendered. */
const addRendered =
  (identity: Identity, content: string): NonNullable<RuleFixtures['accepted'][string]['change']> =>
  (plan) => ({
    ...plan,
    components: plan.components.map((component) => ({
      ...component,
      stages: component.stages.map((stage, index) => ({
        ...stage,
        files: index > 0 ? [] : [{ identity, path: `manifests/app/release/${identity.name}.yaml`, content }],
      })),
    })),
  });

const sealed = `
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: web, namespace: app}
spec: {encryptedData: {password: AgBy}}
`;

export const fixtures: RuleFixtures = {
  rejected: {
    'a variable from a Secret that nobody makes': {
      manifests: pod(environment('wbe', 'password')),
      build: declare,
      says: /containers\[0\]\.env\[0\]\.valueFrom\.secretKeyRef\.name[\s\S]*Nothing makes the Secret "wbe"[\s\S]*name one of web,/,
    },
    'a variable from a key that the Secret lacks': {
      manifests: pod(environment('web', 'passwd')),
      build: declare,
      says: /has no key "passwd"[\s\S]*ask for one of password,/,
    },
    'a volume with a key that the ExternalSecret does not read': {
      manifests: `${externalSecret('data: [{secretKey: a, remoteRef: {key: x}}]')}---${pod('', 'volumes: [{name: v, secret: {secretName: web, items: [{key: b, path: b}]}}]')}`,
      says: 'has no key "b"',
    },
    'a projected volume of a Secret of another namespace': {
      manifests: pod('', 'volumes: [{name: v, projected: {sources: [{secret: {name: web}}]}}]'),
      build: (_, { base }) => {
        new DeclaredSecret(base, 'secret', { name: 'web', namespace: 'default', keys: { a: 'a' }, consumer: 'web' });
      },
      says: 'One of that name is in default, which nobody can read from here.',
    },
    'credentials of a registry that nobody makes': {
      manifests: `
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
imagePullSecrets: [{name: registry}]
`,
      says: 'imagePullSecrets[0].name',
    },
    'an Ingress whose certificate nobody asks for': { manifests: ingress(''), says: 'spec.tls[0].secretName' },
    'an issuer with a token that nobody makes': {
      manifests: issuer(
        'Issuer',
        'acme: {server: "https://acme.example.test", privateKeySecretRef: {name: account}, solvers: [{dns01: {cloudflare: {apiTokenSecretRef: {name: token, key: token}}}}]}',
      ),
      says: 'spec.acme.solvers[0].dns01.cloudflare.apiTokenSecretRef.name',
    },
    'a key of a database that its operator does not write': {
      manifests: `${database}---${pod(environment('web-db-app', 'database'))}`,
      says: 'ask for one of username,',
    },
    'the superuser of a database that has no access': {
      manifests: `${database}---${pod(environment('web-db-superuser', 'password'))}`,
      says: 'Nothing makes the Secret "web-db-superuser"',
    },
    'values that name a Secret that nobody makes': {
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['Secret'] } }, values: { auth: { existingSecret: 'lost' } } },
      says: 'app/release/app auth.existingSecret',
    },
    'values that name a key that the Secret lacks': {
      release: { values: { admin: { existingSecret: 'web', passwordKey: 'admin-password' } } },
      build: declare,
      says: 'has no key "admin-password"',
    },
    'an issuer of the whole cluster whose authority is not in the namespace of cert-manager': {
      manifests: issuer('ClusterIssuer', 'ca: {secretName: root}'),
      release: { chart: 'cert-manager' },
      build: (_, { base }) => {
        new DeclaredSecret(base, 'secret', {
          name: 'root',
          namespace: 'default',
          keys: { 'tls.crt': 'c', 'tls.key': 'k' },
          consumer: 'ca',
        });
      },
      says: 'Nothing makes the Secret "root" in the namespace "app". One of that name is in default',
    },
    'a storage class whose driver cannot log in': {
      manifests: `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: nas}
provisioner: example.test/nas
parameters: {csi.storage.k8s.io/provisioner-secret-name: nas, csi.storage.k8s.io/provisioner-secret-namespace: app}
`,
      says: 'parameters["csi.storage.k8s.io/provisioner-secret-name"]',
    },
    'an annotation with people who are not there': {
      manifests: `${ingress('nginx.ingress.kubernetes.io/auth-secret: app/people, cert-manager.io/issuer: ca')}---${issuer('Issuer', 'selfSigned: {}')}`,
      says: 'metadata.annotations["nginx.ingress.kubernetes.io/auth-secret"]',
    },
    'a rendered pod with a name from the values': {
      release: { values: { login: 'lost' } },
      change: addRendered(
        { group: 'apps', kind: 'Deployment', namespace: 'app', name: 'web' },
        pod(environment('lost', 'password')).replace('name: web}', 'name: web, namespace: app}'),
      ),
      says: 'manifests/app/release/web.yaml spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name',
    },
    'a login of Argo CD with the secret of nobody': {
      release: { chart: 'argo-cd', values: { configs: { cm: { 'oidc.config': 'clientSecret: $lost:clientSecret' } } } },
      says: 'Nothing makes the Secret "lost"',
    },
    'a login in front of a route without its people': {
      manifests: `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: login}
spec: {basicAuth: {secret: people}}
`,
      says: 'spec.basicAuth.secret',
    },
  },
  accepted: {
    'a declared Secret with its key': { manifests: pod(environment('web', 'password')), build: declare },
    'a Secret that may be absent': { manifests: pod(environment('nobody', 'password', ', optional: true')) },
    'an Ingress whose annotation asks for the certificate': {
      manifests: `${ingress('cert-manager.io/issuer: ca')}---${issuer('Issuer', 'selfSigned: {}')}`,
    },
    'an issuer that writes the key of its account': {
      manifests: issuer('Issuer', 'acme: {server: "https://acme.example.test", privateKeySecretRef: {name: account}}'),
    },
    'what the operator of a database makes': { manifests: `${database}---${pod(environment('web-db-app', 'password'))}` },
    'an ExternalSecret that takes every key': {
      manifests: `${externalSecret('dataFrom: [{extract: {key: x}}]')}---${pod(environment('web', 'any'))}`,
    },
    'a name that a chart which nobody rendered may make': {
      manifests: pod(environment('app-generated', 'password')),
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['Secret'] } } },
    },
    'values with the name of a Secret that the chart makes itself': {
      release: { provides: { podSecurity: 'restricted', namespaced: { '': ['Secret'] } }, values: { tls: { secretName: 'app-tls' } } },
    },
    'values with an Ingress whose certificate cert-manager makes': {
      release: { values: { ingress: { annotations: { 'cert-manager.io/issuer': 'ca' }, tls: [{ secretName: 'web-tls' }] } } },
      manifests: issuer('Issuer', 'selfSigned: {}'),
    },
    'a Secret that an object from upstream unseals': {
      manifests: pod(environment('web', 'password')),
      release: {
        provides: { podSecurity: 'restricted', namespaced: { 'bitnami.com': ['SealedSecret'] }, crds: { 'bitnami.com': ['SealedSecret'] } },
      },
      change: addRendered({ group: 'bitnami.com', kind: 'SealedSecret', namespace: 'app', name: 'web' }, sealed),
    },
    'a rendered pod with a name of its own, which its controller makes': {
      release: { provides: { podSecurity: 'restricted', namespaced: { apps: ['Deployment'] } } },
      change: addRendered(
        { group: 'apps', kind: 'Deployment', namespace: 'app', name: 'web' },
        pod(environment('webhook-cert', 'password')).replace('name: web}', 'name: web, namespace: app}'),
      ),
    },
    'a key of a ConfigMap': {
      manifests: `${pod('env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]')}---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}`,
    },
  },
};
