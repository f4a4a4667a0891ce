// Every command that reads texts or data accepts `-` for standard input, with the same results as for a file.

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  babble,
  feedCommandIn,
  inTempDir,
  jsonLines,
  type Outcome,
  outcomeOf,
  runCommand,
  runCommandIn,
  startCommand,
} from "../support/command.ts";

/** Runs a command in a directory, with one of its files as standard input. */
async function feed(directory: string, file: string, ...args: string[]): Promise<Outcome> {
  return await feedCommandIn(directory, await Deno.readFile(`${directory}/${file}`), ...args);
}

/** Asserts that a command prints the same for a file and for standard input, and returns its output. */
async function sameFrom(directory: string, file: string, ...args: string[]): Promise<Outcome> {
  const others = args.map((arg) => arg === "-" ? file : arg);
  const expected = await runCommandIn(directory, ...others);
  assertEquals([expected.code, expected.stderr], [0, ""]);
  const found = await feed(directory, file, ...args);
  assertEquals([found.code, found.stderr], [0, ""]);
  assertEquals(withoutTimes(found.stdout), withoutTimes(expected.stdout));
  return found;
}

/** Removes from JSON lines the fields that differ from run to run. */
function withoutTimes(stdout: string): Record<string, unknown>[] {
  const varying = /second|rss|model|out|files/;
  return jsonLines(stdout).map((line) =>
    Object.fromEntries(Object.entries(line).filter(([key]) => !varying.test(key)))
  );
}

/** A shell command line in which "$@" stands for the command. */
async function shell(directory: string, line: string, ...args: string[]): Promise<Outcome> {
  const child = startCommand(args, directory, { shell: line });
  return await outcomeOf(child);
}

/** Rows of a label and a text. */
const REVIEWS = "label,text\n" + Array.from(
  { length: 40 },
  (_, i) => `${i % 2 ? "good" : "bad"},"it was ${i % 2 ? "fine" : "dull"}, film ${i}"\n`,
).join("");

const FEW = ["--max-steps", "3", "--json", "--threads", "1"];

Deno.test("train-lm and evaluate read a text; without --out, the model is saved in models/stdin-CELL", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(3000));
    await sameFrom(directory, "text.txt", "train-lm", "--data", "-", "--hidden", "8", "--batch", "2", ...FEW);
    const model = `${directory}/models/stdin-lstm`;
    await sameFrom(directory, "text.txt", "evaluate", "--model", model, "--data", "-", "--json");
    const valid = ["--data", "-", "--valid", "-", "--hidden", "8", "--batch", "2"];
    const twice = await feed(directory, "text.txt", "train-lm", ...valid, ...FEW);
    assertEquals([twice.code, twice.stderr], [
      1,
      "error: read standard input: expected it to be read only once, found a second read\n",
    ]);
  });
});

Deno.test("train-sentiment and evaluate read labeled texts, classify reads texts", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/reviews.csv`, REVIEWS);
    const sizes = ["--embed", "8", "--hidden", "8"];
    await sameFrom(directory, "reviews.csv", "train-sentiment", "--data", "-", "--format", "csv", ...sizes, ...FEW);
    const model = `${directory}/models/stdin-lstm`;
    await sameFrom(directory, "reviews.csv", "evaluate", "--model", model, "--data", "-", "--json");
    await Deno.writeTextFile(`${directory}/texts.txt`, "it was fine\nit was dull\n");
    const { stdout } = await feed(directory, "texts.txt", "classify", "--model", model, "--json", "--quiet", "-");
    const texts = await runCommand("classify", "--model", model, "--json", "it was fine", "it was dull");
    assertEquals(stdout, texts.stdout);
    const wrong = await feed(directory, "texts.txt", "evaluate", "--model", model, "--data", "-", "--format", "csv");
    assertEquals(wrong.code, 1);
    assertStringIncludes(wrong.stderr, "error: read standard input: expected ");
  });
});

Deno.test("train-classifier reads word vectors", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/reviews.csv`, REVIEWS);
    await Deno.writeTextFile(`${directory}/vectors.txt`, "it 1 0 0 0 0 0 0 0\nwas 0 1 0 0 0 0 0 0\n");
    const sizes = ["--embed", "8", "--hidden", "8"];
    const data = ["--data", "reviews.csv", "--vectors", "-", "--out", "model"];
    await sameFrom(directory, "vectors.txt", "train-classifier", ...data, ...sizes, ...FEW);
  });
});

