import type { AlignedText } from "../aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";
import { countParts } from "../check_parts.ts";
import { checkKind, LIST } from "../options.ts";

/** Applies normalizers one after another. */
export class Sequence implements Normalizer {
  /** The normalizers, in order of application. */
  readonly normalizers: readonly Normalizer[];
  /** The number of normalizers, those of inner sequences included. */
  readonly #parts: number;

  /**
   * Creates a sequence of normalizers.
   *
   * @throws {RangeError} If there are more than 64, those of inner sequences included.
   */
  constructor(normalizers: readonly Normalizer[]) {
    checkKind("make a sequence", "the normalizers", normalizers, LIST);
    this.normalizers = [...normalizers];
    this.#parts = countParts(
      "normalizers",
      this.normalizers,
      (member) => member instanceof Sequence ? member.#parts : 0,
    );
  }

  /** True if all normalizers are local. */
  get isLocal(): boolean {
    return this.normalizers.every((normalizer) => normalizer.isLocal);
  }

  /** Normalizes a text with all normalizers in order. */
  normalize(text: AlignedText): AlignedText {
    return this.normalizers.reduce((text, normalizer) => normalizer.normalize(text), text);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Sequence", normalizers: this.normalizers.map((normalizer) => normalizer.toJSON()) };
  }
}
