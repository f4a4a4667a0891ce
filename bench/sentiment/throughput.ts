import { Classifier, type ClassifierOptions, Engine, treebankTokenizer } from "../../mod.ts";
import { readLabelledTexts } from "../../tasks/data/mod.ts";
import { paddedShare } from "../../tasks/batching/mod.ts";
import { bucketByLength } from "../../tasks/batching/buckets.ts";
import { SCRATCH } from "./recipes.ts";

/** The speed of inference in one configuration. */
export interface Speed {
  readonly members: number;
  readonly threads: number;
  /** Sentences per second: median of five passes after one to warm up. */
  readonly perSecond: number;
  /** Share of padding in the batches. */
  readonly padding: number;
}

/** Measures the inference speed of the recipe from scratch in WebAssembly, with untrained weights. */
export async function throughput(data: string, texts: readonly string[]): Promise<Speed[]> {
  const train = (await readLabelledTexts(`${data}/stsa.binary.train`)).texts;
  const tokenizer = treebankTokenizer(train.map(({ text }) => text));
  const lengths = texts.map((text) => tokenizer.encode(text).length);
  const padding = paddedShare(lengths, bucketByLength(lengths, 64));
  const speeds: Speed[] = [];
  for (const threads of [1, 2]) {
    using engine = new Engine({ threads });
    await engine.ready();
    for (const members of [1, 5]) {
      const options = { ...SCRATCH.model, members, tokenizer, labels: ["0", "1"], engine } as ClassifierOptions;
      const model = Classifier.create(options);
      const times: number[] = [];
      for (let pass = 0; pass < 6; pass++) {
        const start = performance.now();
        await model.classify(texts);
        times.push(performance.now() - start);
      }
      const median = times.slice(1).sort((a, b) => a - b)[2];
      speeds.push({ members, threads, perSecond: texts.length / median * 1e3, padding });
    }
  }
  return speeds;
}
