// Training commands write event files for TensorBoard.

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { babble, filesUnder, inTempDir, jsonLines, type Outcome, runCommandIn } from "../../support/command.ts";
import { type ReadEvent, readEvents, scalarsOf } from "../../support/event_file.ts";

const SIZES = ["--cell", "gru", "--hidden", "5", "--embed", "4", "--batch", "2", "--bptt", "16", "--dropout", "0.3"];

/** Trains on a small text in a directory, with one thread. */
async function train(directory: string, ...args: string[]): Promise<Outcome> {
  Deno.writeTextFileSync(`${directory}/text.txt`, babble(400));
  return await runCommandIn(directory, "train-lm", "--threads", "1", "--json", "--log-every", "1", ...args);
}

function eventsOf({ stdout }: Outcome, kind: string): Record<string, unknown>[] {
  return jsonLines(stdout).filter(({ event }) => event === kind);
}

function textsOf(events: readonly ReadEvent[], tag: string): [step: number, text: string][] {
  return events.flatMap(({ step, values }) =>
    values.filter((value) => value.tag === tag).map(({ text }): [number, string] => [step, text!])
  );
}

Deno.test("an event file has the figures, samples and histograms of a run, which has the same bits without it", async () => {
  await inTempDir(async (directory) => {
    const data = ["--data", "text.txt", ...SIZES, "--epochs", "2"];
    const plain = await train(directory, ...data, "--out", "plain");
    assertEquals(plain.code, 0, plain.stderr);
    const logged = ["--tensorboard", "runs/a", "--histogram-every", "8", "--sample-every", "12", "--out", "logged"];
    const run = await train(directory, ...data, ...logged);
    assertEquals(run.code, 0, run.stderr);
    assertEquals(filesUnder(`${directory}/logged`), filesUnder(`${directory}/plain`));

    const [{ name }] = Deno.readDirSync(`${directory}/runs/a`);
    assert(/^events\.out\.tfevents\.\d{10}\.localhost\.\d+\.elman$/.test(name), name);
    const events = readEvents(`${directory}/runs/a`);
    const [first, second] = events;
    assertEquals([first.version, second.isStart, second.step], ["brain.Event:2", true, 0]);
    const steps = eventsOf(run, "step");
    assertEquals(steps.length, 24);
    for (const figure of ["loss", "lr", "grad_norm", "tokens_per_second"]) {
      const expected = steps.map((line) => [line.step, Math.fround(line[figure] as number)]);
      assertEquals(scalarsOf(events, `train/${figure}`), expected as [number, number][]);
    }
    for (const figure of ["train_loss", "valid_loss", "perplexity"]) {
      const expected = eventsOf(run, "epoch").map((line, i) => [12 * (i + 1), Math.fround(line[figure] as number)]);
      assertEquals(scalarsOf(events, `epoch/${figure}`), expected as [number, number][]);
    }
    for (const memory of ["engine_mib", "rss_mib"]) {
      assert(scalarsOf(events, `memory/${memory}`).every(([, value]) => value > 0), memory);
    }
    const samples = eventsOf(run, "sample").map(({ step, text }) => [step, (text as string).replaceAll(/^/gm, "    ")]);
    assertEquals(textsOf(events, "sample"), samples as [number, string][]);
    const [[at, settings]] = textsOf(events, "settings");
    assertEquals(at, 0);
    for (const row of ["| cell | gru |", "| dropout | 0.3 |", "| epochs | 2 |"]) assertStringIncludes(settings, row);
    checkHistograms(events, steps);
  });
});

