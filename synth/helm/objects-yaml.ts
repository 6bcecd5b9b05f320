import { parseDocument, type ScalarTag } from 'yaml';

/**
 * Reads one YAML document as Kubernetes' own tools do: booleans as in YAML 1.1 (`yes` is true), no dates, no times (`12:30` is text), and
 * merge keys.
 *
 * @returns the value, or what is wrong with the text, each as `line N: message`.
 *
 * Source: goyaml.v2/resolve.go of https://github.com/kubernetes-sigs/yaml (v1.6.0)
 */
export function readYaml(text: string): { readonly value: unknown } | { readonly errors: readonly string[] } {
  const document = parseDocument(text, { schema: 'failsafe', customTags: tags, merge: true, prettyErrors: false, stringKeys: false });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) return { errors: wrong.map(({ message, pos }) => `line ${lineOf(text, pos[0])}: ${message}`) };
  try {
    return { value: document.toJS({ maxAliasCount: 1000 }) };
  } catch (error) {
    // Aliases of nothing, and too many of them.
    return { errors: [(error as Error).message] };
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

const nullTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:null',
  default: true,
  test: /^(?:~|null|Null|NULL)?$/,
  resolve: () => null,
};

const booleanTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|true|on)/i.test(text),
};

const integerTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0x[0-9a-f_]+|0b[01_]+|0o?[0-7_]+|[1-9][0-9_]*|0)$/i,
  resolve(text, onError) {
    const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
    const octal = /^0o?(?=[0-7])/i.test(digits) ? Number.parseInt(digits.replace(/^0o?/i, ''), 8) : undefined;
    const number = octal ?? Number(digits);
    // Beyond 2^53 a number may still be written as it was read.
    if (!Number.isSafeInteger(number) && String(number) !== digits) onError(`${text} is a number that would be written as ${number}`);
    return text.startsWith('-') && number !== 0 ? -number : number;
  },
};

const floatTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^(?:[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:e[-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/i,
  resolve(text, onError) {
    const number = Number(text.replaceAll('_', ''));
    if (!Number.isFinite(number)) onError(`${text} is a number that JSON cannot hold`);
    return number === 0 ? 0 : number;
  },
};

const tags = [nullTag, booleanTag, integerTag, floatTag];
