import type { IMiddleware } from '@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware';
import type { Construct } from 'constructs';
import type { Values } from '../imports/helm/authelia.js';
import { problemOf } from './lib/collect.js';
import { Component } from './lib/component.js';
import { type Exposure, exposeService } from './lib/expose.js';
import type { Handle, ProtectionRef, StorageClassRef } from './lib/handle.js';
import { Manifest } from './lib/manifest.js';
import { type Problem, Problems } from './lib/problem.js';
import { HelmRelease } from './lib/release.js';
import { DeclaredSecret } from './lib/secret.js';

// renovate: datasource=helm depName=authelia registryUrl=https://charts.authelia.com
const chartVersion = '0.11.20';

/** Keys of the Secret `authelia`; the chart mounts each as a file of that name. */
const keys = {
  resetPassword: 'identity_validation.reset_password.jwt.hmac.key',
  session: 'session.encryption.key',
  storage: 'storage.encryption.key',
} as const;

const usersKey = 'users_database.yml';

/** Who may reach some hosts. What no rule names is denied. */
export type AccessRule = {
  /** Full names below the cookie domain. @example ['whoami.dev.example.test'] */
  readonly hosts: readonly string[];
  /** Regular expressions (RE2) of path and query that the rule is limited to. @example ['^/api/webhook$'] @default - every path */
  readonly paths?: readonly [string, ...string[]];
} & (RuleWithLogin | RuleWithoutLogin);

interface RuleWithLogin {
  /** Password, or password and a code or key. */
  readonly policy: 'one_factor' | 'two_factor';
  /** One of them is enough. @default - everybody who logs in */
  readonly groups?: readonly [string, ...string[]];
}

/** Nobody is known yet, so that there is no group to ask for. */
interface RuleWithoutLogin {
  readonly policy: 'bypass';
  readonly groups?: never;
}

export interface AutheliaProps {
  /** Domain of the cookie: the parent of every protected host. @example 'dev.example.test' */
  readonly domain: string;
  /** Host name of the login page, below `domain`. @example 'auth.dev.example.test' */
  readonly host: string;
  /** How the login page itself is reached; its own `protection` is not used for it. */
  readonly exposure: Exposure;
  readonly storageClass: StorageClassRef;
  /** At least one. Rules with `paths` are asked before those without, `bypass` before the others, and else in this order. */
  readonly rules: readonly AccessRule[];
  /** Host that people land on after a login which they did not come to from another host. @example 'whoami.dev.example.test' */
  readonly defaultRedirect: string;
  /** Whether Prometheus scrapes it. @default false */
  readonly isMonitored?: boolean;
}

/**
 * The login in front of services that have none, or a weaker one: Traefik asks it about every request. Users are a file in a Secret; codes
 * of second factors, and who registered which, are in SQLite on one volume.
 *
 * Source: https://www.authelia.com/configuration/ and the chart's values (0.11.5, Authelia 4.39.19)
 */
export class Authelia extends Component {
  /** @throws {Problems} when Authelia would not start, or would send people in circles. */
  constructor(scope: Construct, id: string, props: AutheliaProps) {
    super(scope, id, { namespace: { name: 'authelia', podSecurity: 'restricted' }, project: 'security' });
    const problems = findProblems(id, props);
    if (problems.length > 0) throw new Problems(problems);
    const [secret, users] = [this.declareKeys(), this.declareUsers()];
    this.addRelease(props, secret.props.name, users.props.name);
    this.addMiddleware();
    // Never protected: it would ask itself whether people may log in.
    exposeService(this.exposure, props.exposure, { host: props.host, service: 'authelia', port: 'http', name: 'authelia' });
  }

  /** Puts an Ingress behind the login. */
  get protection(): ProtectionRef {
    const middleware = `${this.namespaceName}-authelia@kubernetescrd`;
    return this.handle('resources', { annotations: { 'traefik.ingress.kubernetes.io/router.middlewares': middleware } });
  }

