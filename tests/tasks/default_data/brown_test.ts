import { assert, assertEquals } from "@std/assert";
import { detokenize, joinTokens, parseTagged, readBrownSentences } from "../../../tasks/default_data/brown.ts";

/** The ordinary text of one sentence of space-separated tokens. */
function textOf(tokens: string): string {
  return detokenize([tokens.split(" ")]).slice(0, -1);
}

Deno.test("a tag follows the last slash, and blank lines are skipped", () => {
  assertEquals(parseTagged("\n\n\tThe/at ratio/nn 3/4/cd ./.\n\n\n\tand/or/cc\n"), [["The", "ratio", "3/4", "."], [
    "and/or",
  ]]);
  assertEquals(parseTagged(""), []);
});

Deno.test("doubled ; ? and ! are read once, other marks as often as they occur", () => {
  assertEquals(parseTagged("a/x ;/. ;/. b/x ?/. ?/. ./. ./.\n"), [["a", ";", "b", "?", ".", "."]]);
});

Deno.test("tokens are joined with spaces", () => {
  assertEquals(joinTokens([["The", "jury", "."], ["``", "No", "''"]]), "The jury .\n`` No ''\n");
});

Deno.test("ordinary text has punctuation attached to its words", () => {
  assertEquals(textOf("`` Yes '' , he said ( twice ) : no !"), '"Yes", he said (twice): no!');
  assertEquals(textOf("It's Tom's -- isn't it ?"), "It's Tom's -- isn't it?");
  assertEquals(textOf("`` The ' pro ' letters ; ' con ' too '' ."), "\"The 'pro' letters; 'con' too\".");
  assertEquals(textOf("( `` a '' [ b ] )"), '("a" [b])');
});

Deno.test("a sentence that ends with an abbreviation has a single period", () => {
  assertEquals(textOf("by Ivan Allen Jr. ."), "by Ivan Allen Jr.");
  assertEquals(textOf("Mr. Allen ."), "Mr. Allen.");
});

Deno.test("the whole corpus is read, the same each time", async () => {
  const sentences = await readBrownSentences();
  const tokens = sentences.flat();
  assertEquals([sentences.length, tokens.length, new Set(tokens).size], [57_340, 1_155_265, 56_057]);
  assertEquals(joinTokens(sentences.slice(-1)), sentences[57_339].join(" ") + "\n");
  const text = detokenize(sentences);
  assertEquals([text.length, new Set(text).size], [5_959_534, 85]);
  assert(text.startsWith("The Fulton County Grand Jury said Friday an investigation of Atlanta's recent primary"));
  assertEquals(text.split("\n").length, 57_341);
});
