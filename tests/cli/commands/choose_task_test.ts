import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../cli/arguments/mod.ts";
import { chooseTask, chooseUser } from "../../../cli/commands/choose_task.ts";
import { findTask } from "../../../tasks/registry.ts";
import { inTempDir } from "../../support/command.ts";

const TASKS = ["classification", "vector-classification"].map((name) => findTask(name)!);

Deno.test("the data choose the task that trains, unless a column of texts is named", async () => {
  await inTempDir(async (directory) => {
    const file = `${directory}/a.jsonl`;
    await Deno.writeTextFile(file, '{"label": "up", "note": "a", "frames": [[1], [2]]}\n');
    const chosen = async (...args: string[]): Promise<string> => (await chooseTask(TASKS, args)).name;
    assertEquals(await chosen("--data", file), "vector-classification");
    assertEquals(await chosen(`--data=${file}`, "--text-column", "note"), "classification");
    assertEquals(await chosen("--data", `${directory}/b.jsonl`, "--help"), "classification");
    assertEquals(await chosen("--data", "a.fa,b.fa", "--labels", "a,b"), "classification");
  });
});

Deno.test("a file of numbers is no text for a model of texts", async () => {
  await inTempDir(async (directory) => {
    const [file, model] = ["a.jsonl", "m"].map((name) => `${directory}/${name}`);
    await Deno.writeTextFile(file, '{"label": "up", "frames": [[1], [2]]}\n');
    await Deno.mkdir(model);
    await Deno.writeTextFile(`${model}/config.json`, '{"format": "elman", "version": 2, "task": "classification"}');
    const message = `--model ${model}: expected a model of sequences of numbers, as ${file} holds, found one of texts`;
    await assertRejects(() => chooseUser(TASKS, ["--model", model, file]), UsageError, message);
    assertEquals((await chooseUser(TASKS, ["--model", model, "Is it up?"])).name, "classification");
    assertEquals((await chooseUser(TASKS, [file])).name, "vector-classification");
  });
});
