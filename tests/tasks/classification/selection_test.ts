import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { Classifier, type ClassifierEpoch, type LabelledText, labelsOf, treebankTokenizer } from "../../../mod.ts";
import { CLASSIFIER_SELECTIONS, type ClassifierSelection } from "../../../tasks/mod.ts";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Reviews of which few are positive, so that accuracy and macro F1 differ. */
const REVIEWS: LabelledText[] = generateReviews(600).filter(({ label }, i) => label === "negative" || i % 4 === 0);
const HALF = Math.floor(REVIEWS.length / 2);
const CORPUS = { train: REVIEWS.slice(0, HALF), valid: REVIEWS.slice(HALF) };
const TOKENIZER = treebankTokenizer(CORPUS.train.map(({ text }) => text));

function create(): Classifier {
  return Classifier.create({ tokenizer: TOKENIZER, labels: labelsOf(REVIEWS), embed: 8, hidden: 8, wide: false });
}

const SETTINGS = { epochs: 8, learningRate: 0.05, patience: null, averaging: null, adversarial: 0 } as const;

Deno.test("the best epoch is the one with the best figure of those that selectBy names", async () => {
  const rank = (a: number, b: number, loss: number, other: number): number => b - a || loss - other;
  const ranks: Record<ClassifierSelection, (a: ClassifierEpoch, b: ClassifierEpoch) => number> = {
    accuracy: (a, b) => rank(a.validAccuracy!, b.validAccuracy!, a.validLoss!, b.validLoss!),
    "micro-f1": (a, b) => rank(a.validAccuracy!, b.validAccuracy!, a.validLoss!, b.validLoss!),
    "macro-f1": (a, b) => rank(a.validMacroF1!, b.validMacroF1!, a.validLoss!, b.validLoss!),
    loss: (a, b) => a.validLoss! - b.validLoss!,
  };
  const kept: Record<ClassifierSelection, number[]> = { accuracy: [], "micro-f1": [], "macro-f1": [], loss: [] };
  for (const seed of [2, 3]) {
    for (const selectBy of CLASSIFIER_SELECTIONS) {
      const model = create();
      const report = await model.fit(CORPUS, { ...SETTINGS, seed, selectBy });
      const [expected] = report.epochs.toSorted(ranks[selectBy]);
      assertEquals(report.best?.epoch, expected.epoch, selectBy);
      const { accuracy, macroF1, loss } = await model.evaluate(CORPUS.valid);
      assertEquals([accuracy, macroF1, loss], [expected.validAccuracy, expected.validMacroF1, expected.validLoss]);
      kept[selectBy].push(expected.epoch);
    }
  }
  assertEquals(kept["micro-f1"], kept.accuracy);
  // Otherwise the data could not tell the figures apart.
  assertEquals(new Set(Object.values(kept).map(String)).size, 3);
});

Deno.test("a run of an earlier version, without the setting, resumes by accuracy and by nothing else", async () => {
  await inTempDir(async (directory) => {
    for await (const _ of create().fit(CORPUS, { ...SETTINGS, epochs: 1, directory }));
    const path = `${directory}/training_state.json`;
    const state = JSON.parse(Deno.readTextFileSync(path));
    assertEquals(state.settings.selectBy, "accuracy");
    delete state.settings.selectBy;
    Deno.writeTextFileSync(path, JSON.stringify(state));
    const checkpoint = await Classifier.loadCheckpoint(directory, { verify: false });
    assertEquals(checkpoint.settings.selectBy, "accuracy");
    const resume = async (selectBy?: ClassifierSelection): Promise<number> => {
      const model = await Classifier.load(directory, { verify: false });
      return (await model.fit(CORPUS, { checkpoint, epochs: 2, selectBy })).epochs.length;
    };
    await assertRejects(() => resume("loss"), RangeError, "expected selectBy to be accuracy");
    assertEquals(await resume(), 1);
    assert(checkpoint.snapshot.best !== null);
  });
});

Deno.test("the validation loss counts texts with the weights of their labels, as the training loss does", async () => {
  const model = create();
  const { epochs: [{ validLoss }] } = await model.fit(CORPUS, { ...SETTINGS, epochs: 1, labelWeights: [1, 7] });
  const { labels } = model.config;
  const found = await model.classify(CORPUS.valid.map(({ text }) => text));
  const weights = CORPUS.valid.map(({ label }) => label === labels[1] ? 7 : 1);
  const losses = found.map(({ probabilities }, i) => -weights[i] * Math.log(probabilities[CORPUS.valid[i].label]));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  assertAlmostEquals(validLoss!, sum(losses) / sum(weights), 1e-6);
});
