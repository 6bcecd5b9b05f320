import { describe, expect, test } from 'vitest';
import { KubePrometheusStack, type StandaloneProps } from '../charts/kube-prometheus-stack/index.js';
import { replacedAlerts } from '../charts/kube-prometheus-stack/rules.js';
import type { Handle } from '../charts/lib/handle.js';
import type { Stage } from '../charts/lib/stage.js';
import { PrometheusOperatorCrds } from '../charts/prometheus-operator-crds.js';
import { validateObject } from '../synth/schema/validate.js';
import { Made, planOf, schemas } from './fixtures/components.js';
import type { Any } from './fixtures/rendered.js';

/** Makes what the stack refers to; its handles are not of the types that a real component offers. */
class Provider extends Made {
  give<T extends object>(value: T, stage: Stage['stage'] = 'resources'): Handle<T> {
    return this.handle(stage, value);
  }
}

/** The stack with everything around it that it needs, and nothing else. */
function planWith(changes: Partial<StandaloneProps> = {}) {
  return planOf((app) => {
    const provide = (id: string) => new Provider(app, id).fill('resources') as Provider;
    new PrometheusOperatorCrds(app, 'prometheus-operator-crds');
    const certManager = provide('cert-manager').install({ crds: { 'cert-manager.io': ['Certificate', 'Issuer'] } }) as Provider;
    const ingress = provide('ingress').install({ classes: { IngressClass: ['made-up'] } }) as Provider;
    new KubePrometheusStack(app, 'kube-prometheus-stack', {
      cluster: 'made-up',
      hosts: { grafana: 'grafana.example.test', prometheus: 'prometheus.example.test', alertmanager: 'alertmanager.example.test' },
      exposure: {
        ingressClass: ingress.give({ name: 'made-up' }, 'release'),
        issuer: certManager.give({ ref: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'made-up' }, isAcme: false } as const),
        protection: provide('login').give({ annotations: { login: 'needed' } }),
      },
      storageClass: provide('storage').give({ name: 'fast' }),
      trust: provide('trust').give({ configMap: 'made-up-ca', key: 'ca-bundle.crt' }),
      certManagerNamespace: certManager.give({ name: 'made-up-namespace' }, 'release'),
      ...changes,
    });
  });
}

const plan = planWith();
const stack = plan.components.find(({ name }) => name === 'kube-prometheus-stack');
const manifests = (stack?.stages ?? []).flatMap(({ objects }) => objects.map(({ manifest }) => manifest));
const ofKind = (kind: string): Any[] => manifests.filter((manifest) => manifest.kind === kind);
const valuesOf = ({ components }: typeof plan, name = 'kube-prometheus-stack'): Any =>
  components.find((component) => component.name === name)?.stages.flatMap(({ releases }) => releases)[0]?.props.values;

describe('PrometheusOperatorCrds', () => {
  test('lets no engine remove a kind, since all objects of it would go', () => {
    expect(valuesOf(plan, 'prometheus-operator-crds').crds.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
      'helm.sh/resource-policy': 'keep',
    });
  });
});

