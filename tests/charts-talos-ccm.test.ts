import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { pairsOf } from '../charts/lib/provides.js';
import { HelmRelease } from '../charts/lib/release.js';
import { TalosCloudControllerManager } from '../charts/talos-cloud-controller-manager.js';
import { planOf } from './fixtures/components.js';
import { valuesOf } from './fixtures/rendered.js';

/** The cloud controller of child clusters on Proxmox. */

const add = (app = new App()) => new TalosCloudControllerManager(app, 'talos-ccm');
const providesOf = (component: TalosCloudControllerManager) =>
  component.node.findAll().find((node) => node instanceof HelmRelease)?.props.provides;

describe('TalosCloudControllerManager', () => {
  test('runs on nodes that it has yet to initialize', () => {
    const { tolerations } = valuesOf(add());
    expect(tolerations).toContainEqual({
      key: 'node.cloudprovider.kubernetes.io/uninitialized',
      operator: 'Exists',
      effect: 'NoSchedule',
    });
    expect(tolerations).toContainEqual({ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' });
  });

  test('initializes nodes and does nothing else', () => {
    expect(valuesOf(add()).enabledControllers).toEqual(['cloud-node']);
  });

  test('lives where the Talos API is open, as pods of the network', () => {
    const component = add();
    expect(component.namespaceName).toBe('kube-system');
    expect(valuesOf(component).daemonSet.enabled).toBe(false);
    expect(providesOf(component)?.podSecurity).toBe('restricted');
  });

  test('says that it asks Talos for access by an object of a kind that Talos makes', () => {
    const provides = providesOf(add());
    const access = { group: 'talos.dev', kind: 'ServiceAccount' };
    expect(pairsOf(provides?.namespaced)).toContainEqual(access);
    expect(pairsOf(provides?.crdsAtRunTime)).toContainEqual(access);
    expect(pairsOf(provides?.crds)).toEqual([]);
  });

  test('waits for nothing, and needs no other component for its kinds', () => {
    const { problems, dependencies } = planOf(add);
    expect(problems).toEqual([]);
    expect(dependencies.graph.edges.get('talos-ccm/release')).toEqual([]);
  });

  test('is one of those that the bootstrap installs', () => {
    expect(add().options.bootstrap).toBe(true);
  });
});
