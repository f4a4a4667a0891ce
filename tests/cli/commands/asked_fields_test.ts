import { assertEquals, assertMatch } from "@std/assert";
import { type Asked, withSuited } from "../../../cli/commands/asked_fields.ts";
import { CLASSIFIER_PROGRAM } from "../../../tasks/classification/program.ts";
import { suitOptions } from "../../../tasks/classification/suited_options.ts";

const { task } = CLASSIFIER_PROGRAM.model;
const FIELDS = { ...task.model, ...task.settings, ...CLASSIFIER_PROGRAM.plan };
const FACTS = { texts: 40_000, tokens: 800_000, longText: 40, types: 45_000, areSymbols: false };

function complete(asked: Partial<Asked>): ReturnType<typeof withSuited> {
  return withSuited(FIELDS, { plan: {}, model: {}, fit: {}, ...asked }, suitOptions(FACTS));
}

Deno.test("what is said of the options that suit the data is what is kept of them beside the given ones", () => {
  const { chosen, suited } = complete({});
  assertEquals(chosen, { plan: { minCount: 2 }, model: {}, fit: { epochs: 8, selectBy: "loss" } });
  const all =
    /95 %\), 45,000 words, of which those that occur once are dropped, at most 8 epochs, kept by validation loss\.$/;
  assertMatch(suited!, all);
  // A tokenizer of this kind has no least count.
  const other = complete({ plan: { tokenizer: "unigram" }, fit: { minutes: 3 } });
  assertEquals(other.chosen, { plan: { tokenizer: "unigram" }, model: {}, fit: { minutes: 3, selectBy: "loss" } });
  assertMatch(other.suited!, /95 %\), kept by validation loss\.$/);
  const none = complete({ plan: { minCount: 3 }, fit: { minutes: 3, selectBy: "accuracy" } });
  assertEquals(none.suited, undefined);
});
