import { assertEquals, assertNotEquals } from "@std/assert";
import { ByteTokenizer, CharTokenizer, LanguageModel } from "../../../mod.ts";
import { inTempDir, jsonLines, type Outcome, runCommand, startCommand } from "../../support/command.ts";

const LINE = "héllo wörld 🙂\n";

let memorized: Promise<LanguageModel> | undefined;

/** Trains a byte-level model until it has memorized one line. */
async function memorize(): Promise<LanguageModel> {
  const model = LanguageModel.create({ tokenizer: new ByteTokenizer(), cell: "gru", hidden: 24 });
  await model.fit(LINE.repeat(40), { epochs: 20, batch: 4, bptt: 20, learningRate: 0.02 });
  return model;
}

/** Runs `body` with that model. */
async function withModel(
  body: (generate: (...args: string[]) => Promise<Outcome>, path: string) => Promise<void>,
): Promise<void> {
  memorized ??= memorize();
  const model = await memorized;
  await inTempDir(async (directory) => {
    await model.save(`${directory}/model`);
    await body((...args) => runCommand("generate", "--model", `${directory}/model`, ...args), `${directory}/model`);
  });
}

Deno.test("generate writes the prompt and its continuation in whole characters, and nothing else", async () => {
  await withModel(async (generate) => {
    const bytes = new TextEncoder().encode(LINE).length;
    const greedy = ["--temperature", "0", "--max-tokens", String(bytes)];
    assertEquals(await generate(...greedy), { code: 0, stdout: LINE + "\n", stderr: "" });
    const rest = String(bytes - 1);
    assertEquals((await generate("--prompt", "h", "--temperature", "0", "--max-tokens", rest)).stdout, LINE + "\n");
    assertEquals((await generate("--prompt", "h", "--max-tokens", "0")).stdout, "h\n");
    assertEquals((await generate(...greedy, "--stop", "nothing", "--stop", "rld 🙂")).stdout, "héllo wö\n");
    const long = ["--temperature", "0", "--max-tokens", String(2 * bytes)];
    assertEquals((await generate(...long, "--stop", "\\n")).stdout, LINE);
    for (const other of ["\\\\n", "\\t", "\\q"]) {
      assertEquals((await generate(...long, "--stop", other)).stdout, LINE + LINE + "\n", other);
    }
    const { stdout } = await generate(...greedy, "--prompt", "hé", "--stop", "🙂", "--json");
    const [{ event, text, tokens }] = jsonLines(stdout);
    // Thirteen bytes before the last character, three of them in the prompt, and its own four.
    assertEquals([event, text, tokens], ["done", "llo wörld ", 15]);
    const [none] = jsonLines((await generate("--max-tokens", "0", "--json")).stdout);
    assertEquals([none.text, none.tokens, none.us_per_token], ["", 0, 0]);
  });
});

Deno.test("a seed reproduces a text, and a random seed is reported", async () => {
  await withModel(async (generate) => {
    const hot = ["--temperature", "5", "--max-tokens", "40", "--json"];
    const textOf = async (...args: string[]): Promise<[unknown, string]> => {
      const [{ seed, text }] = jsonLines((await generate(...hot, ...args)).stdout);
      return [seed, text as string];
    };
    const [seed, text] = await textOf();
    assertEquals(await textOf("--seed", String(seed)), [seed, text]);
    assertNotEquals((await textOf("--seed", "1"))[1], (await textOf("--seed", "2"))[1]);
    const greedy = (await textOf("--top-k", "1", "--seed", "3"))[1];
    assertEquals((await textOf("--min-p", "1", "--seed", "4"))[1], greedy);
    assertEquals((await textOf("--top-p", "0.000001", "--seed", "5"))[1], greedy);
  });
});

Deno.test("a broken pipe ends generate silently", async () => {
  await withModel(async (_, path) => {
    const child = startCommand(["generate", "--model", path, "--max-tokens", "100000"]);
    await child.stdout.cancel();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assertEquals([code, stderr], [141, ""]);
  });
});

Deno.test("--count writes the same texts as separate runs with their seeds", async () => {
  await withModel(async (generate) => {
    const hot = ["--temperature", "5", "--max-tokens", "20", "--prompt", "h"];
    const alone = await Promise.all(["4", "5", "6"].map((seed) => generate(...hot, "--seed", seed)));
    const together = await generate(...hot, "--seed", "4", "--count", "3");
    assertEquals(together.stdout, alone.map(({ stdout }) => stdout).join("---\n"));
    const lines = jsonLines((await generate(...hot, "--seed", "4", "--count", "3", "--json")).stdout);
    assertEquals(
      lines.map(({ event, seed, tokens }) => [event, seed, tokens]),
      [4, 5, 6].map((seed) => ["done", seed, 20]),
    );
    assertEquals(lines.map(({ text }) => `h${text}\n`), alone.map(({ stdout }) => stdout));
  });
});

