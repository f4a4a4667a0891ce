import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { affine, Linear, mul, sub, sum, tensor } from "../../src/nn/mod.ts";
import { SGD } from "../../src/optim/mod.ts";
import {
  completeSettings,
  type Learning,
  type Measurement,
  TRAIN_SETTINGS,
  Trainer,
  type TrainSettings,
} from "../../src/train/mod.ts";

/** A task with one weight that learns to map 1 to 3, and records the calls it receives. */
class Task implements Learning<Measurement> {
  readonly module = new Linear({ input: 1, output: 1, bias: false });
  readonly batches = 4;
  readonly direction = "minimize";
  readonly calls: string[] = [];
  #scores: number[];

  constructor(scores: number[] = []) {
    this.module.weight.assign([0]);
    this.#scores = scores;
  }

  begin(epoch: number, isResumed: boolean): void {
    this.calls.push(`begin ${epoch}${isResumed ? " again" : ""}`);
  }

  batch(epoch: number, index: number) {
    this.calls.push(`batch ${epoch}.${index}`);
    return {
      weight: index + 1,
      tokens: 10,
      loss: () => {
        const error = sub(this.module.forward(tensor([1], [1, 1])), tensor([3], [1, 1]));
        return sum(mul(error, error));
      },
      done: () => void this.calls.push("done"),
    };
  }

