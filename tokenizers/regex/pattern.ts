import { InputSyntaxError } from "../../errors.ts";
import type { JSONFields } from "../json_fields.ts";
import { avoidsSpaces } from "./avoids_spaces.ts";
import { Matcher } from "./matcher.ts";
import { parsePattern } from "./parser.ts";
import { compilePattern } from "./program.ts";
import { checkKind, TEXT } from "../options.ts";

/** A search pattern: a fixed string or a regular expression. */
export interface Pattern {
  /**
   * Calls `found` with the bounds of each match from left to right, in UTF-16 code units. Matches do not overlap; an
   * empty match directly after another match is skipped.
   */
  forEachMatch(text: string, found: (start: number, end: number) => void): void;

  /** The fixed string; `undefined` for a regular expression. */
  readonly literal?: string;

  /**
   * Whether neither a match nor what decides about it can contain a space (U+0020), so that a text can be cut before
   * spaces and its parts searched on their own. Default: false, also if that is unknown.
   */
  readonly avoidsSpaces?: boolean;

  /** The pattern's `tokenizer.json` form: `{ "String": ... }` or `{ "Regex": ... }`. */
  toJSON(): unknown;
}

/**
 * Creates a pattern that matches a fixed string. The empty string matches at every position.
 *
 * @example
 * ```ts
 * import { patterns } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const found: number[][] = [];
 * patterns.literalPattern("aa").forEachMatch("aaaaa", (start, end) => found.push([start, end]));
 * assertEquals(found, [[0, 2], [2, 4]]);
 * ```
 */
export function literalPattern(literal: string): Pattern {
  checkKind("make a pattern", "the text", literal, TEXT);
  return {
    literal,
    forEachMatch: (text, found) => {
      for (let at = text.indexOf(literal); at >= 0;) {
        found(at, at + literal.length);
        const next = at + (literal.length || characterLength(text, at));
        at = next > text.length ? -1 : text.indexOf(literal, next);
      }
    },
    toJSON: () => ({ String: literal }),
  };
}

/**
 * Creates a pattern from a regular expression in Oniguruma's syntax, as in Hugging Face's files. Matches in time linear
 * in the text.
 *
 * @throws {SyntaxError} If the expression is malformed or uses an unsupported feature, which the message names:
 * backreferences, group calls, lookbehind without a fixed length.
 *
 * @example
 * ```ts
 * import { patterns } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const words: string[] = [];
 * const text = "don't  stop";
 * patterns.regexPattern("'t| ?\\p{L}+|\\s+(?!\\S)").forEachMatch(text, (start, end) => words.push(text.slice(start, end)));
 * assertEquals(words, ["don", "'t", " ", " stop"]);
 * ```
 */
export function regexPattern(source: string): Pattern {
  checkKind("make a pattern", "the expression", source, TEXT);
  const program = compilePattern(source);
  return {
    avoidsSpaces: avoidsSpaces(parsePattern(source)),
    forEachMatch: (text, found) => forEachMatch(new Matcher(program, text), text, found),
    toJSON: () => ({ Regex: source }),
  };
}

/**
 * Reads a pattern from a `tokenizer.json`.
 *
 * @throws {SyntaxError} If the field is neither kind of pattern, or the expression is malformed or unsupported.
 *
 * @example
 * ```ts
 * import { JSONFields, patterns } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pattern = patterns.patternFromJSON(new JSONFields({ Regex: "\\d+" }, "pattern"));
 * const found: string[] = [];
 * pattern.forEachMatch("7 of 12", (start, end) => found.push("7 of 12".slice(start, end)));
 * assertEquals(found, ["7", "12"]);
 * ```
 */
export function patternFromJSON(fields: JSONFields): Pattern {
  if (fields.raw("Regex") === undefined) return literalPattern(fields.string("String"));
  const source = fields.string("Regex");
  try {
    return regexPattern(source);
  } catch (error) {
    if (!(error instanceof InputSyntaxError)) throw error;
    throw new InputSyntaxError(`read a tokenizer: ${fields.path}.Regex: ${error.message}`);
  }
}

function forEachMatch(matcher: Matcher, text: string, found: (start: number, end: number) => void): void {
  let last = -1;
  for (let at = 0; at <= text.length;) {
    const end = matcher.matchAt(at);
    const isFound = end >= 0 && !(end === at && at === last);
    if (isFound) {
      found(at, end);
      last = end;
    }
    at = isFound && end > at ? end : isFound ? at : at + characterLength(text, at);
    matcher.forgetBefore(at);
  }
}

/** The length in code units of the character at a position. */
function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
