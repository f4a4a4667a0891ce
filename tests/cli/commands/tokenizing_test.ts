import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PipelineTokenizer, WordTokenizer } from "@elman/elman/tokenizers";
import { babble, feedCommand, inTempDir, jsonLines, runCommand } from "../../support/command.ts";

const TEXT = "the cat sat, don't 😀 e\u0301!\n\n  two  spaces \nlast";

Deno.test("tokenize refuses a saved tokenizer that was changed, and reads it with --no-verify", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(
      `${directory}/tokenizer.json`,
      JSON.stringify(WordTokenizer.train("a b a b", { minCount: 1 })),
    );
    await Deno.writeTextFile(`${directory}/SHA256SUMS`, `${"0".repeat(64)}  tokenizer.json\n`);
    const refused = await feedCommand("a", "tokenize", "--tokenizer", directory);
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assertStringIncludes(refused.stderr, "tokenizer.json: expected the file that SHA256SUMS records");
    const { code, stderr } = await feedCommand("a", "tokenize", "--tokenizer", directory, "--no-verify");
    assertEquals([code, stderr], [0, ""]);
  });
});

Deno.test("train-tokenizer saves a tokenizer with which tokenize encodes a text and decodes it again", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/data.txt`, babble(4000) + TEXT);
    for (const model of ["bpe", "unigram", "char"]) {
      const file = `${directory}/${model}.json`;
      const trained = await runCommand(
        "train-tokenizer",
        ...["--data", `${directory}/data.txt`, "--model", model, "--out", file, "--json"],
        ...model === "char" ? [] : ["--vocab-size", "300"],
      );
      assertEquals([trained.code, trained.stderr], [0, ""]);
      const [{ event, vocab_size: size }] = jsonLines(trained.stdout);
      const tokenizer = PipelineTokenizer.fromJSON(JSON.parse(await Deno.readTextFile(file)));
      assertEquals([event, size], ["done", tokenizer.size]);

      const shown = await feedCommand(TEXT, "tokenize", "--tokenizer", file, "--json");
      assertEquals([shown.code, shown.stderr], [0, ""]);
      const texts = TEXT.split("\n");
      const encodings = jsonLines(shown.stdout);
      assertEquals(encodings.map(({ ids }) => ids), texts.map((text) => [...tokenizer.encode(text)]));
      assertEquals(encodings.map(({ offsets }) => offsets), texts.map((text) => tokenizer.encoding(text).offsets));

      const table = await feedCommand(TEXT, "tokenize", "--tokenizer", file);
      const ids = texts.map((text) => tokenizer.encode(text).join(" ")).join("\n");
      for (const written of [shown.stdout, table.stdout, ids]) {
        const back = await feedCommand(written, "tokenize", "--tokenizer", file, "--decode");
        assertEquals(back, { code: 0, stdout: `${TEXT}\n`, stderr: "" });
      }
      const whole = await feedCommand(TEXT, "tokenize", "--tokenizer", file, "--whole", "--json");
      assertEquals(jsonLines(whole.stdout)[0].ids, [...tokenizer.encode(TEXT)]);
    }
  });
});

Deno.test("train-tokenizer prints where it saved the tokenizer, and leaves no temporary files", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/data.txt`, babble(4000));
    const args = ["train-tokenizer", "--data", `${directory}/data.txt`, "--out", `${directory}/my t.json`];
    const { code, stdout, stderr } = await runCommand(...args, "--model", "wordpiece", "--special", "<pad>");
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `saved to ${directory}/my t.json\n`);
    assertStringIncludes(stdout, `tokenize --tokenizer '${directory}/my t.json'\n`);
    const tokenizer = PipelineTokenizer.fromJSON(JSON.parse(await Deno.readTextFile(`${directory}/my t.json`)));
    assertEquals(tokenizer.tokens.slice(0, 2), ["[UNK]", "<pad>"]);
    const first = await Deno.readTextFile(`${directory}/my t.json`);
    assertEquals(await runCommand(...args, "--quiet"), { code: 0, stdout: "", stderr: "" });
    assertEquals(await Deno.readTextFile(`${directory}/my t.json.1`), first, "the old file is moved aside");
    assertStringIncludes((await runCommand(...args)).stdout, `to ${directory}/my t.json.2`);
    assertEquals([...Deno.readDirSync(directory)].length, 4, "no temporary file is left");
  });
});

