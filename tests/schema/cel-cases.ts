/**
 * A rule, blanks made single; values that keep it; values that break it. Values are a YAML list without its brackets, each with the
 * fields that the rule looks at.
 */
type Row = readonly [rule: string, accepted: string, rejected: string];

const sidecar = 'mode: sidecar';

/** Rules of kinds that clusters use. */
export const cases: readonly Row[] = [
  ['has(self.configMapRef) || has(self.secretRef)', '{configMapRef: {name: a}}, {secretRef: {name: a}}', '{}'],
  ['!has(self.configMapRef) || !has(self.secretRef)', '{configMapRef: {name: a}}, {}', '{configMapRef: {name: a}, secretRef: {name: a}}'],
  [
    "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))",
    '{}, {serviceAccountName: a, provider: aws}',
    '{serviceAccountName: a}, {serviceAccountName: a, provider: github}',
  ],
  [
    '(has(self.chart) && !has(self.chartRef)) || (!has(self.chart) && has(self.chartRef))',
    '{chart: {}}, {chartRef: {}}',
    '{}, {chart: {}, chartRef: {}}',
  ],
  [
    "!has(self.retryInterval) || self.name != 'RemediateOnFailure'",
    '{name: RemediateOnFailure}, {name: RetryOnFailure, retryInterval: 5m}',
    '{name: RemediateOnFailure, retryInterval: 5m}',
  ],
  [
    "!has(self.retryInterval) || self.name == 'RetryOnFailure'",
    '{name: RetryOnFailure, retryInterval: 5m}, {name: RemediateOnFailure}',
    '{name: RemediateOnFailure, retryInterval: 5m}',
  ],
  [
    '(has(self.tpp) ? 1 : 0) + (has(self.cloud) ? 1 : 0) + (has(self.ngts) ? 1 : 0) == 1',
    '{tpp: {}}, {cloud: {}}',
    '{}, {tpp: {}, cloud: {}}',
  ],
  [
    '[has(self.configMap),has(self.secret),has(self.inLine),has(self.useDefaultCAs)].filter(x,x==true).size() == 1',
    '{inLine: a}, {useDefaultCAs: false}',
    '{}, {inLine: a, secret: {name: a}}',
  ],
  ['[has(self.name),has(self.selector)].filter(x,x==true).size() == 1', '{name: a}, {selector: {}}', '{}, {name: a, selector: {}}'],
  [
    '[has(self.configMap),has(self.secret)].filter(x,x==true).size() >= 1',
    '{configMap: {key: a}}, {configMap: {key: a}, secret: {key: a}}',
    '{}, {namespaceSelector: {}}',
  ],
  ['[has(self.jks),has(self.pkcs12)].filter(x,x==true).size() >= 1', '{jks: {key: a}}', '{}'],
  ["self.startsWith('/')", '/a', "a, ''"],
  ['!(has(self.manifestPatches) && has(self.patches))', '{}, {patches: []}', '{manifestPatches: [], patches: []}'],
  [
    '[has(self.oci), has(self.url), has(self.selector)].exists_one(x,x)',
    '{url: a}, {selector: {}}',
    '{}, {url: a, oci: a}, {url: a, oci: a, selector: {}}',
  ],
  [
    "!(self in ['Ready','Available','HealthCheckSucceeded','OwnerRemediated','ExternallyRemediated'])",
    'MemoryPressure',
    'Ready, Available',
  ],
  [
    "self.contains('/') ? ( self.split('/') [0].size() <= 253 && self.split('/') [1].size() <= 63 && self.split('/').size() == 2 ) : self.size() <= 63",
    'a, example.com/a',
    `a/b/c, ${'a'.repeat(64)}, example.com/${'a'.repeat(64)}`,
  ],
  ['self.ipv4Config != null || self.ipv6Config != null', '{ipv4Config: {}}, {ipv6Config: {}}', '{}, {ipv4Config: null}'],
  ['self.port > 0 && self.port < 65536', '{port: 6443}', '{port: 0}, {port: 65536}, {host: a}'],
  ['self.addresses.size() > 0', '{addresses: [a]}', '{addresses: []}'],
  ['self.full || !has(self.format)', '{full: false}, {full: true, format: raw}, {format: raw}', '{full: false, format: raw}'],
  ['self.full || !has(self.storage)', '{full: false}, {storage: a}', '{full: false, storage: a}'],
  [
    'has(self.templateSelector) || (has(self.templateID) && has(self.sourceNode))',
    '{templateSelector: {}}, {templateID: 1, sourceNode: a}',
    '{}, {templateID: 1}',
  ],
  ["self.apiGroup == 'ipam.cluster.x-k8s.io'", '{apiGroup: ipam.cluster.x-k8s.io}', '{apiGroup: a}, {}'],
  ["self.kind == 'InClusterIPPool' || self.kind == 'GlobalInClusterIPPool'", '{kind: InClusterIPPool}', '{kind: Pool}'],
  ['self == 1 || (self >= 576 && self <= 65520)', '1, 576, 65520', '0, 2, 575, 65521'],
  ['(self > 0 && self < 32765) || (self > 32766)', '1, 32764, 32767', '0, 32765, 32766'],
  ['(self > 0 && self < 254) || (self > 255)', '1, 256', '0, 254, 255'],
  ['self.end >= self.start', '{start: 100, end: 100}', '{start: 100, end: 99}'],
  ['!(has(self.imageCatalogRef) && has(self.imageName))', '{}, {imageName: a}', '{imageCatalogRef: {}, imageName: a}'],
  [
    "!has(self.builtinLocale) || self.localeProvider == 'builtin'",
    '{}, {builtinLocale: C, localeProvider: builtin}',
    '{builtinLocale: C, localeProvider: icu}, {builtinLocale: C}',
  ],
  ["!has(self.icuLocale) || self.localeProvider == 'icu'", '{icuLocale: en, localeProvider: icu}', '{icuLocale: en}'],
  ["!has(self.icuRules) || self.localeProvider == 'icu'", '{icuRules: a, localeProvider: icu}', '{icuRules: a, localeProvider: libc}'],
  ["self.kind == 'ImageCatalog' || self.kind == 'ClusterImageCatalog'", '{kind: ClusterImageCatalog}', '{kind: Catalog}'],
  ["self.apiGroup == 'postgresql.cnpg.io'", '{apiGroup: postgresql.cnpg.io}', '{apiGroup: a}'],
  [
    "self.dataDurability!='preferred' || ((!has(self.standbyNamesPre) || self.standbyNamesPre.size()==0) && (!has(self.standbyNamesPost) || self.standbyNamesPost.size()==0))",
    '{dataDurability: required, standbyNamesPre: [a]}, {dataDurability: preferred, standbyNamesPost: []}, {}',
    '{dataDurability: preferred, standbyNamesPre: [a]}',
  ],
  ['self > 0', '1', '0, -1'],
  ['has(self.spec) || has(self.specs)', '{spec: {}}, {specs: []}', '{}'],
  [
    "!(self.mode == 'sidecar' && size(self.tolerations) > 0) || !has(self.tolerations)",
    `{${sidecar}}, {${sidecar}, tolerations: []}, {mode: daemonset, tolerations: [{key: a}]}`,
    `{${sidecar}, tolerations: [{key: a}]}`,
  ],
  [
    "!(self.mode == 'sidecar' && self.priorityClassName != '') || !has(self.priorityClassName)",
    `{${sidecar}}, {${sidecar}, priorityClassName: ""}`,
    `{${sidecar}, priorityClassName: a}`,
  ],
  [
    "!(self.mode == 'sidecar' && self.affinity != null) || !has(self.affinity)",
    `{${sidecar}}, {mode: daemonset, affinity: {}}`,
    `{${sidecar}, affinity: {}}`,
  ],
  [
    "!(self.mode == 'sidecar' && size(self.additionalContainers) > 0) || !has(self.additionalContainers)",
    `{${sidecar}}, {mode: daemonset, additionalContainers: [{name: a}]}`,
    `{${sidecar}, additionalContainers: [{name: a}]}, {additionalContainers: [{name: a}]}`,
  ],
  ['!has(self.serverName)', '{destinationPath: a}', '{serverName: a}'],
  ["!self.exists(a, a.startsWith('--log-level'))", '[], [--a]', '[--a, --log-level=debug]'],
  ["!('esoNamespace' in self) && !('esoStoreName' in self) && !('esoStoreKind' in self)", '{}, {a: b}', '{a: b, esoStoreKind: c}'],
  ['has(self.auth) || has(self.authRef)', '{auth: {}}', '{resource: {}}'],
  ['[has(self.auth),has(self.authRef)].filter(x,x==true).size() <= 1', '{}, {auth: {}}', '{auth: {}, authRef: {}}'],
  [
    '(has(self.secretRef) && !has(self.oidcConfig)) || (!has(self.secretRef) && has(self.oidcConfig))',
    '{secretRef: {}}, {oidcConfig: {}}',
    '{}, {secretRef: {}, oidcConfig: {}}',
  ],
  ['has(self.serviceAccountCredsSecretRef) || has(self.tokenSecretRef)', '{tokenSecretRef: {}}', '{}'],
  ['[has(self.vault),has(self.environment)].filter(x,x==true).size() <= 1', '{}, {vault: a}', '{vault: a, environment: b}'],
  ['[has(self.caBundle),has(self.caProvider)].filter(x,x==true).size() <= 1', '{caBundle: YQ==}', '{caBundle: YQ==, caProvider: {}}'],
  [
    '[has(self.appRole),has(self.tokenSecretRef),has(self.userPass)].filter(x,x==true).size() == 1',
    '{appRole: {}}',
    '{}, {appRole: {}, userPass: {}}',
  ],
  ['[has(self.roleId),has(self.roleRef)].filter(x,x==true).size() == 1', '{roleId: a}', '{}, {roleId: a, roleRef: {}}'],
  [
    '(has(self.auth) && !has(self.accessToken)) || (!has(self.auth) && has(self.accessToken))',
    '{auth: {}}, {accessToken: {}}',
    '{}, {auth: {}, accessToken: {}}',
  ],
  [
    '(has(self.accessToken) && !has(self.oidcConfig)) || (!has(self.accessToken) && has(self.oidcConfig))',
    '{accessToken: {}}',
    '{}, {accessToken: {}, oidcConfig: {}}',
  ],
  ['has(self.token) || (has(self.username) && has(self.password))', '{token: {}}, {username: {}, password: {}}', '{username: {}}, {}'],
  ['has(self.value) != has(self.secretRef)', '{value: a}, {secretRef: {}}', '{}, {value: a, secretRef: {}}'],
];

/** Rules that compare with the stored object, which are not for new ones. */
export const transitions: readonly string[] = ['self == oldSelf'];
