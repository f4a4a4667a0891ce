import { type Characters, readClass, readEscapedClass } from "./character_class.ts";
import { MAX_PATTERN_LENGTH } from "../limits.ts";
import { type Anchor, type Node, patternError } from "./syntax.ts";

/** Maximum nesting depth of groups. */
const MAX_DEPTH = 200;

/** Maximum repetition count. */
const MAX_REPETITIONS = 1000;

/**
 * The options in effect for a part of a pattern: `(?i)`, `(?m)` (the dot also matches line breaks) and `(?x)` (white
 * space is ignored).
 */
interface Options {
  readonly i: boolean;
  readonly m: boolean;
  readonly x: boolean;
}

/**
 * Parses a regular expression in Oniguruma's default (Ruby) syntax, which Hugging Face's files use.
 *
 * @throws {SyntaxError} If the pattern is malformed or uses an unsupported feature, which the message names.
 */
export function parsePattern(source: string): Node {
  return new Parser(source).parse();
}

const ANCHOR_ESCAPES: Readonly<Record<string, Anchor>> = {
  A: "text start",
  z: "text end",
  Z: "last line end",
  b: "word edge",
  B: "no word edge",
};

const UNSUPPORTED_ESCAPES: Readonly<Record<string, string>> = {
  k: "a backreference (\\k), which is not supported,",
  g: "a group call (\\g), which is not supported,",
  K: "\\K, which is not supported,",
  X: "\\X, which is not supported,",
  G: "\\G, which is not supported,",
  y: "\\y, which is not supported,",
  Y: "\\Y, which is not supported,",
  C: "a control character (\\C-), which is not supported,",
  M: "a meta character (\\M-), which is not supported,",
  c: "a control character (\\c), which is not supported,",
};

class Parser implements Characters {
  readonly source: string;
  at = 0;
  #depth = 0;

  constructor(source: string) {
    this.source = source;
  }

  parse(): Node {
    if (this.source.length > MAX_PATTERN_LENGTH) {
      throw patternError(`more than ${MAX_PATTERN_LENGTH} code units`, MAX_PATTERN_LENGTH);
    }
    const node = this.#choice({ i: false, m: false, x: false });
    if (this.at < this.source.length) throw patternError("an unmatched )", this.at);
    return node;
  }

  /** The current character; `""` at the end. */
  peek(): string {
    return this.at < this.source.length ? String.fromCodePoint(this.source.codePointAt(this.at)!) : "";
  }

  next(): string {
    const character = this.peek();
    if (character === "") throw patternError("an unfinished pattern", this.at);
    this.at += character.length;
    return character;
  }