Deno.test("train-tokenizer says why a vocabulary is smaller than asked for, and counts as many words as asked", async () => {
  await inTempDir(async (directory) => {
    const text = "the cat and the dog and the bird\n";
    await Deno.writeTextFile(`${directory}/data.txt`, text);
    const train = async (...args: string[]): Promise<string> => {
      const data = ["--data", `${directory}/data.txt`, "--out", `${directory}/t.json`];
      const { code, stdout, stderr } = await runCommand("train-tokenizer", ...data, ...args);
      assertEquals([code, code === 0 ? stderr : ""], [0, ""], stderr);
      return stdout;
    };
    const fewer = "Fewer than the 8,000 asked for: the text has no more";
    const asked = ["--vocab-size", "8000"];
    assertStringIncludes(await train(...asked), `${fewer} pairs of tokens to merge that occur at least 2 times.`);
    assertStringIncludes(await train(...asked, "--model", "word", "--min-count", "1"), `${fewer} words.`);
    assertStringIncludes(await train(...asked, "--model", "unigram"), `${fewer} parts that recur.`);
    assert(!(await train("--vocab-size", "6", "--model", "word")).includes("Fewer"));
    await train("--model", "word", "--max-distinct", "3");
    const { vocabulary } = WordTokenizer.train(text, { maxDistinct: 3 });
    const tokenizer = PipelineTokenizer.fromJSON(JSON.parse(await Deno.readTextFile(`${directory}/t.json`)));
    assertEquals(tokenizer.tokens, vocabulary.symbols);
    assert(vocabulary.size < WordTokenizer.train(text).size);
  });
});

Deno.test("tokenize reads tiktoken's ranks, with the pattern of the file's name or a given one", async () => {
  await inTempDir(async (directory) => {
    const tokens = [...Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)), "  ", "12", "34"];
    const ranks = tokens.map((token, rank) => `${btoa(token)} ${rank}\n`).join("");
    const idsOf = async (file: string, ...args: string[]): Promise<number[]> => {
      await Deno.writeTextFile(`${directory}/${file}`, ranks);
      const path = `${directory}/${file}`;
      const { code, stdout, stderr } = await feedCommand(
        "1234<|endoftext|>",
        "tokenize",
        "--json",
        "--tokenizer",
        path,
        ...args,
      );
      assertEquals([code, stderr], [0, ""]);
      return jsonLines(stdout)[0].ids as number[];
    };
    const digits = { gpt2: [257, 258], cl100k_base: [257, 51, 52], qwen2: [49, 50, 51, 52] };
    const end = { gpt2: 50256, cl100k_base: 100257, qwen2: 259 };
    for (const name of ["gpt2", "cl100k_base", "qwen2"] as const) {
      const expected = [...digits[name], end[name]];
      assertEquals(await idsOf(`${name}.tiktoken`), expected);
      assertEquals(await idsOf(`${name}.model`), expected);
      assertEquals(await idsOf("my.tiktoken", "--pattern", name), expected);
    }
    assertEquals((await idsOf("my.tiktoken", "--pattern", "\\d{3}|.")).slice(0, 3), [257, 51, 52]);

    const tokenize = (file: string, ...args: string[]) =>
      feedCommand("1", "tokenize", "--tokenizer", `${directory}/${file}`, ...args);
    const unnamed = await tokenize("my.tiktoken");
    assertEquals([unnamed.code, unnamed.stderr.trim().includes("\n")], [1, false]);
    assertStringIncludes(unnamed.stderr, `my.tiktoken: pattern: expected one of gpt2, r50k_base`);
    assertStringIncludes(unnamed.stderr, "; a file named after one, such as cl100k_base.tiktoken, has that pattern");
    await Deno.writeTextFile(`${directory}/t.json`, "{}");
    assertStringIncludes(
      (await tokenize("t.json", "--pattern", "gpt2")).stderr,
      "pattern: expected none except for tiktoken's ranks",
    );
  });
});

