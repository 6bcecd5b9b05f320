// What the validator accepts and rejects, as tables that tests/schema.test.ts reads. Cells are YAML lists without brackets.

/** Schemas, as YAML, that several rows use. */
export const exact = '{type: object, properties: {name: {type: string}, port: {type: integer, default: 80}}, required: [name, port]}';
const fields = 'type: object, properties: {a: {type: string}, b: {type: string}}';
export const keyed = `{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [port, proto],
  items: {type: object, properties: {port: {type: integer}, proto: {type: string, default: TCP}}}}`;
const preserve = 'x-kubernetes-preserve-unknown-fields: true';
const embedded = `{type: object, x-kubernetes-embedded-resource: true, properties: {spec: ${exact}}}`;
const limited = '{type: object, x-kubernetes-embedded-resource: true, properties: {metadata: {properties: {name: {maxLength: 3}}}}}';

/** Name, schema, accepted values, rejected values. */
export const keywords: readonly (readonly [string, string, string, string])[] = [
  ['type string', '{type: string}', '"", a', '1, true, [], {}, null'],
  ['type integer', '{type: integer}', '0, -1, 3, -9223372036854775808', '1.5, "1", true, 9223372036854775808, 1.0e+300'],
  ['type number', '{type: number}', '1.5, 2', '"1", .nan, .inf'],
  ['type boolean', '{type: boolean}', 'true, false', '"true", 0'],
  ['type array', '{type: array, items: {type: string}}', '[], [a]', '{}, a, [a, 1]'],
  ['type object', '{type: object}', '{}', '[], a, {a: 1}'],
  ['nullable', '{type: string, nullable: true}', 'null, a', '1'],
  ['null without a type', '{}', 'null, 1, a', ''],
  ['enum', '{type: string, enum: ["Yes", "No"]}', '"Yes"', '"yes", ""'],
  ['enum and null', '{enum: [a]}', 'a', 'null'],
  ['minimum', '{type: integer, minimum: 1}', '1', '0'],
  ['exclusive minimum of draft 4', '{type: integer, minimum: 1, exclusiveMinimum: true}', '2', '1'],
  ['exclusive minimum as a number', '{type: integer, exclusiveMinimum: 1}', '2', '1'],
  ['maximum', '{type: integer, maximum: 3}', '3', '4'],
  ['exclusive maximum of draft 4', '{type: integer, maximum: 3, exclusiveMaximum: true}', '2', '3'],
  ['exclusive maximum as a number', '{type: integer, exclusiveMaximum: 3}', '2', '3'],
  ['multipleOf', '{type: integer, multipleOf: 5}', '0, 10', '7'],
  ['minLength in code points', '{type: string, minLength: 2}', 'ab, 😀😀', 'a, 😀'],
  ['maxLength in code points', '{type: string, maxLength: 2}', '"", 😀😀', 'abc'],
  ['pattern, unanchored', '{type: string, pattern: b+}', 'abc', 'ac'],
  ['minItems', '{type: array, items: {type: string}, minItems: 1}', '[a]', '[]'],
  ['maxItems', '{type: array, items: {type: string}, maxItems: 1}', '[a]', '[a, b]'],
  ['uniqueItems', '{type: array, uniqueItems: true}', '[1, "1"], [{a: 1}, {a: 2}]', '[{a: 1, b: 2}, {b: 2, a: 1}]'],
  ['list of type set', '{type: array, x-kubernetes-list-type: set}', '[a, b]', '[a, a]'],
  ['list of type map', keyed, '[{port: 1}, {port: 1, proto: UDP}]', '[{port: 1}, {port: 1}]'],
  ['list of type map, with defaults', keyed, '[{port: 1}, {port: 2}]', '[{port: 1}, {port: 1, proto: TCP}]'],
  ['required, unless it has a default', exact, '{name: a}, {name: a, port: 1}', '{}, {port: 1}'],
  ['unknown fields', exact, '{name: a}', '{name: a, nmae: 1}, {name: a, constructor: 1}'],
  ['a field named as a method', '{type: object, required: [toString], properties: {toString: {}}}', '{toString: 1}', '{}'],
  ['additionalProperties', '{type: object, additionalProperties: {type: integer}}', '{}, {a: 1}', '{a: b}'],
  ['preserved fields', `{type: object, ${preserve}, properties: {a: ${exact}}}`, '{x: 1, a: {name: a}}', '{a: {name: 1}}'],
  ['preserving one level', `{type: object, ${preserve}, properties: {a: ${exact}}}`, '{x: {y: 1}}', '{a: {name: a, x: 1}}'],
  ['minProperties', '{type: object, additionalProperties: true, minProperties: 1}', '{a: 1}', '{}'],
  ['maxProperties', '{type: object, additionalProperties: true, maxProperties: 1}', '{a: 1}', '{a: 1, b: 1}'],
  ['int-or-string', '{x-kubernetes-int-or-string: true}', '1, 50%', '1.5, true, null'],
  ['oneOf', `{${fields}, oneOf: [{required: [a]}, {required: [b]}]}`, '{a: "1"}, {b: "1"}', '{}, {a: "1", b: "1"}'],
  ['anyOf', `{${fields}, anyOf: [{required: [a]}, {required: [b]}]}`, '{a: "1"}, {a: "1", b: "1"}', '{}'],
  ['a default inside anyOf', '{type: object, properties: {a: {default: 1}}, anyOf: [{required: [a]}]}', '{}', '{b: 1}'],
  ['allOf', '{type: integer, allOf: [{minimum: 1}, {maximum: 3}]}', '2', '0, 4'],
  ['not', `{${fields}, not: {required: [a, b]}}`, '{a: "1"}', '{a: "1", b: "1"}'],
  ['alternatives close nothing', `{${fields}, anyOf: [{properties: {a: {enum: [x]}}}]}`, '{a: x, b: y}, {b: y}', '{a: y}'],
  ['an embedded object', embedded, '{apiVersion: v1, kind: A, metadata: {name: a}, spec: {name: b}}', '{kind: A}'],
  [
    'its identity',
    embedded,
    '{apiVersion: v1, kind: A}',
    '{apiVersion: v1, kind: ""}, {apiVersion: 1, kind: A}, {apiVersion: a/b/c, kind: A}, {apiVersion: v1, kind: a b}',
  ],
  [
    'its own limits of metadata',
    limited,
    '{apiVersion: v1, kind: A, metadata: {name: abc}}',
    '{apiVersion: v1, kind: A, metadata: {name: abcd}}',
  ],
  [
    'its fields',
    embedded,
    '',
    '{apiVersion: v1, kind: A, metadata: {nam: a}}, {apiVersion: v1, kind: A, x: 1}, {apiVersion: v1, kind: A, metadata: {namespace: a.b}}, {apiVersion: v1, kind: A, metadata: {finalizers: [a b]}}',
  ],
];

