import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Linear, type Parameter, sum, tensor } from "../../src/nn/mod.ts";
import { writeDirectory } from "../../src/formats/mod.ts";
import {
  checkpointFiles,
  completeSettings,
  type Learning,
  type Measurement,
  readCheckpoint,
  TRAIN_SETTINGS,
  Trainer,
  type TrainSettings,
} from "../../src/train/mod.ts";

/** A task that returns the given objectives in turn. */
class Task implements Learning<Measurement> {
  readonly module = new Linear({ input: 1, output: 1, bias: false });
  readonly batches = 2;
  readonly direction = "maximize";
  readonly objectives: number[];

  constructor(objectives: number[]) {
    this.module.weight.assign([0]);
    this.objectives = objectives;
  }

  get weight(): Parameter {
    return this.module.weight;
  }

  batch() {
    return { weight: 1, tokens: 1, loss: () => sum(this.module.forward(tensor([1], [1, 1]))) };
  }

  measure() {
    return Promise.resolve({ objective: this.objectives.shift()!, loss: 1 });
  }

  fromScore(score: number): Measurement {
    return { objective: 10 - score, loss: 1 };
  }
}

const SETTINGS = completeSettings(TRAIN_SETTINGS, { optimizer: "sgd", learningRate: 1, clipNorm: null, epochs: 3 });

async function run(trainer: Trainer<Measurement>, steps = Infinity): Promise<void> {
  let taken = 0;
  for await (const event of trainer.run()) if (event.event === "step" && ++taken === steps) return;
  await trainer.finish();
}

/** Saves a checkpoint after three of six steps; `edit` changes its JSON. */
async function keep(directory: string, edit: (json: Record<string, unknown>) => void = () => {}): Promise<void> {
  const trainer = new Trainer(new Task([7]), SETTINGS);
  await run(trainer, 3);
  const files = checkpointFiles({ settings: SETTINGS, fingerprint: 1, snapshot: trainer.snapshot(), notes: {} });
  const json = JSON.parse(files["training_state.json"] as string);
  edit(json);
  await writeDirectory(directory, { ...files, "training_state.json": JSON.stringify(json) });
}

async function goOn(directory: string, objectives: number[]): Promise<number> {
  const { snapshot } = await readCheckpoint(directory, complete);
  const task = new Task(objectives);
  const trainer = new Trainer(task, SETTINGS);
  trainer.restore(snapshot);
  await run(trainer);
  return task.weight.toArray()[0];
}

function toVersion2(json: Record<string, unknown>): void {
  const { step, epoch, batch, lossSum, weight } = json.progress as Record<string, number>;
  json.version = 2;
  json.progress = { step, epoch, window: batch, lossSum, tokens: weight };
  json.best = { score: 3, waited: 0 };
}

const complete = (settings: Partial<TrainSettings>): TrainSettings => completeSettings(TRAIN_SETTINGS, settings);

Deno.test("a checkpoint holds the batches, the weights and the measurement", async () => {
  const directory = await Deno.makeTempDir();
  await keep(directory, (json) => {
    assertEquals(json.version, 3);
    assertEquals(json.progress, { step: 3, epoch: 1, batch: 1, lossSum: -2, weight: 1 });
    assertEquals(json.best, { measured: { objective: 7, loss: 1 }, waited: 0, since: 0, lowest: 1, share: 1 });
  });
  // Each step subtracts 1, so the value shows whether the first, second or third epoch was the best.
  for (const [objectives, weight] of [[[5, 6], -2], [[8, 6], -4], [[8, 9], -6]] as const) {
    assertEquals(await goOn(directory, [...objectives]), weight);
  }
});

Deno.test("a checkpoint of version 2 can be read, and the task interprets its score", async () => {
  const directory = await Deno.makeTempDir();
  await keep(directory, toVersion2);
  const { snapshot } = await readCheckpoint(directory, complete);
  assertEquals(snapshot.progress, { step: 3, epoch: 1, batch: 1, lossSum: -2, weight: 1 });
  for (const [objectives, weight] of [[[5, 6], -2], [[8, 6], -4], [[7, 9], -6]] as const) {
    assertEquals(await goOn(directory, [...objectives]), weight);
  }
});

