import { Made } from '../fixtures/components.js';
import { controller, ingress, ingressRoute, service } from '../fixtures/exposed.js';
import type { Fixture, RuleFixtures } from '../fixtures/rule-harness.js';

const guard = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: login}
spec: {forwardAuth: {address: "http://authelia.kube-system.svc.cluster.local/api/authz/forward-auth"}}
---`;
const chain = `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: all}
spec: {chain: {middlewares: [{name: login}]}}
---`;

const withAuthelia = (manifests: string, { domain = 'example.test', policy = 'deny', rules = [] as object[] } = {}): Fixture => ({
  manifests: service + guard + manifests,
  release: controller,
  build: (app) => {
    const configMap = {
      session: { cookies: [{ domain, subdomain: 'auth' }] },
      access_control: { default_policy: policy, rules },
    };
    new Made(app, 'authelia').install({}, { values: { configMap } });
  },
});
const protectedRoute = (host: string, middleware = 'login') =>
  ingressRoute('a', `Host(\`${host}\`)`).replace('kind: Rule,', `kind: Rule, middlewares: [{name: ${middleware}}],`);
const rules = [{ domain: 'web.example.test', policy: 'one_factor' }];

export const fixtures: RuleFixtures = {
  rejected: {
    'a host that no rule names': {
      ...withAuthelia(protectedRoute('shop.example.test'), { rules }),
      says: 'No rule of the access control names "shop.example.test"',
    },
    'a host behind a chain that no rule names': {
      ...withAuthelia(chain + protectedRoute('shop.example.test', 'all'), { rules }),
      says: 'add a rule with the domain "shop.example.test"',
    },
    'a host outside of the domain of the cookie': {
      ...withAuthelia(protectedRoute('web.example.test'), { rules, domain: 'apps.example.test' }),
      says: '"web.example.test" is not below "apps.example.test"',
    },
    'the login page behind the login': {
      ...withAuthelia(protectedRoute('auth.example.test'), { rules: [{ domain: '*.example.test', policy: 'one_factor' }] }),
      says: '"auth.example.test" is the login page itself',
    },
    'a cookie for a domain of one label': {
      ...withAuthelia(protectedRoute('web.example.test'), { rules, domain: 'test' }),
      says: 'values.configMap.session.cookies[0].domain',
    },
  },
  accepted: {
    'a host with a rule': withAuthelia(protectedRoute('web.example.test'), { rules }),
    'a host that a star names': withAuthelia(protectedRoute('a.b.example.test'), {
      rules: [{ domain: ['*.example.test'], policy: 'one_factor' }],
    }),
    'a host that a pattern names': withAuthelia(protectedRoute('web.example.test'), {
      rules: [{ domain_regex: String.raw`^(?P<User>\w+)\.example\.test$`, policy: 'one_factor' }],
    }),
    'an open host without a rule': withAuthelia(ingress('a', 'shop.example.test'), { rules }),
    'a host without a rule where the default is a login': withAuthelia(protectedRoute('shop.example.test'), { policy: 'one_factor' }),
  },
};
