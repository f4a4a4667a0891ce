// Damages valid inputs at random: their bytes, their texts, or the values of a JSON document.

/** Returns numbers in [0, 1). */
export type Random = () => number;

/** Numbers that are often read without a check: limits of integers and floats, and other types in their place. */
const ODD_VALUES: readonly unknown[] = [
  ...[0, -1, 1, 2, 0.5, -0.5, 255, 256, 65536, 1e7, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300, -1e300],
  ...[null, true, false, "", "a", "2", "__proto__", "\u0000", "\ud800", "\u001b[31m", "a".repeat(300)],
  ...[[], [[]], [0], ["a", "a"], {}, { type: "Sequence" }, { toString: 1, valueOf: 2 }],
];

/** Names that objects inherit, and names that are in no format. */
const ODD_NAMES = ["__proto__", "constructor", "toString", "", "type", "x", "\u001b[2J"];

/** Pieces of text with a meaning in some format. */
const ODD_TEXTS = [
  ...['"', "'", ",", ";", "\t", "|", "\n", "\r", "\r\n", "\u2028", "\ufeff", "\0", "\u001b[31m", "\\", "/", "#", " "],
  ...[
    "__label__",
    "__label__a,__label__b",
    "{",
    "}",
    "[",
    "]",
    "{}",
    "null",
    "-1",
    "1e999",
    "NaN",
    "99999999999999999999",
  ],
  ...[
    "sep=;",
    "<unk>",
    "\ud800",
    "é",
    "e\u0301",
    "\u200b",
    "(?:a?){900}",
    "a{1,900}",
    "((((",
    "[a-z",
    "\\p{L}",
    "日本",
  ],
];

/** Returns one of the values. */
export function pick<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random() * values.length)];
}

/** Changes some bytes: flips bits, cuts, repeats, moves, or overwrites them with extreme integers. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let result = bytes.slice();
  for (let count = 1 + Math.floor(random() ** 3 * 6); count > 0; count--) result = mutateOnce(result, random);
  return result;
}

function mutateOnce(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = Math.floor(random() * (bytes.length + 1));
  const length = Math.ceil(random() ** 4 * 200);
  switch (Math.floor(random() * 6)) {
    case 0:
      if (at < bytes.length) bytes[at] ^= 1 << Math.floor(random() * 8);
      return bytes;
    case 1:
      return bytes.slice(0, at);
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 3:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 4: {
      const extreme = pick(
        [[255, 255, 255, 255, 15], [0, 0, 0, 0], [255, 255, 255, 127], [128, 128, 128, 128, 16]],
        random,
      );
      return joined(bytes.subarray(0, at), Uint8Array.from(extreme), bytes.subarray(at + extreme.length));
    }
    default:
      return joined(bytes.subarray(0, at), new TextEncoder().encode(pick(ODD_TEXTS, random)), bytes.subarray(at));
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

/** Changes a text: inserts pieces with a meaning, and removes, repeats or swaps lines. */
export function mutateText(text: string, random: Random): string {
  let result = text;
  for (let count = 1 + Math.floor(random() ** 2 * 5); count > 0; count--) {
    const at = Math.floor(random() * (result.length + 1));
    const lines = result.split("\n");
    const line = Math.floor(random() * lines.length);
    switch (Math.floor(random() * 4)) {
      case 0:
        result = result.slice(0, at) + pick(ODD_TEXTS, random) + result.slice(at + Math.floor(random() * 3));
        break;
      case 1:
        result = lines.toSpliced(line, 1).join("\n");
        break;
      case 2:
        result = lines.toSpliced(line, 0, ...lines.slice(0, Math.ceil(random() * 3))).join("\n");
        break;
      default:
        result = lines.with(line, lines[line].replaceAll(/[,;\t| ]/g, () => pick(ODD_TEXTS, random))).join("\n");
    }
  }
  return result;
}

/** Returns a JSON value of which some parts are replaced, removed, renamed, repeated or nested. */
export function mutateJSON(json: unknown, random: Random): unknown {
  const copy = structuredClone({ json });
  for (let count = 1 + Math.floor(random() ** 3 * 5); count > 0; count--) change(copy, random);
  return copy.json;
}

/** A container of values in a JSON document. */
type Container = Record<string, unknown> | unknown[];

function change(root: Container, random: Random): void {
  const containers: Container[] = [];
  collect(root, containers);
  const container = pick(containers, random) as Record<string, unknown>;
  const key = pick(Object.keys(container), random);
  const value = container[key];
  switch (Math.floor(random() * 6)) {
    case 0:
    case 1:
      container[key] = structuredClone(pick(ODD_VALUES, random));
      break;
    case 2:
      if (container !== root) delete container[key];
      break;
    case 3:
      if (container !== root) Object.defineProperty(container, pick(ODD_NAMES, random), own(value));
      break;
    case 4:
      container[key] = typeof value === "string" ? mutateText(value, random) : nested(value, random);
      break;
    default:
      container[key] = structuredClone(pick(Object.values(pick(containers, random)), random));
  }
}

/** Collects the objects and arrays that are not empty. */
function collect(value: unknown, found: Container[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Object.keys(value).length > 0) found.push(value as Container);
  for (const inner of Object.values(value)) collect(inner, found);
}

function own(value: unknown): PropertyDescriptor {
  return { value: structuredClone(value), enumerable: true, configurable: true, writable: true };
}

function nested(value: unknown, random: Random): unknown {
  let result = value;
  for (let depth = Math.floor(random() * 60); depth > 0; depth--) result = [result];
  return result;
}