  /** Puts an IngressRoute, in any namespace, behind the login. */
  get middleware(): Handle<{ readonly name: string; readonly namespace: string }> {
    return this.handle('resources', { name: 'authelia', namespace: this.namespaceName });
  }

  private declareKeys(): DeclaredSecret {
    return new DeclaredSecret(this.base, 'keys', {
      name: 'authelia',
      keys: {
        [keys.resetPassword]: 'random text; must exist although nobody can reset a password here',
        [keys.session]: 'random text; a new one logs everybody out',
        [keys.storage]: 'random text of at least 20 characters; the database is unreadable with any other, so it never changes',
      },
      consumer: 'Authelia, which reads them as files',
    });
  }

  private declareUsers(): DeclaredSecret {
    return new DeclaredSecret(this.base, 'users', {
      name: 'authelia-users',
      keys: {
        [usersKey]:
          'YAML: users: {<name>: {displayname, email, groups: [...], password: argon2id hash of "authelia crypto hash generate argon2"}}; ' +
          'never in Git, not even the hashes',
      },
      consumer: 'Authelia, which knows these people and no others',
    });
  }

  private addMiddleware(): void {
    new Manifest<IMiddleware>(this.resources, 'middleware', {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'authelia' },
      spec: {
        forwardAuth: {
          address: `http://authelia.${this.namespaceName}.svc.cluster.local/api/authz/forward-auth`,
          // Traefik wrote them: it takes none from clients.
          trustForwardHeader: true,
          maxResponseBodySize: 8192,
          authResponseHeaders: ['Remote-User', 'Remote-Groups', 'Remote-Email', 'Remote-Name'],
        },
      },
    });
  }

  private addRelease(props: AutheliaProps, existingSecret: string, users: string): void {
    const { isMonitored = false } = props;
    new HelmRelease<Values>(this.release, 'authelia', {
      repository: 'https://charts.authelia.com',
      chart: 'authelia',
      version: chartVersion,
      values: {
        pod: {
          // The volume goes to one pod at a time, and sessions are in its memory. The chart's StatefulSet would share the volume too.
          kind: 'Deployment',
          replicas: 1,
          revisionHistoryLimit: 3,
          strategy: { type: 'Recreate' },
          securityContext: {
            pod: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            container: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          },
          // Each password that is checked takes 64 MiB.
          resources: { requests: { cpu: '20m', memory: '128Mi' }, limits: { memory: '512Mi' } },
          annotations: { 'secret.reloader.stakater.com/reload': `${existingSecret},${users}` },
        },
        service: { type: 'ClusterIP', port: 80 },
        ingress: { enabled: false },
        networkPolicy: { enabled: false },
        // Without an existing Secret the chart makes new keys at each render.
        secret: { existingSecret, mountPath: '/secrets', additionalSecrets: { [users]: { items: [{ key: usersKey, path: usersKey }] } } },
        persistence: {
          enabled: true,
          storageClass: this.release.use(props.storageClass).name,
          accessModes: ['ReadWriteOnce'],
          size: '1Gi',
          annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
        },
        configMap: configuration(props, `/secrets/${users}/${usersKey}`),
      },
      provides: {
        namespaced: {
          '': ['ConfigMap', 'PersistentVolumeClaim', 'Service'],
          apps: ['Deployment'],
          ...(isMonitored ? { 'monitoring.coreos.com': ['ServiceMonitor'] } : {}),
        },
        podSecurity: 'restricted',
      },
    });
  }
}