Deno.test("--quantize int8 reproduces a memorized line", async () => {
  await withModel(async (generate) => {
    const bytes = String(new TextEncoder().encode(LINE).length);
    const greedy = ["--temperature", "0", "--max-tokens", bytes];
    assertEquals((await generate(...greedy, "--quantize", "int8")).stdout, LINE + "\n");
    const { code, stderr } = await generate(...greedy, "--quantize", "int4");
    assertEquals([code, stderr], [2, 'error: --quantize: expected one of int8, found "int4"\n']);
  });
});

Deno.test("what generate notes of a prompt and of a text's end is left out with --quiet", async () => {
  await inTempDir(async (directory) => {
    const tokenizer = CharTokenizer.train("ab", { specials: ["<eos>"] });
    const model = LanguageModel.create({ tokenizer, hidden: 4, endOfText: "<eos>" });
    await model.save(`${directory}/model`);
    const ending = ["--logit-bias", "<eos>=1e9", "--logprobs", "1"];
    const ended = ["--model", `${directory}/model`, ...ending, "--unknown", "skip", "axb"];
    const { code, stderr } = await runCommand("generate", ...ended);
    assertEquals(code, 0, stderr);
    const leftOut = 'Left out 1 symbol outside the vocabulary: "x".\n';
    assertEquals(stderr, `${leftOut}Ended by the token that ends a text, after 1 token.\n`);
    assertEquals((await runCommand("generate", ...ended, "--quiet")).stderr, "");
    // The JSON tells how the text ended, but not what of the prompt was left out.
    assertEquals((await runCommand("generate", ...ended, "--json")).stderr, leftOut);
  });
});

Deno.test("--logprobs writes a table of tokens, or fields with --json", async () => {
  await withModel(async (generate) => {
    const greedy = ["--temperature", "0", "--max-tokens", "8", "--prompt", "h", "--logprobs", "2"];
    const { stdout, stderr } = await generate(...greedy);
    const [head, ...rows] = stdout.trimEnd().split("\n").map((line) => line.split("\t"));
    assertEquals(stderr, "Ended at the maximum number of tokens, after 8 tokens.\n");
    const stopped = await generate(...greedy, "--stop", "l", "--count", "2");
    assertEquals(stopped.stderr, "Ended by a stop text, after 3 tokens.\n".repeat(2));
    assertEquals(await generate(...greedy, "--quiet"), { code: 0, stdout, stderr: "" });
    assertEquals((await generate(...greedy, "--stop", "l", "--count", "2", "--quiet")).stderr, "");
    assertEquals(head, ["token", "id", "logprob", "token_1", "logprob_1", "token_2", "logprob_2"]);
    const tokens = ["<0xC3>", "<0xA9>", "l", "l", "o", " ", "w", "<0xC3>"];
    assertEquals(rows.map(([token]) => JSON.parse(token)), tokens);
    assertEquals(rows.map((row) => [row.length, row[3], row[4]]), rows.map((row) => [7, row[0], row[2]]));
    assertEquals(rows.every(([, , logprob, , , , second]) => -0.5 < +logprob && +second < +logprob), true);
    const all = (await generate(...greedy.slice(0, -1), "1000")).stdout.trimEnd().split("\n");
    assertEquals(all.map((line) => line.split("\t").length), all.map(() => 3 + 2 * 256));
    const [{ logprobs, score, finish_reason }] = jsonLines((await generate(...greedy, "--json")).stdout);
    type Entry = { token: string; id: number; logprob: number; top: { token: string }[] };
    const entries = logprobs as Entry[];
    assertEquals(
      entries.map(({ token, id, logprob }) => [token, id, logprob.toFixed(4)]),
      rows.map(([token, id, logprob]) => [JSON.parse(token), Number(id), logprob]),
    );
    assertEquals(entries.map(({ top }) => JSON.stringify(top[1].token)), rows.map((row) => row[5]));
    assertEquals([finish_reason, typeof score], ["length", "number"]);
    assertEquals((await generate(...greedy, "--count", "2")).stdout, `${stdout}---\n${stdout}`);
    const [none] = jsonLines((await generate(...greedy.slice(0, -2), "--json")).stdout);
    assertEquals(["logprobs" in none, "score" in none, none.finish_reason], [false, false, "length"]);
  });
});

