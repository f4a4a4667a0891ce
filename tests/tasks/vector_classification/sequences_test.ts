import { assertEquals, assertThrows } from "@std/assert";
import { InputRangeError } from "../../../errors.ts";
import { type VectorSequence, vectorSequence } from "../../../tasks/data/mod.ts";
import { foldSequences, splitSequences } from "../../../tasks/mod.ts";
import { movements } from "./movements.ts";

const SEQUENCES = movements(40);
const ALONE: VectorSequence[] = SEQUENCES.map(({ group: _group, ...sequence }) => sequence);

Deno.test("a split keeps groups together, and without groups has each label in proportion", () => {
  const { train, valid, test } = splitSequences(SEQUENCES, { validFraction: 0.2, testFraction: 0.2 });
  assertEquals([train.length, valid?.length, test?.length], [24, 8, 8]);
  const groups = [train, valid!, test!].map((part) => new Set(part.map(({ group }) => group)));
  assertEquals(groups.map(({ size }) => size), [3, 1, 1]);
  const alone = splitSequences(ALONE, { validFraction: 0.25 });
  assertEquals(alone.valid?.filter(({ label }) => label === "up").length, 5);
  assertEquals(new Set([...alone.train, ...alone.valid!]).size, 40);
});

Deno.test("one group cannot be split", () => {
  const one = ["a", "b"].map((label) => vectorSequence([[1]], { label, group: "1" }));
  assertThrows(() => splitSequences(one, { validFraction: 0.5 }), InputRangeError, "to have a valid part, found 2 seq");
});

Deno.test("a group with most of the sequences is left for training", () => {
  const sequences = Array.from(
    { length: 20 },
    (_, i) => vectorSequence([[i]], { label: i % 2 === 0 ? "up" : "down", group: i < 16 ? "many" : `${i}` }),
  );
  for (const seed of [1, 2, 3, 4]) {
    const { train, valid } = splitSequences(sequences, { validFraction: 0.1, seed });
    assertEquals([train.length, valid?.length], [18, 2]);
  }
});

Deno.test("folds hold each sequence once, and leave-one-out makes one of each group or of each sequence", () => {
  for (
    const [folds, sequences, count] of [[3, SEQUENCES, 3], [4, ALONE, 4], ["leave-one-out", SEQUENCES, 5]] as const
  ) {
    const found = foldSequences(sequences, { folds });
    assertEquals(found.length, count);
    assertEquals(found.flat().sort((a, b) => a - b), [...sequences.keys()]);
    const places = new Map(found.flatMap((fold, k) => fold.map((i) => [i, k])));
    for (const [i, { group }] of sequences.entries()) {
      if (group === undefined) continue;
      assertEquals(places.get(i), places.get(sequences.findIndex((other) => other.group === group)));
    }
  }
  assertEquals(foldSequences(ALONE, { folds: "leave-one-out" }), ALONE.map((_, i) => [i]));
  assertEquals(foldSequences(ALONE, { folds: 4 }).map((fold) => fold.filter((i) => i % 2 === 0).length), [5, 5, 5, 5]);
  assertThrows(() => foldSequences(SEQUENCES, { folds: 6 }), InputRangeError, "expected at most 5, ");
  const one = SEQUENCES.filter(({ group }) => group === SEQUENCES[0].group);
  assertThrows(() => foldSequences(one, { folds: "leave-one-out" }), InputRangeError, "expected at least 2 groups");
});
