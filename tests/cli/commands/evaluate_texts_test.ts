import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CharTokenizer, LanguageModel, WordTokenizer } from "../../../mod.ts";
import { babble, inTempDir, jsonLines, type Outcome, runCommand } from "../../support/command.ts";

const text = `${babble(300).trim()}\n`;
const lines = text.trimEnd().split("\n");
const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 8, embed: 4 });

/** Runs `body` with a function that evaluates the model on a text. */
async function withEvaluate(
  body: (evaluate: (text: string, ...args: string[]) => Promise<Outcome>, directory: string) => Promise<void>,
): Promise<void> {
  await inTempDir(async (directory) => {
    await model.save(`${directory}/model`);
    await Deno.writeTextFile(`${directory}/text.txt`, text);
    await body(async (text, ...args) => {
      await Deno.writeTextFile(`${directory}/data.txt`, text);
      const named = args.includes("--model") ? [] : ["--model", `${directory}/model`];
      return await runCommand("evaluate", ...named, "--data", `${directory}/data.txt`, ...args);
    }, directory);
  });
}

Deno.test("evaluate says how a text is divided, and divides it as --streams says", async () => {
  await withEvaluate(async (evaluate) => {
    assertStringIncludes((await evaluate(text.repeat(5))).stdout, "read as 2 streams, each from a zero state\n");
    const one = await evaluate(text.repeat(5), "--streams", "1");
    assertStringIncludes(one.stdout, "read as 1 stream from a zero state\n");
    const many = await evaluate("the cat", "--streams", "7");
    assertStringIncludes(many.stderr, "expected at least 8 tokens, found 7; take a smaller batch or fewer streams");
    const { perplexity } = await model.evaluate(text.repeat(5), { streams: 1 });
    assertStringIncludes(one.stdout, `perplexity ${perplexity.toFixed(3)}`);
  });
});

Deno.test("evaluate --per-line prints the score of each line, as a table and as JSON", async () => {
  await withEvaluate(async (evaluate) => {
    const scores = await model.score(lines);
    const { stdout, stderr } = await evaluate(text, "--per-line");
    const [head, ...rows] = stdout.trimEnd().split("\n").map((line) => line.split("\t"));
    assertEquals(head.join(" "), "line tokens logprob mean_logprob surprisal bits_per_char text");
    assertEquals(rows.length, lines.length);
    for (const [i, [line, tokens, logprob, , surprisal, bits, own]] of rows.entries()) {
      assertEquals([line, tokens, own], [`${i + 1}`, `${lines[i].length}`, JSON.stringify(lines[i])]);
      assertAlmostEquals(Number(logprob), scores[i].logprob, 1e-3);
      assertAlmostEquals(Number(surprisal), -scores[i].logprob / Math.LN2, 1e-3);
      assertAlmostEquals(Number(bits), -scores[i].logprob / Math.LN2 / [...lines[i]].length, 1e-3);
    }
    assertMatch(
      stderr,
      /perplexity [\d.]+, [\d.]+ bits per character, \d+ tokens\n.*lines, each read from a zero state\n/,
    );
    const events = jsonLines((await evaluate(text, "--per-line", "--json")).stdout);
    assertEquals(events.map(({ event }) => event), [...lines.map(() => "score"), "done"]);
    assertEquals(events.at(-1)?.lines, lines.length);
  });
});

Deno.test("evaluate --out writes the scores to a file, and the figures of the whole text as without it", async () => {
  await withEvaluate(async (evaluate, directory) => {
    const out = `${directory}/scores.tsv`;
    const shown = await evaluate(text, "--per-line");
    const saved = await evaluate(text, "--per-line", "--out", out);
    assertEquals([saved.code, saved.stdout, saved.stderr], [0, shown.stderr, ""]);
    assertEquals(await Deno.readTextFile(out), shown.stdout);
    const again = await evaluate(text.repeat(8), "--per-token", "--json", "--out", out);
    assertStringIncludes(again.stderr, `Moved the existing file ${out} to ${out}.1.`);
    const written = await Deno.readTextFile(out);
    assert(written.length > 2 ** 17, `${written.length}`); // Several chunks.
    assertEquals(jsonLines(written).map(({ token }) => token).join(""), text.repeat(8).slice(1));
    assertEquals(jsonLines(again.stdout).map(({ event }) => event), ["done"]);
  });
});