describe('KubePrometheusStack', () => {
  test('has no problem, and every object fits its schema', () => {
    expect(plan.problems).toEqual([]);
    expect(manifests.length).toBeGreaterThan(10);
    for (const manifest of manifests) {
      const entry = schemas.find(manifest.apiVersion, manifest.kind);
      expect(entry && validateObject(manifest, entry, schemas.resolve), `${manifest.kind} ${manifest.metadata.name}`).toEqual([]);
    }
  });

  test('waits for what it names', () => {
    const { edges } = plan.dependencies.graph;
    expect(edges.get('kube-prometheus-stack/release')).toEqual([
      'cert-manager/release',
      'kube-prometheus-stack/base',
      'prometheus-operator-crds/release',
      'storage/resources',
      'trust/resources',
    ]);
    expect(edges.get('kube-prometheus-stack/resources')).toContain('cert-manager/release');
    expect(edges.get('kube-prometheus-stack/exposure')).toEqual(expect.arrayContaining(['ingress/release', 'login/resources']));
  });

  test('renders no Secret, but declares the one that Grafana waits for', () => {
    expect(ofKind('Secret')).toEqual([]);
    expect(stack?.secrets.map(({ props }) => [props.name, Object.keys(props.keys)])).toEqual([
      ['grafana-admin', ['admin-user', 'admin-password']],
    ]);
    expect(valuesOf(plan).grafana.admin).toEqual({
      existingSecret: 'grafana-admin',
      userKey: 'admin-user',
      passwordKey: 'admin-password',
    });
  });

  test('puts the login of the platform in front of what has none of its own', () => {
    const annotations = ofKind('Ingress').map(({ metadata }) => [metadata.name, metadata.annotations ?? {}]);
    expect(Object.fromEntries(annotations)).toEqual({ alertmanager: { login: 'needed' }, grafana: {}, prometheus: { login: 'needed' } });
  });

  test('exposes each host over its own Service and certificate', () => {
    const routes = ofKind('Ingress').map(({ spec }) => [spec.rules[0].host, spec.rules[0].http.paths[0].backend.service, spec.tls]);
    const expected = ['alertmanager', 'grafana', 'prometheus'].map((name) => [
      `${name}.example.test`,
      { name: `kube-prometheus-stack-${name}`, port: { name: 'http-web' } },
      [{ hosts: [`${name}.example.test`], secretName: `${name}-tls` }],
    ]);
    expect(routes).toEqual(expected);
  });

  test('keeps samples on a volume of the class, below three quarters of it', () => {
    const specOf = (changes: Partial<StandaloneProps>) => valuesOf(planWith(changes)).prometheus.prometheusSpec;
    const claimOf = (spec: Any) => spec.storageSpec.volumeClaimTemplate.spec;
    expect(claimOf(specOf({}))).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '20Gi' } } });
    expect(specOf({})).toMatchObject({ retention: '15d', retentionSize: '15360MB', externalLabels: { cluster: 'made-up' } });
    const large = specOf({ sizes: { prometheus: '100Gi' }, retention: '90d' });
    expect(claimOf(large).resources.requests.storage).toBe('100Gi');
    expect(large).toMatchObject({ retention: '90d', retentionSize: '76800MB' });
  });

  test('asks cert-manager for its metrics, in whatever namespace it is', () => {
    expect(ofKind('ServiceMonitor').map(({ spec }) => spec.namespaceSelector)).toEqual([{ matchNames: ['made-up-namespace'] }]);
  });
});

describe('the receiver of alerts', () => {
  const email = { kind: 'email', to: 'us@example.test', from: 'it@example.test', server: 'mail.example.test:587' } as const;
  const made = (receiver: StandaloneProps['receiver']) => {
    const planned = planWith(receiver === undefined ? {} : { receiver });
    const secrets = planned.components.flatMap((component) => component.secrets.map(({ props }) => [props.name, Object.keys(props.keys)]));
    return { ...valuesOf(planned).alertmanager, problems: planned.problems, secrets: Object.fromEntries(secrets) };
  };

  test('is nobody by default', () => {
    expect(made(undefined)).not.toHaveProperty('config');
    expect(made(undefined).alertmanagerSpec).not.toHaveProperty('secrets');
  });

  test.each([
    ['a webhook', { kind: 'webhook' }, 'url', ({ webhook_configs }: Any) => webhook_configs[0].url_file],
    ['a mailbox', { ...email, username: 'it' }, 'password', ({ email_configs }: Any) => email_configs[0].auth_password_file],
  ] as const)('%s has what is secret in a file of a declared Secret, and is asked for its certificate', (_name, receiver, key, fileOf) => {
    const { config, alertmanagerSpec, secrets, problems } = made(receiver);
    expect(problems).toEqual([]);
    const [secret] = alertmanagerSpec.secrets;
    expect(secrets[secret]).toEqual([key]);
    expect(fileOf(config.receivers[1])).toBe(`/etc/alertmanager/secrets/${secret}/${key}`);
    expect(config.route.receiver).toBe(config.receivers[1].name);
    expect(alertmanagerSpec.configMaps).toEqual(['made-up-ca']);
    expect(JSON.stringify(config)).toContain('/etc/alertmanager/configmaps/made-up-ca/ca-bundle.crt');
  });

  test('needs no Secret for a mail server that asks for no password', () => {
    const { alertmanagerSpec, secrets, config } = made(email);
    expect(alertmanagerSpec).not.toHaveProperty('secrets');
    expect(Object.keys(secrets)).toEqual(['grafana-admin']);
    expect(config.receivers[1].email_configs[0]).toMatchObject({ smarthost: 'mail.example.test:587', require_tls: true });
  });

  test('gets no signal that needs nobody', () => {
    const { routes } = made({ kind: 'webhook' }).config.route;
    expect(routes.map(({ receiver }: Any) => receiver)).toEqual(['null', 'null']);
    expect(routes[0].matchers[0]).toContain('Watchdog');
  });
});

