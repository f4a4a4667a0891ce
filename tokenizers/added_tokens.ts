import { AlignedText, Growth } from "./aligned_text.ts";
import { inPart } from "./in_part.ts";
import type { JSONFields } from "./json_fields.ts";
import { LongestMatch } from "./longest_match.ts";
import { checkOptions, FLAG, type Kinds, NUMBER, TEXT } from "./options.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";

/** A token matched verbatim in the text before pre-tokenization. */
export interface AddedToken {
  /** The token's text. */
  readonly content: string;
  /** The token's id. If the model's vocabulary contains the token, its id there. */
  readonly id: number;
  /** Whether the token is a control token, such as an end-of-sentence mark; decoding can skip special tokens. */
  readonly special?: boolean;
  /** Whether the token matches only if no word character is next to it. */
  readonly singleWord?: boolean;
  /** Whether the token absorbs the white space before it. */
  readonly leftStrip?: boolean;
  /** Whether the token absorbs the white space after it. */
  readonly rightStrip?: boolean;
  /** Whether to match in the normalized text instead of the original text. Default: false. */
  readonly normalized?: boolean;
}

const KINDS: Kinds<AddedToken> = {
  content: TEXT,
  id: NUMBER,
  special: FLAG,
  singleWord: FLAG,
  leftStrip: FLAG,
  rightStrip: FLAG,
  normalized: FLAG,
};

/** A part of a text: an added token, or the text between two added tokens. */
export interface Segment {
  /** The added token's id; `undefined` for ordinary text. */
  readonly id: number | undefined;
  /** The segment's text; normalized unless it is a token matched in the original text. */
  readonly text: AlignedText;
}

/** Splits texts at a tokenizer's added tokens. If several tokens start at the same position, the longest wins. */
export class AddedTokens {
  /** The tokens, sorted by id. */
  readonly tokens: readonly AddedToken[];
  readonly #normalizer: Normalizer | undefined;
  readonly #given: TokenFinder;
  readonly #normalized: TokenFinder;

  /**
   * @param normalizer Normalizes the text between the tokens matched in the original text, and the content of tokens
   * with `normalized: true`.
   */
  constructor(tokens: readonly AddedToken[], normalizer?: Normalizer) {
    for (const token of tokens) checkOptions("add a token", token, KINDS, ["content", "id"]);
    this.tokens = [...tokens].sort((a, b) => a.id - b.id);
    this.#normalizer = normalizer;
    this.#given = new TokenFinder(this.tokens.filter((token) => token.normalized !== true), (content) => content);
    this.#normalized = new TokenFinder(
      this.tokens.filter((token) => token.normalized === true),
      (content) => normalizer?.normalize(AlignedText.of(content)).text ?? content,
    );
  }

  /**
   * Whether cutting a text before a space that follows another character leaves the tokens of both parts unchanged.
   * True if no added token contains a space after its first character or absorbs the spaces that follow it.
   */
  get cutsBeforeSpaces(): boolean {
    return this.tokens.every(({ content, rightStrip }) => rightStrip !== true && !/.[ \u2581]/su.test(content));
  }

  /**
   * Splits a text into normalized segments, in order.
   *
   * @throws {RangeError} If the normalizer refuses the text, or all segments together grow too long.
   */
  segments(text: string): Segment[] {
    const segments: Segment[] = [];
    const original = AlignedText.of(text);
    const growth = new Growth("normalize a text", original);
    for (const outer of split(this.#given, original)) {
      const segment = outer.id === undefined ? this.#normalize(outer.text) : outer.text;
      growth.add(segment.length);
      if (outer.id !== undefined) segments.push(outer);
      else for (const inner of split(this.#normalized, segment)) segments.push(inner);
    }
    return segments;
  }

  #normalize(text: AlignedText): AlignedText {
    const normalizer = this.#normalizer;
    return normalizer === undefined ? text : inPart("normalizer", () => normalizer.normalize(text));
  }
}

/** Reads an added token from a `tokenizer.json`. */
export function addedTokenFromJSON(fields: JSONFields): AddedToken {
  return {
    id: fields.count("id"),
    content: fields.string("content"),
    singleWord: fields.boolean("single_word", false),
    leftStrip: fields.boolean("lstrip", false),
    rightStrip: fields.boolean("rstrip", false),
    normalized: fields.boolean("normalized", true),
    special: fields.boolean("special", false),
  };
}

/** Converts an added token to its `tokenizer.json` form. */
export function addedTokenToJSON(token: AddedToken): unknown {
  return {
    id: token.id,
    content: token.content,
    single_word: token.singleWord ?? false,
    lstrip: token.leftStrip ?? false,
    rstrip: token.rightStrip ?? false,
    normalized: token.normalized ?? false,
    special: token.special ?? false,
  };
}

/** Finds the longest of some tokens at a position of a text. */
class TokenFinder {
  readonly #tokens = new Map<string, AddedToken>();
  readonly #longest: LongestMatch;
  /** 1 for each code unit that starts a token. */
  readonly #first = new Uint8Array(2 ** 16);

  /** @param rewrite Gives the text to find for the content of a token. Of equal texts, the first counts. */
  constructor(tokens: readonly AddedToken[], rewrite: (content: string) => string) {
    for (const token of tokens) {
      const content = rewrite(token.content);
      if (content === "" || this.#tokens.has(content)) continue;
      this.#tokens.set(content, token);
      this.#first[content.charCodeAt(0)] = 1;
    }
    this.#longest = new LongestMatch("add a token", [...this.#tokens.keys()]);
  }

  /** Whether there is no token to find. */
  get isEmpty(): boolean {
    return this.#tokens.size === 0;
  }

  /** The longest token that starts at a position, and its end. */
  longestAt(text: string, at: number): { token: AddedToken; end: number } | undefined {
    if (this.#first[text.charCodeAt(at)] === 0) return undefined;
    const end = this.#longest.end(text, at);
    return end === at ? undefined : { token: this.#tokens.get(text.slice(at, end))!, end };
  }
}

const WORD_BEFORE = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const WORD_AFTER = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const SPACE = /^[\p{White_Space}]$/u;

/**
 * Whether a token may match here: a `singleWord` token needs a non-word character (or the edge of the text) on both
 * sides.
 */
function mayStand({ singleWord }: AddedToken, text: string, start: number, end: number): boolean {
  // The adjacent character may take two code units.
  return singleWord !== true ||
    !(WORD_BEFORE.test(text.slice(Math.max(0, start - 2), start)) || WORD_AFTER.test(text.slice(end, end + 2)));
}

function split(finder: TokenFinder, text: AlignedText): Segment[] {
  if (text.length === 0) return [];
  if (finder.isEmpty) return [{ id: undefined, text }];
  const segments: Segment[] = [];
  const string = text.text;
  let done = 0;
  for (let at = 0; at < string.length;) {
    const found = finder.longestAt(string, at);
    if (found === undefined) {
      at++;
      continue;
    }
    const { token } = found;
    let [start, end] = [at, found.end];
    at = end;
    if (!mayStand(token, string, start, end)) continue;
    if (token.leftStrip === true) { while (start > done && SPACE.test(string[start - 1])) start--; }
    if (token.rightStrip === true) { while (end < string.length && SPACE.test(string[end])) end++; }
    if (start > done) segments.push({ id: undefined, text: text.slice(done, start) });
    segments.push({ id: token.id, text: text.slice(start, end) });
    done = at = end;
  }
  if (done < string.length) segments.push({ id: undefined, text: text.slice(done) });
  return segments;
}
