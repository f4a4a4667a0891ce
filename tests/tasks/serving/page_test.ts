// What the page's script computes, without a browser; tests/browser/playground_test.ts tests the page itself.

import { assertEquals } from "@std/assert";
import { isText as isTextInDemo } from "../../../examples/browser/dom.ts";
import { CHOICES_SCRIPT } from "../../../tasks/serving/page_choices.ts";

Deno.test("a choice that has only a spelling is no text to continue with, in the page and in the demo", () => {
  const isText = new Function(`${CHOICES_SCRIPT} return isText;`)() as (token: string) => boolean;
  const spelled = ["<0xE2>", "<0xE2><0x80>", " <0xE2>", "<eos>", "<|endoftext|>", "</s>", "[UNK]"];
  const texts = ["a", " the", "", "\n", "<", ">", "[", "[a]", "a < b > c", "0xE2", "<br>", "</div>", "[A]"];
  for (const own of [isText, isTextInDemo]) {
    assertEquals([...spelled, ...texts].filter((token) => !own(token)), spelled);
  }
});
