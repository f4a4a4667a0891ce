import { assertEquals, assertStringIncludes } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { readCheckpoint } from "../../../src/formats/mod.ts";
import { parameterArrays } from "../../../src/nn/mod.ts";
import { runCommandIn } from "../../support/command.ts";

const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), embed: 4, hidden: 8 });

/** Runs a test in a folder with a model. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await model.save(`${folder}/lm`);
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("export writes a model for PyTorch, which import reads back bit for bit", async () => {
  await inFolder(async (folder) => {
    const args = ["export", "--model", "lm", "--format", "pytorch", "--out", "hamlet.pt"];
    const usage = "In Python: import hamlet; model = hamlet.load()\n";
    const first = "Exported lm: 2 files written: hamlet.pt, hamlet.py.\n" + usage;
    assertEquals((await runCommandIn(folder, ...args)).stdout, first);
    const again = await runCommandIn(folder, ...args);
    assertEquals(
      again.stdout,
      "Exported lm: nothing to write, since hamlet.pt, hamlet.py have the same contents already.\n" + usage,
    );
    const options = ["--from", "hamlet.pt", "--task", "language-modeling", "--tokenizer", "lm/tokenizer.json"];
    assertEquals((await runCommandIn(folder, "import", ...options, "--out", "again")).code, 0);
    const loaded = await LanguageModel.load(`${folder}/again`);
    assertEquals(parameterArrays(loaded.network), parameterArrays(model.network));
  });
});

Deno.test("the program of an export reads the weights whatever the name of --out, and can be imported", async () => {
  await inFolder(async (folder) => {
    const cases = [["novel-lstm.pt", "novel_lstm.py"], ["2.lm.pth", "_2_lm.py"], ["hamlet.bin", "hamlet.py"], [
      "lm1",
      "lm1.py",
    ]];
    for (const [weights, program] of cases) {
      const { stdout } = await runCommandIn(
        folder,
        ...["export", "--model", "lm", "--format", "pytorch", "--out", weights],
      );
      const module = program.replace(".py", "");
      assertEquals(
        stdout,
        `Exported lm: 2 files written: ${weights}, ${program}.\n` +
          `In Python: import ${module}; model = ${module}.load()\n`,
      );
      const text = await Deno.readTextFile(`${folder}/${program}`);
      assertStringIncludes(text, `def load(path=Path(__file__).with_name("${weights}")):\n`);
      assertStringIncludes(text, `The weights are in ${weights} beside this file`);
    }
  });
});

Deno.test("export writes safetensors in shards of a size", async () => {
  await inFolder(async (folder) => {
    const args = ["export", "--model", "lm", "--format", "safetensors", "--out", "w.safetensors"];
    const { code, stdout } = await runCommandIn(folder, ...args, "--max-shard-size", "1kb");
    assertEquals(code, 0);
    assertStringIncludes(stdout, "w.safetensors.index.json");
    const { tensors } = await readCheckpoint(`${folder}/w.safetensors.index.json`);
    assertEquals([...tensors.values()], parameterArrays(model.network));
    const wrong = await runCommandIn(folder, ...args, "--max-shard-size", "0");
    assertEquals([wrong.code, wrong.stderr], [
      2,
      'error: --max-shard-size: expected a size such as 500MB, found "0"\n',
    ]);
    const other = await runCommandIn(folder, ...args.with(4, "pytorch").with(6, "w.pt"), "--max-shard-size", "1kb");
    assertEquals([other.code, other.stderr], [
      2,
      "error: --max-shard-size: expected --format safetensors with it, found pytorch\n",
    ]);
  });
});

Deno.test("a whole file and shards of one name take each other's place", async () => {
  await inFolder(async (folder) => {
    const args = ["export", "--model", "lm", "--format", "safetensors", "--out", "model.safetensors"];
    const shards = ["--max-shard-size", "1kb"];
    const index = "model.safetensors.index.json";
    const moved = (name: string): string => `Moved the existing file ${name} to ${name}.1.\n`;
    assertEquals((await runCommandIn(folder, ...args, ...shards)).stderr, "");
    assertEquals((await runCommandIn(folder, ...args)).stderr, moved(index));
    assertEquals((await readCheckpoint(folder)).files, [`${folder}/model.safetensors`]);
    assertEquals((await runCommandIn(folder, ...args, ...shards)).stderr, moved("model.safetensors"));
    assertEquals((await readCheckpoint(folder)).files[0], `${folder}/${index}`);
    const inModel = await runCommandIn(folder, ...args.with(6, "lm/model.safetensors"), ...shards);
    assertEquals(inModel.code, 1);
    assertStringIncludes(
      inModel.stderr,
      "expected another file than those of the model in lm, found model.safetensors",
    );
  });
});