  /** Consumes a string if it comes next. */
  take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Consumes the match of a sticky regular expression, if there is one here. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.source);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match;
  }

  #choice(options: Options): Node {
    if (++this.#depth > MAX_DEPTH) throw patternError(`groups more than ${MAX_DEPTH} deep`, this.at);
    const parts: Node[] = [];
    do {
      const sequence: Node[] = [];
      while (this.at < this.source.length && this.peek() !== "|" && this.peek() !== ")") {
        const changed = this.#inlineOptions(options);
        // a(?i)b|c means a(?i:b|c).
        sequence.push(...changed === undefined ? this.#piece(options) : [this.#choice(changed)]);
      }
      parts.push(sequence.length === 1 ? sequence[0] : { kind: "sequence", parts: sequence });
    } while (this.take("|"));
    this.#depth--;
    return parts.length === 1 ? parts[0] : { kind: "choice", parts };
  }

  /** Options such as `(?i)`, which apply to the end of the group. */
  #inlineOptions(options: Options): Options | undefined {
    const match = this.takeMatch(/\(\?([imx]*)(?:-([imx]+))?\)/y);
    return match === undefined ? undefined : changeOptions(options, match[1], match[2]);
  }

  /** Parses an atom with its repetition; none for a comment or ignored white space. */
  #piece(options: Options): Node[] {
    if (this.takeMatch(/\(\?#(?:[^\\)]|\\.)*\)/ys) !== undefined) return [];
    if (options.x && this.takeMatch(/[ \t\n\v\f\r]+|#[^\n]*/y) !== undefined) return [];
    let node = this.#atom(options);
    while (true) {
      const repetition = this.#repetition(node);
      if (repetition === undefined) return [node];
      node = repetition;
    }
  }

  /** Applies the repetition that follows a node, if any: `?`, `*`, `+`, `{n,m}`, greedy, lazy or possessive. */
  #repetition(body: Node): Node | undefined {
    const start = this.at;
    const braces = this.takeMatch(/\{(?:(\d+)(?:(,)(\d*))?|,(\d+))\}/y);
    if (braces !== undefined) {
      const [, least, comma, most, upTo] = braces;
      const min = Number(least ?? 0);
      const max = upTo !== undefined ? Number(upTo) : comma === undefined ? min : most === "" ? Infinity : Number(most);
      if (min > MAX_REPETITIONS || (max !== Infinity && max > MAX_REPETITIONS)) {
        throw patternError(`a repetition of more than ${MAX_REPETITIONS}`, start);
      }
      if (min > max) throw patternError(`a repetition of at least ${min} and at most ${max}`, start);
      // In this syntax {n}? means (?:...{n})?, and {n,m}+ repeats the repetition.
      const isLazy = comma !== undefined && this.take("?");
      return { kind: "repeat", body, min, max, isLazy };
    }
    const sign = this.takeMatch(/[?*+]/y)?.[0];
    if (sign === undefined) return undefined;
    const [min, max] = sign === "?" ? [0, 1] : sign === "*" ? [0, Infinity] : [1, Infinity];
    if (this.take("+")) return { kind: "atomic", body: { kind: "repeat", body, min, max, isLazy: false } };
    return { kind: "repeat", body, min, max, isLazy: this.take("?") };
  }

  #atom(options: Options): Node {
    const start = this.at;
    const character = this.next();
    switch (character) {
      case "(":
        return this.#group(options, start);
      case "[":
        return { kind: "class", source: readClass(this, start), isFolded: options.i };
      case ".":
        return { kind: "class", source: options.m ? "\\p{Any}" : "[^\\n]", isFolded: false };
      case "^":
        return { kind: "anchor", at: "line start" };
      case "$":
        return { kind: "anchor", at: "line end" };
      case "\\":
        return this.#escape(options, start);
      case "?":
      case "*":
      case "+":
        throw patternError(`${character} with nothing to repeat`, start);
    }
    return literal(character, options);
  }

  #escape(options: Options, start: number): Node {
    const name = this.peek();
    if (name === "") throw patternError("an unfinished escape", start);
    if (Object.hasOwn(UNSUPPORTED_ESCAPES, name)) throw patternError(UNSUPPORTED_ESCAPES[name], start);
    if (/[1-9]/.test(name)) throw patternError("a backreference, which is not supported,", start);
    if (Object.hasOwn(ANCHOR_ESCAPES, name)) {
      this.at++;
      return { kind: "anchor", at: ANCHOR_ESCAPES[name] };
    }
    if (this.take("R")) return lineBreak();
    const source = readEscapedClass(this, start);
    // Case folding applies to characters only, not to properties.
    return { kind: "class", source, isFolded: options.i && source.startsWith("\\u") };
  }

  #group(options: Options, start: number): Node {
    const kind = this.takeMatch(/\?(?:<?[=!]|[:>~]|<(?![=!])[^>]*>|'[^']*'|([imx]*)(?:-([imx]+))?:)|\?/y);
    const opening = kind?.[0] ?? "";
    const isPlain = opening === "" || opening === "?:" || /^\?[<'](?![=!])/.test(opening);
    const isOptions = kind?.[1] !== undefined;
    const isKnown = isPlain || isOptions || ["?=", "?!", "?<=", "?<!", "?>"].includes(opening);
    if (!isKnown) {
      const found = this.source.slice(start, start + 3);
      throw patternError(`a group ${JSON.stringify(found)}, which is not supported,`, start);
    }
    const body = this.#choice(isOptions ? changeOptions(options, kind![1], kind![2]) : options);
    if (!this.take(")")) throw patternError("an unclosed group", start);
    if (isPlain || isOptions) return body;
    if (opening === "?>") return { kind: "atomic", body };
    return { kind: "look", body, isBehind: opening.includes("<"), isNegative: opening.includes("!") };
  }
}

function changeOptions(options: Options, on: string, off = ""): Options {
  const value = (name: "i" | "m" | "x"): boolean => off.includes(name) ? false : on.includes(name) || options[name];
  return { i: value("i"), m: value("m"), x: value("x") };
}

function literal(character: string, options: Options): Node {
  return { kind: "class", source: `\\u{${character.codePointAt(0)!.toString(16)}}`, isFolded: options.i };
}

/** `\R`: any line break, with `\r\n` as one. */
function lineBreak(): Node {
  const one = (source: string): Node => ({ kind: "class", source, isFolded: false });
  const pair: Node = { kind: "sequence", parts: [one("\\r"), one("\\n")] };
  return {
    kind: "atomic",
    body: { kind: "choice", parts: [pair, one("[\\n\\v\\f\\r\\u0085\\u2028\\u2029]")] },
  };
}