Deno.test("train-lm accepts a subword tokenizer, or a tokenizer file", async () => {
  await inTempDir(async (directory) => {
    const data = `${directory}/data.txt`;
    await Deno.writeTextFile(data, babble(6000));
    const small = "--hidden 6 --embed 4 --batch 4 --bptt 8 --epochs 1 --json".split(" ");
    for (const tokenizer of ["bpe", "wordpiece", "unigram"]) {
      const out = `${directory}/${tokenizer}`;
      const args = ["--data", data, "--tokenizer", tokenizer, "--vocab-size", "280", "--out", out, ...small];
      const { code, stderr } = await runCommand("train-lm", ...args);
      assertEquals([code, stderr], [0, ""]);
      const generated = await runCommand("generate", "--model", out, "--prompt", "the cat", "--json", "--seed", "1");
      assertEquals([generated.code, generated.stderr], [0, ""]);
    }
    const file = `${directory}/bpe/tokenizer.json`;
    const args = ["--data", data, "--tokenizer", file, "--out", `${directory}/from-file`, ...small];
    const { code, stderr } = await runCommand("train-lm", ...args);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(await Deno.readTextFile(`${directory}/from-file/tokenizer.json`), await Deno.readTextFile(file));
    const resumed = await runCommand("train-lm", "--resume", `${directory}/from-file`, "--epochs", "2", "--json");
    assertEquals([resumed.code, resumed.stderr], [0, ""]);
  });
});