  measure() {
    const value = this.module.weight.toArray()[0];
    const loss = (value - 3) ** 2;
    return Promise.resolve({ objective: this.#scores.shift() ?? loss, loss });
  }
}

const SETTINGS: Partial<TrainSettings> = { optimizer: "sgd", learningRate: 0.1, epochs: 3 };

async function run(task: Task, settings: Partial<TrainSettings>): Promise<Trainer<Measurement>> {
  const trainer = new Trainer(task, completeSettings(TRAIN_SETTINGS, { ...SETTINGS, ...settings }));
  for await (const _ of trainer.run());
  await trainer.finish();
  return trainer;
}

Deno.test("the trainer requests batches in order and calls done after each", async () => {
  const task = new Task();
  await run(task, { epochs: 2 });
  const epoch = (e: number): string[] => [
    `begin ${e}`,
    ...[0, 1, 2, 3].flatMap((i) => [`batch ${e}.${i}`, "done"]),
  ];
  assertEquals(task.calls, [...epoch(0), ...epoch(1)]);
});

Deno.test("the loss of an epoch is the weighted mean over its batches", async () => {
  const task = new Task();
  const trainer = new Trainer(task, completeSettings(TRAIN_SETTINGS, { ...SETTINGS, epochs: 1 }));
  const [losses, means]: number[][] = [[], []];
  for await (const event of trainer.run()) (event.event === "step" ? losses : means).push(event.loss);
  const expected = losses.reduce((sum, loss, i) => sum + loss * (i + 1), 0) / 10;
  assertEquals([losses.length, means], [4, [expected]]);
});

Deno.test("the parameters with the best objective are in place at the end", async () => {
  const values: number[] = [];
  for (const scores of [[1, 2, 3], [2, 1, 3], [3, 2, 1]]) {
    const task = new Task(scores);
    await run(task, {});
    values.push(task.module.weight.toArray()[0]);
  }
  assert(values[0] < values[1] && values[1] < values[2] && values[2] < 3, `${values}`);
});

Deno.test("with averaging, the average is measured and saved", async () => {
  const [plain, averaged] = [new Task(), new Task()];
  await run(plain, {});
  const trainer = await run(averaged, { averaging: 0.95 });
  const [a, b] = [plain, averaged].map(({ module }) => module.weight.toArray()[0]);
  assert(b < a && b > 0, `${b} lags behind ${a}`);
  assertEquals(trainer.step, 12);
});

Deno.test("a run resumed from any snapshot continues to the same bits", async () => {
  for (const lazy of [false, true]) await checkResumption(lazy);
});

async function checkResumption(lazy: boolean): Promise<void> {
  const settings = completeSettings(TRAIN_SETTINGS, {
    ...SETTINGS,
    optimizer: "adam",
    averaging: 0.9,
    patience: 2,
    lazy,
  });
  const whole = await run(new Task(), settings);
  const expected = whole.snapshot();
  for (const stop of [1, 4, 6]) {
    const first = new Trainer(new Task(), settings);
    let steps = 0;
    for await (const event of first.run()) if (event.event === "step" && ++steps === stop) break;
    const task = new Task();
    const second = new Trainer(task, settings);
    second.restore(first.snapshot());
    for await (const _ of second.run());
    await second.finish();
    assertEquals(second.snapshot(), expected, `after ${stop} steps`);
    // An epoch that had begun is resumed, so `begin` is called with `isResumed`.
    assertEquals(task.calls[0], `begin ${Math.floor(stop / 4)}${stop % 4 > 0 ? " again" : ""}`);
  }
}

Deno.test("a trainer takes parameters over from an earlier optimizer and stops if a later one takes them over", async () => {
  const task = new Task();
  const message = "found some moved by a later optimizer";
  const earlier = new SGD(task.module.parameters(), { learningRate: 0.1 });
  const trainer = new Trainer(task, completeSettings(TRAIN_SETTINGS, { ...SETTINGS }));
  const events = trainer.run();
  await events.next();
  assertThrows(() => earlier.step(), RangeError, message);
  const later = new SGD(task.module.parameters(), { learningRate: 0.1 });
  await assertRejects(() => events.next(), RangeError, message);
  assertThrows(() => trainer.snapshot(), RangeError, message);
  later.step();
});

/** A task whose measurements are given; with the objective, unlike the loss, higher is better. */
class Measured extends Task {
  override readonly direction = "maximize" as "minimize";
  #measured: Measurement[];

  constructor(measured: [objective: number, loss: number][]) {
    super();
    this.#measured = measured.map(([objective, loss]) => ({ objective, loss }));
  }

  override measure() {
    return Promise.resolve(this.#measured.shift()!);
  }
}

/** Trains and returns the events of the epochs. */
async function epochsOf(measured: [objective: number, loss: number][], settings: Partial<TrainSettings>) {
  const task = new Measured(measured);
  const trainer = new Trainer(task, completeSettings(TRAIN_SETTINGS, { ...SETTINGS, ...settings }));
  const epochs = [];
  for await (const event of trainer.run()) if (event.event === "epoch") epochs.push(event);
  await trainer.finish();
  return epochs;
}

Deno.test("early stopping does not count an epoch in which the validation loss falls", async () => {
  const measured: [number, number][] = [[1, 9], [0, 8], [0, 7], [0, 7], [0, 6], [0, 6.5], [5, 1]];
  const epochs = await epochsOf(measured, { epochs: 7, patience: 2 });
  // The second, third and fifth epoch have the lowest loss so far; the fourth and the sixth count.
  assertEquals(epochs.map(({ stopped }) => stopped), [null, null, null, null, null, { waited: 2, kept: 1 }]);
  assertEquals(epochs.map(({ isBest }) => isBest), [true, false, false, false, false, false]);
});

Deno.test("early stopping does not count epochs of the warm-up", async () => {
  const rising = Array.from({ length: 8 }, (_, i): [number, number] => [-i, i]);
  for (const [warmup, last] of [[0, 3], [1, 3], [4, 3], [5, 4], [9, 5]] as const) {
    const settings = { epochs: 8, patience: 2, schedule: "cosine", warmup } as const;
    const epochs = await epochsOf([...rising], settings);
    assertEquals(epochs.length, last, `warm-up of ${warmup} steps, 4 an epoch`);
    assertEquals(epochs.at(-1)!.stopped, { waited: 2, kept: 1 });
  }
  const constant = await epochsOf([...rising], { epochs: 8, patience: 2, schedule: "constant", warmup: 9 });
  assertEquals(constant.length, 5, "any schedule may warm up");
});

Deno.test("a run that is resumed while it waits stops at the same epoch and keeps the same one", async () => {
  const settings = completeSettings(TRAIN_SETTINGS, { ...SETTINGS, epochs: 9, patience: 2 });
  const measured: [number, number][] = [[1, 9], [2, 9], [0, 8], [0, 8], [0, 7], [0, 7], [9, 9]];
  const expected = (await epochsOf([...measured], settings)).at(-1);
  assertEquals(expected?.stopped, { waited: 2, kept: 2 });
  for (let stop = 1; stop < 6; stop++) {
    const first = new Trainer(new Measured([...measured]), settings);
    let epochs = 0;
    for await (const event of first.run()) if (event.event === "epoch" && ++epochs === stop) break;
    const second = new Trainer(new Measured(measured.slice(stop)), settings);
    second.restore(first.snapshot());
    let last;
    for await (const event of second.run()) if (event.event === "epoch") last = event;
    assertEquals(last, expected, `resumed after epoch ${stop}`);
  }
});

/** A task whose losses are given, one batch to an epoch, in which guessing has a loss of 2. */
class Losses extends Task {
  override readonly batches = 1 as 4;
  readonly guess: number | undefined;
  #losses: number[];

  constructor(losses: number[], guess?: number) {
    super();
    this.#losses = losses;
    this.guess = guess;
  }

  override batch() {
    const loss = this.#losses.shift()!;
    return {
      weight: 1,
      tokens: 1,
      loss: () => affine(sum(this.module.forward(tensor([1], [1, 1]))), 0, loss),
      done: () => undefined,
    };
  }
}

Deno.test("an epoch has diverged if its loss is more than twice that of guessing and no lower than the first", async () => {
  const cases: [losses: number[], guess: number | undefined, diverged: boolean[]][] = [
    [[2, 4, 4.5, 1e9, 3], 2, [false, false, true, true, false]],
    // Initial weights may do worse than guessing.
    [[9, 8, 7, 6], 2, [true, false, false, false]],
    [[1, 1e9], undefined, [false, false]],
  ];
  for (const [losses, guess, expected] of cases) {
    const settings = completeSettings(TRAIN_SETTINGS, { ...SETTINGS, epochs: losses.length });
    const trainer = new Trainer(new Losses([...losses], guess), settings);
    const found: boolean[] = [];
    for await (const event of trainer.run()) if (event.event === "epoch") found.push(event.isDiverged);
    assertEquals(found, expected, losses.join(", "));
  }
});