Deno.test("train-translation, evaluate, translate and score read sentences", async () => {
  await inTempDir(async (directory) => {
    const pairs = Array.from({ length: 30 }, (_, i) => [`a b ${i}`, `${i} b a`]);
    await Deno.writeTextFile(`${directory}/pairs.tsv`, pairs.map((pair) => pair.join("\t") + "\n").join(""));
    await Deno.writeTextFile(`${directory}/a.txt`, pairs.map(([source]) => source + "\n").join(""));
    await Deno.writeTextFile(`${directory}/b.txt`, pairs.map(([, target]) => target + "\n").join(""));
    const sizes = ["--tokenizer", "char", "--embed", "8", "--hidden", "8"];
    await sameFrom(directory, "a.txt", "train-translation", "--src", "-", "--tgt", "b.txt", ...sizes, ...FEW);
    await sameFrom(directory, "pairs.tsv", "train-translation", "--data", "-", ...sizes, ...FEW, "--out", "model");
    const evaluate = ["evaluate", "--model", "model", "--json", "--beam", "1"];
    await sameFrom(directory, "pairs.tsv", ...evaluate, "--data", "-");
    await sameFrom(directory, "b.txt", ...evaluate, "--src", "a.txt", "--tgt", "-");
    await sameFrom(directory, "a.txt", "score", "--hyp", "-", "--ref", "b.txt", "--json");
    await sameFrom(directory, "b.txt", "score", "--hyp", "a.txt", "--ref", "-", "--json");
    const translate = ["translate", "--model", "model", "--beam", "1", "--quiet"];
    const lines = await feed(directory, "a.txt", ...translate, "-");
    const texts = await runCommandIn(directory, ...translate, ...pairs.map(([source]) => source));
    assertEquals([lines.code, lines.stdout], [0, texts.stdout]);
  });
});

Deno.test("train-tokenizer reads a text, tokenize reads its lines", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, "a b c a b\na b\n");
    await sameFrom(directory, "text.txt", "train-tokenizer", "--data", "-", "--model", "word", "--json");
    const { code, stdout } = await feed(directory, "text.txt", "tokenize", "--tokenizer", "tokenizer.json", "--json");
    assertEquals([code, jsonLines(stdout).map(({ tokens }) => tokens)], [0, [["a", "b", "c", "a", "b"], ["a", "b"]]]);
  });
});

/** A command line whose standard input is a pipe that stays open without data. */
const SILENT = 'rm -f pipe; mkfifo pipe; "$@" <> pipe';

/** Command lines that leave standard input without data. */
const NO_DATA = ['"$@" < /dev/null', '"$@" <&-', ': | "$@"', SILENT, '"$@" < empty'];

