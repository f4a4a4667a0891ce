import { type AlignedText, AlignedTextEdit } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { characterEnd, LongestMatch } from "../longest_match.ts";
import { checkOptions, FLAG, instanceOf, type Kinds, LIST } from "../options.ts";
import { CharacterMap } from "./character_map.ts";
import type { Normalizer } from "./normalizer.ts";
import { charsMapFromJSON, precompiledJSON } from "./precompiled.ts";

/** Options of {@linkcode SentencePiece}. */
export interface SentencePieceOptions {
  /** The character normalization table. Default: none. */
  readonly charsMap?: Uint8Array;
  /** Whether to add a space to each text. Default: true. */
  readonly addDummyPrefix?: boolean;
  /** Whether to add that space after the text instead of before it. Default: false. */
  readonly whitespaceAsSuffix?: boolean;
  /** Whether to strip spaces at the ends of a text and to collapse runs of spaces. Default: true. */
  readonly removeExtraWhitespaces?: boolean;
  /** Whether to write spaces as U+2581. Default: true. */
  readonly escapeWhitespaces?: boolean;
  /** Symbols that the table leaves as they are. Default: none. */
  readonly userDefinedSymbols?: readonly string[];
}

const KINDS: Kinds<SentencePieceOptions> = {
  charsMap: instanceOf(Uint8Array),
  addDummyPrefix: FLAG,
  whitespaceAsSuffix: FLAG,
  removeExtraWhitespaces: FLAG,
  escapeWhitespaces: FLAG,
  userDefinedSymbols: LIST,
};

/** The character that stands for a space. */
const MARK = "\u2581";

/**
 * SentencePiece's normalization (Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226). Replaces, from left to
 * right, the longest entry of the character table that starts at each position, then handles spaces.
 * {@linkcode Precompiled} has the same table, but looks up each grapheme, as Hugging Face's library does.
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const { SentencePiece } = normalizers;
 * assertEquals(new SentencePiece().normalize(AlignedText.of(" to   be")).text, "▁to▁be");
 * const suffix = new SentencePiece({ whitespaceAsSuffix: true });
 * assertEquals(suffix.normalize(AlignedText.of(" to   be")).text, "to▁be▁");
 * ```
 */
export class SentencePiece implements Normalizer {
  /** Always false: each part would get the prefix. */
  readonly isLocal = false;
  /** The settings. */
  readonly options: Readonly<SentencePieceOptions>;
  readonly #map: CharacterMap | undefined;
  readonly #symbols: LongestMatch;

  /**
   * Creates a normalizer with these settings.
   *
   * @throws {RangeError} If the table is truncated.
   */
  constructor(options: SentencePieceOptions = {}) {
    const { charsMap, userDefinedSymbols = [] } = checkOptions("normalize as SentencePiece does", options, KINDS);
    this.options = { ...options };
    this.#map = charsMap === undefined ? undefined : new CharacterMap(charsMap);
    this.#symbols = new LongestMatch("normalize as SentencePiece does", userDefinedSymbols);
  }

  /** Reads the normalizer from a `tokenizer.json`, where it is a Sequence with a field `sentencepiece`. */
  static fromJSON(fields: JSONFields): SentencePiece {
    const settings = fields.object("sentencepiece");
    fields.choice("type", ["Sequence"]);
    const members = fields.objects("normalizers");
    for (const member of members) member.ignoreOthers();
    const table = members.find((member) => member.raw("type") === "Precompiled");
    return new SentencePiece({
      ...table === undefined ? {} : { charsMap: charsMapFromJSON(table) },
      addDummyPrefix: settings.boolean("add_dummy_prefix"),
      whitespaceAsSuffix: settings.boolean("treat_whitespace_as_suffix"),
      removeExtraWhitespaces: settings.boolean("remove_extra_whitespaces"),
      escapeWhitespaces: settings.boolean("escape_whitespaces"),
      userDefinedSymbols: settings.strings("user_defined_symbols"),
    });
  }

