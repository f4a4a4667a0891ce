import { assertEquals } from "@std/assert";
import { Encoding } from "../../../tokenizers/encoding.ts";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { type PostProcessor, postProcessorFromJSON } from "../../../tokenizers/post_processors/mod.ts";
import { partsOf, wordsOf } from "../encodings.ts";

/** Reads the post-processor from a `tokenizer.json`. */
export function read(json: unknown): PostProcessor {
  return postProcessorFromJSON(new JSONFields(json, "post_processor"));
}

/** Post-processes a text or a pair and merges the result. */
export function processed(processor: PostProcessor, texts: readonly Encoding[], addSpecialTokens = true): Encoding {
  return Encoding.merge(processor.process(texts, addSpecialTokens));
}

/** Tests what must hold for every post-processor. */
export function postProcessorContract(name: string, processor: PostProcessor): void {
  const test = (what: string, run: () => void): void => Deno.test(`${name}: ${what}`, run);
  const pair = [wordsOf("to be"), wordsOf("or not to", 1)];

  test("adds the stated number of tokens, and the stated ids around a single text", () => {
    for (const texts of [pair, pair.slice(0, 1), [wordsOf(""), wordsOf("", 1)]]) {
      const length = texts.reduce((sum, text) => sum + text.length, 0);
      assertEquals(processed(processor, texts).length, length + processor.addedTokens(texts.length > 1));
      assertEquals(processed(processor, texts, false).length, length);
    }
    const { before, after } = processor.around;
    assertEquals(processed(processor, [pair[0]]).ids, [...before, ...pair[0].ids, ...after]);
  });

  test("special tokens belong to no text and no word, and the texts' tokens are unchanged", () => {
    const { sequenceIds, wordIds, specialTokensMask, attentionMask, offsets, ids } = processed(processor, pair);
    assertEquals(specialTokensMask, sequenceIds.map((sequence) => sequence === undefined ? 1 : 0));
    assertEquals(specialTokensMask, wordIds.map((word) => word === undefined ? 1 : 0));
    assertEquals(attentionMask, ids.map(() => 1));
    for (const [sequence, text] of pair.entries()) {
      assertEquals(ids.filter((_, i) => sequenceIds[i] === sequence), [...text.ids]);
    }
    assertEquals(offsets.filter((_, i) => specialTokensMask[i] === 1).flat().every((place) => place === 0), true);
  });

  test("each overflowing part gets the special tokens", () => {
    const cut = pair.map((text) => text.truncate(1));
    const expected = [["to", "or"], ["be", "or"], ["be", "not"], ["be", "to"], ["to", "not"], ["to", "to"]];
    const whole = (first: string, second: string): string =>
      partsOf(processed(processor, [wordsOf(first), wordsOf(second, 1)]))[0];
    assertEquals(partsOf(processed(processor, cut)), expected.map(([first, second]) => whole(first, second)));
  });

  test("a JSON round trip gives the same post-processor", () => {
    const json = JSON.stringify(processor);
    const copy = read(JSON.parse(json));
    assertEquals(JSON.stringify(copy), json);
    assertEquals(partsOf(processed(copy, pair)), partsOf(processed(processor, pair)));
  });
}
