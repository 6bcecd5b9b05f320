import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { helmChartProxyOf } from '../charts/child-cluster/add-ons.js';

/** What a parent renders for its children. */

test('an add-on is installed once, with values that no template language changes', () => {
  const values = { flag: 'off', text: 'a {{ b }} c', list: [1] };
  const addOn = {
    release: 'network',
    namespace: 'kube-system',
    repository: 'oci://charts.example.test/x',
    chart: 'net',
    version: '1.2.3',
    values,
  };
  const { valuesTemplate, ...spec } = helmChartProxyOf(addOn, { made: 'up' });
  expect(spec).toMatchObject({
    clusterSelector: { matchLabels: { made: 'up' } },
    ...{ releaseName: 'network', namespace: 'kube-system', chartName: 'net', repoURL: addOn.repository, version: '1.2.3' },
    reconcileStrategy: 'InstallOnce',
  });
  const written = '{{ "{{" }}';
  expect(valuesTemplate.replaceAll(written, '')).not.toContain('{{');
  expect(parse(valuesTemplate.replaceAll(written, '{{'), { version: '1.1' })).toEqual(values);
});
