import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import {
  ByteTokenizer,
  CharTokenizer,
  Engine,
  LanguageModel,
  type LanguageModelEpoch,
  type LanguageModelFitOptions,
  splitText,
  type StepEvent,
  type Tokenizer,
  WordTokenizer,
} from "../../../mod.ts";
import { CELLS } from "../../../src/nn/mod.ts";
import { FALLING, OPTIMIZERS, SCHEDULES } from "../../../src/train/mod.ts";
import { babble, inTempDir } from "../../support/command.ts";

const text = babble(1600);
const corpus = splitText(text, { validFraction: 0.2 });
const tokenizer = CharTokenizer.train(text);

function makeModel(options: { seed?: number; dropout?: number; cell?: typeof CELLS[number] } = {}): LanguageModel {
  return LanguageModel.create({ tokenizer, hidden: 12, embed: 8, layers: 2, dropout: 0.2, ...options });
}

async function collect(
  model: LanguageModel,
  options: LanguageModelFitOptions,
): Promise<(StepEvent | LanguageModelEpoch)[]> {
  return await Array.fromAsync(model.fit(corpus, { batch: 4, bptt: 16, ...options }));
}

function steps(events: readonly (StepEvent | LanguageModelEpoch)[]): StepEvent[] {
  return events.filter((event) => event.event === "step");
}

/** Trains for `first` steps, loads the run from disk, and resumes it to step `last`; returns the weights. */
async function trainInTwo(first: number, last: number, options: LanguageModelFitOptions): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  await inTempDir(async (directory) => {
    await collect(makeModel(), { ...options, maxSteps: first, directory });
    const model = await LanguageModel.load(directory);
    const checkpoint = await LanguageModel.loadCheckpoint(directory);
    await Array.fromAsync(model.fit(corpus, { checkpoint, directory, maxSteps: last }));
    bytes = model.toBytes();
  });
  return bytes!;
}

for (const optimizer of OPTIMIZERS) {
  Deno.test(`a stopped run with ${optimizer} resumes to the same bits`, async () => {
    const options: LanguageModelFitOptions = {
      epochs: 2,
      optimizer,
      learningRate: 0.05,
      weightDecay: 0.01,
      schedule: "constant",
    };
    const whole = makeModel();
    await collect(whole, { ...options, maxSteps: 30 });
    for (const first of [1, 20, 29]) {
      assertEquals(await trainInTwo(first, 30, options), whole.toBytes(), `after ${first}`);
    }
  });
}

for (const schedule of SCHEDULES.filter((schedule) => !FALLING.includes(schedule))) {
  Deno.test(`a stopped run with the ${schedule} schedule resumes to the same bits`, async () => {
    const options: LanguageModelFitOptions = { epochs: 4, optimizer: "sgd", schedule, decay: 0.3, patience: 3 };
    const whole = makeModel();
    await collect(whole, { ...options, maxSteps: 70 });
    assertEquals(await trainInTwo(47, 70, options), whole.toBytes());
  });
}

Deno.test("a run stopped by a signal at any point resumes to the same bits", async () => {
  const options: LanguageModelFitOptions = { epochs: 2, schedule: "cosine", warmup: 3, batch: 4, bptt: 16 };
  const whole = makeModel();
  const events = await collect(whole, options);
  const perEpoch = steps(events).filter(({ epoch }) => epoch === 1).length;
  for (const last of [1, perEpoch - 1, perEpoch, perEpoch + 1]) {
    await inTempDir(async (directory) => {
      const controller = new AbortController();
      const stopped = makeModel();
      await assertRejects(async () => {
        for await (const event of stopped.fit(corpus, { ...options, directory, signal: controller.signal })) {
          if (event.event === "step" && event.step === last) controller.abort();
        }
      }, DOMException);
      const model = await LanguageModel.load(directory);
      const rest = await Array.fromAsync(
        model.fit(corpus, { checkpoint: await LanguageModel.loadCheckpoint(directory), directory }),
      );
      assertEquals(model.toBytes(), whole.toBytes(), `after ${last}`);
      assertEquals(steps(rest).map(({ loss }) => loss), steps(events).slice(last).map(({ loss }) => loss));
    });
  }
});

