import { assert, assertEquals } from "@std/assert";
import { PieceCache, pieceHash } from "../../../tokenizers/models/piece_cache.ts";

Deno.test("a cache finds a piece at any position of a text", () => {
  const cache = new PieceCache();
  assertEquals(idsOf(cache, "the cat"), undefined);
  cache.add("the cat", 0, 7, Int32Array.of(5, 6));
  assertEquals(idsOf(cache, "the cat"), [5, 6]);
  assertEquals(cache.find("in the cat's eye", 3, 10), cache.find("the cat", 0, 7));
  assertEquals(cache.find("in the cat's eye", 3, 9), -1);
});

Deno.test("a cache distinguishes pieces with equal hashes, and evicts some if there are many", () => {
  const pieces = piecesOfEqualHash(7);
  assertEquals(new Set(pieces).size, 128);
  assertEquals(new Set(pieces.map((piece) => pieceHash(piece, 0, piece.length))).size, 1);
  const cache = new PieceCache();
  for (const [i, piece] of pieces.entries()) {
    assertEquals(idsOf(cache, piece), undefined);
    cache.add(piece, 0, piece.length, Int32Array.of(i));
  }
  const found = pieces.map((piece) => idsOf(cache, piece));
  found.forEach((ids, i) => assert(ids === undefined || ids.join() === `${i}`));
  assertEquals(found.filter((ids) => ids !== undefined).length, 16);
});

Deno.test("a cache is cleared when it runs out of pieces, code units or ids", () => {
  for (const [length, ids] of [[4, 1], [48, 1], [12, 40]]) {
    const cache = new PieceCache();
    const piece = (i: number): string => i.toString(36).padStart(length);
    let remembered = 0;
    for (let i = 0; i < 80_000; i++) {
      assertEquals(idsOf(cache, piece(i)), undefined);
      cache.add(piece(i), 0, length, new Int32Array(ids).fill(i));
      if (idsOf(cache, piece(0)) !== undefined) remembered++;
    }
    assert(remembered > 1000 && remembered < 70_000);
    assertEquals(idsOf(cache, piece(79_999)), Array(ids).fill(79_999));
  }
});

Deno.test("a cache does not store long pieces", () => {
  const cache = new PieceCache();
  assertEquals(idsOf(cache, "a".repeat(49)), undefined);
  cache.add("a".repeat(49), 0, 49, Int32Array.of(1));
  assertEquals(idsOf(cache, "a".repeat(49)), undefined);
});

function idsOf(cache: PieceCache, piece: string): number[] | undefined {
  const entry = cache.find(piece, 0, piece.length);
  if (entry < 0) return undefined;
  const ids = new Int32Array(cache.count(entry));
  cache.copy(entry, ids, 0);
  return [...ids];
}

/** All 2^n pieces of n pairs of code units, each pair one of two that lead the hash to the same state. */
function piecesOfEqualHash(n: number): string[] {
  let pieces = [""];
  let state = 2 * n;
  for (let i = 0; i < n; i++) {
    const [pairs, next] = collision(state);
    pieces = pieces.flatMap((piece) => pairs.map((pair) => piece + pair));
    state = next;
  }
  return pieces;
}

function collision(state: number): [pairs: string[], next: number] {
  const seen = new Map<number, [unit: number, product: number]>();
  for (let unit = 1;; unit++) {
    const product = Math.imul(state ^ unit, 0x01000193);
    const other = seen.get(product >>> 16);
    if (other !== undefined) {
      const second = (product ^ other[1]) & 0xffff;
      const pairs = [String.fromCharCode(unit, 0), String.fromCharCode(other[0], second)];
      return [pairs, Math.imul(product, 0x01000193)];
    }
    seen.set(product >>> 16, [unit, product]);
  }
}
