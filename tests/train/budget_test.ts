import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  completeSettings,
  FALLING,
  type FitSnapshot,
  type MeasuredEvent,
  type Measurement,
  SCHEDULES,
  type StepEvent,
  TRAIN_SETTINGS,
  Trainer,
  type TrainSettings,
} from "../../src/train/mod.ts";
import { type Durations, Quadratic } from "./quadratic.ts";

type Event = StepEvent | MeasuredEvent<Measurement>;

/** Trains with a clock that only the task advances, up to a number of events, from a snapshot or the beginning. */
async function train(
  settings: Partial<TrainSettings>,
  durations: Durations,
  { from, events: most = Infinity }: { from?: FitSnapshot; events?: number } = {},
): Promise<
  { events: Event[]; steps: StepEvent[]; seconds: number; snapshot: FitSnapshot; trainer: Trainer<Measurement> }
> {
  const clock = { time: 5000 };
  const all = completeSettings(TRAIN_SETTINGS, { optimizer: "adam", learningRate: 0.1, ...settings });
  const trainer = new Trainer(new Quadratic(clock, durations), all, { now: () => clock.time });
  if (from) trainer.restore(from);
  const events: Event[] = [];
  for await (const event of trainer.run()) {
    events.push(event);
    // What receives the events takes time that does not count.
    clock.time += 1e6;
    if (events.length === most) break;
  }
  const snapshot = trainer.snapshot();
  const steps = events.filter((event) => event.event === "step");
  const seconds = (clock.time - 5000 - events.length * 1e6) / 1e3;
  return { events, steps, seconds, snapshot, trainer };
}

Deno.test("a run ends within a step of its budget, validations included, whatever the speed", async () => {
  for (const schedule of SCHEDULES) {
    for (const step of [170, 900, 1000, 13_000]) {
      const { seconds, events } = await train({ minutes: 1, schedule }, { step, validation: 2000 });
      const [last] = events.slice(-1);
      // A run that ends within an epoch is validated once more, in the time that is left for it. At the end of an
      // epoch, there may be too little time for another step and its validation.
      const [total, least] = last.event === "epoch" ? [seconds, 58] : [seconds + 2, 60];
      assert(total >= least && total < 60 + step / 1e3, `${schedule}, steps of ${step}: ${total} s`);
    }
  }
});

Deno.test("a run measures as much of the validation data as a quarter of its time is enough for", async () => {
  // Of 15 seconds, 3.75 are for a validation at most, of which two batches are measured first to know its time.
  for (
    const [validation, validationBatches, steps, share] of [
      [3000, 20, 23, 1],
      [3600, 20, 23, (3500 - 2 * 180) / 3600],
      [40_000, 1000, 23, (3500 - 2 * 40) / 40_000],
      [400_000, 10, 26, 0.1],
      [0, 0, 30, 1],
    ]
  ) {
    const clock = { time: 0 };
    const settings = completeSettings(TRAIN_SETTINGS, { minutes: 0.25, learningRate: 0.1 });
    const learning = new Quadratic(clock, { step: 500, validation }, { batches: 1000, validationBatches });
    const trainer = new Trainer(learning, settings, { now: () => clock.time });
    for await (const _ of trainer.run());
    assertEquals(trainer.step, steps);
    const event = await trainer.finish();
    assertAlmostEquals(event!.validationShare, share, 1e-9);
    // A single batch is always measured.
    if (validation < 400_000) assert(clock.time <= 15_000 && clock.time >= 14_800, `${clock.time}`);
  }
});

Deno.test("every validation of a run measures the same share of the data, also after it is resumed", async () => {
  const run = async (from?: FitSnapshot): Promise<[number[], FitSnapshot]> => {
    const clock = { time: 0 };
    const settings = completeSettings(TRAIN_SETTINGS, { minutes: from ? 2 : 1, learningRate: 0.1 });
    const learning = new Quadratic(clock, { step: 500, validation: 60_000 }, { batches: 8, validationBatches: 100 });
    const trainer = new Trainer(learning, settings, { now: () => clock.time });
    if (from) trainer.restore(from);
    const shares: number[] = [];
    for await (const event of trainer.run()) if (event.event === "epoch") shares.push(event.validationShare);
    assert(clock.time <= 60_500, `${clock.time}`);
    return [shares, trainer.snapshot()];
  };
  const [shares, snapshot] = await run();
  assertEquals([shares.length > 1, new Set(shares).size, shares[0]], [true, 1, 0.25]);
  const [rest] = await run(snapshot);
  assertEquals([rest.length > 0, new Set(rest)], [true, new Set([0.25])]);
});