Deno.test("a resumed run refuses different settings and a different text", async () => {
  await inTempDir(async (directory) => {
    const model = makeModel();
    await collect(model, { directory, maxSteps: 2 });
    const checkpoint = await LanguageModel.loadCheckpoint(directory);
    const resume = (options: LanguageModelFitOptions, text: string = corpus.train) => () =>
      Array.fromAsync(model.fit({ ...corpus, train: text }, { checkpoint, ...options }));
    await assertRejects(resume({ clipNorm: 0.5 }), RangeError, "expected clipNorm to be 5");
    const both = resume({ minutes: 1, epochs: 5 });
    await assertRejects(both, RangeError, "fit: expected minutes to be null if epochs is set, found 1");
    await assertRejects(resume({ batch: 5 }), RangeError, "expected batch to be 4");
    await assertRejects(resume({}, corpus.train + "a"), RangeError, "expected the text of the run");
  });
});

Deno.test("the parameters with the lowest validation loss are kept, and training stops when it no longer falls", async () => {
  await inTempDir(async (directory) => {
    const model = makeModel({ dropout: 0 });
    // A learning rate at which the loss soon rises again.
    const events = await collect(model, { directory, epochs: 40, optimizer: "adam", learningRate: 0.1, patience: 2 });
    const losses = events.filter((event) => event.event === "epoch").map(({ validLoss }) => validLoss!);
    const best = Math.min(...losses);
    assertEquals(losses.length, losses.indexOf(best) + 3);
    assertEquals((await model.evaluate(corpus.valid!)).loss, best);
    const loaded = await LanguageModel.load(directory);
    assertEquals(loaded.toBytes(), model.toBytes());
  });
});

Deno.test("saveWhen saves a checkpoint after the steps for which it returns true", async () => {
  await inTempDir(async (directory) => {
    const saved: number[] = [];
    let step = 0;
    const options: LanguageModelFitOptions = { batch: 4, bptt: 16, maxSteps: 5, directory, saveWhen: () => step === 3 };
    for await (const event of makeModel().fit(corpus, options)) {
      saved.push((await LanguageModel.loadCheckpoint(directory)).snapshot.progress.step);
      if (event.event === "step") step = event.step;
    }
    // The events are those of five steps and of the end, which comes before the last save.
    assertEquals(saved, [0, 0, 0, 3, 3, 3]);
  });
});

Deno.test("a run killed in its second epoch keeps the model of the first", async () => {
  await inTempDir(async (directory) => {
    const events: (StepEvent | LanguageModelEpoch)[] = [];
    for await (const event of makeModel().fit(corpus, { batch: 4, bptt: 16, epochs: 3, directory, saveEvery: 1 })) {
      events.push(event);
      if (event.event === "step" && event.epoch === 2) break;
    }
    const [epoch] = events.filter((event) => event.event === "epoch");
    const { loss } = await (await LanguageModel.load(directory)).evaluate(corpus.valid!);
    assertEquals(loss, epoch.validLoss);
  });
});

Deno.test("memory is constant after the second step, and two runs give the same bits", async () => {
  const sizes = [new Set<number>(), new Set<number>()];
  const run = async (): Promise<Uint8Array> => {
    const model = makeModel({ seed: 5 });
    for await (const event of model.fit(corpus, { batch: 4, bptt: 16, epochs: 3, seed: 9 })) {
      // The first evaluation, at the end of the first epoch, may need more than the steps before it.
      if (event.event === "step" && event.step > 2) sizes[event.epoch === 1 ? 0 : 1].add(Engine.default().memory.bytes);
    }
    return model.toBytes();
  };
  const first = await run();
  assertEquals(sizes.map(({ size }) => size), [1, 1]);
  assertEquals(await run(), first);
});

Deno.test("a timer of 50 ms keeps firing while a model is trained", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 50);
  const start = performance.now();
  const model = LanguageModel.create({ tokenizer, hidden: 48 });
  for await (const _ of model.fit(text, { epochs: 1000, batch: 8, bptt: 32 })) {
    if (performance.now() - start > 1000) break;
  }
  clearInterval(timer);
  assert(ticks >= 10, `found ${ticks} ticks in a second`);
});

