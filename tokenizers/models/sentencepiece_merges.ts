import { Trie } from "./trie.ts";
import type { Piece } from "./sentencepiece_pieces.ts";

/**
 * Derives the merges that reproduce a SentencePiece BPE model's segmentation. The model merges any two neighbors that
 * form a piece, highest score first, so every split of a piece into two pieces is a merge. Among splits of the same
 * piece, the one with the longer left part comes first.
 */
export function mergesOfPieces(pieces: readonly Piece[]): [left: string, right: string][] {
  const texts = pieces.filter(({ type }) => type === "normal");
  const beginnings = new Trie(texts.map(({ text }, index) => [text, index]));
  const ends = new Trie(texts.map(({ text }, index) => [reversed(text), index]));
  const byScore = [...texts].sort((a, b) => b.score - a.score);
  const merges: [left: string, right: string][] = [];
  for (const { text } of byScore) {
    const isBeginning = marks(beginnings, text);
    const isEnd = marks(ends, reversed(text));
    for (let cut = text.length - 1; cut > 0; cut--) {
      if (isBeginning[cut] === 1 && isEnd[text.length - cut] === 1) merges.push([text.slice(0, cut), text.slice(cut)]);
    }
  }
  return merges;
}

/** For each length, 1 if the text's prefix of that length is in the trie. */
function marks(trie: Trie, text: string): Uint8Array {
  const lengths = new Uint8Array(text.length + 1);
  let node = 0;
  for (let at = 0; at < text.length; at++) {
    node = trie.child(node, text.charCodeAt(at));
    if (node < 0) break;
    if (trie.value(node) >= 0) lengths[at + 1] = 1;
  }
  return lengths;
}

/** Reverses the code units of a text. */
function reversed(text: string): string {
  return text.split("").reverse().join("");
}
