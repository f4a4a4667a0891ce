/** A schema of the keywords that the server's document uses. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly description?: string;
}

const KEYWORDS = new Set([
  ...["type", "const", "enum", "oneOf", "required", "properties", "additionalProperties"],
  ...["items", "minItems", "minimum", "description"],
]);

/** Returns the places where a value of JSON is not as a JSON Schema says. Throws `RangeError` for other keywords. */
export function mismatches(schema: Schema, value: unknown, at = "the value"): string[] {
  const foreign = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  if (foreign !== undefined) throw new RangeError(`check a value: expected a known keyword, found ${foreign}`);
  const { type, enum: values, oneOf, minItems = 0, minimum = -Infinity } = schema;
  const found = JSON.stringify(value)?.slice(0, 80);
  const wrong: string[] = [];
  if (type !== undefined && ![type].flat().some((one) => isOfType(one, value))) {
    return [`${at}: ${found} is no ${type}`];
  }
  if ("const" in schema && value !== schema.const) wrong.push(`${at}: ${found} is not ${schema.const}`);
  if (values !== undefined && !values.includes(value)) wrong.push(`${at}: ${found} is not one of ${values}`);
  if (typeof value === "number" && value < minimum) wrong.push(`${at}: ${found} is below ${minimum}`);
  if (oneOf !== undefined) {
    const all = oneOf.map((one) => mismatches(one, value, at));
    if (all.filter(({ length }) => length === 0).length !== 1) wrong.push(...all.flat(), `${at}: not exactly one form`);
  }
  if (Array.isArray(value)) {
    if (value.length < minItems) wrong.push(`${at}: has fewer than ${minItems} items`);
    if (schema.items) wrong.push(...value.flatMap((one, i) => mismatches(schema.items!, one, `${at}[${i}]`)));
  } else if (typeof value === "object" && value !== null) wrong.push(...fieldMismatches(schema, value, at));
  return wrong;
}

function fieldMismatches(
  { required = [], properties = {}, additionalProperties = true }: Schema,
  value: object,
  at: string,
): string[] {
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}: ${name} is missing`);
  const own = Object.entries(value).flatMap(([name, one]) => {
    if (properties[name]) return mismatches(properties[name], one, `${at}.${name}`);
    if (typeof additionalProperties === "object") return mismatches(additionalProperties, one, `${at}.${name}`);
    return additionalProperties ? [] : `${at}: ${name} is not described`;
  });
  return [...missing, ...own];
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  const kind: string = typeof value;
  return kind === type;
}
