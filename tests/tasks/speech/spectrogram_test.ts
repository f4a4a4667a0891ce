import { assertEquals, assertStringIncludes } from "@std/assert";
import { drawSpectrogram } from "../../../tasks/speech/spectrogram.ts";
import { CharTokenizer } from "../../../tokenizers/mod.ts";

Deno.test("the picture of a sound names the symbols that were found, and draws a curve for each and the blank", () => {
  const values = Float32Array.from([0.9, 0.05, 0.05, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8], Math.log);
  const svg = drawSpectrogram({
    features: Float32Array.from({ length: 9 * 4 }, (_, i) => i % 7),
    bands: 4,
    scores: { values, classes: 3, frames: 3 },
    labels: [{ label: 1, start: 1, end: 2 }, { label: 2, start: 2, end: 3 }],
    tokenizer: CharTokenizer.train("a<"),
    featureSeconds: 0.01,
    frameSeconds: 0.03,
  });
  assertEquals(svg.match(/<polyline /g)?.length, 3);
  assertStringIncludes(svg, ">a</text>");
  assertStringIncludes(svg, ">&lt;</text>");
  assertEquals(/NaN|undefined/.test(svg), false);
});