describe('alerts', () => {
  const alerts: Any[] = ofKind('PrometheusRule').flatMap(({ spec }) => spec.groups.flatMap(({ rules }: Any) => rules));

  test('each say how bad it is, for how long, what it is and what it means', () => {
    expect(alerts.length).toBeGreaterThan(8);
    for (const { alert, expr, for: duration, labels, annotations } of alerts) {
      expect(alert).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(expr.trim(), alert).not.toBe('');
      expect(duration, alert).toMatch(/^\d+[mh]$/);
      expect(['critical', 'warning'], alert).toContain(labels.severity);
      expect(annotations.summary, alert).toMatch(/[^.]$/);
      expect(annotations.description, alert).toMatch(/\.$/);
    }
  });

  test('have texts that name only labels which the expression keeps', () => {
    let found = 0;
    for (const { alert, expr, annotations } of alerts) {
      for (const [, label] of `${annotations.summary} ${annotations.description}`.matchAll(/\$labels\.(\w+)/g)) {
        found += 1;
        const [, kept] = /^\(?(?:max|count|sum) by \(([^)]*)\)/.exec(expr) ?? [];
        if (kept !== undefined) expect(kept.split(', '), alert).toContain(label);
      }
    }
    expect(found).toBeGreaterThan(8);
  });

  test('are told apart by name and severity, and silence what they replace', () => {
    const names = alerts.map(({ alert, labels }) => `${alert} ${labels.severity}`);
    expect(new Set(names).size).toBe(names.length);
    const disabled = valuesOf(plan).defaultRules.disabled;
    expect(disabled).toEqual(Object.fromEntries(replacedAlerts.map((name) => [name, true])));
    for (const name of ['NodeNotReady', 'PodCrashLooping', 'VolumeNearlyFull']) {
      expect(alerts.map(({ alert }) => alert)).toContain(name);
    }
  });
});

describe('dashboards', () => {
  const files = ofKind('ConfigMap').map(({ metadata, data }) => ({ metadata, ...read(data) }));

  function read(data: Record<string, string>): { file: string; dashboard: Any } {
    const [[file = '', text = ''] = []] = Object.entries(data);
    return { file, dashboard: JSON.parse(text) };
  }

  test('are found by Grafana, each under an address of its own', () => {
    expect(files.map(({ dashboard }) => dashboard.title).sort()).toEqual(['GitOps', 'Platform overview']);
    expect(new Set(files.map(({ dashboard }) => dashboard.uid)).size).toBe(files.length);
    const { label, labelValue, folderAnnotation } = valuesOf(plan).grafana.sidecar.dashboards;
    for (const { metadata, file, dashboard } of files) {
      expect(metadata).toMatchObject({ namespace: 'monitoring', labels: { [label]: labelValue } });
      expect(metadata.annotations[folderAnnotation]).toBe('Platform');
      expect(file).toBe(`${dashboard.uid}.json`);
    }
  });

  test('have panels that ask something, in rows of 24 columns, none above another', () => {
    for (const { dashboard } of files) {
      const cells = new Set<string>();
      expect(dashboard.panels.length).toBeGreaterThan(5);
      expect(new Set(dashboard.panels.map(({ id }: Any) => id)).size).toBe(dashboard.panels.length);
      for (const { title, targets, gridPos } of dashboard.panels) {
        expect(targets.length, title).toBeGreaterThan(0);
        for (const { expr } of targets) expect(expr, title).toMatch(/[a-z]/);
        expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
            expect(cells.has(`${x} ${y}`), title).toBe(false);
            cells.add(`${x} ${y}`);
          }
        }
      }
    }
  });

  test('colour by limits in ascending order, with what is right at the right end', () => {
    const panels = files.flatMap(({ dashboard }) => dashboard.panels);
    const stepsOf = (title: string) => panels.find((panel: Any) => panel.title === title).fieldConfig.defaults.thresholds.steps;
    expect(stepsOf('Nodes not ready').map(({ color }: Any) => color)).toEqual(['green', 'red']);
    expect(stepsOf('Volumes in use').map(({ color }: Any) => color)).toEqual(['green', 'orange', 'red']);
    expect(stepsOf('Certificates that end first').map(({ color }: Any) => color)).toEqual(['red', 'orange', 'green']);
    for (const { title } of panels) {
      const [, ...limits] = stepsOf(title).map(({ value }: Any) => value);
      expect(limits, title).toEqual([...limits].sort((a, b) => a - b));
    }
  });
});