Deno.test("evaluate --per-token prints each token with its surprisal, rank and the likeliest tokens", async () => {
  await withEvaluate(async (evaluate) => {
    const { stdout, stderr } = await evaluate(text, "--per-token", "--top", "2");
    const [head, ...rows] = stdout.trimEnd().split("\n").map((line) => line.split("\t"));
    assertEquals(head.join(" "), "token id logprob surprisal rank token_1 logprob_1 token_2 logprob_2");
    assertEquals(rows.map(([token]) => JSON.parse(token)).join(""), text.slice(1));
    assert(rows.every(([token, , , , rank, first]) => (rank === "1") === (token === first)));
    const bits = rows.reduce((sum, [, , , surprisal]) => sum + Number(surprisal), 0);
    const { loss, bitsPerCharacter } = await model.evaluate(text, { streams: 1 });
    assertAlmostEquals(bits * Math.LN2 / rows.length, loss, 1e-3);
    assertStringIncludes(stderr, `${bitsPerCharacter.toFixed(4)} bits per character`);
    const [entry] = jsonLines((await evaluate(text, "--per-token", "--per-line", "--json")).stdout);
    assertEquals(Object.keys(entry), ["event", "line", "token", "id", "logprob", "surprisal", "rank"]);
    assertEquals(entry.token, text[0]);
  });
});

Deno.test("evaluate --per-token shows how a model of documents adapts, document by document", async () => {
  await inTempDir(async (directory) => {
    const tokenizer = CharTokenizer.train(text, { specials: ["<eos>"] });
    const lm = LanguageModel.create({ tokenizer, hidden: 8, embed: 4, endOfText: "<eos>" });
    await lm.save(`${directory}/model`);
    const documents = [lines[0].slice(0, 5), lines.join(" "), lines[0]];
    const data = `${directory}/data.jsonl`;
    await Deno.writeTextFile(data, documents.map((text) => `${JSON.stringify({ text })}\n`).join(""));
    const run = ["evaluate", "--model", `${directory}/model`, "--data", data, "--json"];
    for (
      const [args, options] of [
        [["--cache", "30"], { cache: { size: 30 } }],
        [["--dynamic", "sgd", "--dynamic-lr", "1"], { dynamic: { rule: "sgd", learningRate: 1 } }],
      ] as const
    ) {
      const events = jsonLines((await runCommand(...run, ...args, "--per-token")).stdout);
      const scores = events.slice(0, -1) as { document: number; token: string; logprob: number }[];
      const texts = documents.map((_, i) => scores.filter(({ document }) => document === i + 1));
      assertEquals(texts.map((own) => own.map(({ token }) => token).join("")), documents.map((own) => `${own}<eos>`));
      const { loss, tokens } = await lm.evaluate(documents, options);
      assertAlmostEquals(scores.reduce((sum, { logprob }) => sum - logprob, 0), loss * tokens, 1e-3);
      assertAlmostEquals(events.at(-1)!.loss as number, loss, 1e-6);
      assertEquals(events.at(-1)!.documents, 3);
    }
  });
});

Deno.test("lines without a token have no loss", async () => {
  await withEvaluate(async (evaluate) => {
    const { code, stdout } = await evaluate("\n\n", "--per-line", "--json");
    assertEquals([code, jsonLines(stdout).at(-1)], [0, { event: "done", tokens: 0, lines: 2 }]);
    assertStringIncludes((await evaluate("\n\n", "--per-line")).stderr, "no token to predict\n");
  });
});

Deno.test("evaluate adapts with a cache, tuned on a text, and with dynamic evaluation", async () => {
  await withEvaluate(async (evaluate, directory) => {
    const valid = `${directory}/text.txt`;
    const tuned = await evaluate(text, "--cache", "50", "--tune-on", valid);
    assertMatch(
      tuned.stdout,
      /^tuned cache: theta [\d.]+, lambda [\d.]+\n.*\nread as 1 stream.* with a cache of 50\n$/,
    );
    const [done] = jsonLines((await evaluate(text, "--cache", "50", "--tune-on", valid, "--json")).stdout);
    const { theta, lambda } = await model.tuneCache(text, { cache: { size: 50 } });
    assertEquals([done.cache_theta, done.cache_lambda], [theta, lambda]);
    const short = `${directory}/short.txt`;
    await Deno.writeTextFile(short, "t");
    for (const args of [["--cache", "50", "--tune-on", short], ["--dynamic", "rms", "--dynamic-statistics", short]]) {
      const { stderr } = await evaluate(text, ...args);
      assertEquals(stderr, `error: evaluate ${short}: expected a text of at least 2 tokens, found 1\n`);
    }
    const options = ["--dynamic", "sgd", "--dynamic-lr", "0.5", "--dynamic-decay", "0", "--dynamic-bptt", "8"];
    const [{ loss }] = jsonLines((await evaluate(text, ...options, "--json")).stdout);
    const dynamic = { rule: "sgd", learningRate: 0.5, decay: 0, bptt: 8 } as const;
    assertEquals(loss, (await model.evaluate(text, { dynamic })).loss);
    const given = await evaluate(text, "--dynamic", "rms", "--dynamic-statistics", valid);
    assertStringIncludes(given.stdout, "with dynamic evaluation");
    assertEquals((await evaluate("a".repeat(300), ...options)).stderr, "");
    const { stderr } = await evaluate(text, "--dynamic", "sgd", "--dynamic-lr", "1000");
    assertMatch(
      stderr,
      /^warning: the loss is above that of guessing; a lower --dynamic-lr may help/,
    );
  });
});

