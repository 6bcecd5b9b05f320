/** What keeps a text from being a name of some form, as the end of the sentence "It ..."; undefined when it is one. */
export type NameForm = (text: string) => string | undefined;

const label1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedPart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const ofLabel = 'must be lower-case letters, digits and "-", with a letter or digit at both ends';

/**
 * One part of a host name.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (v1.36), as all limits in this file.
 */
export const dns1123Label: NameForm = (text) => tooLong(text, 63) ?? (label1123.test(text) ? undefined : ofLabel);

/** One part of a host name that starts with a letter. */
export const dns1035Label: NameForm = (text) =>
  tooLong(text, 63) ?? (label1035.test(text) ? undefined : `${ofLabel}, and start with a letter`);

/** A host name, which is what most kinds ask of a name. */
export const dns1123Subdomain: NameForm = (text) =>
  tooLong(text, 253) ??
  (subdomain.test(text) ? undefined : 'must be lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part');

/** What may be one part of a URL: kinds whose names are free otherwise. */
export const pathSegment: NameForm = (text) => {
  if (text === '.' || text === '..') return 'may not be "." or ".."';
  return /[/%]/.test(text) ? 'may not contain "/" or "%"' : undefined;
};

/** A key of a label, or the name of a finalizer: a name, after a host name and a slash or alone. @example 'app.kubernetes.io/name' */
export const qualifiedName: NameForm = (text) => {
  const parts = text.split('/');
  if (parts.length > 2) return 'may have one "/" only';
  const [name = '', prefix] = parts.reverse();
  const wrong = prefix === undefined ? undefined : dns1123Subdomain(prefix);
  if (wrong !== undefined) return `${wrong}, before its "/"`;
  return (
    tooLong(name, 63) ??
    (qualifiedPart.test(name) ? undefined : 'must be letters, digits, "-", "_" and ".", with a letter or digit at both ends')
  );
};

/** A key of an annotation: as of a label, in any case. */
export const annotationKey: NameForm = (text) => qualifiedName(text.toLowerCase());

/** The value of a label, which may be empty. */
export const labelValue: NameForm = (text) =>
  tooLong(text, 63) ??
  (text === '' || qualifiedPart.test(text) ? undefined : 'must be letters, digits, "-", "_" and ".", with a letter or digit at both ends');

/** The same form for the beginning of a name, to which the API server adds something: a "-" may end it. */
export function prefixOf(form: NameForm): NameForm {
  return (text) => form(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -1)}a` : text);
}

function tooLong(text: string, limit: number): string | undefined {
  return text.length > limit ? `has ${text.length} characters; at most ${limit} are allowed` : undefined;
}
