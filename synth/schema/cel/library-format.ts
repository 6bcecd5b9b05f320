import { type Environment, Optional } from '@marcbachmann/cel-js';
import { FORMATS } from '../formats.js';
import { dns1035Label, dns1123Label, dns1123Subdomain, labelValue, type NameForm, prefixOf, qualifiedName } from '../names.js';

/** A named form of a text. */
class Form {
  constructor(readonly wrong: NameForm) {}
}

/** What the forms hang from. */
class FormatNamespace {}

function ofFormat(name: string): NameForm {
  const format = FORMATS.get(name);
  return (text) => (format?.accepts(text) === false ? `is not ${format.name}` : undefined);
}

/** Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library (v1.36) */
const forms: ReadonlyMap<string, Form> = new Map(
  Object.entries({
    dns1123Label,
    dns1123Subdomain,
    dns1035Label,
    qualifiedName,
    dns1123LabelPrefix: prefixOf(dns1123Label),
    dns1123SubdomainPrefix: prefixOf(dns1123Subdomain),
    dns1035LabelPrefix: prefixOf(dns1035Label),
    labelValue,
    uri: ofFormat('uri'),
    uuid: ofFormat('uuid'),
    byte: ofFormat('byte'),
    date: ofFormat('date'),
    datetime: ofFormat('datetime'),
  }).map(([name, form]) => [name, new Form(form)]),
);

/** `format.dns1123Label().validate(text)` and the like. */
export function addFormat(environment: Environment): void {
  environment
    .registerType('kubernetes.NamedFormat', Form)
    .registerType('FormatNamespace', FormatNamespace)
    .registerConstant('format', 'FormatNamespace', new FormatNamespace())
    .registerFunction('FormatNamespace.named(string): optional<kubernetes.NamedFormat>', (_: FormatNamespace, name: string) =>
      toOptional(forms.get(name)),
    )
    .registerFunction('kubernetes.NamedFormat.validate(string): optional<list<string>>', ({ wrong }: Form, text: string) => {
      const message = wrong(text);
      return toOptional(message === undefined ? undefined : [message]);
    });
  for (const [name, form] of forms) {
    environment.registerFunction(`FormatNamespace.${name}(): kubernetes.NamedFormat`, () => form);
  }
}

function toOptional<T>(value: T | undefined): Optional<T> {
  return value === undefined ? Optional.none() : Optional.of(value);
}
