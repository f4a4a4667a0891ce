import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { babble, feedCommand, inTempDir, jsonLines, runCommand, runCommandIn } from "../../support/command.ts";

const SMALL = "--hidden 8 --embed 4 --batch 4 --bptt 16 --epochs 1".split(" ");
const DOCUMENTS = Array.from({ length: 40 }, (_, i) => babble(2000).slice(i * 40, i * 40 + 15 + i));
const JSON_LINES = DOCUMENTS.map((text) => JSON.stringify({ id: 1, body: text })).join("\n");

async function succeed(directory: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommandIn(directory, ...args);
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("several files, folders and patterns train as the joined text does", async () => {
  await inTempDir(async (directory) => {
    const text = babble(2400);
    await Deno.mkdir(`${directory}/texts/deep`, { recursive: true });
    await Deno.writeTextFile(
      `${directory}/all.txt`,
      `${text.slice(0, 800)}\n${text.slice(800, 1600)}\n${text.slice(1600)}`,
    );
    await Deno.writeTextFile(`${directory}/texts/a.txt`, text.slice(0, 800));
    await Deno.writeFile(`${directory}/texts/b.txt.gz`, gzipSync(`${text.slice(800, 1600)}\r\n`));
    await Deno.writeTextFile(`${directory}/texts/deep/c.txt`, text.slice(1600));
    await Deno.writeTextFile(`${directory}/texts/.hidden.txt`, "hidden");
    const train = async (out: string, ...data: string[]): Promise<Uint8Array> => {
      await succeed(directory, "train-lm", ...data.flatMap((path) => ["--data", path]), "--out", out, ...SMALL);
      return await Deno.readFile(`${directory}/${out}/model.safetensors`);
    };
    const expected = await train("one", "all.txt");
    assertEquals(await train("files", "texts/a.txt", "texts/b.txt.gz", "texts/deep/c.txt"), expected);
    assertEquals(await train("folder", "texts"), expected);
    assertEquals(await train("pattern", "texts/**/?.txt*"), expected);
    const stdout = await succeed(directory, "train-lm", "--data", "texts/", ...SMALL);
    assertStringIncludes(stdout, "Read 3 files, 2,402 characters.");
    assertStringIncludes(stdout, "Saving to models/texts-lstm.");
    const again = await succeed(directory, "train-lm", "--data", "texts/*.txt", ...SMALL);
    assertStringIncludes(again, "Saving to models/texts-lstm-2.");

    await succeed(directory, "train-lm", "--resume", "folder", "--epochs", "2");
    const evaluate = (...data: string[]) => succeed(directory, "evaluate", "--model", "one", "--json", ...data);
    assertEquals(await evaluate("--data", "texts"), await evaluate("--data", "all.txt"));
    const tokenizer = async (...data: string[]): Promise<string> => {
      await succeed(directory, "train-tokenizer", "--vocab-size", "300", ...data);
      return await Deno.readTextFile(`${directory}/tokenizer.json`);
    };
    assertEquals(
      await tokenizer("--data", "texts/a.txt", "--data", "texts/b.txt.gz", "--data", "texts/deep/c.txt"),
      await tokenizer("--data", "all.txt"),
    );
  });
});

Deno.test("a run whose model is in the folder of its texts or records resumes on the same data", async () => {
  await inTempDir(async (directory) => {
    await Deno.mkdir(`${directory}/texts`);
    await Deno.mkdir(`${directory}/records`);
    await Deno.writeTextFile(`${directory}/texts/a.txt`, babble(1200));
    await Deno.writeTextFile(`${directory}/records/a.jsonl`, JSON_LINES);
    for (const data of ["texts", "records"]) {
      await succeed(directory, "train-lm", "--data", data, "--out", `${data}/model`, ...SMALL);
      await succeed(directory, "train-lm", "--resume", `${data}/model`, "--epochs", "2");
    }
  });
});

Deno.test("texts in another encoding train and evaluate as their UTF-8 does", async () => {
  await inTempDir(async (directory) => {
    const text = babble(1500).replaceAll("dog", "chêne");
    await Deno.writeTextFile(`${directory}/utf8.txt`, text);
    await Deno.writeFile(`${directory}/latin.txt`, Uint8Array.from(text, (character) => character.charCodeAt(0)));
    const latin = ["--data", "latin.txt", "--encoding", "windows-1252"];
    await succeed(directory, "train-lm", "--data", "utf8.txt", "--out", "a", ...SMALL);
    await succeed(directory, "train-lm", ...latin, "--out", "b", ...SMALL);
    const read = (model: string) => Deno.readFile(`${directory}/${model}/model.safetensors`);
    assertEquals(await read("b"), await read("a"));
    assertEquals(
      await succeed(directory, "evaluate", "--model", "a", "--json", ...latin),
      await succeed(directory, "evaluate", "--model", "a", "--json", "--data", "utf8.txt"),
    );
    await succeed(directory, "train-tokenizer", ...latin, "--model", "word");
    assertStringIncludes(await Deno.readTextFile(`${directory}/tokenizer.json`), "chêne");
  });
});

Deno.test("documents are trained, resumed, evaluated and generated from records and from separated texts", async () => {
  await inTempDir(async (directory) => {
    const write = (name: string, contents: string) => Deno.writeTextFile(`${directory}/${name}`, contents);
    await write("d.jsonl", JSON_LINES);
    await write("d.txt", DOCUMENTS.join("\n<>\n"));
    await write("deep.json", JSON.stringify(DOCUMENTS.map((t) => ({ m: { t } }))));
    const separated = ["--data", "d.txt", "--document-separator", "\\n<>\\n"];
    const stdout = await succeed(directory, "train-lm", "--data", "d.jsonl", "--out", "a", ...SMALL);
    const characters = DOCUMENTS.join("").length.toLocaleString("en");
    assertStringIncludes(stdout, `Read 1 file, 40 documents, ${characters} characters.`);
    assertMatch(stdout, /on 3\d documents of [\d,]+ characters/);
    await succeed(directory, "train-lm", ...separated, "--out", "b", ...SMALL);
    await succeed(directory, "train-lm", "--data", "deep.json", "--text-column", "m.t", "--out", "c", ...SMALL);
    const read = (model: string) => Deno.readFile(`${directory}/${model}/model.safetensors`);
    assertEquals(await read("b"), await read("a"));
    assertEquals(await read("c"), await read("a"));
    assertEquals((await LanguageModel.load(`${directory}/a`)).config.endOfText, "<eos>");

    await succeed(directory, "train-lm", "--resume", "b", "--epochs", "2");
    const evaluate = async (...data: string[]): Promise<Record<string, unknown>> =>
      jsonLines(await succeed(directory, "evaluate", "--model", "a", "--json", ...data))[0];
    const expected = await evaluate("--data", "d.jsonl");
    assertEquals(expected.tokens, DOCUMENTS.join("").length + 40);
    assertEquals(await evaluate(...separated), expected);
    await write("one.txt", DOCUMENTS[0]);
    assertEquals((await evaluate("--data", "one.txt")).tokens, DOCUMENTS[0].length + 1);
    const piped = ["evaluate", "--model", `${directory}/a`, "--json", "--data", "-", "--text-column", "body"];
    assertEquals(jsonLines((await feedCommand(JSON_LINES, ...piped)).stdout)[0], expected);
    await succeed(directory, "generate", "--model", "a", "--max-tokens", "20");
  });
});

for (const kind of ["word", "byte", "bpe", "unigram"]) {
  Deno.test(`a tokenizer for documents is trained with a token for their ends: ${kind}`, async () => {
    await inTempDir(async (directory) => {
      await Deno.writeTextFile(`${directory}/d.jsonl`, JSON_LINES);
      const size = kind === "bpe" || kind === "unigram" ? ["--vocab-size", "280"] : [];
      await succeed(directory, "train-lm", "--data", "d.jsonl", "--tokenizer", kind, ...size, "--out", "a", ...SMALL);
      const { config: { endOfText } } = await LanguageModel.load(`${directory}/a`);
      assertEquals(endOfText, kind === "word" ? "<eod>" : "<eos>");
      const tokenizer = ["--tokenizer", "a/tokenizer.json"];
      await succeed(directory, "train-lm", "--data", "d.jsonl", ...tokenizer, "--out", "b", ...SMALL);
      const read = (model: string) => Deno.readFile(`${directory}/${model}/model.safetensors`);
      assertEquals(await read("b"), await read("a"));
    });
  });
}

Deno.test("train-tokenizer reads the texts of records", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/d.jsonl`, JSON_LINES);
    const out = await succeed(
      directory,
      "train-tokenizer",
      "--data",
      "d.jsonl",
      "--model",
      "char",
      "--special",
      "<eos>",
    );
    assertStringIncludes(out, "Read 1 file, 40 documents, ");
    const { model } = JSON.parse(await Deno.readTextFile(`${directory}/tokenizer.json`));
    assertEquals(Object.keys(model.vocab), CharTokenizer.train(DOCUMENTS, { specials: ["<eos>"] }).vocabulary.symbols);
  });
});

Deno.test("texts and documents that do not fit are refused in one line", async () => {
  await inTempDir(async (directory) => {
    const write = (name: string, contents: string) => Deno.writeTextFile(`${directory}/${name}`, contents);
    await write("d.jsonl", JSON_LINES);
    await write("plain.txt", babble(2000));
    await write("word.txt", "supercalifragilistic");
    await write("tokenizer.json", JSON.stringify(CharTokenizer.train(DOCUMENTS)));
    await succeed(directory, "train-lm", "--data", "plain.txt", "--out", "plain", ...SMALL);
    const refuse = async (words: string, ...args: string[]): Promise<void> => {
      const { code, stderr } = await runCommandIn(directory, ...args);
      assert(code === 1 || code === 2, `exit code ${code}`);
      const [line, ...rest] = stderr.trim().split("\n");
      assert(line.startsWith("error: ") && line.length < 400 && rest.every((line) => line.startsWith("See ")), stderr);
      assertStringIncludes(line, words);
    };
    const train = ["train-lm", ...SMALL];
    await refuse("expected a tokenizer with one of", ...train, "--data", "d.jsonl", "--tokenizer", "tokenizer.json");
    await refuse(
      "expected running text, as the model is trained on",
      ...train,
      "--data",
      "plain.txt",
      "--valid",
      "d.jsonl",
    );
    await refuse(
      "expected running text, as the model is trained on",
      "evaluate",
      "--model",
      "plain",
      "--data",
      "d.jsonl",
    );
    const evaluate = ["evaluate", "--model", "plain", "--data", "plain.txt"];
    await refuse("expected running text, as the model is trained on", ...evaluate, "--document-separator", "x");
    await write("odd.txt", "the cat\nthe Ω");
    const unknown = "symbols in the vocabulary, found";
    await refuse(`${unknown} "Ω" on line 2; --unknown skip`, "evaluate", "--model", "plain", "--data", "odd.txt");
    const labeled = DOCUMENTS.map((text) => `${text.replaceAll("\n", " ")} Ω,${text.length % 2}\n`).join("");
    await write("labels.csv", `text,label\n${labeled}`);
    const classifier = ["train-classifier", "--data", "labels.csv", "--init-from", "plain"];
    await refuse(`${unknown} "Ω" in text `, ...classifier);
    await refuse('.json file for the field "text"', ...evaluate, "--text-column", "text");
    await refuse('.json file for the field "text"', ...train, "--data", "plain.txt", "--text-column", "text");
    await refuse("expected files that match the pattern", ...train, "--data", "none/*.txt");
    await refuse("a text that is not empty", ...train, "--data", "plain.txt", "--document-separator", "");
    const never = ["--data", "plain.txt", "--document-separator", "<none>"];
    await refuse("split plain.txt: expected at least 2 documents", ...train, ...never);
    await refuse('the document separator "<none>" does not occur in the text; --valid FILE', ...train, ...never);
    await refuse("to hold a line or a word", ...train, "--data", "word.txt", "--tokenizer", "word");
    await write("short.txt", "hello");
    await refuse("split short.txt: expected a share of 0.1 of 5 characters", ...train, "--data", "short.txt");
    await write("short.txt", "hello world");
    const remedy = "found 1; --valid FILE names another text for validation, --valid-fraction 0 trains without one";
    await refuse(remedy, ...train, "--data", "short.txt");
    await succeed(directory, ...train, "--data", "short.txt", "--valid-fraction", "0");
  });
});

Deno.test("a warning names records that are left out, tables that are read as text and a separator that is missing", async () => {
  await inTempDir(async (directory) => {
    const write = (name: string, contents: string) => Deno.writeTextFile(`${directory}/${name}`, contents);
    await Deno.mkdir(`${directory}/mixed`);
    await write("mixed/a.txt", babble(2000));
    await write("mixed/d.jsonl", JSON_LINES);
    await write("t.csv", `id,text\n${babble(2000).replaceAll(" ", ",")}`);
    const warns = async (words: string, ...args: string[]): Promise<void> => {
      const { code, stderr } = await runCommandIn(directory, ...args);
      assertEquals(code, 0, stderr);
      const warning = stderr.split("\n").find((line) => line.startsWith("warning: ")) ?? "none";
      assertStringIncludes(warning, words);
    };
    const leftOut = "left out 1 file of JSON records beside plain texts: mixed/d.jsonl";
    await warns(leftOut, "train-lm", "--data", "mixed", "--out", "lm", ...SMALL);
    await warns(leftOut, "train-tokenizer", "--data", "mixed", "--vocab-size", "300");
    await warns(leftOut, "evaluate", "--model", "lm", "--data", "mixed");
    await warns("read as plain text, with its header and delimiters: t.csv;", "train-lm", "--data", "t.csv", ...SMALL);
    const files = ["--data", "mixed/a.txt", "--data", "mixed/d.jsonl", "--document-separator", "<none>"];
    await warns('the document separator "<none>" does not occur in the text', "train-lm", ...files, ...SMALL);
  });
});

Deno.test("a word model trains on a text of one line", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/line.txt`, babble(4000).replaceAll("\n", " ").trim());
    const options = ["--tokenizer", "word", "--test-fraction", "0.1", "--json", ...SMALL];
    const done = jsonLines(await succeed(directory, "train-lm", "--data", "line.txt", ...options)).at(-1)!;
    assert(Number.isFinite(done.valid_loss) && Number.isFinite(done.test_loss));
    const { code } = await runCommand(
      "evaluate",
      "--model",
      `${directory}/${done.model}`,
      "--data",
      `${directory}/line.txt`,
    );
    assertEquals(code, 0);
  });
});
