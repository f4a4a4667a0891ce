// `fit` returns a training run that can be awaited and iterated over.

import { isInputError } from "../../errors.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, Classifier, LanguageModel, treebankTokenizer } from "../../mod.ts";
import { assertSameBits } from "../support/bounds.ts";
import { babble } from "../support/command.ts";

const TEXT = babble(600);
const CORPUS = { train: TEXT.slice(0, 500), valid: TEXT.slice(500) };
const SETTINGS = { epochs: 3, batch: 4, bptt: 16, learningRate: 0.01, schedule: "constant" } as const;
const TOKENIZER = CharTokenizer.train(TEXT);

function makeModel(): LanguageModel {
  return LanguageModel.create({ tokenizer: TOKENIZER, hidden: 8, embed: 6 });
}

function weightsOf({ network }: LanguageModel): Float32Array {
  return network.namedParameters().get("decoder.weight")!.toArray();
}

Deno.test("an awaited fit trains to the end and returns the same results as an iteration", async () => {
  const [awaited, iterated] = [makeModel(), makeModel()];
  const report = await awaited.fit(CORPUS, SETTINGS);
  const events = await Array.fromAsync(iterated.fit(CORPUS, SETTINGS));
  assertSameBits(weightsOf(awaited), weightsOf(iterated), "weights");
  const epochs = events.filter((event) => event.event === "epoch");
  const steps = events.filter((event) => event.event === "step");
  assertEquals([report.steps, report.loss, report.epochs], [steps.length, steps.at(-1)!.loss, epochs]);
  assertEquals(report.best, epochs.findLast(({ isBest }) => isBest));
  assertEquals(report.best!.validLoss, Math.min(...epochs.map(({ validLoss }) => validLoss!)));
  assertEquals((await awaited.evaluate(CORPUS.valid)).loss, report.best!.validLoss);
  assert(report.seconds > 0);
});

Deno.test("a fit trains once and returns its report after an iteration", async () => {
  const model = makeModel();
  const training = model.fit(CORPUS, SETTINGS);
  let steps = 0;
  for await (const event of training) if (event.event === "step") steps++;
  assertEquals([(await training).steps, (await training).steps], [steps, steps]);
  await assertRejects(
    () => Array.fromAsync(training),
    RangeError,
    "expected a single iteration, found a second one",
  );
  await assertRejects(
    async () => {
      const awaited = model.fit(CORPUS, SETTINGS);
      await awaited;
      for await (const _ of awaited);
    },
    RangeError,
    "found a second",
  );
});

Deno.test("awaiting a fit whose iteration stopped early rejects, and the model can be trained again", async () => {
  const model = makeModel();
  const training = model.fit(CORPUS, SETTINGS);
  for await (const _ of training) break;
  await assertRejects(() => training, RangeError, "expected an iteration to the end, found one that stopped early");
  assertEquals((await model.fit(CORPUS, { ...SETTINGS, maxSteps: 1 })).steps, 1);
});

Deno.test("a second fit is refused while one runs, and the first one continues", async () => {
  const [model, alone] = [makeModel(), makeModel()];
  const first = model.fit(CORPUS, SETTINGS);
  const second = model.fit(CORPUS, SETTINGS);
  const outcomes = await Promise.allSettled([first, second]);
  assertEquals(outcomes.map(({ status }) => status), ["fulfilled", "rejected"]);
  const { reason } = outcomes[1] as PromiseRejectedResult;
  assert(reason instanceof RangeError && reason.message.includes("found another fit in progress"), `${reason}`);
  await alone.fit(CORPUS, SETTINGS);
  assertSameBits(weightsOf(model), weightsOf(alone), "weights");
});

Deno.test("then, catch and finally of a fit behave like those of a promise", async () => {
  assertEquals(await makeModel().fit(CORPUS, { ...SETTINGS, maxSteps: 2 }).then(({ steps }) => steps), 2);
  assertEquals(await makeModel().fit("a", SETTINGS).catch(isInputError), true);
  let ended = 0;
  await makeModel().fit(CORPUS, { ...SETTINGS, maxSteps: 1 }).finally(() => ended++);
  assertEquals(ended, 1);
});

Deno.test("a fit that is neither awaited nor iterated over trains nothing, and fails silently", async () => {
  const model = makeModel();
  const before = weightsOf(model);
  model.fit("a");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertSameBits(weightsOf(model), before, "weights");
});

Deno.test("fit resumes a run by the name of its directory", async () => {
  const directory = await Deno.makeTempDir();
  const whole = makeModel();
  await whole.fit(CORPUS, SETTINGS);
  await makeModel().fit(CORPUS, { ...SETTINGS, maxSteps: 5, directory });
  const model = await LanguageModel.load(directory);
  await model.fit(CORPUS, { resume: directory, maxSteps: 1000 });
  assertSameBits(weightsOf(model), weightsOf(whole), "weights");
  assertSameBits(weightsOf(await LanguageModel.load(directory)), weightsOf(whole), "kept weights");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a refused fit keeps a classifier's calibration", async () => {
  const texts = ["good", "bad", "good film", "bad film"].map((text) => ({ text, label: text.split(" ")[0] }));
  const tokenizer = treebankTokenizer(texts.map(({ text }) => text));
  const model = Classifier.create({ tokenizer, labels: ["bad", "good"], embed: 4, hidden: 4 });
  await model.calibrate(texts);
  const { temperature } = model.config;
  assert(temperature !== 1);
  await assertRejects(() => model.fit([{ text: "fine", label: "neutral" }]), RangeError, '"neutral"');
  await assertRejects(() => model.fit(texts, { epochs: 0 }), RangeError, "epochs");
  assertEquals(model.config.temperature, temperature);
  await model.fit(texts, { maxSteps: 1 });
  assertEquals(model.config.temperature, 1);
});
