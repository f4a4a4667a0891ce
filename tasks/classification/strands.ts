import { InputRangeError } from "../../errors.ts";
import { asSequence, nameOfAlphabet, reverseComplement } from "../data/sequences/mod.ts";
import type { SequenceConfig } from "./sequence_fields.ts";

/** The texts that a classifier reads for one: the text or the sequence, then its other strand if both are read. */
export function strandsOf(
  text: string,
  config: Pick<SequenceConfig, "alphabet" | "reverseComplement">,
): string[] {
  const { alphabet } = config;
  if (alphabet === null) return [text];
  const own = asSequence(text);
  return config.reverseComplement ? [own, reverseComplement(own, alphabet)] : [own];
}

/** Returns all strands of texts, each with the other fields of its text. */
export function allStrands<T extends { readonly text: string }>(
  texts: readonly T[],
  config: Pick<SequenceConfig, "alphabet" | "reverseComplement">,
): T[] {
  return texts.flatMap((own) => strandsOf(own.text, config).map((text) => ({ ...own, text })));
}

/** Throws `RangeError` if sequences without a reverse complement should be read on both strands. */
export function refuseSingleStrands(action: string, { alphabet, reverseComplement }: SequenceConfig): void {
  if (!reverseComplement || alphabet === "dna" || alphabet === "rna") return;
  const found = alphabet === null ? "other texts" : `those of ${nameOfAlphabet(alphabet)}`;
  throw new InputRangeError(`${action}: reverse complement: expected sequences of DNA or RNA, found ${found}`);
}
