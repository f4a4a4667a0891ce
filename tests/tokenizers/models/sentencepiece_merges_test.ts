import { assertEquals } from "@std/assert";
import { mergesOfPieces } from "../../../tokenizers/models/sentencepiece_merges.ts";
import type { Piece, PieceType } from "../../../tokenizers/models/sentencepiece_pieces.ts";

function piecesOf(texts: readonly string[], type: PieceType = "normal"): Piece[] {
  return texts.map((text, rank) => ({ text, score: -rank, type }));
}

Deno.test("every split of a piece into two pieces is a merge, by score, then by longer left part", () => {
  assertEquals(mergesOfPieces(piecesOf(["ab", "abc", "bc", "a", "b", "c"])), [
    ["a", "b"],
    ["ab", "c"],
    ["a", "bc"],
    ["b", "c"],
  ]);
});

Deno.test("merges are ordered by score, not by the order of pieces", () => {
  const pieces = piecesOf(["ab", "bc", "a", "b", "c"]).map((piece) => ({ ...piece, score: -piece.score }));
  assertEquals(mergesOfPieces(pieces), [["b", "c"], ["a", "b"]]);
});

Deno.test("only normal pieces are merged or made", () => {
  for (const type of ["unknown", "control", "user-defined", "unused", "byte"] as const) {
    assertEquals(mergesOfPieces([...piecesOf(["a", "b", "abb"]), ...piecesOf(["ab", "bb"], type)]), []);
  }
});

Deno.test("surrogate pairs are not split", () => {
  assertEquals(mergesOfPieces(piecesOf(["😀a", "😀", "a", "a😀", "😀😃", "😃"])), [["😀", "a"], ["a", "😀"], [
    "😀",
    "😃",
  ]]);
});

Deno.test("long pieces take linear time", () => {
  const long = "a".repeat(60_000);
  const pieces = piecesOf([long, long.slice(1), long.slice(2), "a", "aa"]);
  assertEquals(mergesOfPieces(pieces).map(([left, right]) => [left.length, right.length]), [
    [59_999, 1],
    [59_998, 2],
    [2, 59_998],
    [1, 59_999],
    [59_998, 1],
    [1, 59_998],
    [1, 1],
  ]);
});