Deno.test("checkpoints of other versions or with invalid numbers are refused", async () => {
  const directory = await Deno.makeTempDir();
  for (const [version, other] of [[1, "an older"], [4, "a newer"]] as const) {
    await keep(directory, (json) => json.version = version);
    const message = `expected format version 2 or 3, found ${version}; ${other} Elman wrote it`;
    await assertRejects(() => readCheckpoint(directory, complete), RangeError, message);
  }
  await keep(directory, (json) => (json.progress as Record<string, number>).batch = 0.5);
  await assertRejects(
    () => readCheckpoint(directory, complete),
    RangeError,
    "expected progress.batch to be a whole number of at least 0, found 0.5",
  );
});

Deno.test("a damaged training state is refused with the file and the problem", async () => {
  const directory = await Deno.makeTempDir();
  const progress = (change: Record<string, unknown>) => (json: Record<string, unknown>): void => {
    json.progress = { ...json.progress as object, ...change };
  };
  const best = (change: unknown) => (json: Record<string, unknown>): unknown => json.best = change;
  const plateau = (schedule: unknown) => (json: Record<string, unknown>): void => {
    json.settings = { ...json.settings as object, schedule: "plateau" };
    json.schedule = schedule;
  };
  const lies: [edit: (json: Record<string, unknown>) => unknown, words: string][] = [
    [progress({ lossSum: undefined }), "expected progress.lossSum to be a finite number, found none"],
    [progress({ lossSum: "-2" }), 'expected progress.lossSum to be a finite number, found "-2"'],
    [progress({ weight: "5" }), 'expected progress.weight to be a finite number of at least 0, found "5"'],
    [progress({ weight: -1 }), "progress.weight"],
    [(json) => json.progress = null, "expected progress to be an object, found null"],
    [progress({ step: -3 }), "expected progress.step to be a whole number of at least 0, found -3"],
    [progress({ epoch: { toString: 1, constructor: { name: {} } } }), 'found {"toString":1,"constructor":{"name":{}}}'],
    [progress({ steps: 3 }), "expected progress to be an object of step, epoch, batch, lossSum, weight"],
    [(json) => json.fingerprint = "1", 'expected fingerprint to be a whole number of at least 0, found "1"'],
    [(json) => json.notes = null, "expected notes to be an object, found null"],
    [(json) => json.version = -3, "expected format version 2 or 3, found -3"],
    [(json) => json.schedule = { factor: "2" }, 'expected schedule.factor to be a finite number, found "2"'],
    [best({ measured: { objective: 1, loss: 1, score: "abc" }, waited: 0 }), "expected best.measured to be finite"],
    [best({ measured: { score: "abc" }, waited: 0 }), "expected best.measured to be finite numbers"],
    [(json) => json.optimizerSteps = 0, "expected optimizerSteps to be 3, as many as steps, found 0"],
    [(json) => json.version = 2.5, "expected format version 2 or 3, found 2.5"],
    [(json) => json.settings = null, "expected settings to be an object, found null"],
    [(json) => delete json.settings, "expected settings to be an object, found none"],
    [(json) => json.schedule = null, "expected schedule to be an object, found null"],
    [(json) => delete json.schedule, "expected schedule to be an object, found none"],
    [(json) => json.schedule = { toString: 1 }, "restore a schedule: expected only keys of its state"],
    [plateau({ waited: 0, factor: 1, toString: 1 }), "restore a schedule: expected only keys of its state"],
    [plateau({}), "restore a schedule: expected `waited` and `factor`"],
    [(json) => json.optimiser = "adam", 'expected only keys of a training state, found "optimiser"'],
    [best(undefined), "expected best to be an object or null, found none"],
    [best({ waited: 0 }), "expected best.measured to be finite numbers, found none"],
    [best({ measured: { objective: 1 }, waited: 0 }), "expected best.measured to be finite numbers"],
    [best({ measured: { objective: 1, loss: 1 }, waited: "0" }), "expected best.waited to be a whole number"],
    [best({ measured: { objective: 1, loss: 1 }, waited: 2, since: 1 }), "expected best.since to be a whole number"],
    [best({ measured: { objective: 1, loss: 1 }, waited: 2, lowest: "1" }), "expected best.lowest to be a finite"],
  ];
  for (const [edit, words] of lies) {
    await keep(directory, edit as (json: Record<string, unknown>) => void);
    const { message } = await assertRejects(() => readCheckpoint(directory, complete), RangeError, words);
    assertEquals(message.startsWith(`read ${directory}/training_state.json: `), true, message);
    assertEquals(message.includes("\n"), false, message);
  }
});