Deno.test("--ban, --logit-bias and --best-of have the effect of the library's options", async () => {
  await withModel(async (generate) => {
    const greedy = ["--temperature", "0", "--max-tokens", "12", "--prompt", "h"];
    const textOf = async (...args: string[]): Promise<string> => (await generate(...greedy, ...args)).stdout;
    assertEquals(await textOf("--logit-bias", "l=-100", "--logit-bias", "==200"), "h" + "=".repeat(12) + "\n");
    assertEquals(await textOf("--logit-bias", "\\n=200"), "h" + "\n".repeat(13));
    assertEquals((await textOf("--ban", "l", "--ban", "o")).match(/[lo]/), null);
    assertEquals(
      await textOf("--logit-bias", "\\n=200", "--logit-bias", "l=190", "--ban", "\\n"),
      "h" + "l".repeat(12) + "\n",
    );
    const hot = ["--temperature", "5", "--max-tokens", "20", "--prompt", "h", "--seed", "4"];
    const scored = ["--json", "--logprobs", "0"];
    const alone = jsonLines((await generate(...hot, ...scored, "--count", "3")).stdout);
    const [best] = jsonLines((await generate(...hot, "--best-of", "3", "--json")).stdout);
    const scores = alone.map(({ score }) => score as number);
    const expected = alone[scores.indexOf(Math.max(...scores))];
    assertEquals([best.text, best.seed, best.score], [expected.text, expected.seed, expected.score]);
    assertEquals((await generate(...hot, "--best-of", "3")).stdout, `h${best.text}\n`);
  });
});

Deno.test("--cache lets a text draw on its prompt, with theta and lambda as they are given", async () => {
  await withModel(async (generate) => {
    const options = ["--temperature", "0", "--max-tokens", "8", "--logprobs", "0", "--json", "--prompt", "hhxhhx"];
    const prompt = "hhxhhx";
    const model = await memorized!;
    for (
      const [args, cache] of [
        [["--cache", "5"], { size: 5 }],
        [["--cache", "50", "--cache-theta", "0", "--cache-lambda", "0.9"], { size: 50, theta: 0, lambda: 0.9 }],
      ] as const
    ) {
      const [{ logprobs }] = jsonLines((await generate(...options, ...args)).stdout);
      const expected = await model.complete(prompt, { temperature: 0, maxTokens: 8, logprobs: 0, cache });
      const plain = await model.complete(prompt, { temperature: 0, maxTokens: 8, logprobs: 0 });
      assertEquals(logprobs, JSON.parse(JSON.stringify(expected.logprobs)));
      assertNotEquals(expected.logprobs, plain.logprobs);
    }
    const { code, stderr } = await generate("--cache-theta", "1");
    assertEquals([code, stderr], [2, "error: --cache-theta: expected --cache with it, found none\n"]);
  });
});

Deno.test("options of the sampling that cannot be used are refused in one line", async () => {
  await withModel(async (generate) => {
    const cases: [args: string[], message: string, code: number][] = [
      [["--ban", "hello"], 'expected a token of the vocabulary in ban, found "hello", which is 5 tokens\n', 1],
      [["--frequency-penalty", "1e99"], "error: --frequency-penalty: expected a number of at least -1000000000", 2],
      [["--ban", ""], "error: --ban: expected a token, or tokens", 2],
      [
        ["--logit-bias", "l"],
        'error: --logit-bias: expected a token, an equals sign and a number from -1e9 to 1e9, found "l"',
        2,
      ],
      [["--logit-bias", "l=-Infinity"], 'and a number from -1e9 to 1e9, found "l=-Infinity"', 2],
      [["--logit-bias", "=1"], 'and a number from -1e9 to 1e9, found "=1"', 2],
      [["--repetition-window", "-1"], "error: --repetition-window: expected a whole number of at least 1", 2],
      [
        ["--repetition-window", "5"],
        "error: --repetition-window: expected --repetition-penalty or --presence-penalty or --frequency-penalty",
        2,
      ],
      [["--encoding", "latin1", "h"], "error: --encoding: expected a text from standard input with it, found none", 2],
      [["--encoding", "latin1", "--prompt", "h"], "error: --encoding: expected a text from standard input with it", 2],
      [["--ignore-end"], "error: --ignore-end: expected a model of documents, which ends its texts, found one", 2],
      [["--allow-unknown"], "error: --allow-unknown: expected a vocabulary with a token for unknown symbols", 2],
      [["--typical-p", "0"], "error: --typical-p: expected a number above 0 and at most 1", 2],
      [["--best-of", "0"], "error: --best-of: expected a whole number of at least 1", 2],
      [["--seed", "9007199254740990", "--best-of", "5"], "error: --seed: ", 2],
    ];
    for (const [args, message, expected] of cases) {
      const { code, stdout, stderr } = await generate("--max-tokens", "2", ...args);
      assertEquals([code, stdout, stderr.includes(message), stderr.trimEnd().split("\n").length], [
        expected,
        "",
        true,
        1,
      ], stderr);
    }
  });
});