function configuration({ domain, host, rules, defaultRedirect, isMonitored = false }: AutheliaProps, users: string) {
  const cookie = { domain, subdomain: host.slice(0, -domain.length - 1), path: '', default_redirection_url: `https://${defaultRedirect}` };
  return {
    key: 'configuration.yaml',
    theme: 'auto',
    log: { level: 'info', format: 'json' },
    telemetry: { metrics: { enabled: isMonitored, port: 9959, serviceMonitor: { enabled: isMonitored } } },
    // Otherwise it starts only where it can ask a public time server. Talos keeps the time.
    ntp: { disable_failure: true },
    totp: { issuer: domain },
    webauthn: { disable: false, display_name: 'Authelia' },
    identity_validation: { reset_password: { secret: { path: keys.resetPassword } } },
    authentication_backend: {
      // The file of users is a Secret, which Authelia cannot write.
      password_reset: { disable: true },
      password_change: { disable: true },
      refresh_interval: '5 minutes',
      ldap: { enabled: false },
      // Its watcher does not see what the kubelet does to a mounted Secret; Reloader restarts it instead.
      file: {
        enabled: true,
        path: users,
        watch: false,
        search: { email: true, case_insensitive: true },
        password: { algorithm: 'argon2' },
      },
    },
    access_control: { default_policy: 'deny', rules: inOrder(rules).map(accessRule) },
    session: {
      name: 'authelia_session',
      same_site: 'lax',
      expiration: '12 hours',
      inactivity: '2 hours',
      remember_me: '1 month',
      encryption_key: { path: keys.session },
      redis: { enabled: false },
      cookies: [cookie],
    },
    regulation: { max_retries: 3, find_time: '2 minutes', ban_time: '5 minutes' },
    storage: {
      encryption_key: { path: keys.storage },
      local: { enabled: true, path: '/config/db.sqlite3' },
      postgres: { enabled: false },
      mysql: { enabled: false },
    },
    // Codes that register a second factor are read from this file, since there is no mail server.
    notifier: {
      disable_startup_check: false,
      filesystem: { enabled: true, filename: '/config/notification.txt' },
      smtp: { enabled: false },
    },
  } as const;
}

function accessRule({ hosts, paths, groups, policy }: AccessRule) {
  return {
    domain: hosts,
    ...(paths ? { resources: paths } : {}),
    ...(groups ? { subject: groups.map((group) => `group:${group}`) } : {}),
    policy,
  };
}

/** The first rule that matches decides: one for a whole host, an open one above all, must not come before its own exceptions. */
function inOrder(rules: readonly AccessRule[]): AccessRule[] {
  const rank = ({ paths, policy }: AccessRule) => (paths ? 0 : 2) + (policy === 'bypass' ? 0 : 1);
  return [...rules].sort((a, b) => rank(a) - rank(b));
}

/**
 * Source: https://www.authelia.com/configuration/session/introduction/#domain,
 * https://www.authelia.com/configuration/security/access-control/#default_policy (4.39)
 */
function findProblems(id: string, { domain, host, defaultRedirect, rules }: AutheliaProps): Problem[] {
  const found: Problem[] = [];
  const report = (field: string, problem: string, fix: string) => found.push(problemOf(id, field, 'valid-login', problem, fix));
  const ruled = rules.flatMap(({ hosts }, index) => hosts.map((name) => [`rules[${index}].hosts`, name] as const));
  if (!domain.includes('.')) report('domain', `Browsers keep no cookie for "${domain}", which has no dot.`, 'write a domain with one.');
  for (const [field, name] of [['host', host] as const, ['defaultRedirect', defaultRedirect] as const, ...ruled]) {
    if (name.endsWith(`.${domain}`) && /^[a-z0-9.-]+$/.test(name)) continue;
    const problem = `"${name}" is no host below "${domain}", so that the cookie of the login never reaches it.`;
    report(field, problem, `write the full name of a host below ${domain}.`);
  }
  if (defaultRedirect === host) report('defaultRedirect', `"${host}" is the login page itself.`, 'name the host that people see first.');
  if (rules.length === 0 || rules.some(({ hosts }) => hosts.length === 0)) {
    report('rules', 'Authelia does not start without a rule, or with one that names no host.', 'write a rule for each protected host.');
  }
  return found;
}