Deno.test("non-finite numbers in a training state are refused with their name", async () => {
  const directory = await Deno.makeTempDir();
  await keep(directory);
  const trainer = new Trainer(new Task([7]), SETTINGS);
  await run(trainer, 3);
  for (const name of ["parameters", "best"] as const) {
    const good = trainer.snapshot();
    const bad = Float32Array.of(NaN);
    const snapshot = name === "best" ? { ...good, best: { ...good.best!, parameters: bad } } : { ...good, [name]: bad };
    await writeDirectory(directory, checkpointFiles({ settings: SETTINGS, fingerprint: 1, snapshot, notes: {} }));
    const words = `training_state.safetensors: expected finite numbers in ${name}, found NaN at 0`;
    await assertRejects(() => readCheckpoint(directory, complete), RangeError, words);
  }
});

Deno.test("tensors that a run does not use are refused by name", async () => {
  const directory = await Deno.makeTempDir();
  const trainer = new Trainer(new Task([7]), SETTINGS);
  await run(trainer, 3);
  const good = trainer.snapshot();
  const write = (snapshot: typeof good): Promise<void> =>
    writeDirectory(directory, checkpointFiles({ settings: SETTINGS, fingerprint: 1, snapshot, notes: {} }));
  await write({ ...good, average: Float32Array.of(1) });
  const words = 'training_state.safetensors: expected only tensors that the run uses, found "average"';
  await assertRejects(() => readCheckpoint(directory, complete), RangeError, words);
  for (
    const [change, words] of [
      [{ state: { h: Float32Array.of(1) } }, 'expected only the state of the task, found "h"'],
      [{ optimizer: { steps: 3, moments: { momentum: Float32Array.of(1) } } }, "momentum"],
    ] as const
  ) {
    await write({ ...good, ...change });
    await assertRejects(() => goOn(directory, []), RangeError, words);
  }
});

Deno.test("a refused snapshot leaves the parameters unchanged", async () => {
  const trainer = new Trainer(new Task([7]), SETTINGS);
  await run(trainer, 3);
  const good = trainer.snapshot();
  const moments = { first_moment: new Float32Array(1) };
  for (
    const [bad, words] of [
      [{ optimizer: { steps: 3, moments } }, "expected no state other than the steps, found first_moment"],
      [{ best: { ...good.best!, parameters: new Float32Array(2) } }, "restore the best"],
      [{ progress: { ...good.progress, step: 2 ** 52 } }, `expected 3 steps, found ${2 ** 52}`],
    ] as const
  ) {
    const task = new Task([]);
    task.weight.assign([9]);
    const other = new Trainer(task, SETTINGS);
    assertThrows(() => other.restore({ ...good, ...bad }), RangeError, words);
    assertEquals([...task.weight.toArray()], [9]);
  }
});

Deno.test("an optimizer refuses a given norm that is not finite", async () => {
  const { SGD } = await import("../../src/optim/mod.ts");
  const sgd = new SGD(new Task([]).module.parameters(), { learningRate: 1 });
  assertThrows(() => sgd.step({ norm: NaN }), RangeError, "expected finite gradients, found a norm of NaN");
});