/** A task whose validation data have a smaller loss if they are not measured whole. */
class Uneven extends Quadratic {
  override async measure(signal: AbortSignal | undefined, share: number): Promise<Measurement> {
    const { loss } = await super.measure(signal, share);
    return { objective: loss * share, loss: loss * share };
  }
}

Deno.test("a run that gets or loses a budget compares its parameters on the same share of the data", async () => {
  const session = async (
    settings: Partial<TrainSettings>,
    from?: FitSnapshot,
  ): Promise<{ weight: number; measured?: Measurement; snapshot: FitSnapshot; share: number; seconds: number }> => {
    const clock = { time: 0 };
    const all = completeSettings(TRAIN_SETTINGS, {
      optimizer: "adam",
      schedule: "plateau",
      decayEvery: 9,
      ...settings,
    });
    const learning = new Uneven(clock, { step: 500, validation: 60_000 }, { batches: 8, validationBatches: 100 });
    const trainer = new Trainer(learning, all, { now: () => clock.time });
    if (from) trainer.restore(from);
    let share = NaN;
    for await (const event of trainer.run()) {
      if (event.event !== "epoch") continue;
      share = event.validationShare;
      assertEquals(event.best, trainer.measured);
    }
    const snapshot = trainer.snapshot();
    await trainer.finish();
    const { measured } = trainer;
    return { weight: learning.module.weight.toArray()[0], measured, snapshot, share, seconds: clock.time / 1e3 };
  };
  const short = await session({ minutes: 1, learningRate: 0.01 });
  assert(short.share < 0.5 && short.weight < 0.5, `${short.share} ${short.weight}`);
  // Later weights are a little better, but their loss on all of the data exceeds that on a part.
  const { best: { share: _share, ...best }, ...rest } = { ...short.snapshot, best: short.snapshot.best! };
  for (const from of [short.snapshot, { ...rest, best }]) {
    const { epoch } = from.progress;
    const long = await session({ epochs: epoch + 2, learningRate: 0.01 }, from);
    assert(long.weight > short.weight, `${long.weight}`);
    assertEquals([long.measured!.loss, long.share, long.snapshot.best!.share], [(long.weight - 3) ** 2, 1, 1]);
    assertEquals(long.snapshot.schedule.best, long.measured!.loss);
    // At this rate the weights become worse, but their loss on a part of the data is less than that on all.
    const worse = await session({ minutes: 1, optimizer: "sgd", learningRate: 1.01, clipNorm: null }, {
      ...long.snapshot,
      optimizer: { steps: long.snapshot.optimizer.steps, moments: {} },
    });
    assertEquals(worse.weight, long.weight);
    assertEquals([worse.measured!.loss, worse.share < 0.5], [(long.weight - 3) ** 2 * worse.share, true]);
    assert(worse.seconds <= 60.5, `${worse.seconds} s`);
  }
});

Deno.test("the epochs and steps of the settings do not end a run with a budget", async () => {
  const settings = completeSettings(TRAIN_SETTINGS, { minutes: 1 });
  const { steps } = await train({ ...settings, epochs: 1, maxSteps: 2 }, { step: 1000, validation: 0 });
  assertEquals(steps.length, 60);
});

Deno.test("the rate falls to its end over the time, whatever the speed", async () => {
  for (const schedule of FALLING) {
    const rates = async (step: number): Promise<number[]> => {
      const { steps } = await train({ minutes: 1, schedule, finalRate: 0.1, warmup: 0 }, { step, validation: 0 });
      return steps.map(({ learningRate }) => learningRate);
    };
    const [slow, fast] = [await rates(1000), await rates(100)];
    assertEquals([slow.length, fast.length], [60, 600]);
    for (const [i, rate] of slow.entries()) assertAlmostEquals(rate, fast[10 * i], 1e-6);
    assertAlmostEquals(Math.max(...slow), 0.1, 1e-3);
    assert(fast.at(-1)! < 0.0102, `${schedule} ends at ${fast.at(-1)}`);
  }
});

Deno.test("the warm-up of a run with a budget lasts its steps, but not longer than a share of the time", async () => {
  const rates = async (settings: Partial<TrainSettings>, step: number): Promise<number[]> => {
    const { steps } = await train({ minutes: 1, finalRate: 0.999, ...settings }, { step, validation: 0 });
    return steps.map(({ learningRate }) => Number((learningRate / 0.1).toFixed(2)));
  };
  assertEquals((await rates({ schedule: "cosine", warmup: 4 }, 1000)).slice(0, 5), [0.25, 0.5, 0.75, 1, 1]);
  // Of 60 steps, at most 30 warm up if asked for, and 3 if not.
  const long = await rates({ schedule: "linear", warmup: 500 }, 1000);
  assertEquals([long[15], long[29] < 1, long[30]], [0.5, true, 1]);
  assertEquals((await rates({ schedule: "cosine" }, 1000)).slice(0, 4), [0.01, 0.33, 0.67, 1]);
  assertEquals((await rates({ schedule: "constant" }, 1000)).slice(0, 2), [1, 1]);
  assertEquals((await rates({ schedule: "constant", warmup: 2 }, 1000)).slice(0, 3), [0.5, 1, 1]);
});

