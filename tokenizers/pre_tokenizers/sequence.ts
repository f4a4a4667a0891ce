import { type AlignedText, Growth } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { Digits } from "./digits.ts";
import { Metaspace } from "./metaspace.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { Punctuation } from "./punctuation.ts";
import { Split } from "./split.ts";
import { countParts } from "../check_parts.ts";
import { checkKind, LIST } from "../options.ts";

/**
 * Applies pre-tokenizers one after another: each splits the pieces of the one before.
 *
 * @example Separate digits, then split into words with their spaces
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const { ByteLevel, Digits, Sequence } = preTokenizers;
 * const sequence = new Sequence([new Digits({ individualDigits: true }), new ByteLevel({ addPrefixSpace: false })]);
 * const pieces = sequence.split(AlignedText.of("in 42 ways"));
 * assertEquals(pieces.map((piece) => piece.text), ["in", "Ġ", "4", "2", "Ġways"]);
 * ```
 */
export class Sequence implements PreTokenizer {
  /** The pre-tokenizers, in order of application. */
  readonly members: readonly PreTokenizer[];
  /** The number of pre-tokenizers, those of inner sequences included. */
  readonly #parts: number;

  /**
   * Creates a sequence of pre-tokenizers.
   *
   * @throws {RangeError} If there are more than 64, those of inner sequences included.
   */
  constructor(members: readonly PreTokenizer[]) {
    checkKind("make a sequence", "the pre-tokenizers", members, LIST);
    this.members = members;
    this.#parts = countParts(
      "pre-tokenizers",
      this.members,
      (member) => member instanceof Sequence ? member.#parts : 0,
    );
  }

  /**
   * Reads the pre-tokenizer from a `tokenizer.json`.
   *
   * @param memberFromJSON Reads a member.
   */
  static fromJSON(fields: JSONFields, memberFromJSON: (fields: JSONFields) => PreTokenizer): Sequence {
    return new Sequence(fields.objects("pretokenizers").map(memberFromJSON));
  }

  /**
   * True if one member cuts before spaces, the members before it never look across spaces, and the result of the
   * members after it does not depend on a piece's position in the text. False if this cannot be established.
   */
  get cutsBeforeSpaces(): boolean {
    const members = this.#flat;
    const first = members.findIndex((member) => !isBlindToSpaces(member));
    return first >= 0 && members[first].cutsBeforeSpaces && !members.slice(first + 1).some(looksAtPlace);
  }

  /**
   * Splits a text with all members in order.
   *
   * @throws {RangeError} If all pieces together grow too long.
   */
  split(text: AlignedText): AlignedText[] {
    let pieces = text.length === 0 ? [] : [text];
    for (const member of this.members) pieces = splitPieces(text, pieces, member);
    return pieces;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Sequence", pretokenizers: this.members.map((member) => member.toJSON()) };
  }

  get #flat(): PreTokenizer[] {
    return this.members.flatMap((member) => member instanceof Sequence ? member.#flat : [member]);
  }
}

/** Splits all pieces of a text. */
function splitPieces(text: AlignedText, pieces: readonly AlignedText[], member: PreTokenizer): AlignedText[] {
  const growth = new Growth("split a text", text);
  return pieces.flatMap((piece) => {
    const parts = member.split(piece);
    for (const part of parts) growth.add(part.length);
    return parts;
  });
}

/** Whether splits on one side of a space never depend on the other side. */
function isBlindToSpaces(member: PreTokenizer): boolean {
  if (!(member instanceof Split)) return member instanceof Digits || member instanceof Punctuation;
  return member.pattern.literal !== undefined && !member.pattern.literal.includes(" ");
}

function looksAtPlace(member: PreTokenizer): boolean {
  return member instanceof Metaspace && member.prependScheme === "first";
}
