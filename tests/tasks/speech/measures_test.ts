import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  addErrors,
  alignSymbols,
  charactersOf,
  compareTexts,
  errorRate,
  type Errors,
  NO_ERRORS,
  wordsOf,
} from "../../../tasks/speech/measures.ts";
import goldens from "../../goldens/speech_errors.json" with { type: "json" };
import { seededRandom } from "../../support/random.ts";

/** The errors that jiwer counts, and its alignment. */
interface Counted {
  readonly rate: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
  readonly alignment: readonly (readonly [string | null, string | null])[];
}

interface Compared {
  readonly reference: string;
  readonly found: string;
  readonly words: Counted;
  readonly characters: Counted;
}

const CASES = goldens as unknown as readonly Compared[];

function assertCounted(errors: Errors, expected: Counted): void {
  const { substitutions, deletions, insertions } = expected;
  const length = expected.alignment.filter(([reference]) => reference !== null).length;
  assertEquals(errors, { substitutions, deletions, insertions, length });
  assertAlmostEquals(errorRate(errors), expected.rate, 1e-12);
}

Deno.test("the errors of transcripts are those that jiwer counts", () => {
  assertEquals(CASES.length, 32);
  for (const { reference, found, words, characters } of CASES) {
    const compared = compareTexts(reference, found);
    assertCounted(compared.words, words);
    assertCounted(compared.characters, characters);
  }
});

for (const [symbols, split] of [["words", wordsOf], ["characters", charactersOf]] as const) {
  Deno.test(`${symbols} are aligned as jiwer aligns them`, () => {
    for (const { reference, found, [symbols]: { alignment } } of CASES) {
      const pairs = alignSymbols(split(reference), split(found));
      assertEquals(
        pairs.map((pair) => [pair.reference ?? null, pair.found ?? null]),
        alignment.map((pair) => [...pair]),
        `${JSON.stringify(reference)}, ${JSON.stringify(found)}`,
      );
    }
  });
}

Deno.test("the rate of several transcripts weighs each symbol alike", () => {
  const all = [compareTexts("a b c d", "a b c d"), compareTexts("a", "b")].map(({ words }) => words);
  assertEquals(errorRate(addErrors(all)), 1 / 5);
  assertEquals(addErrors([]), NO_ERRORS);
});

Deno.test("alignments of long texts have as few errors as possible, and all symbols in their order", () => {
  const random = seededRandom(5);
  for (const [n, m] of [[1, 90], [90, 1], [70, 83], [101, 100]]) {
    const [reference, found] = [n, m].map((length) => Array.from({ length }, () => "abc"[Math.floor(random() * 3)]));
    const pairs = alignSymbols(reference, found);
    assertEquals(pairs.flatMap(({ reference }) => reference ?? []), reference);
    assertEquals(pairs.flatMap(({ found }) => found ?? []), found);
    let row = Array.from({ length: m + 1 }, (_, j) => j);
    for (const [i, symbol] of reference.entries()) {
      const next = [i + 1];
      found.forEach((own, j) => next.push(Math.min(row[j] + (own === symbol ? 0 : 1), row[j + 1] + 1, next[j] + 1)));
      row = next;
    }
    assertEquals(pairs.filter((pair) => pair.reference !== pair.found).length, row[m]);
  }
});
