import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  constant,
  cosineDecay,
  exponentialDecay,
  linearDecay,
  oneCycle,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
  withWarmup,
} from "../../src/optim/mod.ts";
import { loadGolden, type ScheduleGolden } from "../support/goldens.ts";

/** Makes the schedule with a golden's options; schedules return factors, while the goldens hold rates. */
function scheduleOf(golden: ScheduleGolden): Schedule {
  switch (golden.schedule) {
    case "step":
      return stepDecay({ gamma: golden.options.gamma, every: golden.options.step_size });
    case "exponential":
      return exponentialDecay({ gamma: golden.options.gamma });
    case "cosine": {
      const { lr, warmup, total, min_lr } = golden.options;
      return cosineDecay({ steps: total, warmup, minimum: min_lr / lr });
    }
    case "linear":
      return linearDecay({ steps: golden.options.total, minimum: golden.options.end });
    case "one_cycle": {
      const { total, pct_start, div_factor, final_div_factor } = golden.options;
      const start = 1 / div_factor;
      return oneCycle({ steps: total, rise: pct_start, start, minimum: start / final_div_factor });
    }
    case "reduce_on_plateau": {
      const { factor, patience, threshold } = golden.options;
      return reduceOnPlateau({ gamma: factor, patience, threshold });
    }
  }
}

/** Whether the schedules implement the golden's options. */
function isOffered(golden: ScheduleGolden): boolean {
  return golden.schedule !== "reduce_on_plateau" || golden.options.cooldown === 0;
}

/** Computes the schedule's rates at the golden's steps. */
function ratesOf(golden: ScheduleGolden): number[] {
  const schedule = scheduleOf(golden);
  const { lr } = golden.options;
  if (golden.schedule !== "reduce_on_plateau") {
    return golden.rates.map((_, i) => lr * schedule.factor({ step: i, epoch: i }));
  }
  return golden.metrics.map((metric, i) => {
    schedule.observe?.(metric);
    // PyTorch's minimum rate is not part of the schedule, so it is applied here.
    return Math.max(golden.options.min_lr, lr * schedule.factor({ step: i, epoch: i }));
  });
}

Deno.test("schedules match PyTorch's rates within 1e-12", async () => {
  const goldens = Object.entries(await loadGolden("schedules"));
  const offered = goldens.filter(([, golden]) => isOffered(golden));
  assertEquals(goldens.length - offered.length, 1);
  assertEquals(new Set(offered.map(([, { schedule }]) => schedule)).size, 6);
  for (const [name, golden] of offered) {
    const rates = ratesOf(golden);
    assert(new Set(rates).size > 3, `${name} changes`);
    rates.forEach((rate, i) => assertAlmostEquals(rate, golden.rates[i], 1e-12, `${name} at ${i}`));
  }
});

Deno.test("a constant schedule leaves the rate unchanged", () => {
  for (const step of [0, 1, 1000]) assertEquals(constant().factor({ step, epoch: step }), 1);
});

Deno.test("schedules by epoch are constant within an epoch, and schedules by step are not", () => {
  const [early, late] = [{ step: 10, epoch: 1 }, { step: 19, epoch: 1 }];
  for (const schedule of [stepDecay({ gamma: 0.5, every: 1 }), exponentialDecay({ gamma: 0.5 })]) {
    assertEquals([schedule.factor(early), schedule.factor(late)], [0.5, 0.5]);
  }
  const cosine = cosineDecay({ steps: 20 });
  assert(cosine.factor(late) < cosine.factor(early));
});

Deno.test("a step schedule can keep the rate for some epochs before the first decay", () => {
  const schedule = stepDecay({ gamma: 0.5, every: 1, after: 4 });
  const factors = [0, 3, 4, 5, 6].map((epoch) => schedule.factor({ step: 0, epoch }));
  assertEquals(factors, [1, 1, 0.5, 0.25, 0.125]);
});

Deno.test("a warm-up multiplies any schedule's factor by a rising one, and passes on what the schedule observes", () => {
  const schedule = withWarmup(stepDecay({ gamma: 0.5, every: 2 }), 4);
  const factors = [0, 1, 2, 3, 4, 5].map((step) => schedule.factor({ step, epoch: step }));
  assertEquals(factors, [0.25, 0.5, 0.375, 0.5, 0.25, 0.25]);
  const plateau = withWarmup(reduceOnPlateau({ gamma: 0.5, patience: 0 }), 2);
  for (const loss of [1, 2]) plateau.observe?.(loss);
  assertEquals([0, 1].map((step) => plateau.factor({ step, epoch: 0 })), [0.25, 0.5]);
  const restored = withWarmup(reduceOnPlateau({ gamma: 0.5, patience: 0 }), 2);
  restored.restore?.(plateau.state!());
  assertEquals(restored.factor({ step: 9, epoch: 0 }), 0.5);
});

Deno.test("a cycle of few steps, or of one, begins and ends at finite factors", () => {
  for (const steps of [1, 2, 3]) {
    for (const rise of [0, 0.3, 1]) {
      const schedule = oneCycle({ steps, rise });
      for (let step = 0; step <= steps; step++) {
        const factor = schedule.factor({ step, epoch: 0 });
        assert(factor >= 0 && factor <= 1, `step ${step} of ${steps}, rise ${rise}: ${factor}`);
      }
    }
  }
});

