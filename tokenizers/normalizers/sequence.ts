import type { AlignedText } from "../aligned_text.ts";
import type { Normalizer } from "./normalizer.ts";
import { checkKind, LIST } from "../options.ts";

/** Normalizers one after the other. */
export class Sequence implements Normalizer {
  /** The normalizers, the first to come first. */
  readonly normalizers: readonly Normalizer[];

  /** These normalizers one after the other. */
  constructor(normalizers: readonly Normalizer[]) {
    checkKind("make a sequence", "the normalizers", normalizers, LIST);
    this.normalizers = [...normalizers];
  }

  /** Whether all of them are. */
  get isLocal(): boolean {
    return this.normalizers.every((normalizer) => normalizer.isLocal);
  }

  /** What all of them make of the text. */
  normalize(text: AlignedText): AlignedText {
    return this.normalizers.reduce((text, normalizer) => normalizer.normalize(text), text);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "Sequence", normalizers: this.normalizers.map((normalizer) => normalizer.toJSON()) };
  }
}
