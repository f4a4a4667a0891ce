import { AlignedText } from "./aligned_text.ts";
import type { JSONFields } from "./json_fields.ts";
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
  readonly #given: TokenFinder | undefined;
  readonly #normalized: TokenFinder | undefined;

  /**
   * @param normalizer Normalizes the text between the tokens matched in the original text, and the content of tokens
   * with `normalized: true`.
   */
  constructor(tokens: readonly AddedToken[], normalizer?: Normalizer) {
    for (const token of tokens) checkOptions("add a token", token, KINDS, ["content", "id"]);
    this.tokens = [...tokens].sort((a, b) => a.id - b.id);
    this.#normalizer = normalizer;
    this.#given = finder(this.tokens.filter((token) => token.normalized !== true), (content) => content);
    this.#normalized = finder(
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

  /** Splits a text into normalized segments, in order. */
  segments(text: string): Segment[] {
    const segments: Segment[] = [];
    for (const outer of split(this.#given, AlignedText.of(text))) {
      if (outer.id !== undefined) segments.push(outer);
      else segments.push(...split(this.#normalized, this.#normalizer?.normalize(outer.text) ?? outer.text));
    }
    return segments;
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

/** A node of a trie over UTF-16 code units. */
interface Node {
  readonly next: Map<number, Node>;
  token?: AddedToken;
}

interface TokenFinder {
  readonly root: Node;
  /** 1 for each code unit that starts a token. */
  readonly first: Uint8Array;
}

function finder(tokens: readonly AddedToken[], rewrite: (content: string) => string): TokenFinder | undefined {
  const root: Node = { next: new Map() };
  const first = new Uint8Array(2 ** 16);
  for (const token of tokens) {
    const content = rewrite(token.content);
    if (content === "") continue;
    let node = root;
    for (let i = 0; i < content.length; i++) {
      const unit = content.charCodeAt(i);
      if (!node.next.has(unit)) node.next.set(unit, { next: new Map() });
      node = node.next.get(unit)!;
    }
    node.token ??= token;
    first[content.charCodeAt(0)] = 1;
  }
  return root.next.size === 0 ? undefined : { root, first };
}

/** The longest token that starts at `at`, and its end. */
function longestAt(root: Node, text: string, at: number): { token: AddedToken; end: number } | undefined {
  let found: { token: AddedToken; end: number } | undefined;
  let node: Node | undefined = root;
  for (let i = at; i < text.length; i++) {
    node = node.next.get(text.charCodeAt(i));
    if (node === undefined) break;
    if (node.token !== undefined) found = { token: node.token, end: i + 1 };
  }
  return found;
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

function split(finder: TokenFinder | undefined, text: AlignedText): Segment[] {
  if (text.length === 0) return [];
  if (finder === undefined) return [{ id: undefined, text }];
  const segments: Segment[] = [];
  const string = text.text;
  let done = 0;
  for (let at = 0; at < string.length;) {
    const found = finder.first[string.charCodeAt(at)] === 1 ? longestAt(finder.root, string, at) : undefined;
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
