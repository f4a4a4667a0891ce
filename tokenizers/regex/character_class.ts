import { patternError } from "./syntax.ts";

/** A pattern being parsed from left to right. */
export interface Characters {
  /** The pattern. */
  readonly source: string;
  /** The index of the next character. */
  at: number;
  /** The next character; `""` at the end. */
  peek(): string;
  /** Consumes the next character. */
  next(): string;
  /** Consumes a string if it comes next. */
  take(text: string): boolean;
  /** Consumes the match of a sticky regular expression, if there is one here. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined;
}

/** Escape letters and POSIX bracket names, as classes in the syntax of JavaScript's `v` mode. */
const WORD = "[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]";
const CLASSES: Readonly<Record<string, string>> = {
  s: "\\p{White_Space}",
  d: "\\p{Nd}",
  w: WORD,
  h: "[0-9a-fA-F]",
};
const NAMES: Readonly<Record<string, string>> = {
  alnum: "[\\p{Alphabetic}\\p{Nd}]",
  alpha: "\\p{Alphabetic}",
  ascii: "[\\0-\\x7f]",
  any: "\\p{Any}",
  blank: "[\\p{Zs}\\t]",
  cntrl: "[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}]",
  digit: "\\p{Nd}",
  graph: "[[\\p{Any}]--[\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]]",
  lower: "\\p{Lowercase}",
  print: "[[[\\p{Any}]--[\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]]\\p{Zs}]",
  punct: "[\\p{P}\\p{S}]",
  space: "\\p{White_Space}",
  upper: "\\p{Uppercase}",
  word: WORD,
  xdigit: "[0-9a-fA-F]",
};

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27 };

/** Maximum nesting depth of classes. */
const MAX_DEPTH = 50;

/** Parses a class after its `[` and converts it to the syntax of JavaScript's `v` mode. */
export function readClass(characters: Characters, start: number, depth: number = 0): string {
  if (depth > MAX_DEPTH) throw patternError(`classes more than ${MAX_DEPTH} deep`, start);
  const isNegated = characters.take("^");
  const operands: string[] = [];
  let members: string[] = [];
  let isFirst = true;
  while (isFirst || characters.peek() !== "]") {
    if (characters.peek() === "") throw patternError("an unclosed class", start);
    isFirst = false;
    if (characters.take("&&")) {
      operands.push(`[${members.join("")}]`);
      members = [];
    } else members.push(readMember(characters, depth));
  }
  characters.take("]");
  operands.push(`[${members.join("")}]`);
  return `[${isNegated ? "^" : ""}${operands.join("&&")}]`;
}

/** Parses a character, a range, or a nested class. */
function readMember(characters: Characters, depth: number): string {
  const start = characters.at;
  const posix = characters.takeMatch(/\[:(\^?)([a-zA-Z]+):\]/y);
  if (posix !== undefined) return named(posix[2], posix[1] === "^", start);
  if (characters.take("[")) return readClass(characters, start, depth + 1);
  const first = readItem(characters, start);
  if (typeof first === "string") return first;
  const dash = characters.at;
  if (!characters.take("-")) return escaped(first);
  if (characters.peek() === "]") return escaped(first) + escaped(0x2d);
  const last = characters.peek() === "[" ? "" : readItem(characters, characters.at);
  if (typeof last === "string") {
    // A hyphen before a class is a literal.
    if (last === "") return escaped(first) + escaped(0x2d);
    return escaped(first) + escaped(0x2d) + last;
  }
  if (last < first) throw patternError("a range whose end precedes its start", dash);
  return `${escaped(first)}-${escaped(last)}`;
}

/** Parses a code point or an escaped class. */
function readItem(characters: Characters, start: number): number | string {
  const character = characters.next();
  if (character !== "\\") return character.codePointAt(0)!;
  if (characters.take("b")) return 8;
  return readEscape(characters, start);
}

/** Converts the escape after a backslash, outside brackets, to a class. */
export function readEscapedClass(characters: Characters, start: number): string {
  const item = readEscape(characters, start);
  return typeof item === "string" ? item : escaped(item);
}

function readEscape(characters: Characters, start: number): number | string {
  const property = characters.takeMatch(/([pP])\{(\^?)([^{}]*)\}/y);
  if (property !== undefined) return named(property[3], (property[1] === "P") !== (property[2] === "^"), start);
  const code = characters.takeMatch(/x\{([0-9a-fA-F]{1,8})\}|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|0([0-7]{0,2})/y);
  if (code !== undefined) {
    const digits = code[1] ?? code[2] ?? code[3];
    const value = digits === undefined ? parseInt(`0${code[4]}`, 8) : parseInt(digits, 16);
    if (value > 0x10ffff) throw patternError("a code point above 10FFFF", start);
    return value;
  }
  const name = characters.next();
  if (Object.hasOwn(CONTROLS, name)) return CONTROLS[name];
  const lower = name.toLowerCase();
  if (Object.hasOwn(CLASSES, lower)) return lower === name ? CLASSES[lower] : `[^${CLASSES[lower]}]`;
  if (/[a-zA-Z]/.test(name)) throw patternError(`an unknown escape \\${name}`, start);
  return name.codePointAt(0)!;
}

/** Looks up a POSIX or Unicode property class by name, ignoring case, spaces and underscores. */
function named(name: string, isNegated: boolean, start: number): string {
  const plain = name.toLowerCase().replaceAll(/[ _-]/g, "");
  const source = Object.hasOwn(NAMES, plain) ? NAMES[plain] : propertyOf(name);
  if (source === undefined) throw patternError(`an unknown property ${JSON.stringify(name)}`, start);
  return isNegated ? `[^${source}]` : source;
}

function propertyOf(name: string): string | undefined {
  const words = name.split(/[ _-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  const spellings = [name, words.join("_"), name.toUpperCase(), words.join("")];
  for (const spelling of spellings.filter((spelling) => /^\w+$/.test(spelling))) {
    for (const source of [`\\p{${spelling}}`, `\\p{Script=${spelling}}`]) {
      try {
        new RegExp(source, "u");
        return source;
      } catch {
        // The name is not a property of this type.
      }
    }
  }
  return undefined;
}

function escaped(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
