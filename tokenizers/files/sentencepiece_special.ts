import type { SentencePieceModel } from "./sentencepiece_model.ts";
import { escapeRegex } from "./tokenizer_file.ts";

/**
 * Builds a regular expression that matches where a text spells a special piece (the unknown piece, a control symbol, a
 * byte), up to a position at which the text can be split. SentencePiece never matches such pieces in a text, but
 * Hugging Face's unigram models do, unless they see only parts of it.
 *
 * No other piece, and no run of unknown characters that would fuse to one token, crosses the position. A piece without
 * such a position is skipped.
 */
export function specialPieceCuts({ pieces, byteFallback }: SentencePieceModel): string | undefined {
  const others = pieces.filter(({ type }) => type === "normal" || type === "user-defined").map(({ text }) => text);
  const known = new Set(others);
  const crossed = new Map<string, boolean>();
  const isCrossed = (pair: string): boolean => {
    if (!crossed.has(pair)) crossed.set(pair, others.some((text) => text.includes(pair)));
    return crossed.get(pair)!;
  };
  const canCut = (left: string, right: string): boolean =>
    (byteFallback || known.has(left) || known.has(right)) && !isCrossed(left + right);

  const rests = new Map<string, string[]>();
  for (const { text, type } of pieces) {
    if (type !== "unknown" && type !== "control" && type !== "byte") continue;
    const characters = [...text];
    const cut = characters.findIndex((character, at) => at > 0 && canCut(characters[at - 1], character));
    if (cut < 0) continue;
    const beginning = characters.slice(0, cut).join("");
    const rest = characters.slice(cut).join("");
    if (!rests.get(beginning)?.push(rest)) rests.set(beginning, [rest]);
  }
  if (rests.size === 0) return undefined;
  const cuts = [...rests].map(([beginning, ends]) => `${escapeRegex(beginning)}(?=${ends.map(escapeRegex).join("|")})`);
  return cuts.join("|");
}
