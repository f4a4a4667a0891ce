import { InputRangeError } from "../../errors.ts";
import { Encoding } from "../encoding.ts";
import { brief, type JSONFields } from "../json_fields.ts";
import { checkAdded } from "./check_added.ts";
import type { PostProcessor } from "./post_processor.ts";
import { sameTypeIds, specialEncoding, type SpecialToken } from "./special_encoding.ts";
import { checkOptions, type Kind, type Kinds, LIST, OBJECT, TEXT } from "../options.ts";

/** A slot in a template: a text (0 for `$A`, 1 for `$B`) or the name of special tokens, with its type id. */
export type TemplatePiece =
  | { readonly sequence: 0 | 1; readonly typeId: number }
  | { readonly special: string; readonly typeId: number };

/** Options of {@linkcode Template}. */
export interface TemplateOptions {
  /** The template for a single text, such as `"[CLS] $A [SEP]"`. */
  readonly single: string | readonly TemplatePiece[];
  /** The template for a pair, with type ids, such as `"[CLS] $A [SEP] $B:1 [SEP]:1"`. Default: `"$A $B:1"`. */
  readonly pair?: string | readonly TemplatePiece[];
  /** The special tokens by name, with their ids. A name may stand for several tokens. */
  readonly specialTokens?: Readonly<Record<string, number>> | ReadonlyMap<string, readonly SpecialToken[]>;
}

const TEMPLATE: Kind = { words: "a template", holds: (value) => TEXT.holds(value) || LIST.holds(value) };

const KINDS: Kinds<TemplateOptions> = { single: TEMPLATE, pair: TEMPLATE, specialTokens: OBJECT };

/**
 * Adds special tokens around texts as specified by templates.
 *
 * @example
 * ```ts
 * import { models, PipelineTokenizer, postProcessors, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = new Map([["[CLS]", 0], ["[SEP]", 1], ["to", 2], ["be", 3]]);
 * const tokenizer = new PipelineTokenizer({
 *   preTokenizer: new preTokenizers.Whitespace(),
 *   model: new models.WordLevel({ vocabulary, unknownToken: "[SEP]" }),
 *   postProcessor: new postProcessors.Template({
 *     single: "[CLS] $A [SEP]",
 *     pair: "[CLS] $A [SEP] $B:1 [SEP]:1",
 *     specialTokens: { "[CLS]": 0, "[SEP]": 1 },
 *   }),
 * });
 * assertEquals([...tokenizer.encode("to be")], [0, 2, 3, 1]);
 * assertEquals(tokenizer.encoding(["to", "be"]).typeIds, [0, 0, 0, 1, 1]);
 * ```
 */
export class Template implements PostProcessor {
  /** The template for a single text. */
  readonly single: readonly TemplatePiece[];
  /** The template for a pair. */
  readonly pair: readonly TemplatePiece[];
  /** The special tokens by name. */
  readonly specialTokens: ReadonlyMap<string, readonly SpecialToken[]>;

  /**
   * Creates a post-processor with these templates.
   *
   * @throws {RangeError} If a template names undefined special tokens, a text is missing or occurs too often, or
   * more than 4,096 special tokens are added.
   */
  constructor(options: TemplateOptions) {
    const { single, pair = "$A:0 $B:1", specialTokens = {} } = checkOptions("make a template", options, KINDS, [
      "single",
    ]);
    this.single = typeof single === "string" ? parse(single) : single;
    this.pair = typeof pair === "string" ? parse(pair) : pair;
    this.specialTokens = specialTokens instanceof Map
      ? specialTokens as ReadonlyMap<string, readonly SpecialToken[]>
      : new Map(Object.entries(specialTokens).map(([token, id]) => [token, [[token, id as number]]]));
    for (const [field, template] of Object.entries({ single, pair })) {
      const expected = missing(field === "single" ? this.single : this.pair, field, this.specialTokens);
      if (expected === undefined) continue;
      throw new InputRangeError(`build a template: ${field}: expected ${expected}, found ${brief(template)}`);
    }
    checkAdded(this);
  }

