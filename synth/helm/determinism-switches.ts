/**
 * Values that make charts stop to generate what must stay the same, or to render a Secret, by the folder of the templates in question; as an
 * imperative without a full stop.
 *
 * Source: values.yaml of each chart (grafana 12.11.1, cilium 1.20.1, piraeus 2.10.2, opentelemetry-operator 0.122.0, authelia 0.11.5,
 * trust-manager 0.24.0, kube-prometheus-stack 88.5.3)
 */
const switches: Readonly<Record<string, string>> = {
  'authelia/templates/': 'set secret.existingSecret',
  'cilium/templates/': 'set hubble.tls.auto.method to "certmanager", and hubble.tls.auto.certManagerIssuerRef',
  'grafana/templates/': 'set admin.existingSecret of grafana',
  'kube-prometheus-stack/templates/alertmanager/':
    'set alertmanager.alertmanagerSpec.useExistingSecret to true, and configSecret to the name of the Secret',
  'opentelemetry-operator/templates/': 'set admissionWebhooks.certManager.enabled to true, and leave manager.rolling off',
  'piraeus/templates/': 'set tls.certManagerIssuerRef or tls.certificateSecret',
  'trust-manager/templates/': 'set app.webhook.tls.helmCert.enabled to false',
};

/** What to set for a template, where it is known. @param template @example 'kube-prometheus-stack/charts/grafana/templates/secret.yaml' */
export function switchOf(template: string): string | undefined {
  return Object.entries(switches).find(([folder]) => `/${template}`.includes(`/${folder}`))?.[1];
}
