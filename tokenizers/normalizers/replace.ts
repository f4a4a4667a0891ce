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
 * Replaces a pattern.
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

  /** A normalizer that replaces a pattern. */
  constructor(options: ReplaceOptions) {
    const { pattern, content } = checkOptions("make a normalizer that replaces", options, KINDS, [
      "pattern",
      "content",
    ]);
    this.pattern = pattern;
    this.content = content;
  }

  /** Whether what is replaced and what replaces it are fixed texts, neither of them empty or with white space in it. */
  get isLocal(): boolean {
    const { literal = "" } = this.pattern;
    return literal !== "" && this.content !== "" && !/\p{White_Space}/u.test(literal + this.content);
  }

  /** The normalizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): Replace {
    return new Replace({ pattern: patternFromJSON(fields.object("pattern")), content: fields.string("content") });
  }

  /** The rewritten text; what replaces a match comes from where the match's last character does. */
  normalize(text: AlignedText): AlignedText {
    // Even a pattern that matches nothing at all is not found there.
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

/** Where the last character of a part of a text begins. */
function lastCharacter(text: string, start: number, end: number): number {
  return end - start >= 2 && text.codePointAt(end - 2)! > 0xffff ? end - 2 : Math.max(start, end - 1);
}
