/** One word of an action, or one sign. */
export interface Token {
  readonly kind: 'text' | 'word' | 'variable' | 'field' | 'dot' | 'open' | 'close' | 'pipe' | 'declare' | 'assign' | 'comma' | 'other';
  /** Without quotes, dollar sign or dots. */
  readonly value: string;
  /** Fields that follow at once. @example ['Values', 'image'] */
  readonly fields: readonly string[];
}

const token = new RegExp(
  [
    '(?<space>\\s+)',
    '(?<quoted>"(?:[^"\\\\\\n]|\\\\.)*")',
    '(?<raw>`[^`]*`)',
    "(?<other>'(?:[^'\\\\]|\\\\.)+')",
    '(?<number>[-+]?\\d[\\w.]*)',
    '(?<variable>\\$\\w*(?:\\.\\w+)*)',
    '(?<field>(?:\\.\\w+)+)',
    '(?<dot>\\.)',
    '(?<open>\\()',
    '(?<close>\\)(?:\\.\\w+)*)',
    '(?<declare>:=)',
    '(?<assign>=)',
    '(?<pipe>\\|)',
    '(?<comma>,)',
    '(?<word>\\w+)',
  ].join('|'),
  'y',
);

/** The words of what stands between two pairs of braces; a sign that no template may hold is passed over. */
export function tokensOf(action: string): readonly Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < action.length) {
    const start = token.lastIndex;
    const groups = token.exec(action)?.groups;
    if (!groups) {
      token.lastIndex = start + 1;
      continue;
    }
    const next = toToken(groups);
    if (next) found.push(next);
  }
  return found;
}

function toToken(groups: Record<string, string | undefined>): Token | undefined {
  const [kind, text = ''] = Object.entries(groups).find(([, text]) => text !== undefined) ?? [];
  const plain = (kind: Token['kind'], value = '', fields: readonly string[] = []): Token => ({ kind, value, fields });
  switch (kind) {
    case 'quoted':
      return plain('text', text.slice(1, -1).replace(/\\(.)/g, '$1'));
    case 'raw':
      return plain('text', text.slice(1, -1));
    case 'variable': {
      const [name = '', ...fields] = text.slice(1).split('.');
      return plain('variable', name, fields);
    }
    case 'field':
      return plain('field', '', text.slice(1).split('.'));
    case 'close':
      return plain('close', '', text.slice(1).split('.').filter(Boolean));
    case 'number':
      return plain('text', text);
    case 'word':
      return plain('word', text);
    case 'space':
    case undefined:
      return undefined;
    default:
      return plain(kind as Token['kind']);
  }
}

/** The actions of a template, without braces, trim marks and comments. */
export function actionsOf(template: string): readonly string[] {
  const actions: string[] = [];
  // Quoted text may hold braces; a comment anything but its end.
  const action = /\{\{-?\s*(?:\/\*[\s\S]*?\*\/|((?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|[^"`'}]|\}(?!\}))*))\s*-?\}\}/g;
  for (const match of template.matchAll(action)) if (match[1]?.trim()) actions.push(match[1].trim());
  return actions;
}
