// The encoding, the line ends and the compression of a file do not change what a command computes from it.

import { gzipSync } from "node:zlib";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { babble, feedCommand, inTempDir, jsonLines, runCommand, runCommandIn } from "../support/command.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Text in UTF-16LE with a byte-order mark. */
function utf16(text: string): Uint8Array<ArrayBuffer> {
  const units = Array.from("\ufeff" + text, (character) => character.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => [unit & 0xff, unit >> 8]));
}

/** The forms in which a text may be stored. */
const FORMS: Readonly<Record<string, (text: string) => Uint8Array<ArrayBuffer>>> = {
  "LF": utf8,
  "CRLF": (text) => utf8(text.replaceAll("\n", "\r\n")),
  "CR": (text) => utf8(text.replaceAll("\n", "\r")),
  "byte-order mark": (text) => utf8("\ufeff" + text),
  "UTF-16": (text) => utf16(text.replaceAll("\n", "\r\n")),
  "gzip": (text) => new Uint8Array(gzipSync(text)),
};

/** Asserts that a command prints the same for every form of its input file, whose name follows the arguments. */
async function sameForAllForms(directory: string, name: string, text: string, ...args: string[]): Promise<void> {
  const outputs = new Map<string, unknown>();
  for (const [form, encode] of Object.entries(FORMS)) {
    await Deno.writeFile(`${directory}/${name}`, encode(text));
    const { code, stdout, stderr } = await runCommandIn(directory, ...args, name);
    assertEquals([code, stderr], [0, ""], `${args[0]}, ${form}`);
    const varying = /second|rss|model|out/;
    outputs.set(
      form,
      jsonLines(stdout).map((line) => Object.entries(line).filter(([key]) => !varying.test(key))),
    );
    assertEquals(outputs.get(form), outputs.get("LF"), `${args[0]}, ${form}`);
  }
}

const FEW = ["--embed", "8", "--hidden", "8", "--max-steps", "2", "--threads", "1", "--json"];

Deno.test("train-lm and evaluate compute the same whatever the encoding and the line ends", async () => {
  await inTempDir(async (directory) => {
    const text = babble(3000) + "\n";
    await sameForAllForms(directory, "text", text, "train-lm", ...FEW, "--out", "lm", "--data");
    await sameForAllForms(directory, "text", text, "evaluate", "--model", "lm", "--json", "--data");
  });
});

Deno.test("train-classifier computes the same whatever the encoding and the line ends", async () => {
  await inTempDir(async (directory) => {
    const rows = Array.from({ length: 30 }, (_, i) => `${["good", "bad"][i % 2]},"it was ${i}, \n so"\n`);
    const text = "label,text\n" + rows.join("");
    await sameForAllForms(directory, "reviews.csv", text, "train-classifier", ...FEW, "--data");
  });
});

Deno.test("train-translation computes the same whatever the encoding and the line ends", async () => {
  await inTempDir(async (directory) => {
    const text = Array.from({ length: 30 }, (_, i) => `a é ${i}\t${i} b a\n`).join("");
    await sameForAllForms(directory, "pairs.tsv", text, "train-translation", "--tokenizer", "char", ...FEW, "--data");
  });
});

Deno.test("train-tokenizer and tokenize compute the same whatever the encoding and the line ends", async () => {
  await inTempDir(async (directory) => {
    const text = babble(2000) + "\n";
    const train = ["train-tokenizer", "--vocab-size", "300", "--json", "--data"];
    await sameForAllForms(directory, "text", text, ...train);
    const tokenize = ["tokenize", "--tokenizer", `${directory}/tokenizer.json`, "--json"];
    for (const whole of [[], ["--whole"]]) {
      const expected = await feedCommand(utf8(text), ...tokenize, ...whole);
      for (const [form, encode] of Object.entries(FORMS)) {
        assertEquals(await feedCommand(encode(text), ...tokenize, ...whole), expected, form);
      }
    }
  });
});

Deno.test("standard input has an encoding, and a bad byte in it is named after the lines before", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text`, "abcé\n");
    await runCommandIn(directory, "train-tokenizer", "--model", "char", "--quiet", "--data", "text");
    const tokenize = ["tokenize", "--tokenizer", `${directory}/tokenizer.json`, "--json"];
    const latin = Uint8Array.of(0x61, 0x0a, 0x62, 0x0a, 0x62, 0xe9, 0x0a);
    const read = await feedCommand(latin, ...tokenize, "--encoding", "latin1");
    assertEquals(jsonLines(read.stdout).map(({ tokens }) => tokens), [["a"], ["b"], ["b", "é"]]);
    const refused = await feedCommand(latin, ...tokenize);
    assertEquals(refused.code, 1);
    assertEquals(jsonLines(refused.stdout).map(({ tokens }) => tokens), [["a"], ["b"]]);
    assertStringIncludes(
      refused.stderr,
      "error: read standard input: expected UTF-8 text, found 0xe9 at byte 5 on line 3; " +
        "the text is likely windows-1252: set --encoding windows-1252",
    );
    const unknown = await feedCommand(latin, ...tokenize, "--encoding", "klingon");
    assertEquals(unknown.code, 2);
    assertStringIncludes(unknown.stderr, '--encoding: expected an encoding such as windows-1252, found "klingon"');
  });
});

Deno.test("an encoding is refused if nothing is read from standard input", async () => {
  for (const command of ["classify", "translate", "generate"]) {
    const { code, stderr } = await runCommand(command, "--encoding", "latin1", "a text");
    assertEquals([code, stderr], [2, "error: --encoding: expected a text from standard input with it, found none\n"]);
  }
  const { code, stderr } = await runCommand("tokenize", "--tokenizer", "any", "--decode", "--encoding", "latin1");
  assertEquals([code, stderr], [2, "error: --encoding: expected this option or --decode, found both\n"]);
});

Deno.test("score computes the same whatever the encoding and the line ends", async () => {
  await inTempDir(async (directory) => {
    const text = "eine schöne Katze schläft hier\nein großer Hund bellt dort\n";
    await Deno.writeTextFile(`${directory}/ref`, text);
    await sameForAllForms(directory, "hyp", text, "score", "--ref", "ref", "--json", "--hyp");
    const latin = Uint8Array.from(text, (character) => character.charCodeAt(0));
    await Deno.writeFile(`${directory}/latin`, latin);
    const files = ["--hyp", "latin", "--ref", "latin", "--json"];
    const { code, stdout } = await runCommandIn(directory, "score", ...files, "--encoding", "latin1");
    assertEquals([code, jsonLines(stdout)[0].bleu], [0, 100]);
  });
});