Deno.test("evaluate and generate refuse, leave out or replace unknown symbols, and say how many", async () => {
  await withEvaluate(async (evaluate, directory) => {
    const foreign = "the cát sat on Ω\nthe mát Ω\n";
    const refused = await evaluate(foreign);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, 'found "á", "Ω" on line 1; --unknown skip');
    assertStringIncludes((await evaluate(foreign, "--unknown", "error")).stderr, 'found "á", "Ω" on line 1');
    for (const option of ["--per-line", "--per-token"]) {
      assertEquals((await evaluate(foreign, option)).stderr, refused.stderr);
    }
    const skipped = await evaluate(foreign, "--unknown", "skip");
    assertStringIncludes(skipped.stderr, 'Left out 4 symbols outside the vocabulary: "á", "Ω".');
    assertStringIncludes((await evaluate(foreign, "--unknown", "replace")).stderr, 'found neither for "Ω" on line 1');
    const replaced = await evaluate("the cát\n", "--unknown", "replace", "--json");
    assertStringIncludes(replaced.stderr, 'Replaced 1 symbol outside the vocabulary: "á".');
    const [{ loss }] = jsonLines(replaced.stdout);
    assertEquals(loss, (await model.evaluate("the cat\n")).loss);
    const generated = await runCommand(
      ...["generate", "--model", `${directory}/model`, "--unknown", "replace", "--max-tokens", "3", "the cát"],
    );
    assertStringIncludes(generated.stderr, "Replaced 1 symbol");
    assertMatch(generated.stdout, /^the cat/);
    const asJson = await runCommand(
      ...["generate", "--model", `${directory}/model`, "--unknown", "skip", "--max-tokens", "3", "--json", "the cát"],
    );
    assertEquals(asJson.stderr, 'Left out 1 symbol outside the vocabulary: "á".\n');
    Deno.writeTextFileSync(`${directory}/tune.txt`, "the cát sat\n".repeat(3));
    const tuning = ["--unknown", "skip", "--cache", "20", "--tune-on", `${directory}/tune.txt`];
    const tuned = await evaluate("the cat sat\n", ...tuning);
    assertStringIncludes(tuned.stderr, 'Left out 3 symbols outside the vocabulary: "á".');
    const hinted = await runCommand("generate", "--model", `${directory}/model`, "the cát");
    assertStringIncludes(hinted.stderr, 'found "á" in the prompt; --unknown skip leaves such symbols out');
  });
});

Deno.test("evaluate and generate say how much of a text an unknown token stands for", async () => {
  await withEvaluate(async (evaluate, directory) => {
    const words = LanguageModel.create({ tokenizer: WordTokenizer.train("the cat sat\n"), hidden: 4, embed: 4 });
    await words.save(`${directory}/words`);
    const foreign = "the cat sat\nthe dog sat\non the cat\n"; // 9 words and 3 ends of lines.
    const said = "16.67 % of the tokens, 2, stand for symbols outside the vocabulary";
    const { stdout } = await evaluate(foreign, "--model", `${directory}/words`);
    assertStringIncludes(stdout, said);
    assertStringIncludes((await evaluate(foreign, "--model", `${directory}/words`, "--per-line")).stderr, said);
    const known = await evaluate("the cat\n", "--model", `${directory}/words`, "--json");
    assertEquals(jsonLines(known.stdout)[0].unknown_tokens, 0);
    const generated = await runCommand("generate", "--model", `${directory}/words`, "--max-tokens", "3", "the dog");
    assertStringIncludes(generated.stderr, 'Read 1 symbol outside the vocabulary as the unknown token: "dog".');
    assertMatch(generated.stdout, /^the dog/);
  });
});

Deno.test("evaluate refuses options that would have no effect, and files that it cannot write", async () => {
  await withEvaluate(async (evaluate, directory) => {
    for (
      const [args, message] of [
        [["--cache-theta", "1"], "--cache-theta: expected --cache with it"],
        [["--dynamic-lr", "1"], "--dynamic-lr: expected --dynamic with it"],
        [["--top", "3"], "--top: expected --per-token with it"],
        [["--per-line", "--cache", "9"], "--per-line: expected this option or --cache"],
        [["--out", "x.tsv"], "--out: expected --per-line or --per-token with it"],
        [["--per-line", "--out", "no/x.tsv"], "--out no/x.tsv: expected a directory that exists, found no no"],
        [["--per-line", "--out", directory], "expected a file or nothing, found a directory"],
        [["--per-line", "--out", `${directory}/data.txt`], "expected another file than that of --data"],
      ] as const
    ) assertStringIncludes((await evaluate(text, ...args)).stderr, message);
  });
});
