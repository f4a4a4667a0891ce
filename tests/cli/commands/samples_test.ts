// train-lm shows what the model writes while it learns.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { StepEvent } from "../../../mod.ts";
import { Samples } from "../../../cli/training/samples.ts";
import type { TrainingRun } from "../../../cli/training/mod.ts";
import { babble, filesUnder, inTempDir, jsonLines, runCommandIn } from "../../support/command.ts";

Deno.test("samples follow their step or its epoch, are the same each time, and change nothing in the run", async () => {
  await inTempDir(async (directory) => {
    Deno.writeTextFileSync(`${directory}/text.txt`, babble(400));
    const sizes = [
      "--cell",
      "rnn",
      "--hidden",
      "5",
      "--embed",
      "4",
      "--dropout",
      "0.3",
      "--batch",
      "2",
      "--bptt",
      "16",
    ];
    const train = (out: string, ...args: string[]) =>
      runCommandIn(
        directory,
        "train-lm",
        ...[
          "--data",
          "text.txt",
          ...sizes,
          "--averaging",
          "0.9",
          "--epochs",
          "2",
          "--threads",
          "1",
          "--out",
          out,
          ...args,
        ],
      );
    const plain = await train("plain", "--json");
    assertEquals(plain.code, 0, plain.stderr);
    const eventsOf = (stdout: string, kind: string) => jsonLines(stdout).filter(({ event }) => event === kind);
    assertEquals(eventsOf(plain.stdout, "sample"), []);
    const [{ steps }] = eventsOf(plain.stdout, "done");
    assertEquals(steps, 24);

    const options = ["--sample-every", "6", "--sample-prompt", "the c", "--sample-length", "12"];
    const sampled = await train("sampled", "--json", ...options);
    assertEquals(sampled.code, 0, sampled.stderr);
    const samples = eventsOf(sampled.stdout, "sample");
    assertEquals(samples.map(({ step }) => step), [6, 12, 18, 24]);
    const kept = jsonLines(Deno.readTextFileSync(`${directory}/sampled/history.jsonl`));
    assertEquals(
      kept.filter(({ event }) => event === "sample").map(({ step, epoch, text }) => ({
        event: "sample",
        step,
        text,
        epoch,
      })),
      samples.map(({ step, text }) => ({ event: "sample", step, text, epoch: step as number > 12 ? 2 : 1 })),
    );
    for (const { text } of samples) assert(/^the c.{12}$/s.test(text as string), `${text}`);
    const kinds = jsonLines(sampled.stdout).map(({ event }) => event);
    assertEquals(kinds, ["sample", "epoch", "sample", "sample", "epoch", "sample", "done"]);
    const state = ({ stdout }: typeof plain, out: string) => {
      const files = filesUnder(`${directory}/${out}`);
      return [
        eventsOf(stdout, "epoch"),
        [...files.keys()],
        files.get("model.safetensors"),
        files.get("training_state.safetensors"),
      ];
    };
    assertEquals(state(sampled, "sampled"), state(plain, "plain"));

    const shown = await train("shown", ...options);
    const indented = (samples[1].text as string).trim().replaceAll(/^(?=.)/gm, "  ");
    assertStringIncludes(shown.stdout, `\nsample after step 12:\n${indented}\n`);
    assert(shown.stdout.indexOf("epoch 1:") < shown.stdout.indexOf("sample after step 12:"));
    assert(!shown.stdout.includes("sample after step 24:"), "the end of the run shows a longer one");

    const refused: [args: string[], message: string][] = [
      [["--sample-prompt", "é"], '--sample-prompt: expected the 14 symbols in the vocabulary, found "é" in the prompt'],
      [
        ["--sample-every", "0", "--sample-length", "9"],
        "--sample-length: expected --sample-every above 0 with it, found 0",
      ],
      [["--json", "--sample-prompt", "a"], "--sample-prompt: expected --sample-every above 0 with it, found none"],
      [["--quiet", "--sample-every", "2"], "--sample-every: expected this option or --quiet, found both"],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await train("refused", ...args);
      assertEquals([code, stderr], [2, `error: ${message}\n`]);
    }
    assertEquals([...Deno.readDirSync(directory)].filter(({ name }) => name === "refused"), []);
    const none = await train("none", "--quiet", "--sample-every", "0");
    assertEquals([none.code, none.stderr], [0, ""]);
  });
});

/** The steps after which a run of `last` steps shows samples, if `batches` are an epoch. */
async function shownIn(
  last: number,
  { stepsAt = () => last, first = 1, batches = Infinity, values = {} }: {
    readonly stepsAt?: (step: number) => number;
    readonly first?: number;
    readonly batches?: number;
    readonly values?: ConstructorParameters<typeof Samples>[0];
  } = {},
): Promise<number[]> {
  const shown: number[] = [];
  const run = {
    showSample: ({ step }: { step: number }) => Promise.resolve(shown.push(step)),
  } as unknown as TrainingRun;
  const events = async function* () {
    for (let step = first; step <= last; step++) {
      yield { event: "step", step, steps: stepsAt(step) } as StepEvent;
      if (step % batches === 0) yield { event: "epoch" } as const;
    }
  };
  const samples = new Samples(values, () => Promise.resolve(""));
  for await (const _ of samples.among(events(), run));
  return shown;
}

Deno.test("by default there is a sample after each epoch but the last, and some within long ones", async () => {
  assertEquals(await shownIn(200, { batches: 50 }), [50, 100, 150]);
  assertEquals(await shownIn(30, { batches: 30 }), []);
  assertEquals(await shownIn(500, { batches: 250 }), [100, 200, 250, 350, 450]);
  assertEquals(await shownIn(2000, { batches: 1000 }), [200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
  assertEquals(await shownIn(200, { batches: 50, first: 120 }), [150]);
  assertEquals(await shownIn(200, { batches: 50, values: { "sample-every": 90 } }), [90, 180]);
  for (const values of [{ "sample-every": 0 }, { quiet: true }, { json: true }]) {
    assertEquals(await shownIn(200, { batches: 50, values }), []);
  }
});

Deno.test("by default there is a sample for each tenth of a run, but none in fewer than 100 steps", async () => {
  assertEquals(await shownIn(2000), [200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
  assertEquals(await shownIn(250), [100, 200]);
  assertEquals(await shownIn(100), []);
  assertEquals(await shownIn(2000, { first: 1501 }), [1600, 1800]);
  // With a budget of time, the number of steps is an estimate, here one that rises: 464 is a multiple of a tenth, too.
  assertEquals(await shownIn(700, { stepsAt: (step) => step <= 460 ? 4600 : 4640 }), [460]);
});
