import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import {
  Capability,
  Cpu,
  Deployment,
  EnvValue,
  HttpIngressPathType,
  ImagePullPolicy,
  Ingress,
  IngressBackend,
  k8s,
  LabelSelector,
  Probe,
  Protocol,
  SeccompProfileType,
  Secret,
  Service,
  ServiceType,
} from 'cdk8s-plus-30';
import type { Construct } from 'constructs';
import { addLeafCertificate } from './lib/certificate.js';
import { Component } from './lib/component.js';
import { dropConstructAddress } from './lib/construct-address.js';
import { type Exposure, protectionOf } from './lib/expose.js';

// renovate: datasource=docker depName=traefik/whoami
const image = 'docker.io/traefik/whoami:v1.11.0@sha256:200689790a0a0ea48ca45992e0450bc26ccab5307375b41c84dfc4f2475937ab';

const port = 8080;
const labels = { 'app.kubernetes.io/name': 'whoami' };

export interface WhoamiProps {
  /** Host name below the domain of the cluster. @example 'whoami.example.test' */
  readonly host: string;
  readonly exposure: Exposure;
  /** @default 2 */
  readonly replicas?: number;
}

/**
 * The canary: answers every request with what it received. When it is healthy, the network, the ingress, the certificates and the
 * load balancer work.
 *
 * Source: https://github.com/traefik/whoami (v1.11.0)
 */
export class Whoami extends Component {
  constructor(scope: Construct, id: string, props: WhoamiProps) {
    super(scope, id, { namespace: { name: 'whoami', podSecurity: 'restricted' }, project: 'apps' });
    this.addWorkload(props.replicas ?? 2);
    this.addNetworkPolicy();
    this.addIngress(props, this.addService());
  }

  private addWorkload(replicas: number): void {
    const metadata = { name: 'whoami', labels };
    const deployment = new Deployment(this.resources, 'deployment', {
      metadata,
      podMetadata: { labels },
      replicas,
      // Selectors that cdk8s makes hold a hash of the construct path, so that moving this line would replace the Deployment.
      select: false,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { ensureNonRoot: true, user: 65532, group: 65532 },
    });
    deployment.select(LabelSelector.of({ labels }));
    const probe = (failureThreshold: number) =>
      Probe.fromHttpGet('/health', { port, periodSeconds: Duration.seconds(10), timeoutSeconds: Duration.seconds(2), failureThreshold });
    deployment.addContainer({
      name: 'whoami',
      image,
      imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
      envVariables: { WHOAMI_PORT_NUMBER: EnvValue.fromValue(String(port)) },
      ports: [{ name: 'http', number: port, protocol: Protocol.TCP }],
      liveness: probe(3),
      readiness: probe(2),
      startup: probe(12),
      resources: {
        cpu: { request: Cpu.millis(5), limit: Cpu.millis(250) },
        memory: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
      },
      securityContext: {
        user: 65532,
        group: 65532,
        ensureNonRoot: true,
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: [Capability.ALL] },
        seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
      },
    });
    dropConstructAddress(deployment);
  }

  private addService(): Service {
    const service = new Service(this.resources, 'service', {
      metadata: { name: 'whoami', labels },
      type: ServiceType.CLUSTER_IP,
      ports: [{ name: 'http', port: 80, targetPort: port, protocol: Protocol.TCP }],
    });
    for (const [key, value] of Object.entries(labels)) service.selectLabel(key, value);
    ApiObject.of(service).addJsonPatch(JsonPatch.remove('/spec/externalIPs'));
    return service;
  }

  /** Requests come in on its one port from anywhere, since an ingress controller has no pod that a policy could name; nothing goes out. */
  private addNetworkPolicy(): void {
    new k8s.KubeNetworkPolicy(this.resources, 'network-policy', {
      metadata: { name: 'whoami', labels },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ ports: [{ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }] }],
      },
    });
  }

  private addIngress({ host, exposure }: WhoamiProps, service: Service): void {
    const secretName = addLeafCertificate(this.exposure, 'certificate', { name: 'whoami-tls', dnsNames: [host], issuer: exposure.issuer });
    new Ingress(this.exposure, 'ingress', {
      metadata: { name: 'whoami', labels, annotations: { ...protectionOf(this.exposure, exposure) } },
      className: this.exposure.use(exposure.ingressClass).name,
      tls: [{ hosts: [host], secret: Secret.fromSecretName(this.exposure, 'tls', secretName) }],
      rules: [{ host, path: '/', pathType: HttpIngressPathType.PREFIX, backend: IngressBackend.fromService(service) }],
    });
  }
}
