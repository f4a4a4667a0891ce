import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { type Pattern, patternFromJSON } from "../regex/mod.ts";
import type { Normalizer } from "./normalizer.ts";
import { checkOptions, having, type Kinds, TEXT } from "../options.ts";

/** Options of {@linkcode Replace}. */
export interface ReplaceOptions {
  /** The pattern to replace. */
  readonly pattern: Pattern;
  /** The replacement. */
  readonly content: string;
}

const KINDS: Kinds<ReplaceOptions> = { pattern: having("forEachMatch"), content: TEXT };

/**
 * Replaces each match of a pattern.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers, patterns } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const replace = new normalizers.Replace({ pattern: patterns.regexPattern(" {2,}"), content: " " });
 * assertEquals(replace.normalize(AlignedText.of("to   be")).text, "to be");
 * ```
 */
export class Replace implements Normalizer {
  /** The pattern to replace. */
  readonly pattern: Pattern;
  /** The replacement. */
  readonly content: string;

  /** Creates a normalizer that replaces a pattern. */
  constructor(options: ReplaceOptions) {
    const { pattern, content } = checkOptions("make a normalizer that replaces", options, KINDS, [
      "pattern",
      "content",
    ]);
    this.pattern = pattern;
    this.content = content;
  }

  /** True if the pattern and the replacement are fixed strings, neither empty nor containing white space. */
  get isLocal(): boolean {
    const { literal = "" } = this.pattern;
    return literal !== "" && this.content !== "" && !/\p{White_Space}/u.test(literal + this.content);
  }

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Replace {
    return new Replace({ pattern: patternFromJSON(fields.object("pattern")), content: fields.string("content") });
  }

  /** Replaces the matches; each replacement maps to the last character of its match. */
  normalize(text: AlignedText): AlignedText {
    // An empty text stays empty, even if the pattern matches the empty string.
    if (text.length === 0) return text;
    let edit: AlignedTextEdit | undefined;
    let kept = 0;
    this.pattern.forEachMatch(text.text, (start, end) => {
      edit ??= new AlignedTextEdit(text);
      edit.keep(kept, start);
      edit.put(this.content, lastCharacter(text.text, start, end), end);
      kept = end;
    });
    edit?.keep(kept, text.length);
    return edit?.done() ?? text;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Replace", pattern: this.pattern.toJSON(), content: this.content };
  }
}

/** The start of the last character of a part of a text. */
function lastCharacter(text: string, start: number, end: number): number {
  return end - start >= 2 && text.codePointAt(end - 2)! > 0xffff ? end - 2 : Math.max(start, end - 1);
}
