import { assert, assertEquals, assertRejects } from "@std/assert";
import { CELLS } from "../../../src/nn/mod.ts";
import {
  CharTokenizer,
  LanguageModel,
  type LanguageModelEpoch,
  type LanguageModelFitOptions,
  type StepEvent,
} from "../../../mod.ts";
import { OPTIMIZERS, SCHEDULES } from "../../../src/train/mod.ts";
import { babble, filesUnder, inTempDir } from "../../support/command.ts";

const text = babble(180);
// Validation on the reversed text gets worse as the model learns, which triggers early stopping and the plateau
// schedule.
const corpus = { train: text, valid: text.split("").reverse().join("").slice(0, 45) };
const tokenizer = CharTokenizer.train(text);

function makeModel(cell: typeof CELLS[number] = "lstm"): LanguageModel {
  return LanguageModel.create({ tokenizer, cell, hidden: 6, embed: 4, layers: 2, dropout: 0.3 });
}

/** Trains a model, saves it in a directory, and stops after a number of events. */
type Event = StepEvent | LanguageModelEpoch;

async function fitUntil(model: LanguageModel, options: LanguageModelFitOptions, stop = Infinity): Promise<Event[]> {
  const controller = new AbortController();
  const events: Event[] = [];
  if (stop === 0) controller.abort();
  const run = async (): Promise<void> => {
    for await (const event of model.fit(corpus, { ...options, signal: controller.signal })) {
      events.push(event);
      if (events.length === stop) controller.abort();
    }
  };
  if (stop === Infinity) await run();
  else await assertRejects(run, DOMException, "aborted");
  return events;
}

async function goOn(directory: string, stop?: number): Promise<Event[]> {
  const [model, checkpoint] = [await LanguageModel.load(directory), await LanguageModel.loadCheckpoint(directory)];
  return await fitUntil(model, { checkpoint, directory }, stop);
}

/** The figures of an event without its speed. */
const figures = (events: readonly Event[]): unknown[] =>
  events.map((event) =>
    event.event === "epoch" ? event : [event.step, event.epoch, event.loss, event.gradientNorm, event.learningRate]
  );

for (const [i, schedule] of SCHEDULES.entries()) {
  const optimizer = OPTIMIZERS[i % OPTIMIZERS.length];
  const cell = CELLS[i % CELLS.length];
  Deno.test(`a ${cell} trained with ${optimizer} and the ${schedule} schedule resumes to the same files wherever it stops`, async () => {
    const options: LanguageModelFitOptions = {
      batch: 2,
      bptt: 16,
      epochs: 6,
      optimizer,
      schedule,
      warmup: 4,
      patience: 3,
      learningRate: 0.1,
    };
    await inTempDir(async (directory) => {
      const events = await fitUntil(makeModel(cell), { ...options, directory: `${directory}/whole` });
      const whole = filesUnder(`${directory}/whole`);
      const rates = new Set(events.filter((event) => event.event === "step").map((event) => event.learningRate));
      assert(rates.size > 1, `${[...rates]}`);
      // Each combination stops at different events; together they stop at all of them, including the ends of epochs.
      const places = events.keys().filter((event) => event % SCHEDULES.length === i);
      for (const place of places) {
        const stopped = `${directory}/${place}`;
        await fitUntil(makeModel(cell), { ...options, directory: stopped }, place);
        const rest = await goOn(stopped);
        assertEquals(figures(rest), figures(events.slice(place)), `after ${place}`);
        assertEquals(filesUnder(stopped), whole, `after ${place}`);
      }
    });
  });
}

Deno.test("an AWD-LSTM resumes to the same files wherever it stops, before and after its average begins", async () => {
  const make = () =>
    LanguageModel.create({
      ...{ tokenizer, tied: true, embed: 4, hidden: 6, layers: 2, lockedDropout: true },
      ...{ dropout: 0.3, inputDropout: 0.2, embedDropout: 0.1, weightDropout: 0.5 },
    });
  const options: LanguageModelFitOptions = {
    ...{ batch: 2, bptt: 30, bpttDeviation: 6, epochs: 8, learningRate: 0.1, averageAfter: 1 },
    ...{ activationRegularization: 2, temporalRegularization: 1 },
  };
  await inTempDir(async (directory) => {
    const events = await fitUntil(make(), { ...options, directory: `${directory}/whole` });
    const whole = filesUnder(`${directory}/whole`);
    const begun = new Set<boolean>();
    const rates = new Set(events.filter((event) => event.event === "step").map((event) => event.learningRate));
    assert(rates.size > 3, "the learning rate follows the windows' lengths");
    for (const place of events.keys().filter((event) => event % 5 === 0)) {
      const stopped = `${directory}/${place}`;
      await fitUntil(make(), { ...options, directory: stopped }, place);
      const { snapshot } = await LanguageModel.loadCheckpoint(stopped);
      begun.add(snapshot.average![0] > 0);
      assertEquals(figures(await goOn(stopped)), figures(events.slice(place)), `after ${place}`);
      assertEquals(filesUnder(stopped), whole, `after ${place}`);
    }
    assertEquals(begun.size, 2, "some runs stop before the average begins, some after");
  });
});

