import { assert, assertEquals } from "@std/assert";
import { generateReviews } from "../../tasks/default_data/mod.ts";
import { inTempDir, runCommand } from "../support/command.ts";
import { end, type Ended, type Launcher, launchers, messagesIn, start } from "./launcher.ts";

const SMALL = ["--embed", "3", "--hidden", "3", "--epochs", "1", "--quiet", "--threads", "1"];
/** Leaves only the learning rate to a search. */
const FIXED = [
  ...["--layers", "1", "--pooling", "mean", "--adversarial", "0", "--dropout", "0.4", "--input-dropout", "0.1"],
  ...["--word-dropout", "0.1", "--min-count", "1", "--conv", "0"],
];

/** Trains classifiers of a few reviews on ranks, which must succeed. */
async function train(launcher: Launcher, ranks: number, directory: string, ...args: string[]): Promise<Ended> {
  const data = ["--data", `${directory}/reviews.tsv`];
  const ended = await end(start(launcher, ranks, ["train-classifier", ...data, ...SMALL, ...args]));
  assertEquals(ended.code, 0, ended.errors);
  return ended;
}

for (const launcher of launchers()) {
  Deno.test(`${launcher.name}: ranks share folds, members and trials, with the results of one process`, async () => {
    await inTempDir(async (directory) => {
      const lines = generateReviews(40).map(({ text, label }) => `${label}\t${text}\n`);
      await Deno.writeTextFile(`${directory}/reviews.tsv`, `label\ttext\n${lines.join("")}`);
      const alone = async (...args: string[]): Promise<void> => {
        const data = ["--data", `${directory}/reviews.tsv`];
        const { code, stderr } = await runCommand("train-classifier", ...data, ...SMALL, ...args);
        assertEquals(code, 0, stderr);
      };
      const read = (path: string): string => Deno.readTextFileSync(`${directory}/${path}`);
      const hashOf = (path: string): string => new Uint8Array(Deno.readFileSync(`${directory}/${path}`)).toHex();
      await alone("--folds", "3", "--out", `${directory}/alone`);
      await train(launcher, 2, directory, "--folds", "3", "--out", `${directory}/shared`);
      assertEquals(read("shared/folds.json"), read("alone/folds.json"));

      await alone("--members", "2", "--out", `${directory}/ensemble`);
      await train(launcher, 2, directory, "--members", "2", "--out", `${directory}/members`);
      assertEquals(hashOf("members/model.safetensors"), hashOf("ensemble/model.safetensors"));

      await train(launcher, 2, directory, ...FIXED, "--autotune", "9", "--out", `${directory}/tuned`);
      const { trials, isFinished } = JSON.parse(read("tuned/tuning.json"));
      assert(trials.length > 2);
      assertEquals(isFinished, true);
      const refused = ["--data", `${directory}/reviews.tsv`, "--folds", "3", "--batch-per-rank", "4"];
      const ended = await end(start(launcher, 2, ["train-classifier", ...refused]));
      assertEquals(messagesIn(ended).length, 1, ended.errors);
      assert(messagesIn(ended)[0].includes("--batch-per-rank: expected none with --folds on several ranks"));
    });
  });
}
