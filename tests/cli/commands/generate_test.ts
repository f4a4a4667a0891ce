import { assertEquals, assertNotEquals } from "@std/assert";
import { ByteTokenizer, LanguageModel } from "../../../mod.ts";
import { inTempDir, jsonLines, type Outcome, runCommand, startCommand } from "../../support/command.ts";

const LINE = "héllo wörld 🙂\n";

/** Runs `body` with a byte-level model that has memorized one line. */
async function withModel(
  body: (generate: (...args: string[]) => Promise<Outcome>, path: string) => Promise<void>,
): Promise<void> {
  await inTempDir(async (directory) => {
    const text = LINE.repeat(40);
    const model = LanguageModel.create({ tokenizer: new ByteTokenizer(), cell: "gru", hidden: 24 });
    for await (const _ of model.fit(text, { epochs: 20, batch: 4, bptt: 20, learningRate: 0.02 }));
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