  /** The ids added before and after a single text. */
  get around(): { readonly before: readonly number[]; readonly after: readonly number[] } {
    const at = this.single.findIndex((piece) => "sequence" in piece);
    const ids = (pieces: readonly TemplatePiece[]): number[] =>
      pieces.flatMap((piece) => this.#tokens(piece).map(([, id]) => id));
    return { before: ids(this.single.slice(0, at)), after: ids(this.single.slice(at + 1)) };
  }

  /** The ids of the special tokens in both templates. */
  get ids(): readonly number[] {
    const names = new Set([...this.single, ...this.pair].flatMap((piece) => "special" in piece ? [piece.special] : []));
    return Array.from(names).flatMap((name) => this.specialTokens.get(name)!.map(([, id]) => id));
  }

  /** Reads the post-processor from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): Template {
    const tokens = fields.object("special_tokens");
    const specialTokens = new Map(tokens.entries().map(([name]) => [name, tokensFromJSON(tokens.object(name))]));
    const read = (field: string): TemplatePiece[] => {
      const pieces = fields.objects(field).map(pieceFromJSON);
      const expected = missing(pieces, field, specialTokens);
      if (expected !== undefined) throw fields.error(field, expected);
      return pieces;
    };
    return new Template({ single: read("single"), pair: read("pair"), specialTokens });
  }

  /** The number of tokens added. */
  addedTokens(isPair: boolean): number {
    return (isPair ? this.pair : this.single).reduce((sum, piece) => sum + this.#tokens(piece).length, 0);
  }

  /**
   * Adds the template's special tokens and sets its type ids. Overflowing parts keep their type ids, as in Hugging
   * Face's library.
   */
  process(encodings: readonly Encoding[], addSpecialTokens: boolean): readonly Encoding[] {
    const template = encodings.length > 1 ? this.pair : this.single;
    const places = template.flatMap((piece, place) => "sequence" in piece ? [place] : []);
    return places.map((place, i) => {
      const pieces = template.slice(i === 0 ? 0 : place, places[i + 1]);
      return Encoding.merge(pieces.flatMap((piece) => {
        if (!("sequence" in piece)) return addSpecialTokens ? [specialEncoding(this.#tokens(piece), piece.typeId)] : [];
        const text = encodings[piece.sequence];
        return [new Encoding({ ...text, ...sameTypeIds(text, piece.typeId) }, () => text.overflowing)];
      }));
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      type: "TemplateProcessing",
      single: this.single.map(pieceToJSON),
      pair: this.pair.map(pieceToJSON),
      special_tokens: Object.fromEntries(
        Array.from(this.specialTokens).sort(([a], [b]) => a < b ? -1 : 1).map(([id, tokens]) => {
          return [id, { id, ids: tokens.map(([, id]) => id), tokens: tokens.map(([token]) => token) }];
        }),
      ),
    };
  }

  #tokens(piece: TemplatePiece): readonly SpecialToken[] {
    return "special" in piece ? this.specialTokens.get(piece.special)! : [];
  }
}

/** Returns the unmet requirement of a template for one text (`"single"`) or a pair; `undefined` if it is valid. */
function missing(
  pieces: readonly TemplatePiece[],
  field: string,
  specialTokens: ReadonlyMap<string, unknown>,
): string | undefined {
  for (const piece of pieces) {
    if ("sequence" in piece || specialTokens.has(piece.special)) continue;
    return `special tokens that are given, not ${JSON.stringify(piece.special)}`;
  }
  const count = (text: number): number =>
    pieces.filter((piece) => "sequence" in piece && piece.sequence === text).length;
  if (count(0) !== 1) return "one $A";
  if (field === "single") return count(1) === 0 ? undefined : "no $B";
  return count(1) === 1 ? undefined : "one $B";
}

/** Parses the string form of a template. */
function parse(template: string): TemplatePiece[] {
  return template.split(/\s+/).filter((part) => part !== "").map((part) => {
    const [, name, type] = /^(.+?)(?::(\d+))?$/s.exec(part)!;
    const sequence = /^\$(?:([AaBb])|(\d*))$/.exec(name);
    if (sequence === null) return { special: name, typeId: Number(type ?? 0) };
    const isSecond = sequence[1]?.toUpperCase() === "B";
    return { sequence: isSecond ? 1 : 0, typeId: Number(type ?? (sequence[2] || 0)) };
  });
}

function pieceFromJSON(fields: JSONFields): TemplatePiece {
  if (fields.raw("SpecialToken") !== undefined) {
    const piece = fields.object("SpecialToken");
    return { special: piece.string("id"), typeId: piece.count("type_id") };
  }
  const piece = fields.object("Sequence");
  return { sequence: piece.choice("id", ["A", "B"]) === "A" ? 0 : 1, typeId: piece.count("type_id") };
}

function pieceToJSON(piece: TemplatePiece): unknown {
  return "special" in piece
    ? { SpecialToken: { id: piece.special, type_id: piece.typeId } }
    : { Sequence: { id: ["A", "B"][piece.sequence], type_id: piece.typeId } };
}

function tokensFromJSON(fields: JSONFields): SpecialToken[] {
  const [ids, tokens] = [fields.array("ids"), fields.array("tokens")];
  // The same as the field's own name.
  fields.raw("id");
  if (ids.length !== tokens.length) throw fields.error("ids", `${tokens.length} ids, one for each token`);
  return tokens.map((token, i) => {
    const id = ids[i];
    if (typeof token === "string" && typeof id === "number" && Number.isSafeInteger(id) && id >= 0) return [token, id];
    throw fields.error("ids", `the id of ${brief(token)}`);
  });
}
