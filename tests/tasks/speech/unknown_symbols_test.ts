import { assertEquals } from "@std/assert";
import { unwritableSymbols, unwritableWords } from "../../../tasks/speech/unknown_symbols.ts";
import { CharTokenizer } from "../../../tokenizers/mod.ts";
import { speak } from "./tones.ts";

Deno.test("symbols of the texts that a tokenizer lacks are counted by utterance and named", () => {
  const utterances = ["lmh", "hl", "mml"].map(speak);
  assertEquals(unwritableSymbols(CharTokenizer.train("lmh"), utterances), []);
  assertEquals(unwritableSymbols(CharTokenizer.train("m"), utterances), [
    '3 utterances have symbols that the tokenizer lacks: "l", "h"',
  ]);
  const many = [{ ...utterances[0], text: "abcdefgijknopq" }];
  assertEquals(unwritableSymbols(CharTokenizer.train("lmh"), many), [
    '1 utterance has symbols that the tokenizer lacks: "a", "b", "c", "d", "e", "f", "g", "i", "j", "k" and 4 more',
  ]);
});

Deno.test("words of a lexicon that a recognizer cannot write are counted and named", () => {
  const tokenizer = CharTokenizer.train("lmh ");
  assertEquals(unwritableWords(tokenizer, ["ml", "hm"]), []);
  assertEquals(unwritableWords(tokenizer), []);
  assertEquals(unwritableWords(tokenizer, ["ml", "LM", "hé"]), [
    '2 words of the lexicon have symbols that the tokenizer lacks: "LM", "hé"',
  ]);
});