  /** Normalizes a text. An unpaired surrogate counts as U+FFFD. */
  normalize(text: AlignedText): AlignedText {
    const { addDummyPrefix = true, whitespaceAsSuffix = false, removeExtraWhitespaces: strips = true } = this.options;
    const source = text.withText(text.text.toWellFormed());
    const start = strips ? this.#firstNonSpace(source.text) : 0;
    if (start === source.length) return source.slice(0, 0);
    const edit = new AlignedTextEdit(source);
    if (addDummyPrefix && !whitespaceAsSuffix) edit.put(" ", start, characterEnd(source.text, start));
    this.#copy(source.text, start, edit);
    const spaced = this.#withMarks(edit.done());
    if (!(addDummyPrefix && whitespaceAsSuffix)) return spaced;
    const suffixed = new AlignedTextEdit(spaced);
    suffixed.keep(0, spaced.length);
    suffixed.put(this.#mark, spaced.length, spaced.length);
    return suffixed.done();
  }

  /**
   * Converts this part to its `tokenizer.json` form: a Sequence that comes close in Hugging Face's library, with the
   * exact settings in a field that the library ignores.
   */
  toJSON(): unknown {
    const { options } = this;
    return {
      type: "Sequence",
      normalizers: approximation(options),
      sentencepiece: {
        add_dummy_prefix: options.addDummyPrefix ?? true,
        treat_whitespace_as_suffix: options.whitespaceAsSuffix ?? false,
        remove_extra_whitespaces: options.removeExtraWhitespaces ?? true,
        escape_whitespaces: options.escapeWhitespaces ?? true,
        user_defined_symbols: options.userDefinedSymbols ?? [],
      },
    };
  }

  get #mark(): string {
    return this.options.escapeWhitespaces ?? true ? MARK : " ";
  }

  #firstNonSpace(text: string): number {
    let at = 0;
    while (at < text.length) {
      const { end, replacement } = this.#prefix(text, at);
      if ((replacement ?? text.slice(at, end)) !== " ") break;
      at = end;
    }
    return at;
  }

  /** Appends the replacements of a text from a position on, without the spaces that follow a space. */
  #copy(text: string, start: number, edit: AlignedTextEdit): void {
    const strips = this.options.removeExtraWhitespaces ?? true;
    let isAfterSpace = strips;
    let kept = start;
    for (let at = start, end: number; at < text.length; at = end) {
      const found = this.#prefix(text, at);
      end = found.end;
      const whole = found.replacement ?? text.slice(at, end);
      const part = isAfterSpace ? whole.replace(/^ +/, "") : whole;
      if (part !== "") isAfterSpace = strips && part.endsWith(" ");
      if (found.replacement === undefined && part === whole) continue;
      edit.keep(kept, at);
      if (part !== "") edit.put(part, at, end);
      kept = end;
    }
    edit.keep(kept, text.length);
  }

  /**
   * The unit that starts at a position: a user-defined symbol, an entry of the table, or a character. Without a
   * replacement, it stays as it is.
   */
  #prefix(text: string, at: number): { end: number; replacement?: string } {
    const symbolEnd = this.#symbols.end(text, at);
    if (symbolEnd > at) return { end: symbolEnd };
    return this.#map?.longest(text, at) ?? { end: characterEnd(text, at) };
  }

  /** Writes spaces as marks and strips them from the end. */
  #withMarks(text: AlignedText): AlignedText {
    const mark = this.#mark;
    const marked = text.withText(text.text.replaceAll(" ", mark));
    if (!(this.options.removeExtraWhitespaces ?? true)) return marked;
    let end = marked.length;
    while (end > 0 && marked.text[end - 1] === mark) end--;
    return marked.slice(0, end);
  }
}

/** Zero-width assertions, written in syntax common to all regular expression dialects. */
const BEGINNING = "(?<![\\s\\S])";
const END = "(?![\\s\\S])";

/** Normalizers of Hugging Face's library that come close. */
function approximation(options: SentencePieceOptions): unknown[] {
  const { charsMap, addDummyPrefix = true, whitespaceAsSuffix = false } = options;
  const { removeExtraWhitespaces = true, escapeWhitespaces = true } = options;
  const replace = (pattern: unknown, content: string): unknown => ({ type: "Replace", pattern, content });
  const normalizers: unknown[] = [];
  if (charsMap !== undefined) normalizers.push(precompiledJSON(charsMap));
  if (removeExtraWhitespaces) {
    // The second bracket matches only at the start of a run; otherwise a long run would be rescanned from each of its
    // marks.
    const run = escapeWhitespaces ? `[ ${MARK}]` : "[ ]";
    normalizers.push(replace({ Regex: " {2,}" }, " "));
    normalizers.push(replace({ Regex: `${BEGINNING} |(?<!${run})${run}+${END}` }, ""));
  }
  if (addDummyPrefix && whitespaceAsSuffix) normalizers.push(replace({ Regex: `(?<=[\\s\\S])${END}` }, " "));
  else if (addDummyPrefix) normalizers.push({ type: "Prepend", prepend: escapeWhitespaces ? MARK : " " });
  if (escapeWhitespaces) normalizers.push(replace({ String: " " }, MARK));
  return normalizers;
}
