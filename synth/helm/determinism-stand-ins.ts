/**
 * Functions of templates whose result is another one each time, and what stands in for each: text that always gives one result, another one
 * than the function would. A release that renders the same with stand-ins as without depends on none of them.
 *
 * Not here: `lookup` and `getHostByName`, which `helm template` always answers with nothing; `env` and `expandenv`, which helm does not have;
 * `derivePassword`, which depends on its arguments only; `values`, whose order no other function can settle.
 *
 * Source: https://masterminds.github.io/sprig/ (v3.3.0); pkg/engine/funcs.go of https://github.com/helm/helm (v3.19.0)
 */

/** Raw strings only: they stay what they are inside the quotes of YAML and JSON. */
interface StandIn {
  /** In place of the function's name. */
  readonly call: string;
  /** After its arguments. @default - nothing */
  readonly after?: string;
}

const certificate = (name: string): StandIn => ({ call: `dict \`Cert\` \`stand-in-${name}\` \`Key\` \`stand-in\` \`from\`` });
const text = (name: string): StandIn => ({ call: `printf \`stand-in-${name}-%v\`` });
const twoTexts = (name: string): StandIn => ({ call: `printf \`stand-in-${name}-%v-%v\`` });

const standIns: Readonly<Record<string, StandIn>> = {
  now: { call: '(toDate `2006-01-02` `2001-02-03`)' },
  uuidv4: { call: '`00000000-0000-4000-8000-0000057a4d14`' },
  randInt: { call: 'add 1000003', after: ' |  int' },
  // Two blanks make the texts ones that no chart has, so that `restore` finds them.
  keys: { call: 'keys', after: ' |  sortAlpha' },
  ...Object.fromEntries(['randAlphaNum', 'randAlpha', 'randAscii', 'randNumeric', 'randBytes'].map((name) => [name, text(name)])),
  ...Object.fromEntries(['ago', 'bcrypt', 'genPrivateKey', 'shuffle'].map((name) => [name, text(name)])),
  ...Object.fromEntries(['encryptAES', 'htpasswd'].map((name) => [name, twoTexts(name)])),
  ...Object.fromEntries(
    ['genCA', 'genCAWithKey', 'genSelfSignedCert', 'genSelfSignedCertWithKey', 'genSignedCert', 'genSignedCertWithKey'].map((name) => [
      name,
      certificate(name),
    ]),
  ),
};

const reversed = ' |  reverse';

/** Order in which the keys of a map stand in for their random one. */
export type KeyOrder = 'sorted' | 'reversed';

/** The functions of the list that a template calls. */
export function callsIn(template: string): string[] {
  const names = actionsIn(template).flatMap((tokens) => tokens.filter(isCall).map((token) => token.text));
  return [...new Set(names)].sort();
}

/** A template with stand-ins. Text that is no template stays as it is. */
export function standIn(template: string, order: KeyOrder): string {
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  for (const tokens of actionsIn(template)) {
    for (const [index, token] of tokens.entries()) {
      const found = isCall(token) ? standIns[token.text] : undefined;
      if (found === undefined) continue;
      edits.push({ start: token.start, end: token.end, text: found.call });
      if (found.after === undefined) continue;
      const end = endOfCommand(tokens, index);
      edits.push({ start: end, end, text: found.after + (token.text === 'keys' && order === 'reversed' ? reversed : '') });
    }
  }
  let result = '';
  let last = 0;
  for (const { start, end, text: replaced } of edits.sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += template.slice(last, start) + replaced;
    last = end;
  }
  return result + template.slice(last);
}

/** Takes stand-ins out again: one that is still there was never run, because the template is text for another program. */
export function restore(rendered: string): string {
  if (!rendered.includes('`') && !rendered.includes(' |  ') && !rendered.includes('add 1000003')) return rendered;
  let result = rendered.replaceAll(reversed, '');
  for (const [name, { call, after }] of Object.entries(standIns)) {
    if (after !== undefined) result = result.replaceAll(after, '');
    result = result.replaceAll(call, name);
  }
  return result;
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function isCall({ text: name }: Token): boolean {
  return Object.hasOwn(standIns, name);
}

/** Strings, names with their leading dot or dollar sign, numbers, then any other character; white space is skipped. */
const tokenPattern = /\s+|"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|[.$]?[\p{L}_][\p{L}\p{N}_]*|[0-9][\w.]*|./suy;

/** The tokens of each `{{ }}` that is no comment. A bare name among them is a function or a keyword, never a field or a variable. */
function actionsIn(template: string): Token[][] {
  const actions: Token[][] = [];
  for (let open = template.indexOf('{{'); open >= 0; open = template.indexOf('{{', open)) {
    const comment = /\{\{(?:-\s)?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/y;
    comment.lastIndex = open;
    if (comment.test(template)) {
      open = comment.lastIndex;
      continue;
    }
    const tokens: Token[] = [];
    tokenPattern.lastIndex = open + 2;
    while (!template.startsWith('}}', tokenPattern.lastIndex)) {
      const start = tokenPattern.lastIndex;
      const match = tokenPattern.exec(template);
      // An action without an end: helm says so.
      if (match === null) return actions;
      if (!/^\s/.test(match[0])) tokens.push({ text: match[0], start, end: tokenPattern.lastIndex });
    }
    open = tokenPattern.lastIndex;
    actions.push(tokens);
  }
  return actions;
}

/** Where the arguments of a function end: before a pipe, a closing parenthesis, or the end of the action. */
function endOfCommand(tokens: readonly Token[], start: number): number {
  let depth = 0;
  let end = tokens[start]?.end ?? 0;
  // The last dash trims white space; any other belongs to a number.
  const isTrimmed = tokens.at(-1)?.text === '-';
  for (const token of tokens.slice(start + 1, isTrimmed ? -1 : undefined)) {
    if (depth === 0 && (token.text === '|' || token.text === ')')) break;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    end = token.end;
  }
  return end;
}
