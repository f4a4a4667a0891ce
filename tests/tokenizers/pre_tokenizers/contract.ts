import { assertEquals, fail } from "@std/assert";
import { AlignedText } from "../../../tokenizers/aligned_text.ts";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { type PreTokenizer, preTokenizerFromJSON } from "../../../tokenizers/pre_tokenizers/mod.ts";
import { caseCount } from "../../support/case_count.ts";
import { BROKEN_TEXTS, HARD_TEXTS, randomIntegers } from "../contract.ts";

/** The building blocks of random texts, chosen where the pre-tokenizers' rules interact. */
const ATOMS =
  " | |  |a|bé|e\u0301|A|'s|'|1|½|२|.|..|$|-|_|▁|#|\t|\r\n|\u0085|\u00a0|\ufeff|\u200d|漢|カ|ー|ש|İ|😀|𝟙|𐐷|\ud800|\udc00"
    .split("|");

/** A piece and its offsets in the original. */
export type Piece = [text: string, start: number, end: number];

/** The pieces of a text with their offsets. */
export function pieces(preTokenizer: PreTokenizer, text: string | AlignedText): Piece[] {
  return preTokenizer.split(typeof text === "string" ? AlignedText.of(text) : text)
    .map((piece) => [piece.text, piece.start(0), piece.end(piece.length - 1)]);
}

/** The texts of the pieces of a text. */
export function cut(preTokenizer: PreTokenizer, text: string): string[] {
  return pieces(preTokenizer, text).map(([piece]) => piece);
}

/** Reads the pre-tokenizer from a `tokenizer.json`. */
export function read(json: unknown): PreTokenizer {
  return preTokenizerFromJSON(new JSONFields(json, "pre_tokenizer"));
}

/** Fixed pseudo-random texts. */
export function* randomTexts(count: number): Generator<string> {
  const random = randomIntegers(4);
  for (let i = 0; i < count; i++) {
    yield Array.from({ length: 1 + random(10) }, () => ATOMS[random(ATOMS.length)]).join("");
  }
}

/** Tests what must hold for every pre-tokenizer. */
export function preTokenizerContract(name: string, preTokenizer: PreTokenizer): void {
  const test = (what: string, run: () => void): void => Deno.test(`${name}: ${what}`, run);
  const texts = [...HARD_TEXTS, ...BROKEN_TEXTS, ...randomTexts(300)];

  test("pieces are nonempty and in order in the original, also for a rewritten text", () => {
    for (const text of texts) {
      const rewritten = AlignedText.of(text).mapCharacters((character) =>
        character === "a" ? "" : character + character
      );
      for (const aligned of [AlignedText.of(text), rewritten]) {
        let last = 0;
        for (const [piece, start, end] of pieces(preTokenizer, aligned)) {
          const isInOrder = piece !== "" && start >= last && start < end && end <= text.length;
          if (!isInOrder) fail(JSON.stringify({ text, piece, start, end }));
          last = start;
        }
      }
    }
  });

  test("a JSON round trip gives the same pre-tokenizer", () => {
    const json = JSON.stringify(preTokenizer);
    const copy = read(JSON.parse(json));
    assertEquals(JSON.stringify(copy), json);
    assertEquals(copy.cutsBeforeSpaces, preTokenizer.cutsBeforeSpaces);
    for (const text of texts) assertEquals(pieces(copy, text), pieces(preTokenizer, text));
  });

  if (preTokenizer.cutsBeforeSpaces) {
    test("cutting a text before a space keeps its pieces, on random texts", () => {
      for (const text of randomTexts(caseCount(1000))) {
        const whole = pieces(preTokenizer, text);
        for (const { index } of text.matchAll(/(?<=\P{White_Space}) /gu)) {
          const after = pieces(preTokenizer, text.slice(index)).map((
            [piece, start, end],
          ) => [piece, start + index, end + index]);
          assertEquals([...pieces(preTokenizer, text.slice(0, index)), ...after], whole, JSON.stringify([text, index]));
        }
      }
    });
  }
}
