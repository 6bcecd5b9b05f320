import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { transitionRule } from '../../synth/diff/dangers/immutable-field.js';
import { formatMarkdown } from '../../synth/diff/format-markdown.js';
import { formatText } from '../../synth/diff/format-text.js';
import { formats } from '../../synth/diff/formats.js';
import { compareLines } from '../../synth/diff/lines.js';
import { schemasFolder } from '../fixtures/made-up-checkout.js';
import { compareEdit, schemas } from './labelled.js';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: web
spec:
  replicas: 2
`;
const config = (data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  namespace: web\ndata:\n  file: |\n    ${data}\n    same\n`;
const files = (replicas: string, data: string) => ({
  'manifests/web/resources/deployment_web.yaml': deployment.replace('2', replicas),
  'manifests/web/resources/config-map_web.yaml': config(data),
});
const report = compareEdit({
  before: files('2', 'old'),
  after: {
    ...files('0', 'new'),
    'manifests/web/resources/config-map_more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more\n',
  },
});

describe('the text', () => {
  test('says what is deployed, then what is dangerous, then everything', () => {
    expect(formatText(report)).toBe(`made-up: deploys, it follows main; 1 added, 2 changed, 1 danger

━━ made-up
✖ Deployment.apps web/web spec.replicas
    spec.replicas changes from "2" to "0".
    Nothing of it runs any more.  [replicas-to-zero]
+ ConfigMap more
    + apiVersion: v1
    + kind: ConfigMap
    + metadata:
    +   name: more
~ ConfigMap web/web
    ~ data.file:
    -   old
    +   new
        same
        
~ Deployment.apps web/web
    ~ spec.replicas: 2 → 0
`);
  });

  test('has colours only where it is asked to', () => {
    expect(formatText(report)).not.toContain('\x1b');
    expect(formatText(report, { hasColour: true })).toContain('\x1b[32m+ ConfigMap more\x1b[0m');
  });

  test('says of a cluster of another branch that it is staged', () => {
    const staged = compareEdit({ before: files('2', 'old'), after: files('1', 'old') }, 'next');
    expect(formatText(staged).split('\n')[0]).toBe('made-up: staged, it follows main and not next; 1 changed');
  });

  test('says when nothing changes', () => {
    expect(formatText(compareEdit({ before: '', after: '' }))).toBe('No object of any cluster changes.\n');
  });
});

describe('the comment', () => {
  test('has a section an object', () => {
    expect(formatMarkdown(report)).toBe(`## What this changes
- made-up: deploys, it follows main; 1 added, 2 changed, 1 danger

### ⚠ Dangers in made-up

- **replicas-to-zero** \`Deployment.apps web/web spec.replicas\`: spec.replicas changes from "2" to "0". Nothing of it runs any more.

### made-up

<details>
<summary>+ ConfigMap more</summary>

\`\`\`diff
+ apiVersion: v1
+ kind: ConfigMap
+ metadata:
+   name: more
\`\`\`

</details>

<details>
<summary>~ ConfigMap web/web</summary>

\`\`\`diff
! data.file:
-   old
+   new
    same
    
\`\`\`

</details>

<details>
<summary>~ Deployment.apps web/web</summary>

\`\`\`diff
! spec.replicas: 2 → 0
\`\`\`

</details>
`);
  });

  test('fits, is cut between sections and says so', () => {
    const after = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [
        `manifests/web/base/${index}.yaml`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${index}}\n`,
      ]),
    );
    const text = formatMarkdown(compareEdit({ before: {}, after }));
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text.match(/^```/gm)?.length).toBe(2 * (text.match(/<details>/g)?.length ?? 0));
    expect(text).toMatch(/\*\*\d+ more sections do not fit here\.\*\*/);
  });

  test('lets no content close its fence, and no name be markup', () => {
    const after = { 'manifests/web/base/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "<b>"}\ndata:\n  a: |\n    ```\n' };
    const text = formatMarkdown(compareEdit({ before: {}, after }));
    expect(text).toContain('````diff');
    expect(text).toContain('<summary>+ ConfigMap &lt;b&gt;</summary>');
  });
});

test('JSON is the report', () => {
  expect(JSON.parse(formats['json']?.(report) ?? '')).toEqual(JSON.parse(JSON.stringify(report)));
});

test('lines have three lines of context', () => {
  const lines = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const changed = lines.map((line) => (line === '5' ? 'x' : line));
  expect(compareLines(lines, changed).map(({ sign, text }) => `${sign}${text}`)).toEqual([
    '…1 equal line',
    ' 2',
    ' 3',
    ' 4',
    '-5',
    '+x',
    ' 6',
    ' 7',
    ' 8',
    '…1 equal line',
  ]);
});

test('every rule of imports/ that looks at the stored object is one that is understood', () => {
  const paths = readdirSync(schemasFolder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
  const rules = paths.flatMap((path) => [
    ...readFileSync(join(schemasFolder, path), 'utf8').matchAll(/"rule": ?("(?:[^"\\]|\\.)*oldSelf(?:[^"\\]|\\.)*")/g),
  ]);
  expect(rules.length).toBeGreaterThan(0);
  expect(rules.map(([, rule = '']) => String(JSON.parse(rule)).trim()).filter((rule) => !transitionRule.test(rule))).toEqual([]);
  expect(schemas.find('apps/v1', 'Deployment')).toBeDefined();
});
