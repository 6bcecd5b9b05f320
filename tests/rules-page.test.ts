import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { modelRules } from '../synth/docs/model-rules.js';
import { readRuleComment, renderRulesPage } from '../synth/docs/rules.js';
import { rules } from '../synth/rules/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const sourcesIn = (folder: string) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(`${root}${folder}/${path}`, 'utf8'));

const text = (comment: string) => `import x;\n\n/**\n${comment}\n */\nexport const aRule: Rule = {\n  id: 'a-rule',\n};\n`;

test('a rule has a section with what it demands, why, and from where', () => {
  const comment = ' * It rains.\n * Always.\n *\n * Why: plants\n * die.\n *\n * Source: https://example.test/ (v1)';
  const page = renderRulesPage([{ id: 'a-rule', text: text(comment) }]);
  expect(page).toContain('\n### a-rule\n\nIt rains. Always.\n\n- Why: plants die.\n- Source: https://example.test/ (v1)\n');
});

test.each([
  ['demand', ' * Why: b\n *\n * Source: c'],
  ['why', ' * a\n *\n * Source: c'],
  ['source', ' * a\n *\n * Why: b'],
])('a comment without its %s is refused', (part, comment) => {
  expect(() => readRuleComment({ id: 'a-rule', text: text(comment) })).toThrow(`synth/rules/a-rule.ts lacks: ${part}`);
});

test('no id is documented twice, or by a rule and by the model', () => {
  const ids = Object.values(modelRules).flatMap((entries) => Object.keys(entries));
  const known = rules.map(({ id }) => id);
  expect(ids.filter((id, index) => known.includes(id) || ids.indexOf(id) !== index)).toEqual([]);
});

test('every id that a problem can carry is on the page, and the page names no other', () => {
  const sources = ['charts', 'clusters/lib', 'synth'].flatMap(sourcesIn).filter((source) => !source.includes('modelRules:'));
  const written = new Set(sources.flatMap((source) => [...source.matchAll(/'([a-z0-9]+(?:-[a-z0-9]+)*)'/g)].map(([, id = '']) => id)));
  const carried = new Set(
    sources.flatMap((source) =>
      [
        ...source.matchAll(
          /(?:\brule: |\breport\(\s*|releaseProblem\(\S+ |new Unavailable\(\s*|problemOf\(users, )'([a-z0-9]+(?:-[a-z0-9]+)+)'/g,
        ),
      ].map(([, id = '']) => id),
    ),
  );
  const documented = new Set([...Object.values(modelRules).flatMap((entries) => Object.keys(entries)), ...rules.map(({ id }) => id)]);
  expect([...carried].filter((id) => !documented.has(id) && !id.startsWith('valid-') && !isOfImports(id))).toEqual([]);
  expect([...documented].filter((id) => !written.has(id))).toEqual([]);
});

/** `npm run import` is for those who change the imports; its messages explain themselves. */
function isOfImports(id: string): boolean {
  return sourcesIn('synth/imports').some((source) => source.includes(`'${id}'`));
}