Deno.test("piped data are used if no data option is given", { ignore: Deno.build.os === "windows" }, async () => {
  await inTempDir(async (directory) => {
    const texts = {
      "text.txt": babble(3000),
      "reviews.csv": REVIEWS,
      "pairs.tsv": Array.from({ length: 30 }, (_, i) => `a b ${i}\t${i} b a\n`).join(""),
      "a.txt": "a b\n",
      "empty": "",
    };
    for (const [name, text] of Object.entries(texts)) await Deno.writeTextFile(`${directory}/${name}`, text);
    const sizes = ["--embed", "8", "--hidden", "8"];
    const cases = [
      ["text.txt", "--data", "train-lm", ...sizes, ...FEW, "--out", "lm"],
      ["text.txt", "--data", "evaluate", "--model", "lm", "--json"],
      ["reviews.csv", "--data", "train-classifier", ...sizes, ...FEW, "--out", "c"],
      ["reviews.csv", "--data", "train-sentiment", ...sizes, ...FEW, "--out", "s"],
      ["reviews.csv", "--data", "evaluate", "--model", "s", "--json"],
      ["pairs.tsv", "--data", "train-translation", "--tokenizer", "char", ...sizes, ...FEW, "--out", "t"],
      ["pairs.tsv", "--data", "evaluate", "--model", "t", "--beam", "1", "--json"],
      ["text.txt", "--data", "train-tokenizer", "--model", "word", "--json"],
      ["a.txt", "--hyp", "score", "--ref", "a.txt", "--json"],
    ];
    for (const [file, option, ...args] of cases) {
      const named = await runCommandIn(directory, ...args, option, file);
      assertEquals([named.code, named.stderr], [0, ""]);
      // A file and a pipe matter to one command as to another.
      for (const line of file === "text.txt" ? [`"$@" < ${file}`, `cat ${file} | "$@"`] : [`cat ${file} | "$@"`]) {
        const found = await shell(directory, line, ...args);
        assertEquals([found.code, found.stderr], [0, ""], line);
        assertEquals(withoutTimes(found.stdout), withoutTimes(named.stdout));
      }
    }
    const needy = cases.filter(([, , name]) => /evaluate|score|classifier|tokenizer/.test(name));
    for (const [i, [, option, ...args]] of needy.entries()) {
      // The kinds of missing input matter to one command as to another.
      for (const line of i === 0 ? NO_DATA : NO_DATA.slice(0, 1)) {
        const { code, stderr } = await shell(directory, line, ...args);
        assertEquals([code, stderr.includes(`${option}`), stderr.includes("found none")], [2, true, true], stderr);
      }
    }
    const tokenize = ["tokenize", "--tokenizer", "tokenizer.json"];
    const expected = await feed(directory, "a.txt", ...tokenize);
    assertEquals(await feed(directory, "a.txt", ...tokenize, "-"), expected);
    const other = await feed(directory, "a.txt", ...tokenize, "a.txt");
    assertEquals([other.code, other.stderr], [
      2,
      'error: expected - for standard input, or no operand, found "a.txt"\n',
    ]);
  });
});

Deno.test("an open pipe without data is noted once where no data mean something else, unless quiet", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(600));
    await Deno.writeTextFile(`${directory}/empty`, "");
    const model = ["--hidden", "4", "--embed", "4", "--batch", "2", "--max-steps", "1", "--out", "models/lm"];
    assertEquals((await runCommandIn(directory, "train-lm", "--data", "text.txt", ...model)).code, 0);
    const note = "Standard input has sent nothing yet; pass - to wait for it.\n";
    const generate = ["generate", "--max-tokens", "1"];
    const using = "Using models/lm.\n";
    for (const line of NO_DATA) {
      const { code, stderr } = await shell(directory, line, ...generate);
      assertEquals([code, stderr], [0, (line === SILENT ? note : "") + using], line);
    }
    for (const option of ["--json", "--quiet"]) {
      const { code, stderr } = await shell(directory, SILENT, ...generate, option);
      assertEquals([code, stderr], [0, ""], option);
      assertEquals((await runCommandIn(directory, "evaluate", "--data", "text.txt", option)).stderr, "", option);
    }
  });
});

Deno.test("the demonstration is trained if no data are piped in, or if its options are given", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(600));
    const cases = [
      ["< /dev/null", "models/reviews-lstm", "train-sentiment"],
      ["<&-", "models/reviews-lstm", "train-sentiment"],
      ["< text.txt", "models/en-de-lstm", "train-translation", "--from", "en", "--to", "de"],
    ];
    for (const [input, model, ...args] of cases) {
      const child = startCommand(args, directory, { shell: `exec "$@" ${input}` });
      const text = await textUntil(child.stdout, "Saving to ");
      child.kill("SIGKILL");
      await Promise.all([child.status, child.stderr.cancel()]);
      assertStringIncludes(text, `Saving to ${model}`, input);
    }
  });
});

/** Reads a stream up to the chunk in which a text occurs, or to the end. */
async function textUntil(stream: ReadableStream<Uint8Array<ArrayBuffer>>, end: string): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(end)) break;
  }
  return text;
}