/** Name, accepted values, rejected values. */
export const formats: readonly (readonly [string, string, string])[] = [
  ['date-time', '"2026-01-31T12:00:00Z", "2024-02-29T23:59:59.5+02:00"', '"2026-02-29T12:00:00Z", "2026-01-31 12:00:00"'],
  ['date', '"2024-02-29"', '"2023-02-29", "2023-13-01", 1.1.2023'],
  ['duration', '90s, 1h30m, 1.5h, -10ms, "0", 2 days, 1 hour 30 minutes', '"", "90", 1x, s'],
  ['byte', 'YQ==, YWJj', '"", "YQ==\\n", YQ, a b=, ===='],
  ['ipv4', '192.0.2.1', '192.0.2.256, 192.0.2, "2001:db8::1"'],
  ['ipv6', '"2001:db8::1", "::"', '192.0.2.1, "2001:db8::g", "fe80::1%eth0"'],
  ['cidr', '192.0.2.0/24, "2001:db8::/32", 192.0.2.7/32, 192.0.2.0/024', '192.0.2.0, 192.0.2.0/33, "2001:db8::/129"'],
  ['mac', '"00:53:ff:ff:00:01", 00-53-ff-ff-00-01, 0053.ffff.0001, 0053ffff0001', '"00:53:ff:ff:00", "00:53-ff:ff:00:01", 0053ffff00'],
  ['hostname', 'a.example.com, a, ä', '-a, a..b, a_, a.b, 192.0.2.1, a.example.com.'],
  ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123e4567x'],
  ['uri', '"https://example.com/a", /a, "*", "mailto:a@b", "http://[::1]:80"', 'a b, a, "http://a:b", "http://[::1", "/%zz"'],
  ['email', 'a@example.com', 'a'],
  ['int32', '2147483647, -2147483648', '2147483648, -2147483649'],
  ['int64', '2147483648', '1.0e+19'],
  ['idn-hostname', 'anything at all', ''],
];

/** Go pattern, matching texts, other texts. */
export const patterns: readonly (readonly [string, string, string])[] = [
  ['^(?i)(abort|warn)?$', '"", ABORT, Warn', 'abortt'],
  ['^((?i)sun|mon)day$', 'SUNday, MONday', 'mondaY'],
  ['a(?i:b)c', 'abc, aBc', 'aBC, Abc'],
  ['(?i)\\x{212a}', 'k, K', 'x'],
  ['(?i)k', 'K, "\\u212a"', 'x'],
  ['^\\PC*$', '"log: ok", ü', '"a\\0", "a\\nb"'],
  ['^\\p{Greek}\\p{^Lu}$', 'αβ', 'αΒ, aβ'],
  ['\\Aa\\z', 'a', '"a\\n", ba'],
  ['(?m)^a$', '"b\\na\\nc"', 'ba'],
  ['^a.b$', '"a\\rb", a😀b', '"a\\nb", ab'],
  ['(?s)^a.b$', '"a\\nb"', 'ab'],
  ['^[]a-]+$', '"]a-"', 'b'],
  ['^[^]a]$', 'b', '"]", a'],
  ['^[\\w-.]+$', 'a-._9', 'a b, é'],
  ['^[[:alpha:][:^space:]]$', 'a, "1"', '" "'],
  ['^[^\\S]\\s$', '" \\t"', '" \\u00a0", "a "'],
  ['^a{2,3}b{,2}$', '"aab{,2}", "aaab{,2}"', '"ab{,2}", aabb'],
  ['^(a|b){2}$', 'ab, bb', 'a, aba'],
  ['^(a*)*b?$', 'aaab, ""', 'ba'],
  ['\\bfoo\\B', 'a food', 'foo, xfood'],
  ['^\\Qa.b\\E$', 'a.b', 'axb'],
  ['^\\x41\\x{1F600}\\101\\_$', 'A😀A_', 'a😀A_'],
  ['^(?P<n>a)(?<m>b)(?:c)$', 'abc', 'ab'],
  ['a||b', '"", c', ''],
];

/** Patterns that Go refuses, and so does the API server. */
export const refused: readonly string[] =
  '(?=a) (?<!a)b (a)\\1 a** a++ a{1001} a{2,1} (a a) [a [z-a] *a \\Z \\p{Nope} [[:nope:]] (?x)a'.split(' ');
