import { DeclaredSecret } from '../lib/secret.js';
import type { Stage } from '../lib/stage.js';
import type { AlertmanagerConfig } from './values.js';

/** A program that gets each group of alerts as JSON. Its address often is the password to it, so that the Secret holds it. */
export interface WebhookReceiver {
  readonly kind: 'webhook';
}

/** A mailbox. */
export interface EmailReceiver {
  readonly kind: 'email';
  /** @example 'platform@example.test' */
  readonly to: string;
  readonly from: string;
  /** Mail server that takes STARTTLS, or TLS on port 465. @example 'mail.example.test:587' */
  readonly server: `${string}:${number}`;
  /** Name by which the server knows Alertmanager; the Secret then holds its password. @default - it asks for none */
  readonly username?: string;
}

/** Who is told of alerts. What is secret about it comes from the Secret `alertmanager-receiver`. */
export type AlertReceiver = WebhookReceiver | EmailReceiver;

const secretName = 'alertmanager-receiver';
const secretPath = `/etc/alertmanager/secrets/${secretName}`;

/** Alertmanager reads the file for each message, so that a new one needs no restart. @returns name of the Secret, if it needs one. */
export function declareReceiver(stage: Stage, receiver: AlertReceiver | undefined): string | undefined {
  const keys = receiver === undefined ? undefined : keysOf(receiver);
  if (keys === undefined) return undefined;
  return new DeclaredSecret(stage, 'receiver', { name: secretName, keys, consumer: 'Alertmanager, to tell people of alerts' }).props.name;
}

function keysOf(receiver: AlertReceiver): Record<string, string> | undefined {
  if (receiver.kind === 'webhook') return { url: 'address that alerts are posted to' };
  return receiver.username === undefined ? undefined : { password: `password of ${receiver.username} on the mail server` };
}

/** These never need a person: one says that alerts work, the other holds back what only informs. */
const signals = 'alertname =~ "Watchdog|InfoInhibitor"';

/**
 * Whom Alertmanager tells of what. Unlike the chart's own, it takes alerts of two clusters, nodes or volumes for two.
 *
 * Source: https://prometheus.io/docs/alerting/latest/configuration/ (v0.33) and the chart's values (88.5.3)
 *
 * @param caFile path of the authorities that it trusts.
 */
export function alertmanagerConfig(receiver: AlertReceiver | undefined, caFile: string): AlertmanagerConfig {
  const none = { name: 'null' } as const;
  const name = receiver === undefined ? none.name : 'platform';
  return {
    inhibit_rules: [
      {
        source_matchers: ['severity = critical'],
        target_matchers: ['severity = warning'],
        equal: ['alertname', 'cluster', 'namespace', 'instance', 'node', 'persistentvolumeclaim'],
      },
    ],
    route: {
      receiver: name,
      group_by: ['cluster', 'namespace'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        { receiver: none.name, matchers: [signals] },
        { receiver: none.name, matchers: ['severity = info'] },
      ],
    },
    receivers: [none, ...(receiver === undefined ? [] : [{ name, ...receiverOf(receiver, caFile) }])],
  };
}

function receiverOf(receiver: AlertReceiver, ca_file: string): object {
  if (receiver.kind === 'webhook') {
    return { webhook_configs: [{ url_file: `${secretPath}/url`, send_resolved: true, http_config: { tls_config: { ca_file } } }] };
  }
  const { to, from, server, username } = receiver;
  const login = username === undefined ? {} : { auth_username: username, auth_password_file: `${secretPath}/password` };
  return { email_configs: [{ to, from, smarthost: server, ...login, require_tls: true, tls_config: { ca_file }, send_resolved: true }] };
}
