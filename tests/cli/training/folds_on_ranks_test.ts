import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { completePlan } from "../../../cli/commands/asked_fields.ts";
import { INTERRUPTED, startProgram } from "../../../cli/terminal/mod.ts";
import { type FoldsReport, readFoldsReport, runFolds } from "../../../cli/training/mod.ts";
import { type Communicator, createLocalCommunicators } from "../../../src/distributed/mod.ts";
import { CLASSIFIER_PROGRAM } from "../../../tasks/classification/program.ts";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import type { AnyProgram } from "../../../tasks/task_model/mod.ts";
import { inTempDir } from "../../support/command.ts";

const PROGRAM = CLASSIFIER_PROGRAM as unknown as AnyProgram;
const NETWORK = { embed: 2, hidden: 2, dropout: 0.2, wide: false, architecture: "network" };

/** A cross-validation with four folds of small networks; returns the exit code of each rank. */
async function cross(
  directory: string,
  ranks: readonly (Communicator | undefined)[],
  report?: FoldsReport,
  change: (rank: number) => object = () => ({}),
): Promise<number[]> {
  const given = {
    plan: { data: `${directory}/reviews.tsv`, folds: 4 },
    model: NETWORK,
    fit: { epochs: 1, batch: 16, seed: 3 },
  };
  const plan = completePlan(PROGRAM, given.plan);
  return await Promise.all(ranks.map(async (communicator, rank) =>
    await runFolds({
      program: PROGRAM,
      command: "train-classifier",
      directory: `${directory}/${ranks.length}`,
      given,
      chosen: { ...given, fit: { ...given.fit, ...change(rank) } },
      plan,
      data: await PROGRAM.read(plan, { startProgram }),
      reading: {},
      report,
      values: { quiet: true },
      communicator,
    })
  ));
}

async function withReviews(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const lines = generateReviews(24).map(({ text, label }) => `${label}\t${text}\n`);
    await Deno.writeTextFile(`${directory}/reviews.tsv`, `label\ttext\n${lines.join("")}`);
    for (const size of [1, 2, 3]) await Deno.mkdir(`${directory}/${size}`);
    await body(directory);
  });
}

Deno.test("the folds of 3 ranks have the figures of one process, and those that are finished are kept", async () => {
  await withReviews(async (directory) => {
    assertEquals(await cross(directory, [undefined]), [0]);
    const expected = (await readFoldsReport(`${directory}/1`))!;
    assertEquals(expected.folds.length, 4);
    assertEquals(await cross(directory, createLocalCommunicators(3)), [0, 0, 0]);
    assertEquals(await readFoldsReport(`${directory}/3`), expected);
    const changed = { ...expected.folds[0], accuracy: 0.125 };
    const begun = { ...expected, folds: [changed, expected.folds[1]], notes: expected.notes!.slice(0, 2) };
    await cross(directory, createLocalCommunicators(2), begun);
    assertEquals(await readFoldsReport(`${directory}/2`), {
      ...expected,
      folds: [changed, ...expected.folds.slice(1)],
    });
  });
});

Deno.test("a rank that is stopped ends the folds of all ranks, after those before its own", async () => {
  await withReviews(async (directory) => {
    const [first, second] = createLocalCommunicators(2);
    // Rank 1 has no result of its first fold, as after Ctrl-C.
    const stopping: Communicator = Object.create(second, {
      rank: { value: 1 },
      size: { value: 2 },
      gather: { value: (own: object) => second.gather(own !== null && "figures" in own ? null : own) },
    });
    assertEquals(await cross(directory, [first, stopping]), [INTERRUPTED, INTERRUPTED]);
    assertEquals((await readFoldsReport(`${directory}/2`))!.folds.length, 1);
  });
});

Deno.test("ranks with other options are refused on all ranks, by name", async () => {
  await withReviews(async (directory) => {
    const run = () => cross(directory, createLocalCommunicators(2), undefined, (rank) => ({ epochs: 1 + rank }));
    const { message } = await assertRejects(run, RangeError);
    assertMatch(message, /expected the options .*"epochs":1.* of rank 0 on all ranks, found .*"epochs":2.* on rank 1/);
  });
});