Deno.test("a value that is not finite stops the run with step and parameter, and the checkpoint is kept", async () => {
  await inTempDir(async (directory) => {
    const model = makeModel();
    const options: LanguageModelFitOptions = { batch: 4, bptt: 16, epochs: 2, directory, saveEvery: 1 };
    await assertRejects(
      async () => {
        for await (const event of model.fit(corpus, options)) {
          if (event.event !== "step" || event.step !== 5) continue;
          const weight = model.network.namedParameters().get("rnn.weight_hh_l1")!;
          weight.assign(weight.toArray().fill(NaN, 3, 4));
        }
      },
      RangeError,
      "found a non-finite value of rnn.weight_hh_l1 in step 5",
    );
    const { snapshot } = await LanguageModel.loadCheckpoint(directory);
    assert(snapshot.parameters.every((value) => Number.isFinite(value)));
    await LanguageModel.load(directory);
  });
});

const RHYME = "the cat sat on a mat and the dog ran home\n".repeat(30);

const TOKENIZERS: readonly Tokenizer[] = [tokenizer, WordTokenizer.train(text), new ByteTokenizer()];

for (const cell of CELLS) {
  for (const tokenizer of TOKENIZERS) {
    Deno.test(`a model of ${tokenizer.kind}s with ${cell} cells learns`, async () => {
      const model = LanguageModel.create({ tokenizer, cell, hidden: 16, tied: true });
      const before = (await model.evaluate(RHYME)).loss;
      for await (const _ of model.fit(RHYME, { epochs: 8, batch: 4, bptt: 16, learningRate: 0.02 }));
      assertLess((await model.evaluate(RHYME)).loss, 0.5 * before);
    });
  }
}

Deno.test("short texts, models too large and invalid settings are refused before anything is written", async () => {
  const refused = (options: LanguageModelFitOptions, message: string, short = false, model = makeModel()) =>
    inTempDir(async (directory) => {
      const fit = () => Array.fromAsync(model.fit(short ? "the cat" : text, { ...options, directory }));
      await assertRejects(fit, RangeError, message);
      assertEquals([...Deno.readDirSync(directory)], []);
    });
  await refused({}, "expected at least 33 tokens, found 7", true);
  const large = LanguageModel.create({ tokenizer: makeModel().tokenizer, embed: 1, hidden: 8000 });
  await refused({}, "expected at most 4.00 GiB, found a need of ", false, large);
  await refused({ learningRate: -1 }, "expected learningRate to be a finite number above 0, found -1");
  await refused({ epochs: 0 }, "expected epochs to be a whole number of at least 1, found 0");
});

Deno.test("patience is refused without validation data", async () => {
  const error = await assertRejects(() => makeModel().checkFit(text, { patience: 3 }), RangeError);
  assertEquals(error.message, "fit: expected patience to be null without validation data, found 3");
  assertEquals((await makeModel().checkFit(corpus, { patience: 3 })).patience, 3);
});

Deno.test("a run that has stopped early goes on with more patience", async () => {
  await inTempDir(async (directory) => {
    const fit = { batch: 4, bptt: 16, learningRate: 1e-12, epochs: 6, patience: 1 } as const;
    const { epochs } = await makeModel().fit(corpus, { ...fit, directory });
    assertEquals(epochs.map(({ stopped }) => stopped !== undefined), [false, true]);
    const [same, more] = [await LanguageModel.load(directory), await LanguageModel.load(directory)];
    assertEquals((await same.fit(corpus, { resume: directory, epochs: 9 })).epochs, []);
    assertLess(0, (await more.fit(corpus, { resume: directory, patience: 5 })).epochs.length);
  });
});

Deno.test("the moving average of an optimizer that cannot leave rows alone is that of all values", async () => {
  const words = WordTokenizer.train(text);
  const [lazy, eager] = [0, 1].map(() => LanguageModel.create({ tokenizer: words, hidden: 6 }));
  const fit = { batch: 2, bptt: 4, maxSteps: 6, optimizer: "adamw", averaging: 0.9 } as const;
  await lazy.fit(text, { ...fit, lazy: true });
  await eager.fit(text, fit);
  assertEquals(lazy.toBytes(), eager.toBytes());
});