Deno.test("a resumed run goes on with the time that is left and the rate where it was", async () => {
  for (const schedule of SCHEDULES) {
    const settings = { minutes: 0.5, schedule, warmup: schedule === "one-cycle" ? null : 3 };
    const durations = { step: 1300, validation: 700 };
    const whole = await train(settings, durations);
    assert(whole.snapshot.budget!.milliseconds > 29_000);
    for (const events of [1, 4, 5, 6, 13]) {
      const { snapshot } = await train(settings, durations, { events });
      const rest = await train(settings, durations, { from: JSON.parse(JSON.stringify(snapshot), revive) });
      assertEquals(rest.steps.map(figures), whole.steps.slice(-rest.steps.length).map(figures), `after ${events}`);
      assertEquals(rest.snapshot, whole.snapshot, `${schedule} after ${events} events`);
    }
    const finished = await train(settings, durations, { from: whole.snapshot });
    assertEquals(finished.steps, []);
  }
});

Deno.test("a resumed run without a validation so far knows how long one will take", async () => {
  for (const [step, validationBatches] of [[500, 20], [170, 60]]) {
    const session = async (from?: FitSnapshot, most = Infinity): Promise<[number[], FitSnapshot]> => {
      const clock = { time: 0 };
      const settings = completeSettings(TRAIN_SETTINGS, { minutes: 0.25, learningRate: 0.1, schedule: "linear" });
      const learning = new Quadratic(clock, { step, validation: 3000 }, { batches: 1000, validationBatches });
      const trainer = new Trainer(learning, settings, { now: () => clock.time });
      if (from) trainer.restore(from);
      const rates: number[] = [];
      for await (const event of trainer.run()) {
        if (event.event === "step" && rates.push(event.learningRate) === most) break;
      }
      return [rates, trainer.snapshot()];
    };
    const [whole, complete] = await session();
    assertEquals((await session(complete))[0], []);
    // The state of an earlier version does not have the fastest step.
    const { fastest: _fastest, ...earlier } = complete.budget!;
    assertEquals((await session({ ...complete, budget: earlier }))[0], []);
    for (const cut of [1, 7, whole.length - 1]) {
      const [, snapshot] = await session(undefined, cut);
      assertEquals((await session(JSON.parse(JSON.stringify(snapshot), revive)))[0], whole.slice(cut));
    }
  }
});

Deno.test("a finished run goes on with a larger budget", async () => {
  const durations = { step: 1000, validation: 0 };
  const first = await train({ minutes: 0.5, schedule: "cosine" }, durations);
  const { steps } = await train({ minutes: 1, schedule: "cosine" }, durations, { from: first.snapshot });
  assertEquals([first.steps.length, steps.length], [30, 30]);
  // Half of the new time has passed.
  assertAlmostEquals(steps[0].learningRate, 0.05, 1e-9);
});

Deno.test("the number of steps is estimated from the speed", async () => {
  const { steps } = await train({ minutes: 1 }, { step: 1000, validation: 0 });
  assertEquals(new Set(steps.map(({ steps }) => steps)), new Set([60]));
  assertEquals(new Set(steps.map(({ epochs }) => epochs)), new Set([15]));
  const { trainer } = await train({ minutes: 1 }, { step: 1000, validation: 0 }, { events: 1 });
  assertEquals([trainer.step, trainer.steps, trainer.isFinished], [1, 60, false]);
});

Deno.test("early stopping ends a run before its budget", async () => {
  // At this rate the loss rises from the first epoch on.
  const settings = { minutes: 1, optimizer: "sgd", learningRate: 1.01, patience: 2 } as const;
  const { events, steps } = await train(settings, { step: 1000, validation: 1000 });
  assertEquals(steps.length, 12);
  const [last] = events.slice(-1);
  assertEquals(last.event === "epoch" && last.stopped, { waited: 2, kept: 1 });
});

/** Returns the figures that must be the same in a resumed run. */
function figures({ step, epoch, loss, learningRate, gradientNorm }: StepEvent): number[] {
  return [step, epoch, loss, learningRate, gradientNorm];
}

/** Turns what JSON makes of arrays of floats into such arrays again. */
function revive(_: string, value: unknown): unknown {
  const isFloats = typeof value === "object" && value !== null && !Array.isArray(value) && "0" in value;
  return isFloats ? Float32Array.from(Object.values(value) as number[]) : value;
}
