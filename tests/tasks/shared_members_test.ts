import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Classifier, Forecaster, FrameProcessor, labelsOf, treebankTokenizer, VectorClassifier } from "../../mod.ts";
import { createLocalCommunicators } from "../../src/distributed/mod.ts";
import { generateReviews } from "../../tasks/default_data/mod.ts";
import { inTempDir } from "../support/command.ts";
import { checkEquality } from "../support/ranks.ts";
import { type FitEvent, type RankOptions, TRAININGS } from "./distributed_cases.ts";
import { withCovariates } from "./forecasting/series.ts";
import { movements } from "./vector_classification/movements.ts";

const REVIEWS = generateReviews(40);
const WORDS = treebankTokenizer(REVIEWS.map(({ text }) => text));
const MOVEMENTS = movements(24);
const SERIES = { set: withCovariates(80, 6), valid: 20 };

/** A model that can be trained and written, whatever its task. */
interface Trained {
  fit(data: unknown, options: RankOptions): AsyncIterable<FitEvent>;
  toBytes(): Uint8Array;
}

/** Makes an ensemble with dropout, and trains it. */
interface Ensemble {
  readonly make: () => Trained;
  readonly data: unknown;
  readonly settings: object;
}

const ENSEMBLES: Readonly<Record<string, Ensemble>> = {
  "a classifier": {
    make: () =>
      Classifier.create({ tokenizer: WORDS, labels: labelsOf(REVIEWS), members: 3, embed: 4, hidden: 4 }) as Trained,
    data: { train: REVIEWS.slice(0, 30), valid: REVIEWS.slice(30) },
    settings: { epochs: 2, batch: 8, adversarial: 0.05, clipNorm: 0.01 },
  },
  "a classifier of vectors": {
    make: () =>
      VectorClassifier.create({
        processor: FrameProcessor.fit(MOVEMENTS, { kind: "skeleton" }),
        labels: ["forward", "up"],
        ...{ hidden: 4, layers: 1, members: 3 },
      }) as Trained,
    data: { train: MOVEMENTS.slice(0, 18), valid: MOVEMENTS.slice(18) },
    settings: { epochs: 2, batch: 6, jitter: 0.1 },
  },
  "a forecaster": {
    make: () => Forecaster.create({ data: SERIES, horizon: 6, hidden: 4, dropout: 0.2, members: 3 }) as Trained,
    data: SERIES,
    settings: { epochs: 2, batch: 8, windows: 24, seed: 5 },
  },
};

/** Trains an ensemble on some ranks; returns the events of rank 0, and the models of all ranks. */
async function train(
  { make, data, settings }: Ensemble,
  size: number,
  options: (rank: number) => RankOptions = () => ({}),
): Promise<{ events: FitEvent[]; models: string[] }> {
  const models = Array.from({ length: size }, make);
  const events = await Promise.all(
    createLocalCommunicators(size).map((communicator, rank) =>
      Array.fromAsync(models[rank].fit(data, { ...settings, ...options(rank), communicator }))
    ),
  );
  return { events: events[0], models: models.map((model) => model.toBytes().toHex()) };
}

for (const [name, ensemble] of Object.entries(ENSEMBLES)) {
  Deno.test(`${name}: ranks that each train members, with dropout, end with the bits of one process`, async () => {
    const alone = ensemble.make();
    const expected = await Array.fromAsync(alone.fit(ensemble.data, { ...ensemble.settings }));
    const bits = alone.toBytes().toHex();
    for (const size of [2, 3]) {
      const { events, models } = await train(ensemble, size);
      assertEquals(models, Array.from({ length: size }, () => bits), `${size} ranks`);
      // The members' losses are added up in another order.
      events.forEach(({ loss }, i) => assertAlmostEquals(loss, expected[i].loss, 1e-6));
      assertEquals(events.map(({ validLoss }) => validLoss), expected.map(({ validLoss }) => validLoss));
    }
  });
}

Deno.test("an ensemble's checkpoint has all members; its run goes on with the same bits on any number of ranks", async () => {
  const { settings, ...rest } = ENSEMBLES["a forecaster"];
  const ensemble = { ...rest, settings: { ...settings, schedule: "constant", averaging: 0.9 } };
  const { models: [expected] } = await train(ensemble, 1);
  await inTempDir(async (directory) => {
    const place = (rank: number): RankOptions => rank === 0 ? { directory } : {};
    await train(ensemble, 2, (rank) => ({ ...place(rank), maxSteps: 4, saveEvery: 3 }));
    const kept = Array.from(
      Deno.readDirSync(directory),
      ({ name }) => [name, Deno.readFileSync(`${directory}/${name}`)] as const,
    );
    for (const size of [1, 2, 3]) {
      for (const [name, content] of kept) await Deno.writeFile(`${directory}/${name}`, content);
      const { models } = await train(ensemble, size, () => ({ resume: directory, maxSteps: 6 }));
      assertEquals(models[0], expected, `${size} ranks`);
    }
  });
});

Deno.test("gradients are clipped by value, then by the norm of all members together, as on one process", async () => {
  const clipping = { clipValue: 0.01, clipNorm: 0.02, optimizer: "sgd", learningRate: 1 };
  await checkEquality((options) => TRAININGS["a forecaster"]({ ...clipping, ...options }), [2], 6);
});

Deno.test("all ranks refuse a member whose gradients are not finite, by its name", async () => {
  const { make, data, settings } = ENSEMBLES["a forecaster"];
  const messages = await Promise.all(
    createLocalCommunicators(3).map(async (communicator) => {
      const options = { ...settings, learningRate: 1e30, clipNorm: null, epochs: 9, communicator };
      return (await assertRejects(() => Array.fromAsync(make().fit(data, options)), RangeError)).message;
    }),
  );
  assertEquals(new Set(messages).size, 1);
  assertMatch(messages[0], /train: expected finite numbers, found a non-finite (value|gradient) of members\.\d\./);
});
