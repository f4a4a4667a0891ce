import { assertEquals } from "@std/assert";
import { mergesOfPieces } from "../../../tokenizers/files/sentencepiece_merges.ts";
import type { Piece, PieceType } from "../../../tokenizers/files/sentencepiece_model.ts";

function piecesOf(texts: readonly string[], type: PieceType = "normal"): Piece[] {
  return texts.map((text, rank) => ({ text, score: -rank, type }));
}

Deno.test("each way to cut a piece into two others is a merge, the better piece's first, the longer left part first", () => {
  assertEquals(mergesOfPieces(piecesOf(["ab", "abc", "bc", "a", "b", "c"])), [
    ["a", "b"],
    ["ab", "c"],
    ["a", "bc"],
    ["b", "c"],
  ]);
});

Deno.test("the scores count, not the order", () => {
  const pieces = piecesOf(["ab", "bc", "a", "b", "c"]).map((piece) => ({ ...piece, score: -piece.score }));
  assertEquals(mergesOfPieces(pieces), [["b", "c"], ["a", "b"]]);
});

Deno.test("only normal pieces are merged or made", () => {
  for (const type of ["unknown", "control", "user-defined", "unused", "byte"] as const) {
    assertEquals(mergesOfPieces([...piecesOf(["a", "b", "abb"]), ...piecesOf(["ab", "bb"], type)]), []);
  }
});

Deno.test("characters of two code units are not cut", () => {
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
