import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, LanguageModel, type LanguageModelFitOptions } from "../../mod.ts";
import { History } from "../../src/train/history.ts";
import { readHistory, recordSample, type StepEvent } from "../../src/train/mod.ts";
import { babble, inTempDir } from "../support/command.ts";

const TEXT = babble(600);
const CORPUS = { train: TEXT.slice(0, 500), valid: TEXT.slice(500) };
const TOKENIZER = CharTokenizer.train(TEXT);
/** Eight steps an epoch. */
const OPTIONS: LanguageModelFitOptions = { batch: 2, bptt: 32, epochs: 2 };

const makeModel = (): LanguageModel => LanguageModel.create({ tokenizer: TOKENIZER, hidden: 4, embed: 4 });

/** The lines of a directory's history. */
async function linesOf(directory: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(`${directory}/history.jsonl`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The events of the lines, such as "step 7 1" for the seventh step, of the first epoch. */
function eventsOf(lines: readonly Record<string, unknown>[]): string[] {
  return lines.slice(1).map(({ event, step, epoch }) => `${event} ${step} ${epoch}`);
}

/** The figures of the lines without times and without the memory that other tests may hold. */
function figuresOf(lines: readonly Record<string, unknown>[]): unknown[] {
  return lines.map(({ seconds: _, tokens_per_second: __, engine_mib: ___, ...line }) => line);
}

function stepEvent(step: number): StepEvent {
  const figures = {
    loss: 1 / 3,
    gradientNorm: 2,
    learningRate: 0.1,
    tokens: 9,
    milliseconds: 1,
    tokensPerSecond: 9000.4,
  };
  return { event: "step", step, epoch: 1, steps: 100, epochs: 1, ...figures };
}

const MEMORY = 0.25 * 2 ** 20;

Deno.test("a run in a directory records every step and epoch", async () => {
  await inTempDir(async (directory) => {
    await makeModel().fit(CORPUS, { ...OPTIONS, directory });
    const lines = await linesOf(directory);
    assertEquals(lines[0], { event: "run", version: 1, every: 1 });
    const epochs = [1, 2].flatMap((epoch) => [
      ...Array.from({ length: 8 }, (_, i) => `step ${8 * epoch - 7 + i} ${epoch}`),
      `epoch ${8 * epoch} ${epoch}`,
    ]);
    assertEquals(eventsOf(lines), epochs);
    const [step, epoch] = [lines[1], lines.at(-1)!];
    const common = ["event", "step", "epoch"];
    assertEquals(Object.keys(step), [
      ...common,
      ...["loss", "lr", "grad_norm", "tokens_per_second", "seconds", "engine_mib"],
    ]);
    assertEquals(Object.keys(epoch), [...common, "train_loss", "validation", "best", "seconds", "engine_mib"]);
    assert((epoch.validation as { loss: number }).loss > 0);
    assert((epoch.seconds as number) >= (step.seconds as number));
  });
});

Deno.test("a resumed run continues the history without gaps and duplicates, whatever a killed one left", async () => {
  await inTempDir(async (directory) => {
    const whole = `${directory}/whole`;
    await makeModel().fit(CORPUS, { ...OPTIONS, directory: whole });
    for (const stop of [1, 8, 9]) {
      const stopped = `${directory}/${stop}`;
      const events = makeModel().fit(CORPUS, { ...OPTIONS, directory: stopped, saveEvery: 3 });
      let steps = 0;
      for await (const event of events) if (event.event === "step" && ++steps === stop) break;
      // A line of a step after the last checkpoint, and one that was not written to its end.
      const late = JSON.stringify({ event: "step", step: stop + 1, epoch: 9 });
      await Deno.writeTextFile(`${stopped}/history.jsonl`, `${late}\n{"event":"st`, { append: true });
      await (await LanguageModel.load(stopped)).fit(CORPUS, { resume: stopped });
      assertEquals(figuresOf(await linesOf(stopped)), figuresOf(await linesOf(whole)), `stopped after ${stop}`);
    }
  });
});

Deno.test("a new run in a directory begins a new history, and a missing or damaged one does not stop a resumed run", async () => {
  await inTempDir(async (directory) => {
    const options = { ...OPTIONS, directory, schedule: "constant" } as const;
    for (let i = 0; i < 2; i++) await makeModel().fit(CORPUS, { ...options, epochs: 1 });
    assertEquals((await linesOf(directory)).length, 1 + 9);
    await Deno.writeFile(`${directory}/history.jsonl`, new Uint8Array([0, 255, 10, 123]));
    await (await LanguageModel.load(directory)).fit(CORPUS, { resume: directory, epochs: 2 });
    assertEquals(eventsOf(await linesOf(directory)).length, 9);
    await Deno.remove(`${directory}/history.jsonl`);
    await (await LanguageModel.load(directory)).fit(CORPUS, { resume: directory, epochs: 3 });
    assertEquals(eventsOf(await linesOf(directory))[0], "step 17 3");
  });
});

Deno.test("the steps of a long run are thinned to a limited number", async () => {
  await inTempDir(async (directory) => {
    const history = await History.open(directory, { most: 4 });
    const add = async (history: History, from: number, to: number): Promise<void> => {
      for (let step = from; step <= to; step++) await history.add(stepEvent(step), { step, memoryBytes: MEMORY });
      await history.flush();
    };
    const steps = async (): Promise<unknown[]> => (await linesOf(directory)).slice(1).map(({ step }) => step);
    await add(history, 1, 4);
    assertEquals(await steps(), [1, 2, 3, 4]);
    await add(history, 5, 19);
    assertEquals(await steps(), [4, 8, 12, 16]);
    const { seconds: _, ...line } = (await linesOf(directory))[1];
    const figures = { loss: 1 / 3, lr: 0.1, grad_norm: 2, tokens_per_second: 9000, engine_mib: 0.3 };
    assertEquals(line, { event: "step", step: 4, epoch: 1, ...figures });
    // A resumed run goes on with the interval.
    const resumed = await History.open(directory, { most: 4, reached: { step: 17, epoch: 0 } });
    await add(resumed, 18, 33);
    assertEquals(await steps(), [8, 16, 24, 32]);
  });
});

Deno.test("samples are kept in a limited number and length, and those after the checkpoint are dropped", async () => {
  await inTempDir(async (directory) => {
    await (await History.open(directory)).flush();
    for (let step = 1; step <= 101; step++) {
      await recordSample(directory, { step, epoch: 1, text: String(step).repeat(1000) });
    }
    const samples = (await readHistory(directory)).filter(({ event }) => event === "sample");
    assertEquals(samples.map(({ step }) => step), [...Array.from({ length: 50 }, (_, i) => 2 * i + 2), 101]);
    assertEquals((samples.at(-1)!.text as string).length, 2000);
    await History.open(directory, { reached: { step: 5, epoch: 0 } });
    assertEquals((await readHistory(directory)).map(({ event, step }) => [event, step]), [
      ["run", undefined],
      ["sample", 2],
      ["sample", 4],
    ] as unknown[]);
  });
});

Deno.test("a history that is a link is not followed", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/target`, "kept");
    await Deno.symlink("target", `${directory}/history.jsonl`);
    await assertRejects(
      () => History.open(directory, { reached: { step: 1, epoch: 0 } }),
      RangeError,
      "expected a plain file, found a symbolic link",
    );
    // A new run replaces the link.
    const history = await History.open(directory);
    await history.add(stepEvent(1), { step: 1, memoryBytes: MEMORY });
    await history.flush();
    assertEquals([await Deno.readTextFile(`${directory}/target`), (await linesOf(directory)).length], ["kept", 2]);
  });
});
