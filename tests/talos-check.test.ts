import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderTalos } from '../clusters/lib/talos/index.js';
import { loadSchemas } from '../synth/schema/load.js';
import { checkTalos } from '../synth/talos/check.js';
import { aCluster } from './fixtures/a-cluster.js';

const schemas = loadSchemas(fileURLToPath(new URL('../imports/schemas', import.meta.url)));

/** The problems of one node whose documents are a YAML list without its brackets. */
function check(text: string) {
  return checkTalos(new Map([['talos/nodes/a.yaml', parse(`[${text}]`) as object[]]]), 'dist/made-up', schemas);
}

test('what is rendered is right, in every file', () => {
  const files = renderTalos(aCluster(), []);
  expect(files.size).toBeGreaterThan(2);
  expect(checkTalos(files, 'dist/made-up', schemas)).toEqual([]);
});

const machine = (fields: string) => `{version: v1alpha1, machine: {type: worker, ${fields}}}`;
const document = (kind: string, fields: string) => `{apiVersion: v1alpha1, kind: ${kind}, ${fields}}`;
const hostname = document('HostnameConfig', 'auto: "off", hostname: a');

describe('one document', () => {
  test('is held to the schema of its version', () => {
    expect(check(document('VLANConfig', 'name: eth0.7, vlanID: seven, parent: eth0'))).toEqual([
      {
        rule: 'valid-talos-document',
        severity: 'error',
        file: 'dist/made-up/talos/nodes/a.yaml',
        field: 'VLANConfig eth0.7 vlanID',
        problem: '"seven" is a string, not an integer.',
        fix: 'write what the schema of the document allows.',
      },
    ]);
    expect(check(machine('sysctl: {a: b}')).map(({ field }) => field)).toEqual(['machine.sysctl']);
  });

  test('is of a kind that the version knows', () => {
    expect(check(document('KubeNodeConfig', 'labels: {}')).map(({ rule }) => rule)).toEqual(['known-talos-document']);
  });
});

/** Documents of one node that get along, and documents that do not. */
const conflicts: readonly (readonly [rule: string, accepted: string, rejected: string])[] = [
  [
    'talos-distinct-documents',
    `${document('DummyLinkConfig', 'name: a')}, ${document('DummyLinkConfig', 'name: b')}, ${machine('')}`,
    `${document('DummyLinkConfig', 'name: a')}, ${document('DummyLinkConfig', 'name: a')}`,
  ],
  ['talos-distinct-documents', machine(''), `${machine('')}, ${machine('')}`],
  [
    'talos-exclusive-kinds',
    `${document('LinkConfig', 'name: a')}, ${document('DummyLinkConfig', 'name: b')}, ${document('EthernetConfig', 'name: a')}`,
    `${document('LinkConfig', 'name: a')}, ${document('DummyLinkConfig', 'name: a')}`,
  ],
  [
    'talos-exclusive-kinds',
    `${document('Layer2VIPConfig', 'name: 192.0.2.1, link: a')}, ${document('HCloudVIPConfig', 'name: 192.0.2.2, link: a, apiToken: a')}`,
    `${document('Layer2VIPConfig', 'name: 192.0.2.1, link: a')}, ${document('HCloudVIPConfig', 'name: 192.0.2.1, link: a, apiToken: a')}`,
  ],
  ['talos-hostname-mode', `${hostname}`, document('HostnameConfig', 'hostname: a')],
  ['talos-hostname-mode', document('HostnameConfig', 'auto: stable'), document('HostnameConfig', 'auto: stable, hostname: a')],
  ['talos-hostname-mode', hostname, document('HostnameConfig', 'auto: "off"')],
  ['talos-one-hostname', `${hostname}, ${machine('network: {interfaces: []}')}`, `${hostname}, ${machine('network: {hostname: a}')}`],
  ['talos-one-hostname', machine('network: {hostname: a}'), `${hostname}, ${machine('features: {stableHostname: true}')}`],
  [
    'talos-one-resolver',
    `${document('ResolverConfig', 'nameservers: []')}, ${machine('network: {nameservers: []}')}`,
    `${document('ResolverConfig', 'nameservers: []')}, ${machine('network: {nameservers: [192.0.2.1]}')}`,
  ],
  [
    'talos-one-time-sync',
    `${document('TimeSyncConfig', 'enabled: true')}, ${machine('time: {disabled: false}')}`,
    `${document('TimeSyncConfig', 'enabled: true')}, ${machine('time: {servers: [a.example.com]}')}`,
  ],
  [
    'talos-one-kubespan',
    `${document('KubeSpanConfig', 'enabled: true')}, ${machine('network: {}')}`,
    `${document('KubeSpanConfig', 'enabled: true')}, ${machine('network: {kubespan: {enabled: true}}')}`,
  ],
  [
    'talos-one-encryption',
    `${document('VolumeConfig', 'name: STATE, encryption: {provider: luks2}')}, ${machine('systemDiskEncryption: {ephemeral: {}}')}`,
    `${document('VolumeConfig', 'name: STATE, encryption: {provider: luks2}')}, ${machine('systemDiskEncryption: {state: {}}')}`,
  ],
  ['talos-worker-labels', machine('nodeLabels: {example.com/a: b}'), machine('nodeLabels: {node-role.kubernetes.io/infra: ""}')],
  [
    'talos-worker-vip',
    `{machine: {type: controlplane}}, ${document('Layer2VIPConfig', 'name: 192.0.2.1, link: a')}`,
    `${machine('')}, ${document('Layer2VIPConfig', 'name: 192.0.2.1, link: a')}`,
  ],
];

test.each(conflicts)('%s: %s', (rule, accepted, rejected) => {
  const rulesOf = (text: string) => check(text).map((problem) => problem.rule);
  expect(rulesOf(accepted)).not.toContain(rule);
  expect(rulesOf(rejected).filter((found) => found === rule)).toHaveLength(1);
});