Deno.test("invalid input of the tokenizer commands prints one line of error", async () => {
  await inTempDir(async (directory) => {
    const [empty, latin, broken, shared] = ["empty.txt", "latin.txt", "broken.json", "shared.json"].map((name) =>
      `${directory}/${name}`
    );
    await Deno.writeTextFile(empty, "");
    await Deno.writeFile(latin, Uint8Array.of(0x61, 0xe9, 0x62));
    await Deno.writeTextFile(broken, "{ no json");
    await Deno.writeTextFile(`${directory}/text.txt`, "the alphabet of this text has some letters\n");
    const json = {
      ...{ version: "1.0", truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: null },
      ...{ post_processor: null, decoder: null, model: { type: "WordLevel", unk_token: "a", vocab: { a: 0, b: 0 } } },
    };
    await Deno.writeTextFile(shared, JSON.stringify(json));
    const refuses = async (
      message: string,
      code: number,
      input: string | Uint8Array<ArrayBuffer>,
      ...args: string[]
    ) => {
      const outcome = await feedCommand(input, ...args);
      assertEquals([outcome.code, outcome.stdout], [code, ""], outcome.stderr);
      assertEquals(outcome.stderr.split("\n").length, 2, outcome.stderr);
      assertStringIncludes(outcome.stderr, message);
    };
    const out = ["--out", `${directory}/t.json`];
    const small = [...out, "--data", `${directory}/text.txt`];
    await refuses("--data: expected a file to train on", 2, "", "train-tokenizer");
    await refuses("expected some text, found an empty file", 1, "", "train-tokenizer", "--data", empty, ...out);
    await refuses("expected UTF-8 text", 1, "", "train-tokenizer", "--data", latin, ...out);
    await refuses("found none", 1, "", "train-tokenizer", "--data", `${directory}/nowhere`, ...out);
    for (const model of ["bpe", "wordpiece", "unigram"]) {
      await refuses("vocabSize", 1, "", "train-tokenizer", ...small, "--vocab-size", "5", "--model", model);
    }
    await refuses("found unigram", 2, "", "train-tokenizer", ...small, "--model", "unigram", "--min-count", "2");
    await refuses("found char", 2, "", "train-tokenizer", ...small, "--model", "char", "--max-distinct", "2");
    await refuses("found a directory", 1, "", "train-tokenizer", ...small.slice(2), "--out", directory);
    await refuses("--model: expected one of bpe", 2, "", "train-tokenizer", ...small, "--model", "magic");
    await refuses(
      "expected a directory that exists",
      1,
      "",
      "train-tokenizer",
      ...small.slice(2),
      "--out",
      `${directory}/a/b`,
    );
    assertEquals([...Deno.readDirSync(directory)].filter(({ name }) => name.includes("t.json")), []);

    await refuses("--tokenizer: expected a tokenizer's file", 2, "", "tokenize");
    await refuses(`read ${broken}: expected JSON`, 1, "", "tokenize", "--tokenizer", broken);
    await refuses(
      `read ${shared}: model.vocab: the id of "b": expected a unique id`,
      1,
      "",
      "tokenize",
      "--tokenizer",
      shared,
    );
    await refuses("expected a directory with one of tokenizer.json", 1, "", "tokenize", "--tokenizer", directory);
    await Deno.writeTextFile(shared, JSON.stringify(json).replace('"b":0', '"b":1'));
    await refuses("expected UTF-8 text", 1, Uint8Array.of(0x61, 0xff), "tokenize", "--tokenizer", shared);
    const decode = ["tokenize", "--tokenizer", shared, "--decode"];
    await refuses('decode line 1: expected an id, found "x"', 1, "x\n", ...decode);
    for (const ids of ["7", "0 7", "[0, 7]", '{"ids": [7]}', '7\t0-1\t"a"']) {
      await refuses("decode line 1: expected ids from 0 to 1, found 7", 1, `${ids}\n`, ...decode);
    }
    const second = await feedCommand("0\n7\n", ...decode);
    assertStringIncludes(second.stderr, "decode line 2: expected ids from 0 to 1, found 7");
    await refuses("decode line 1: expected ids from 0 to 1, found 0.5", 1, "[0.5]", ...decode);
    await Deno.writeTextFile(shared, JSON.stringify(json).replace('"b":0', '"b":1').replace('"a","', '"<unk>","'));
    await refuses(
      'line 1: encode: expected words of the vocabulary, which lacks the unknown token "<unk>"',
      1,
      "x\n",
      ...decode.slice(0, 3),
    );
    await refuses("decode line 1: expected JSON", 1, "[1,\n", ...decode);
    await refuses("--json: expected this option or --decode", 2, "", ...decode, "--json");

    const train = ["train-lm", "--data", `${directory}/text.txt`, "--out", `${directory}/m`];
    await refuses('found "magic"', 2, "", ...train, "--tokenizer", "magic");
    await refuses(`read ${broken}: expected JSON`, 1, "", ...train, "--tokenizer", broken);
    await refuses(
      "--vocab-size: expected --tokenizer char",
      2,
      "",
      ...train,
      "--vocab-size",
      "9",
      "--tokenizer",
      "byte",
    );
    await refuses("--min-count: expected --tokenizer char", 2, "", ...train, "--min-count", "9", "--tokenizer", "byte");
    assert(![...Deno.readDirSync(directory)].some(({ name }) => name === "m"), "nothing is written");
  });
});

Deno.test("train-tokenizer makes tokens of notes, and refuses options that its model does not have", async () => {
  await inTempDir(async (directory) => {
    const [data, out] = [`${directory}/tunes.txt`, `${directory}/abc.json`];
    await Deno.writeTextFile(data, 'M:3/4 K:D B:2 @2 "D" A2 d2 | @1 "A7" ^c2 z |]\n');
    const trained = await runCommand("train-tokenizer", "--data", data, "--model", "abc", "--out", out, "--json");
    assertEquals([trained.code, trained.stderr], [0, ""]);
    const tokenizer = PipelineTokenizer.fromJSON(JSON.parse(await Deno.readTextFile(out)));
    assertEquals(tokenizer.encoding('"D"A2^c2|]').tokens, ['"D"', "A2", "^c2", "|]"]);
    const refused = await runCommand(
      "train-tokenizer",
      "--data",
      data,
      "--model",
      "steps",
      "--vocab-size",
      "9",
      "--out",
      out,
    );
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "--vocab-size: expected --model bpe");
  });
});