/** Checks that histograms of weights and gradients are there every 8 steps, and that the gradients have the norm. */
function checkHistograms(events: readonly ReadEvent[], steps: readonly Record<string, unknown>[]): void {
  const all = events.flatMap(({ step, values }) =>
    values.flatMap(({ tag, histogram }) => histogram ? [{ step, tag, ...histogram }] : [])
  );
  assertEquals([...new Set(all.map(({ step }) => step))], [8, 16, 24]);
  for (const step of [8, 16, 24]) {
    const [weights, gradients] = ["weights/", "gradients/"].map((prefix) =>
      all.filter((histogram) => histogram.step === step && histogram.tag.startsWith(prefix))
    );
    assertEquals(weights.map(({ tag }) => tag.slice(8)), gradients.map(({ tag }) => tag.slice(10)));
    assertEquals(weights.find(({ tag }) => tag === "weights/rnn.weight_hh_l0")?.count, 75);
    const squares = gradients.reduce((sum, { sumOfSquares }) => sum + sumOfSquares, 0);
    assertAlmostEquals(Math.sqrt(squares), steps[step - 1].grad_norm as number, 1e-6);
  }
}

Deno.test("a resumed run goes on in a new event file, and one without histograms has none", async () => {
  await inTempDir(async (directory) => {
    const board = ["--tensorboard", "runs"];
    assertEquals(
      (await train(directory, "--data", "text.txt", ...SIZES, "--max-steps", "5", "--out", "m", ...board)).code,
      0,
    );
    const [file] = Deno.readDirSync(`${directory}/runs`);
    Deno.renameSync(`${directory}/runs/${file.name}`, `${directory}/runs/events.out.tfevents.0`);
    assertEquals((await train(directory, "--resume", "m", "--max-steps", "8", ...board)).code, 0);
    assertEquals([...Deno.readDirSync(`${directory}/runs`)].length, 2);
    const events = readEvents(`${directory}/runs`);
    assertEquals(scalarsOf(events, "train/loss").map(([step]) => step), [1, 2, 3, 4, 5, 6, 7, 8]);
    assertEquals(events.filter(({ isStart }) => isStart).map(({ step }) => step), [0, 6]);
    assertEquals(textsOf(events, "settings").map(([step]) => step), [0, 5]);
    assert(events.every(({ values }) => values.every(({ histogram }) => histogram === undefined)));
  });
});

Deno.test("each fold of a cross-validation has an event file in a folder of its own", async () => {
  await inTempDir(async (directory) => {
    const rows = Array.from({ length: 12 }, (_, i) => `l${i % 2},word ${i}\n`);
    await Deno.writeTextFile(`${directory}/my.csv`, "label,text\n" + rows.join(""));
    const args = ["--data", "my.csv", "--folds", "2", "--epochs", "1", "--hidden", "4", "--embed", "4", "--out", "f"];
    const { code, stderr } = await runCommandIn(directory, "train-sentiment", ...args, "--tensorboard", "runs");
    assertEquals(code, 0, stderr);
    assertEquals([...Deno.readDirSync(`${directory}/runs`)].map(({ name }) => name).sort(), ["fold-1", "fold-2"]);
    for (const fold of ["fold-1", "fold-2"]) {
      const events = readEvents(`${directory}/runs/${fold}`);
      assertEquals(scalarsOf(events, "epoch/valid_accuracy").length, 1);
      assert(scalarsOf(events, "train/loss").length > 0);
    }
  });
});

Deno.test("event files that cannot be written are refused in one line before anything is read or made", async () => {
  await inTempDir(async (directory) => {
    const cases: [args: string[], code: number, message: string][] = [
      [["--tensorboard", "text.txt"], 1, "--tensorboard text.txt: expected a directory or nothing, found a file"],
      [["--tensorboard", "text.txt/x"], 1, "--tensorboard text.txt/x: ENOTDIR: not a directory"],
      [["--histogram-every", "5"], 2, "--histogram-every: expected --tensorboard with it, found none"],
      [["--tensorboard", "x/y"], 1, "read missing.txt: expected a file, found none"],
    ];
    for (const [args, code, message] of cases) {
      const run = await train(directory, "--data", "missing.txt", "--out", "m", ...args);
      assertEquals([run.code, run.stderr], [code, `error: ${message}\n`]);
    }
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["text.txt"]);
  });
});
