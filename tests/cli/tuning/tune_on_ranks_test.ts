import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { completePlan } from "../../../cli/commands/asked_fields.ts";
import { startProgram } from "../../../cli/terminal/mod.ts";
import { runTrial } from "../../../cli/tuning/trial.ts";
import { tune } from "../../../cli/tuning/mod.ts";
import { type Communicator, createLocalCommunicators } from "../../../src/distributed/mod.ts";
import { CLASSIFIER_PROGRAM } from "../../../tasks/classification/program.ts";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import { TASKS } from "../../../tasks/registry.ts";
import type { AnyProgram } from "../../../tasks/task_model/mod.ts";
import { merge, readRecord, type RunFields } from "../../../tasks/tuning/mod.ts";
import { inTempDir } from "../../support/command.ts";

const PROGRAM = CLASSIFIER_PROGRAM as unknown as AnyProgram;
/** Leaves only the learning rate to the search, which then ends long before its time. */
const MODEL = { embed: 2, hidden: 2, layers: 1, pooling: "mean", dropout: 0.4, inputDropout: 0.1, wordDropout: 0.1 };
const FIXED = [...Object.keys(MODEL), "adversarial", "minCount", "epochs"];

/** Prepares a rank for a search among learning rates, of 9 minutes at most. */
async function prepare(directory: string, seed = 1, communicator?: Communicator) {
  const given = {
    plan: { data: `${directory}/reviews.tsv`, minCount: 1 },
    model: MODEL,
    fit: { epochs: 1, batch: 16, adversarial: 0, seed },
  };
  const plan = completePlan(PROGRAM, given.plan);
  const data = await PROGRAM.read(plan, { startProgram });
  const model = await PROGRAM.create(plan, given.model, data.data, {});
  const corpus = await PROGRAM.corpus(model, data.data);
  const settings = await model.checkFit(corpus, given.fit);
  return {
    ...{ program: PROGRAM, command: "train-classifier", tasks: TASKS, start: performance.now(), given, fixed: FIXED },
    ...{ plan, model, data, corpus, settings, values: { autotune: 9, quiet: true, threads: "1" }, communicator },
    directoryFor: () => Promise.resolve(`${directory}/model`),
    // As if there were memory for three members.
    fits: ({ model }: RunFields) => Promise.resolve((model?.members as number) <= 3),
  };
}

Deno.test("ranks share the trials of a search, each has the figures of one process, and all choose the same", async () => {
  await inTempDir(async (directory) => {
    const lines = generateReviews(24).map(({ text, label }) => `${label}\t${text}\n`);
    await Deno.writeTextFile(`${directory}/reviews.tsv`, `label\ttext\n${lines.join("")}`);
    const ranks = createLocalCommunicators(2);
    const all = await Promise.all(ranks.map((communicator) => prepare(directory, 1, communicator)));
    const [first, second] = await Promise.all(all.map((options) => tune(options)));
    assertEquals(second!.change, first!.change);
    assertEquals([first!.directory, second!.directory], [`${directory}/model`, `${directory}/model`]);
    const path = `${directory}/model/tuning.json`;
    const record = readRecord(await Deno.readTextFile(path), path);
    assert(record.trials.length > 3);
    assertNotEquals(record.chosen, null);
    // There is time for five.
    assertEquals([first!.change.model?.members, record.last], [3, first!.change]);
    const setup = { program: PROGRAM, data: all[0].data.data, reading: {} };
    for (const trial of record.trials.slice(0, 3)) {
      const fields = merge(record.given, record.candidates[trial.candidate]) as typeof all[0]["given"];
      assertEquals((await runTrial(setup, { ...trial, fields })).figures, trial.figures);
    }
    await Promise.all([first!.end(false), second!.end(false)]);
    // The same command again finds the choice, without another search.
    const again = createLocalCommunicators(2);
    const later = await Promise.all(again.map(async (communicator) => tune(await prepare(directory, 1, communicator))));
    assertEquals(later.map((tuned) => tuned!.change), [first!.change, first!.change]);
    const ended = createLocalCommunicators(2);
    const others = await Promise.allSettled(
      ended.map(async (communicator, rank) => tune(await prepare(directory, 1 + rank, communicator))),
    );
    const messages = others.map((outcome) => (outcome as PromiseRejectedResult).reason.message);
    assertEquals(messages[1], messages[0]);
    assert(/autotune: expected the options .* on rank 1/.test(messages[0]), messages[0]);
  });
});
