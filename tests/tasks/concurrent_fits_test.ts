import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { inTempDir } from "../support/command.ts";

const TEXT = "abba abab ".repeat(20);
const tokenizer = CharTokenizer.train(TEXT);
const OPTIONS = { batch: 2, bptt: 8, maxSteps: 6 };

function make(seed = 1): LanguageModel {
  return LanguageModel.create({ tokenizer, cell: "rnn", hidden: 4, embed: 2, seed });
}

Deno.test("a second fit of a model is refused, and the first goes on as if it were alone", async () => {
  const alone = make();
  const expected = await alone.fit(TEXT, OPTIONS);
  const model = make();
  const [first, second] = await Promise.allSettled([model.fit(TEXT, OPTIONS), model.fit(TEXT, OPTIONS)]);
  assert(first.status === "fulfilled" && second.status === "rejected");
  assertEquals(second.reason.message, "fit: expected a model that is not being trained, found another fit in progress");
  assertEquals(first.value.loss, expected.loss);
  assertEquals(model.toBytes(), alone.toBytes());
  await model.fit(TEXT, OPTIONS);
});

Deno.test("two models are not trained into one directory at once, and its lock ends with the run", async () => {
  await inTempDir(async (directory) => {
    const [first, second] = [make(1), make(2)];
    const events: string[] = [];
    for await (const { event } of first.fit(TEXT, { ...OPTIONS, directory })) {
      if (events.push(event) > 1) continue;
      const words = `train into ${directory}: expected no other training run in it, found one of this process`;
      await assertRejects(async () => await second.fit(TEXT, { ...OPTIONS, directory }), RangeError, words);
      // Its own model may be saved meanwhile.
      await first.save(directory);
    }
    assertEquals(events.filter((event) => event === "step").length, OPTIONS.maxSteps);
    assertEquals((await LanguageModel.load(directory)).toBytes(), first.toBytes());
    assert(![...Deno.readDirSync(directory)].some(({ name }) => name === "elman.lock"));
    for await (const _ of second.fit(TEXT, { ...OPTIONS, directory })) break;
    await first.fit(TEXT, { ...OPTIONS, directory });
  });
});

Deno.test("60 parallel saves into one directory succeed, and the last one remains", async () => {
  await inTempDir(async (directory) => {
    const models = Array.from({ length: 60 }, (_, seed) => make(seed));
    await Promise.all(models.map((model) => model.save(directory)));
    assertEquals((await LanguageModel.load(directory)).toBytes(), models.at(-1)!.toBytes());
    assertEquals([...Deno.readDirSync(directory)].length, 5);
  });
});

Deno.test("saves of several processes into one directory wait for each other", async () => {
  await inTempDir(async (directory) => {
    const script = `import { writeDirectory } from "${new URL("../../src/formats/mod.ts", import.meta.url)}";
      for (let n = 0; n < 25; n++) await writeDirectory(Deno.args[0], { a: Deno.args[1] + n, [Deno.args[1]]: String(n) });`;
    await Deno.writeTextFile(`${directory}/script.ts`, script);
    const args = ["run", "--no-check", "--no-config", "--no-prompt", "--allow-read", "--allow-write"];
    const outputs = await Promise.all(["x", "y", "z"].map((name) =>
      new Deno.Command(Deno.execPath(), {
        args: [...args, `${directory}/script.ts`, `${directory}/out`, name],
      }).output()
    ));
    for (const { success, stderr } of outputs) assert(success, new TextDecoder().decode(stderr));
    const { readDirectory } = await import("../../src/formats/mod.ts");
    // The checksums fit all files, though each process wrote only some.
    const files = await readDirectory(`${directory}/out`, ["a", "x", "y", "z"]);
    assertEquals([...files.values()].slice(1).map((bytes) => new TextDecoder().decode(bytes)), ["24", "24", "24"]);
  });
});