Deno.test("a run stopped after every event ends with the same files as an uninterrupted one", async () => {
  const options: LanguageModelFitOptions = { batch: 2, bptt: 32, epochs: 3, learningRate: 0.3, patience: 1 };
  await inTempDir(async (directory) => {
    const events = await fitUntil(makeModel(), { ...options, directory: `${directory}/whole` });
    const often = `${directory}/often`;
    await fitUntil(makeModel(), { ...options, directory: often }, 0);
    for (let i = 0; i < events.length - 1; i++) assertEquals(figures(await goOn(often, 1)), figures([events[i]]));
    await goOn(often);
    assertEquals(filesUnder(often), filesUnder(`${directory}/whole`));
  });
});

Deno.test("a run that goes on in another directory leaves the best model there wherever it stops", async () => {
  const options: LanguageModelFitOptions = { batch: 2, bptt: 16, epochs: 4, learningRate: 0.1 };
  await inTempDir(async (directory) => {
    const [first, next] = [`${directory}/first`, `${directory}/next`];
    const events = await fitUntil(makeModel(), { ...options, directory: first });
    const place = events.findIndex(({ event }) => event === "epoch") + 2;
    await fitUntil(makeModel(), { ...options, directory: first }, place);
    const [model, checkpoint] = [await LanguageModel.load(first), await LanguageModel.loadCheckpoint(first)];
    await fitUntil(model, { checkpoint, directory: next }, 1);
    const best = filesUnder(first).get("model.safetensors");
    assertEquals(filesUnder(next).get("model.safetensors"), best);
    assertEquals((await LanguageModel.load(next)).config, (await LanguageModel.load(first)).config);
    assertEquals(figures(await goOn(next)), figures(events.slice(place + 1)));
  });
});

Deno.test("a run that has gone on since its checkpoint was read is refused, and keeps its files", async () => {
  const options: LanguageModelFitOptions = { batch: 2, bptt: 16, epochs: 4, learningRate: 0.1 };
  await inTempDir(async (directory) => {
    await fitUntil(makeModel(), { ...options, directory }, 3);
    const [model, checkpoint] = [await LanguageModel.load(directory), await LanguageModel.loadCheckpoint(directory)];
    await goOn(directory, 2);
    const files = filesUnder(directory);
    for (const place of [directory, `${directory}/./`]) {
      await assertRejects(
        () => Array.fromAsync(model.fit(corpus, { checkpoint, directory: place })),
        RangeError,
        "expected a run that has taken 3 steps, as when it was read, found 5; it has been trained since",
      );
    }
    assertEquals(filesUnder(directory), files);
    await fitUntil(model, { checkpoint, directory: `${directory}/other` }, 1);
  });
});

Deno.test("resuming a finished run does nothing unless it is extended", async () => {
  const options: LanguageModelFitOptions = { batch: 2, bptt: 16, learningRate: 0.1, schedule: "constant" };
  await inTempDir(async (directory) => {
    await fitUntil(makeModel(), { ...options, epochs: 3, directory: `${directory}/a` });
    const finished = filesUnder(`${directory}/a`);
    assertEquals(await goOn(`${directory}/a`), []);
    assertEquals(filesUnder(`${directory}/a`), finished);

    await fitUntil(makeModel(), { ...options, epochs: 5, directory: `${directory}/b` });
    const [model, checkpoint] = [
      await LanguageModel.load(`${directory}/a`),
      await LanguageModel.loadCheckpoint(`${directory}/a`),
    ];
    await Array.fromAsync(model.fit(corpus, { checkpoint, epochs: 5, directory: `${directory}/a` }));
    for (const name of ["model.safetensors", "training_state.safetensors"]) {
      assertEquals(filesUnder(`${directory}/a`).get(name), filesUnder(`${directory}/b`).get(name), name);
    }
    for (const epochs of [0, 1.5, NaN]) {
      await assertRejects(
        () => Array.fromAsync(model.fit(corpus, { checkpoint, epochs })),
        RangeError,
        "expected epochs",
      );
    }
  });
});

Deno.test("after worse epochs, the saved model is the best one and the saved state is the current one", async () => {
  await inTempDir(async (directory) => {
    const options: LanguageModelFitOptions = {
      batch: 2,
      bptt: 16,
      epochs: 40,
      learningRate: 0.3,
      patience: 3,
      directory,
    };
    const losses: number[] = [];
    for await (const event of makeModel().fit(corpus, { ...options, saveEvery: 1 })) {
      if (event.event !== "step" || event.epoch < 3 || event.step % 4 !== 0) {
        if (event.event === "epoch") losses.push(event.validLoss!);
        continue;
      }
      // The directory holds the save of the previous step.
      const model = await LanguageModel.load(directory);
      assertEquals((await model.evaluate(corpus.valid!)).loss, Math.min(...losses));
      const { snapshot } = await LanguageModel.loadCheckpoint(directory);
      assertEquals([snapshot.progress.step, snapshot.best?.measured], [event.step - 1, {
        objective: Math.min(...losses),
        loss: Math.min(...losses),
      }]);
      const { parameters, best, progress } = snapshot;
      const isBest = parameters.every((value, i) => value === best!.parameters[i]);
      assertEquals(isBest, progress.batch === 0 && best!.waited === 0);
    }
    assert(losses.length < 40, "early stopping");
  });
});

Deno.test("notes are saved and restored with a run", async () => {
  await inTempDir(async (directory) => {
    const notes = { name: "Ishmael", sizes: [1, 2] };
    await fitUntil(makeModel(), { batch: 2, bptt: 16, directory, notes }, 2);
    assertEquals((await LanguageModel.loadCheckpoint(directory)).notes, notes);
    await goOn(directory, 2);
    assertEquals((await LanguageModel.loadCheckpoint(directory)).notes, notes);
  });
});
