import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { decodeOnnx } from "../../../src/formats/onnx/mod.ts";
import { inTempDir, jsonLines, runCommandIn } from "../../support/command.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";

Deno.test("export writes a model as ONNX beside its tokenizer, and keeps an earlier file", async () => {
  await inTempDir(async (directory) => {
    using model = LanguageModel.create({ tokenizer: CharTokenizer.train("abcd"), embed: 4, hidden: 4 });
    await model.save(`${directory}/lm`);
    Deno.writeTextFileSync(`${directory}/a.onnx`, "earlier");
    const first = await runCommandIn(directory, "export", "--model", "lm", "--format", "onnx", "--out", "a.onnx");
    assertEquals(
      [first.code, first.stdout],
      [
        0,
        "Exported lm: 3 files written: a.onnx, a_step.onnx, tokenizer.json.\n" +
        "a.onnx: ids [time, batch], h [1, batch, 4], c [1, batch, 4] -> " +
        "logits [time, batch, 4], h_next [1, batch, 4], c_next [1, batch, 4]\n" +
        "a_step.onnx: ids [batch], h [1, batch, 4], c [1, batch, 4] -> " +
        "logits [batch, 4], h_next [1, batch, 4], c_next [1, batch, 4]\n",
      ],
      first.stderr,
    );
    assertEquals(first.stderr, "Moved the existing file a.onnx to a.onnx.1.\n");
    const inputs = (file: string): unknown =>
      decodeOnnx(Deno.readFileSync(`${directory}/${file}`)).graph!.input!.map(({ name }) => name);
    assertEquals([inputs("a.onnx"), inputs("a_step.onnx")], [["ids", "h", "c"], ["ids", "h", "c"]]);
    assertEquals(
      Deno.readTextFileSync(`${directory}/tokenizer.json`),
      Deno.readTextFileSync(`${directory}/lm/tokenizer.json`),
    );
    const named = await runCommandIn(directory, "export", "--model", "lm", "--out", "b.safetensors");
    assertEquals(named.stdout, "Exported lm: 1 file written: b.safetensors.\n", named.stderr);
    const second = await runCommandIn(directory, "export", "--model", "lm", "--format", "onnx", "--int8", "--json");
    assertEquals(jsonLines(second.stdout), [
      { model: "lm", format: "onnx", files: ["lm.onnx", "lm_step.onnx", "tokenizer.json"] },
    ]);
    assertEquals(second.stderr, ""); // The same tokenizer stays where it is.
  });
});

Deno.test("export refuses what it cannot write in one line, before it reads the model", async () => {
  await inTempDir(async (directory) => {
    using model = LanguageModel.create({ tokenizer: CharTokenizer.train("abcd"), embed: 4, hidden: 4 });
    await model.save(`${directory}/lm`);
    const refused = async (code: number, message: string, ...args: string[]): Promise<void> => {
      const { code: found, stderr } = await runCommandIn(directory, "export", ...args);
      assertStringIncludes(stderr, message);
      assertEquals(found, code);
    };
    await refused(2, "--format: expected one of onnx", "--model", "lm");
    await refused(2, "--format: expected one of onnx", "--model", "lm", "--format", "pmml");
    await refused(2, "--out a.onnx: expected a name for --format pytorch, found one of onnx", ...["--model", "lm"], ...[
      "--format",
      "pytorch",
      "--out",
      "a.onnx",
    ]);
    const onnx = ["--format", "onnx"];
    await refused(1, "--model: expected a model's directory, found none at gone", "--model", "gone", ...onnx);
    await refused(1, "--out no/a.onnx: expected a directory", "--model", "lm", ...onnx, "--out", "no/a.onnx");
    await refused(1, "--out lm: expected a file or nothing", "--model", "lm", ...onnx, "--out", "lm");
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["lm"]);
  });
});

Deno.test("no command writes over a file of a model, but export leaves one with the same contents", async () => {
  await inTempDir(async (directory) => {
    for (const [name, text] of [["lm", "abcd"], ["other", "efgh"]]) {
      using model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), embed: 4, hidden: 4 });
      await model.save(`${directory}/${name}`);
    }
    Deno.writeTextFileSync(`${directory}/a.txt`, "a text to train on\n");
    const before = [...Deno.readDirSync(`${directory}/lm`)].map(({ name }) => name).sort();
    const cases: [file: string, ...args: string[]][] = [
      ["model.safetensors", "export", "--model", "lm", "--out", "lm/model.safetensors"],
      ["README.md", "export", "--model", "lm", "--format", "pytorch", "--out", "lm/README.md"],
      ["SHA256SUMS", "export", "--model", "lm", "--format", "onnx", "--out", "lm/SHA256SUMS"],
      ["tokenizer.json", "export", "--model", "other", "--out", "lm/other.onnx"],
      ["tokenizer.json", "train-tokenizer", "--data", "a.txt", "--out", "lm/tokenizer.json"],
      ["config.json", "report", "lm", "--out", "lm/config.json"],
    ];
    for (const [file, ...args] of cases) {
      const { code, stderr } = await runCommandIn(directory, ...args);
      const found = `--out lm/${file}: expected another file than those of the model in lm, found ${file}`;
      assertEquals([code, stderr], [1, `error: ${found}\n`]);
      assertEquals([...Deno.readDirSync(`${directory}/lm`)].map(({ name }) => name).sort(), before);
    }
    using loaded = await LanguageModel.load(`${directory}/lm`);
    assertEquals(loaded.config.hidden, 4);
    const own = await runCommandIn(directory, "export", "--model", "lm", "--out", "lm/lm.onnx");
    assertEquals([own.code, own.stderr], [0, ""]);
  });
});

Deno.test("export warns if models in one folder need tokenizers of one name", async () => {
  await inTempDir(async (directory) => {
    const files = [["a", "abcd"], ["b", "efgh"], ["c", "efgh"]] as const;
    const errors: string[] = [];
    for (const [name, text] of files) {
      using model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), embed: 4, hidden: 4 });
      await model.save(`${directory}/models/${name}`);
      const options = ["--model", `models/${name}`, "--out", `${name}.onnx`];
      errors.push((await runCommandIn(directory, "export", ...options)).stderr);
    }
    assertEquals(errors, [
      "",
      "Moved the existing file tokenizer.json to tokenizer.json.1. A model that was exported beside it needs it " +
      "there: export each one to a folder of its own.\n",
      "",
    ]);
  });
});
