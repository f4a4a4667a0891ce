import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, LanguageModel, type LanguageModelFitOptions, type StepEvent } from "../../mod.ts";
import { planOf } from "../../src/train/mod.ts";
import { babble, filesUnder, inTempDir } from "../support/command.ts";

const TEXT = babble(600);
const DATA = { train: TEXT.slice(0, 480), valid: TEXT.slice(480) };
const TOKENIZER = CharTokenizer.train(TEXT);
/** Eight steps an epoch. */
const OPTIONS: LanguageModelFitOptions = { batch: 2, bptt: 32, epochs: 2, learningRate: 0.01, warmup: 0 };
const NUMBERS = ["model.safetensors", "training_state.safetensors"];

/** Trains into a directory, or resumes what is there, and returns the steps. */
async function train(directory: string, options: LanguageModelFitOptions): Promise<StepEvent[]> {
  const model = options.resume === undefined
    ? LanguageModel.create({ tokenizer: TOKENIZER, hidden: 4, embed: 4 })
    : await LanguageModel.load(directory);
  const steps: StepEvent[] = [];
  for await (const event of model.fit(DATA, { directory, ...options })) {
    if (event.event === "step") steps.push(event);
  }
  return steps;
}

const resume = (directory: string, options: LanguageModelFitOptions = {}): Promise<StepEvent[]> =>
  train(directory, { resume: directory, ...options });

async function stateOf(directory: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(`${directory}/training_state.json`));
}

Deno.test("the rate of a run that is extended goes on as if the run had been planned so", async () => {
  await inTempDir(async (directory) => {
    for (const schedule of ["cosine", "linear", "one-cycle"] as const) {
      const options = { ...OPTIONS, schedule, warmup: schedule === "one-cycle" ? null : 3 };
      const whole = await train(`${directory}/whole`, { ...options, epochs: 4 });
      const first = await train(`${directory}/a`, options);
      const rest = await resume(`${directory}/a`, { epochs: 4 });
      assertEquals([first.length, rest.length], [16, 16]);
      assertEquals(rest.map(rateOf), whole.slice(16).map(rateOf), schedule);
      assert(first.at(-1)!.learningRate < rest[0].learningRate && rest.at(-1)!.learningRate < 0.001, schedule);
      const { changes } = await stateOf(`${directory}/a`);
      assertEquals(changes, [{ step: 16, from: { epochs: 2 }, to: { epochs: 4 } }]);
      await Deno.remove(`${directory}/a`, { recursive: true });
    }
  });
});

Deno.test("a changed plan is kept by later resumes, to the same bits, and every change is recorded", async () => {
  await inTempDir(async (directory) => {
    const [a, b] = ["a", "b"].map((name) => `${directory}/${name}`);
    await train(a, { ...OPTIONS, schedule: "plateau", maxSteps: 5 });
    await train(b, { ...OPTIONS, schedule: "plateau", maxSteps: 5 });
    const change = { schedule: "linear", learningRate: 0.02, finalRate: 0.5, epochs: 3, maxSteps: null } as const;
    const whole = await resume(a, change);
    assertAlmostEquals(whole[0].learningRate, 0.02 * (1 - 0.5 * 5 / 24), 1e-9);
    assertEquals(whole.length, 24 - 5);
    // Stopped after three steps, and resumed without naming the changes again.
    const model = await LanguageModel.load(b);
    const controller = new AbortController();
    await assertRejects(async () => {
      for await (
        const event of model.fit(DATA, { resume: b, ...change, signal: controller.signal })
      ) if (event.event === "step" && event.step === 8) controller.abort();
    }, DOMException);
    await resume(b);
    for (const name of NUMBERS) assertEquals(filesUnder(b).get(name), filesUnder(a).get(name), name);
    const state = await stateOf(b);
    assertEquals(state.changes, (await stateOf(a)).changes);
    assertEquals((state.changes as { from: unknown }[])[0].from, {
      epochs: 2,
      maxSteps: 5,
      learningRate: 0.01,
      schedule: "plateau",
      finalRate: 0,
    });
    await resume(b, { learningRate: 0.02, epochs: 4 });
    assertEquals(((await stateOf(b)).changes as unknown[])[1], { step: 24, from: { epochs: 3 }, to: { epochs: 4 } });
  });
});

Deno.test("a budget of minutes replaces epochs and steps, and they replace it", () => {
  assertEquals(planOf({ minutes: 3, batch: 2 }), { minutes: 3 });
  assertEquals(planOf({ epochs: 3 }), { minutes: null, epochs: 3 });
  assertEquals(planOf({ maxSteps: 3 }), { minutes: null, maxSteps: 3 });
  assertEquals(planOf({ learningRate: 3, schedule: undefined }), { learningRate: 3 });
});

Deno.test("the time that a run has used is saved, and a damaged record of it or of changes is refused", async () => {
  await inTempDir(async (directory) => {
    // One step takes longer than the budget.
    const steps = await train(directory, { ...OPTIONS, epochs: undefined, minutes: 1e-9 });
    const state = await stateOf(directory);
    assertEquals([steps.length, (state.budget as { steps: number }).steps], [1, 1]);
    assertEquals(await resume(directory), []);
    assertEquals((await resume(directory, { epochs: 1 })).length, 7);
    assertEquals((await stateOf(directory)).budget, undefined);
    const damages = [
      [{ budget: { milliseconds: -1, steps: 1, validation: 0 } }, "expected budget.milliseconds to be"],
      [{ budget: 3 }, "expected budget to be an object, found 3"],
      [{ changes: {} }, "expected changes to be a list"],
      [{ changes: [{ step: 1, from: 2, to: {} }] }, "expected changes.from to be an object, found 2"],
    ] as const;
    for (const [damage, message] of damages) {
      await Deno.writeTextFile(`${directory}/training_state.json`, JSON.stringify({ ...state, ...damage }));
      await assertRejects(() => LanguageModel.loadCheckpoint(directory, { verify: false }), RangeError, message);
    }
  });
});

function rateOf({ step, learningRate }: StepEvent): number[] {
  return [step, learningRate];
}
