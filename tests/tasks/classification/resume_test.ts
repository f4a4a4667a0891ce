import { assert, assertEquals, assertRejects } from "@std/assert";
import { Classifier, type ClassifierFitOptions, labelsOf, treebankTokenizer } from "../../../mod.ts";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import { filesUnder, inTempDir } from "../../support/command.ts";

const REVIEWS = generateReviews(300);
const CORPUS = { train: REVIEWS.slice(0, 240), valid: REVIEWS.slice(240) };
const TOKENIZER = treebankTokenizer(REVIEWS.map(({ text }) => text));

function create(): Classifier {
  const options = { embed: 8, hidden: 8, layers: 2, wordDropout: 0.1, embedDropout: 0.1, inputDropout: 0.1 };
  return Classifier.create({ tokenizer: TOKENIZER, labels: labelsOf(REVIEWS), ...options });
}

const SETTINGS = {
  epochs: 3,
  batch: 20,
  averaging: 0.9,
  adversarial: 0.02,
  unfreezeEvery: 1,
  labelSmoothing: 0.1,
  schedule: "plateau",
} as const;

Deno.test("the output directory holds the best model so far during a run", async () => {
  await inTempDir(async (directory) => {
    let best = 0;
    const options = { ...SETTINGS, epochs: 4, unfreezeEvery: 0, learningRate: 0.02, directory };
    for await (const event of create().fit(CORPUS, options)) {
      if (event.event === "step") continue;
      // The model of the previous epoch: this epoch's is saved when the next event is requested.
      if (event.epoch > 1) {
        const model = await Classifier.load(directory);
        assertEquals((await model.evaluate(CORPUS.valid)).accuracy, best);
      }
      best = Math.max(best, event.validAccuracy!);
    }
    assert(best > 0.5);
  });
});

Deno.test("resuming with other label weights or other texts fails and leaves the run unchanged", async () => {
  await inTempDir(async (directory) => {
    for await (const _ of create().fit(CORPUS, { ...SETTINGS, epochs: 1, directory }));
    const before = filesUnder(directory);
    const checkpoint = await Classifier.loadCheckpoint(directory);
    const resume = async (corpus: typeof CORPUS, options: ClassifierFitOptions): Promise<void> => {
      const model = await Classifier.load(directory);
      for await (const _ of model.fit(corpus, { checkpoint, directory, ...options }));
    };
    await assertRejects(() => resume(CORPUS, { labelWeights: [1, 2] }), RangeError, "expected labelWeights to be none");
    const other = { ...CORPUS, train: CORPUS.train.slice(1) };
    await assertRejects(() => resume(other, {}), RangeError, "expected the texts of the run that is resumed");
    assertEquals(filesUnder(directory), before);
  });
});

Deno.test("a run resumes only with fields of its best parameters that the classifier can have", async () => {
  await inTempDir(async (directory) => {
    for await (const _ of create().fit(CORPUS, { ...SETTINGS, epochs: 1, directory }));
    const checkpoint = await Classifier.loadCheckpoint(directory);
    const { snapshot, snapshot: { best } } = checkpoint;
    const model = await Classifier.load(directory);
    const bytes = model.toBytes();
    const refuse = async (field: object, expected: string): Promise<void> => {
      const changed = { ...best!, measured: { ...best!.measured, ...field } };
      const damaged = { ...checkpoint, snapshot: { ...snapshot, best: changed } };
      await assertRejects(() => model.fit(CORPUS, { checkpoint: damaged }), RangeError, expected);
      assertEquals(model.toBytes(), bytes);
    };
    await refuse({ blend: "even" }, "restore training: expected linear to be ");
    await refuse({ thresholds: [2, 0.5] }, "restore training: expected thresholds to be ");
    await refuse({ thresholds: [0.5] }, "restore training: expected ");
  });
});
