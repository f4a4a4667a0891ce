import { assertEquals, assertThrows } from "@std/assert";
import { CELLS, POOLINGS, SentimentClassifier, wordTokenizer } from "../../../mod.ts";
import { countParameters } from "../../../tasks/classification/memory_need.ts";

const OPTIONS = { tokenizer: wordTokenizer(["a b c"]), labels: ["x", "y", "z"], embed: 5, hidden: 7 } as const;

Deno.test("parameters are counted as they are", () => {
  for (const cell of CELLS) {
    for (const pooling of POOLINGS) {
      for (const bidirectional of [false, true]) {
        const model = SentimentClassifier.create({ ...OPTIONS, cell, pooling, bidirectional, layers: 2, members: 2 });
        const sizes = model.network.parameters().map(({ size }) => size);
        assertEquals(countParameters(model.config), sizes.reduce((a, b) => a + b), `${cell} ${pooling}`);
      }
    }
  }
});

Deno.test("what does not fit into the memory is refused with its sizes, before anything is made", () => {
  assertThrows(
    () => SentimentClassifier.create({ ...OPTIONS, hidden: 20_000 }),
    RangeError,
    "make a classifier: expected at most 4.00 GiB, found a need of ",
  );
  const model = SentimentClassifier.create({ ...OPTIONS, hidden: 2000 });
  const train = [{ text: "a ".repeat(2000), label: "x" }];
  assertThrows(() => model.checkFit({ train }, { batch: 64 }), RangeError, "fit: expected at most 4.00 GiB");
  assertThrows(() => model.checkFit({ train }, { batch: 64 }), RangeError, "batches of 64 texts of up to 2000 tokens");
});