Deno.test("a plateau schedule restored from JSON continues as if uninterrupted", async () => {
  const golden = (await loadGolden("schedules")).reduce_on_plateau;
  assert(golden.schedule === "reduce_on_plateau");
  // A loss may be negative, such as a negative log density.
  for (const shift of [0, -10]) {
    const metrics = golden.metrics.map((metric) => metric + shift);
    const unbroken = scheduleOf(golden);
    let stopped = scheduleOf(golden);
    const factors = metrics.map((metric, i) => {
      const resumed = scheduleOf(golden);
      resumed.restore?.(JSON.parse(JSON.stringify(stopped.state?.())));
      stopped = resumed;
      for (const schedule of [unbroken, stopped]) schedule.observe?.(metric);
      return [unbroken, stopped].map((schedule) => schedule.factor({ step: i, epoch: i }));
    });
    assert(factors.at(-1)![0] < 1);
    assertEquals(factors.map(([, factor]) => factor), factors.map(([factor]) => factor));
  }
});

Deno.test("a plateau schedule forgets losses, but not its factor and how long it has waited", () => {
  for (const steps of [0, 2]) {
    const schedule = withWarmup(reduceOnPlateau({ gamma: 0.5, patience: 1 }), steps);
    for (const loss of [1, 2, 2, 2]) schedule.observe?.(loss);
    schedule.forgetLosses?.();
    assertEquals(schedule.state?.(), { waited: 1, factor: 0.5 });
    schedule.observe?.(9);
    assertEquals(schedule.state?.(), { best: 9, waited: 0, factor: 0.5 });
  }
});

Deno.test("a plateau schedule finds that a negative loss has stopped falling", () => {
  const schedule = reduceOnPlateau({ gamma: 0.5, patience: 0, threshold: 0.1 });
  const factors = [-1, -1, -1.05, -1.2, -1.31].map((loss, epoch) => {
    schedule.observe?.(loss);
    return schedule.factor({ step: 0, epoch });
  });
  assertEquals(factors, [1, 0.5, 0.25, 0.25, 0.125]);
});

Deno.test("a plateau schedule refuses the state of another schedule, and keeps its own", () => {
  const schedule = reduceOnPlateau({ gamma: 0.5, patience: 0 });
  for (const loss of [1, 2]) schedule.observe?.(loss);
  const before = schedule.state?.();
  const foreign: Record<string, number>[] = [{}, { waited: 1 }, { factor: 0.5 }, { waited: -1, factor: 1 }, {
    waited: 0,
    factor: NaN,
  }];
  for (const state of foreign) {
    assertThrows(
      () => schedule.restore?.(state),
      RangeError,
      "restore a schedule: expected `waited` and `factor`, found",
    );
  }
  assertEquals(schedule.state?.(), before);
  assertEquals(schedule.factor({ step: 0, epoch: 0 }), 0.5);
});

Deno.test("schedules refuse options that are out of range", () => {
  const impossible: [string, () => Schedule][] = [
    ["`every` of at least 1 epoch, found 0", () => stepDecay({ every: 0 })],
    ["`every` of at least 1 epoch, found 1.5", () => stepDecay({ every: 1.5 })],
    ["`after` of at least 0 epochs, found -1", () => stepDecay({ every: 1, after: -1 })],
    ["`after` of at least 0 epochs, found NaN", () => stepDecay({ every: 1, after: NaN })],
    ["a finite gamma above 0, found 0", () => stepDecay({ every: 1, gamma: 0 })],
    ["a finite gamma above 0, found NaN", () => exponentialDecay({ gamma: NaN })],
    ["a finite gamma above 0, found Infinity", () => exponentialDecay({ gamma: Infinity })],
    ["more steps than warm-up steps, found 5 and 5", () => cosineDecay({ steps: 5, warmup: 5 })],
    ["more steps than warm-up steps, found NaN and 0", () => cosineDecay({ steps: NaN })],
    ["more steps than warm-up steps, found 5 and -1", () => cosineDecay({ steps: 5, warmup: -1 })],
    ["more steps than warm-up steps, found 5 and 0.5", () => cosineDecay({ steps: 5, warmup: 0.5 })],
    ["a minimum from 0 to 1, found 2", () => cosineDecay({ steps: 5, minimum: 2 })],
    ["a minimum from 0 to 1, found NaN", () => cosineDecay({ steps: 5, minimum: NaN })],
    ["more steps than warm-up steps, found 5 and 5", () => linearDecay({ steps: 5, warmup: 5 })],
    ["at least 1 step, found 0", () => oneCycle({ steps: 0 })],
    ["`rise` from 0 to 1, found 1.5", () => oneCycle({ steps: 5, rise: 1.5 })],
    ["`start` from 0 to 1, found NaN", () => oneCycle({ steps: 5, start: NaN })],
    ["`minimum` from 0 to 1, found -1", () => oneCycle({ steps: 5, minimum: -1 })],
    ["a number of warm-up steps of at least 0, found 0.5", () => withWarmup(constant(), 0.5)],
    ["a gamma between 0 and 1, found 1", () => reduceOnPlateau({ gamma: 1 })],
    ["a patience of at least 0 epochs, found -1", () => reduceOnPlateau({ patience: -1 })],
    ["a threshold from 0 to below 1, found NaN", () => reduceOnPlateau({ threshold: NaN })],
  ];
  for (const [message, make] of impossible) {
    assertThrows(make, RangeError, `make a schedule: expected ${message}`);
  }
});

Deno.test("a warm-up passes on the methods of a class", () => {
  class Halving implements Schedule {
    #factor = 1;
    factor(): number {
      return this.#factor;
    }
    observe(): void {
      this.#factor /= 2;
    }
    state(): Record<string, number> {
      return { factor: this.#factor };
    }
    restore({ factor }: Record<string, number>): void {
      this.#factor = factor;
    }
  }
  const schedule = withWarmup(new Halving(), 2);
  schedule.observe?.(1);
  const other = withWarmup(new Halving(), 2);
  other.restore?.(schedule.state!());
  for (const own of [schedule, other]) assertEquals(own.factor({ step: 5, epoch: 0 }), 0.5);
});
