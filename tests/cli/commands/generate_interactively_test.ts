// A text that a model and its user write together.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { models, PipelineTokenizer, postProcessors, preTokenizers } from "@elman/elman/tokenizers";
import { feedCommand, inTempDir, runCommand, startCommand } from "../../support/command.ts";

/** Runs `body` with a model that spells "abcd " over and over. */
async function withModel(options: object, body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const tokenizer = CharTokenizer.train("abcd\n 12", { specials: ["<eos>"] });
    const model = LanguageModel.create({ tokenizer, cell: "gru", hidden: 12, embed: 8, ...options });
    const text = "abcd ".repeat(30);
    const data = "endOfText" in options ? ["abcd", "abcd", "abcd", "abcd"] : text;
    await model.fit(data, { epochs: 30, batch: 2, bptt: 10, learningRate: 0.03 });
    await model.save(`${directory}/model`);
    await body(`${directory}/model`);
  });
}

/** Types lines; returns the final text and what was shown. */
async function session(model: string, lines: string, ...args: string[]): Promise<{ text: string; shown: string }> {
  const { code, stdout, stderr } = await feedCommand(
    lines,
    ...[
      "generate",
      "--model",
      model,
      "--interactive",
      "--temperature",
      "0",
      "--threads",
      "1",
      "--blas",
      "off",
      ...args,
    ],
  );
  assertEquals(code, 0, stderr);
  return { text: stdout, shown: stderr };
}

Deno.test("a user goes on, chooses, types, takes steps back, and is told what is wrong", async () => {
  await withModel({}, async (model) => {
    const lines = ["", "+6", "/back", "=1", "/b", "é", "9", "/x", "3", "/b", " abc", "+2", "/back", "\\n=", "2\\n"];
    const { text, shown } = await session(model, lines.join("\n"), "--logprobs", "3", "ab");
    const texts = [...shown.matchAll(/\n(ab[^%]*?)\n {2}1 {2}/g)].map(([, text]) => text);
    const third = /\nabc\n.*\n.*\n {2}3 .*% {2}(".*")\n/.exec(shown)![1];
    assertEquals(texts, [
      "ab",
      "abc",
      "abcd abcd",
      "abc",
      "abc1",
      "abc",
      "abc",
      "abc",
      "abc",
      `abc${JSON.parse(third)}`,
      "abc",
      "abc abc",
      "abc abcd ",
      "abc abc",
      "abc abc",
      "abc abc2\n",
    ]);
    assertEquals(text, "abc abc2\n\n");
    for (
      const words of [
        'expected the 9 symbols in the vocabulary, found "é"; --unknown skip leaves such symbols out\n',
        "expected a number from 1 to 3, found 9; =9 adds it as text\n",
        "expected /back, /quit or /help, found /x\n",
        'expected the 9 symbols in the vocabulary, found "="; --unknown skip',
      ]
    ) assertStringIncludes(shown, words);
    const percents = [...shown.matchAll(/^ {2}1 {2}( *[\d.]+) %/gm)].map(([, percent]) => Number(percent));
    assert(percents[0] > 50 && percents.every((percent) => percent <= 100), `${percents}`);
  });
});

Deno.test("where a document ends the text does, and its end can be taken back", async () => {
  await withModel({ endOfText: "<eos>" }, async (model) => {
    const { text, shown } = await session(model, "+9\n1\n/back\nab\n/back\n/back\n/q\nab");
    assertStringIncludes(shown, "\nabcd\nThe text ends here.\n");
    assertStringIncludes(shown, "expected a text that has not ended; /back takes its end back\n");
    assertStringIncludes(shown, "expected a step to take back, found none\n");
    assertEquals(text, "\n");
  });
});

Deno.test("with a cache, a text draws on what the user and the model wrote before", async () => {
  await inTempDir(async (directory) => {
    const tokenizer = CharTokenizer.train("abcd\n");
    const model = LanguageModel.create({ tokenizer, cell: "gru", hidden: 6, initRange: 1, seed: 2 });
    await model.save(`${directory}/model`);
    const lines = "3\ndcba\n+5\n+4\n";
    const options = ["--cache", "20", "--cache-lambda", "0.9", "ab"];
    const { text, shown } = await session(`${directory}/model`, lines, ...options);
    const third = JSON.parse(/ 3 .*% {2}(".*")\n/.exec(shown)![1]);
    const begin = `ab${third}dcba`;
    const cache = { size: 20, lambda: 0.9 };
    const { text: rest } = await model.complete(begin, { cache, temperature: 0, maxTokens: 9 });
    assertEquals(text, `${begin}${rest}\n`);
    assert((await model.complete(begin, { temperature: 0, maxTokens: 9 })).text !== rest);
  });
});

Deno.test("symbols outside the vocabulary are treated as --unknown says, in the prompt and in what is typed", async () => {
  await withModel({}, async (model) => {
    const { text, shown } = await session(model, "é\nB\nC\n", "--unknown", "replace", "A");
    assertEquals(text, "abc\n");
    assertStringIncludes(shown, 'found neither for "é"; --unknown skip leaves such symbols out\n');
    assertStringIncludes(shown, 'Replaced 1 symbol outside the vocabulary: "B".\n');
  });
});

Deno.test("special tokens that a tokenizer puts before a text are not part of what is written", async () => {
  const tokens = ["[CLS]", "[UNK]", "a", "b", "c", "d"];
  const tokenizer = new PipelineTokenizer({
    preTokenizer: new preTokenizers.Whitespace(),
    model: new models.WordLevel({ vocabulary: new Map(tokens.map((token, id) => [token, id])), unknownToken: "[UNK]" }),
    postProcessor: new postProcessors.Template({ single: "[CLS] $A", specialTokens: { "[CLS]": 0 } }),
  });
  await inTempDir(async (directory) => {
    await LanguageModel.create({ tokenizer, hidden: 4 }).save(`${directory}/model`);
    const { text, shown } = await session(`${directory}/model`, "a\n b\n/back", "c d");
    assertEquals([text, shown.includes("c d a b\n")], ["c d a\n", true]);
  });
});

Deno.test("an option without effect beside --interactive is refused", async () => {
  for (
    const option of [
      "--json",
      "--count=2",
      "--max-tokens=3",
      "--stop=a",
      "--best-of=2",
      "--presence-penalty=1",
      "--encoding=latin1",
    ]
  ) {
    const { code, stderr } = await runCommand("generate", "--interactive", option);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `--interactive: expected this option or ${option.split("=")[0]}, found both`);
  }
  const { code, stderr } = await runCommand("generate", "--interactive", "-");
  assertEquals([code, stderr.includes("expected a prompt on the command line")], [2, true]);
});

Deno.test("Ctrl-C ends a session with the text so far", async () => {
  await inTempDir(async (directory) => {
    await LanguageModel.create({ tokenizer: CharTokenizer.train("abcd\n"), hidden: 4 }).save(`${directory}/model`);
    const args = [
      "generate",
      "--model",
      `${directory}/model`,
      "--interactive",
      "--threads",
      "1",
      "--blas",
      "off",
      "ab",
    ];
    const child = startCommand(args, undefined, { stdin: true });
    const typed = child.stdin.getWriter();
    await typed.write(new TextEncoder().encode("cd\n"));
    let shown = "";
    for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
      const isAsked = shown.includes("\nabcd\n");
      shown += piece;
      if (!isAsked && shown.includes("\nabcd\n")) child.kill("SIGINT");
    }
    const [{ code }, text] = await Promise.all([child.status, new Response(child.stdout).text()]);
    await typed.close().catch(() => {});
    assertEquals([code, text], [130, "abcd\n"]);
  });
});
